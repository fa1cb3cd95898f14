"""A helper at the web desk: the real pages and the real stream, over HTTP, read as the page's own script reads them."""

import asyncio
import json
import re
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from typing import Any, Final

import uvicorn
from httpx import AsyncClient, AsyncHTTPTransport, HTTPError
from starlette.applications import Starlette

from bot.channels.metrics import Aside
from bot.content.library import Library
from bot.desks.web_desk import WebDesk
from bot.settings import Desk
from bot.talk.screen import Drawer
from tests.desks.web.stage import SITE, Helper, Stage, Time

from .helper import until
from .street import SECRET, Process, now

NARROW: Final = 4096  # bytes that wait on a line; the less, the sooner a helper who does not read is noticed
PATIENCE: Final = 30.0
TAKES: Final = re.compile(r'id="take-(\w+)"[^>]*>([^<]*)<')
READS: Final = re.compile(r'id="read-(\w+)"[^>]*>([^<]*)<')
LINE: Final = re.compile(r'<div class="line (\w+)"(?: data-id="([^"]*)")?>.*?<p dir="auto">(.*?)</p>', re.DOTALL)


class Now(Time):
    """The real time."""

    def now(self) -> datetime:
        """Give it."""
        return now()


@dataclass
class Talk:
    """One talk on the page; `lines` are who said it, its id, and what."""

    number: int
    html: str
    lines: list[tuple[str, str, str]] = field(default_factory=list)


class WebHelper:
    """Somebody with a browser."""

    def __init__(self, browser: Helper) -> None:
        """Take a browser that is signed in."""
        self._browser = browser
        self._tab = secrets.token_hex(16)
        self._raw: list[str] = []
        self._queue = ""
        self._talks: dict[str, Talk] = {}
        self._arrived: set[str] = set()
        self._told: dict[tuple[str, str], str] = {}
        self._last = ""
        self._reads = asyncio.Event()
        self._reads.set()
        self._line: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Open the page, and its stream."""
        await self._browser.begin()
        await self.mend()
        await until(lambda: self._queue)

    @property
    def raw(self) -> str:
        """Give all that came by the stream."""
        return "".join(self._raw)

    async def brief(self, number: int) -> str:
        """Read somebody's entry in the queue."""
        await until(lambda: self._case(number, TAKES))
        [entry] = [one for one in self._queue.split("<li") if any(str(number) in label for _, label in TAKES.findall(one))]
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", entry)).split())

    async def take(self, number: int) -> bool:
        """Press "Talk with person"."""
        await until(lambda: self._case(number, TAKES))
        answer = await self._post("take", case=self._case(number, TAKES))
        if answer.status_code == 204:
            await until(lambda: self._talk(number))
            return True
        assert answer.text == "Somebody else was faster, or the person left."
        return False

    async def say(self, number: int, words: str) -> bool:
        """Write, and send."""
        case, ident = self._known(number), secrets.token_hex(8)
        answer = await self._post("tell", case=case, words=words, ident=ident)
        if answer.status_code == 200:
            [(_, name, _)] = LINE.findall(answer.text)
            self._told[case, words] = name
        return bool(answer.status_code == 200)

    def arrived(self, number: int, words: str) -> bool:
        """Look for the mark."""
        return self._told.get((self._known(number), words)) in self._arrived

    def heard(self, number: int) -> list[str]:
        """Read the lines of a talk."""
        talk = self._talk(number)
        return [words for who, _, words in talk.lines if who == "them"] if talk else []

    def shows(self, number: int) -> bool:
        """Look at the queue and at the talks."""
        return bool(self._talk(number) or self._case(number, TAKES) or self._case(number, READS))

    async def end(self, number: int, *, block: bool = False) -> None:
        """Press "End the talk", or the button that blocks."""
        answer = await self._post("end", case=self._known(number), why="block" if block else "end")
        assert answer.status_code == 204

    async def pass_on(self, number: int) -> None:
        """Press "Pass on"."""
        assert (await self._post("pass", case=self._known(number), to="")).status_code == 204

    async def read(self, number: int, *, along: bool) -> None:
        """Press "Read along", or "Stop reading along"."""
        await until(lambda: self._talk(number) if not along else self._case(number, READS))
        case = self._case(number, READS) if along else self._known(number)
        assert (await self._post("read", case=case, along="yes" if along else "no")).status_code == 204

    async def room(self, *, there: bool) -> None:
        """Turn the switch."""
        assert (await self._post("room", room="yes" if there else "no")).status_code == 204

    async def leave(self) -> bool:
        """Sign out, and be sure."""
        return bool((await self._post("sign-out", sure="yes")).status_code == 303)

    async def cut(self) -> None:
        """Hang up."""
        if self._line:
            self._line.cancel()
            await asyncio.gather(self._line, return_exceptions=True)

    async def mend(self) -> None:
        """Listen again, as a browser does, after the last event that came."""
        self._line = asyncio.create_task(self._listen())

    async def stall(self) -> None:
        """Read nothing more from the line."""
        self._reads.clear()

    async def close(self) -> None:
        """Put the browser away."""
        await self.cut()
        await self._browser.client.aclose()

    async def _post(self, act: str, **fields: str) -> Any:  # noqa: ANN401 - httpx's answer
        return await self._browser.post(f"/{act}", tab=self._tab, **fields)

    async def _listen(self) -> None:
        headers = {"last-event-id": self._last} if self._last else {}
        path = f"/desk/stream?tab={self._tab}"
        with suppress(HTTPError):  # the desk went away
            async with self._browser.client.stream("GET", path, headers=headers, timeout=PATIENCE) as answer:
                assert answer.headers["content-type"].startswith("text/event-stream")
                event = ""
                async for line in answer.aiter_lines():
                    await self._reads.wait()
                    self._raw.append(line)
                    name, _, value = line.partition(": ")
                    self._last = value if name == "id" else self._last
                    event = value if name == "event" else event
                    if name == "data":
                        self._bring(event, json.loads(value))

    def _bring(self, event: str, data: dict[str, Any]) -> None:
        """Put in its place what came."""
        case, talk = data["case"], self._talks.get(data["case"])
        match event:
            case "begin":
                self._talks.clear()
            case "queue":
                self._queue = data["html"]
            case "case":
                found = re.search(r'data-number="(\d+)"', data["html"])
                assert found
                self._talks[case] = Talk(int(found[1]), data["html"])
            case "words" if talk:
                new = [(who, ident, unescape(words)) for who, ident, words in LINE.findall(data["html"])]
                talk.lines += [line for line in new if not line[1] or line[1] not in [ident for _, ident, _ in talk.lines]]
            case "arrived":
                self._arrived.add(data["id"])
            case "gone":
                self._talks.pop(case, None)
            case _:
                pass

    def _talk(self, number: int) -> Talk | None:
        return next((talk for talk in self._talks.values() if talk.number == number), None)

    def _known(self, number: int) -> str:
        """Find a talk's name; the one it had, if it is gone from the page."""
        return next((case for case, talk in self._talks.items() if talk.number == number), "gone")

    def _case(self, number: int, button: re.Pattern[str]) -> str:
        return next((case for case, label in button.findall(self._queue) if label.endswith(f" {number}")), "")


