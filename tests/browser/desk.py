"""The web desk served on the loopback, people who ask for helpers there, and helpers in a real Chromium."""

import asyncio
import socket
import threading
from collections.abc import Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any, TypeVar

import uvicorn
from starlette.applications import Starlette

from bot.content.library import Library
from bot.core.private import Private
from bot.desks.web_desk import WebDesk
from bot.settings import Desk
from bot.stores.memory import Memory
from bot.talk.handoff.brief import Brief
from bot.talk.handoff.exchange import Clocks, Exchange
from bot.talk.handoff.local import Local
from bot.talk.keys import Keys
from bot.talk.ports import Address
from bot.talk.screen import Drawer
from bot.wiring import now
from tests.desks.web.stage import SECRET, Voice

from .chrome import Browser

T = TypeVar("T")


@dataclass
class Person:
    """Somebody who asked for a helper."""

    site: "Site"
    address: Address
    voice: Voice
    case: str
    number: int
    _said: Any

    def say(self, words: str) -> None:
        """Say something."""
        ident = f"said {next(self._said)}"
        assert self.site.do(self.site.exchange.say(self.address, ident, Private(words)))

    def stop(self) -> None:
        """End it."""
        self.site.do(self.site.exchange.stop(self.address))


class Site:
    """A running desk."""

    def __init__(self, library: Library) -> None:
        """Build it; it is a trial."""
        self._chats = count()
        self.loop = asyncio.new_event_loop()
        self._library = library

    def build(self) -> Starlette:
        """Build the application, on its own loop."""
        self.exchange = Exchange(Local(), Memory(), Keys(SECRET), Clocks(now, self.loop.time))
        self.desk = WebDesk(Desk(), self.exchange, self._library, Drawer(self._library), SECRET, None)

        @asynccontextmanager
        async def lifespan(_: Starlette):  # type: ignore[no-untyped-def]  # noqa: ANN202
            async with self.exchange.running(), self.desk.running(lambda _: None):
                yield

        return Starlette(routes=list(self.desk.routes), lifespan=lifespan)

    def do(self, act: Coroutine[Any, Any, T]) -> T:
        """Do something on the server's loop."""
        return asyncio.run_coroutine_threadsafe(act, self.loop).result(10)

    def person(self, brief: Brief | None = None) -> Person:
        """Let somebody ask for a helper."""
        address, voice = Address("web", "web", Private(f"chat {next(self._chats)}")), Voice()
        usual = Brief("hi", {"country": "IN", "who": "me", "what": "threatened", "platform": "instagram"}, urgent=True)
        self.do(self.exchange.ask(address, voice, brief or usual))
        own = self.exchange.front.of(address)
        assert own
        return Person(self, address, voice, own.case, own.number, count())

    def helper(self, browser: Browser, name: str = "") -> None:
        """Sign a helper in: the trial's first, or one who is put into the accounts."""
        link = self.desk.invitation()
        if link and not name:
            browser.open(link)
        else:
            cookie = self.do(self._begin(name or "first"))
            browser.open("/desk/sign-in")
            browser.driver.add_cookie(
                {"name": "desk", "value": cookie, "path": "/desk", "sameSite": "Strict", "httpOnly": True}
            )
            browser.open("/desk/")
        browser.wait("document.querySelector('#queue').children.length > 0")

    async def _begin(self, name: str) -> str:
        from bot.desks.web_desk.accounts import Agent, Role  # noqa: PLC0415

        agents = self.desk.floor.accounts.roll().agents
        agents.setdefault(name, Agent(name, Role.AGENT if name != "first" else Role.LEAD, "", "", "2026-11-24"))
        return self.desk.floor.logins.begin(agents[name])


@contextmanager
def serving(library: Library) -> Iterator[tuple[str, Site]]:
    """Serve a desk; give its address, and what it is made of."""
    site = Site(library)
    with socket.create_server(("127.0.0.1", 0)) as door:
        config = uvicorn.Config(
            site.build(), ws="none", log_config=None, server_header=False, access_log=False, lifespan="on",
            timeout_graceful_shutdown=1,
        )  # fmt: skip
        server = uvicorn.Server(config)

        def run() -> None:
            asyncio.set_event_loop(site.loop)
            site.loop.run_until_complete(server.serve([door]))

        thread = threading.Thread(target=run)
        thread.start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}", site
        server.should_exit = True
        thread.join()
        site.loop.close()