class WebDeskUnderTest:
    """The web desk of a trial: the first helper comes by its link, the others are invited."""

    def __init__(self, desk: WebDesk, process: Process, url: str, stack: AsyncExitStack) -> None:
        """Take the desk, where it is reached, and what ends everything."""
        self._stack = stack
        self._stage = Stage(desk, process.exchange, Now(), Starlette())
        self._url = url

    async def helper(self, name: str) -> WebHelper:
        """Let somebody sign in."""
        transport = AsyncHTTPTransport(socket_options=[(socket.SOL_SOCKET, socket.SO_RCVBUF, NARROW)])
        browser = Helper(AsyncClient(transport=transport, base_url=self._url, timeout=PATIENCE), self._stage)
        link = self._stage.desk.invitation()
        answer = await browser.client.get(link) if link else await browser.join(name)
        assert answer.status_code == 303, answer.text
        helper = WebHelper(browser)
        self._stack.push_async_callback(helper.close)
        await helper.begin()
        return helper


@asynccontextmanager
async def web(process: Process, library: Library) -> AsyncIterator[WebDeskUnderTest]:
    """Serve it on a port of this machine."""
    desk = WebDesk(Desk(), process.exchange, library, Drawer(library), SECRET, SITE)
    app = Starlette(routes=list(desk.routes))
    server = Aside(uvicorn.Config(app, log_config=None, ws="none", lifespan="off", timeout_graceful_shutdown=1))
    async with AsyncExitStack() as stack:
        door = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        door.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, NARROW)
        task = asyncio.create_task(server.serve(sockets=[door]))
        stack.push_async_callback(_end, server, task)
        await until(lambda: server.started)
        await stack.enter_async_context(desk.running(lambda _: None))
        yield WebDeskUnderTest(desk, process, f"http://127.0.0.1:{door.getsockname()[1]}", stack)


async def _end(server: uvicorn.Server, task: "asyncio.Task[None]") -> None:
    server.should_exit = True
    await task
