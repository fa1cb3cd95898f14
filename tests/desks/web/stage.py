"""A web desk with its exchange, people who ask for helpers, and browsers without the browser."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import unescape
from itertools import count
from json import loads
from pathlib import Path
from typing import Any, Final

from httpx import ASGITransport, AsyncClient, Response
from pyotp import TOTP
from starlette.applications import Starlette

from bot.content.library import Library
from bot.core.private import Private
from bot.desks.web_desk import Role, WebDesk
from bot.desks.web_desk.credentials import Credentials
from bot.desks.web_desk.floor import new_tab
from bot.desks.web_desk.tabs import Piece, Tab
from bot.settings import Desk
from bot.stores.memory import Memory
from bot.talk.handoff.brief import Brief
from bot.talk.handoff.exchange import Clocks, Exchange
from bot.talk.handoff.front import State
from bot.talk.handoff.local import Local
from bot.talk.keys import Keys
from bot.talk.ports import Address
from bot.talk.screen import Drawer
from tests.conftest import NOON

SECRET: Final = Private(b"only for the tests of this desk!")
SITE: Final = "https://desk.example"
PASSWORD: Final = "eleven blue horses"  # noqa: S105 - of nobody
STAMP: Final = re.compile(r'(?:name="stamp" value|data-stamp)="([0-9a-f]{64})"')
PATIENCE: Final = 10


class Voice:
    """A person's chat: keeps what came."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.told: list[str] = []
        self.shown: list[State] = []

    async def tell(self, words: Private[str]) -> bool:
        """Take a helper's words."""
        self.told.append(words.reveal())
        return True

    async def show(self, state: State) -> None:
        """Take where they stand."""
        self.shown.append(state)

    async def clear(self) -> None:
        """Let go of what only the talk needed."""


async def until(done: Callable[[], object]) -> None:
    """Wait until something is true."""
    async with asyncio.timeout(PATIENCE):
        while not done():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.005)


@dataclass
class Time:
    """A clock that is moved by hand."""

    passed: float = 0.0

    def now(self) -> datetime:
        """Give the time of day."""
        return NOON + timedelta(seconds=self.passed)

    def seconds(self) -> float:
        """Give the seconds."""
        return 1000.0 + self.passed


@dataclass
class Helper:
    """A browser at the desk."""

    client: AsyncClient
    stage: "Stage"
    key: str = ""
    stamp: str = ""

    async def get(self, path: str) -> Response:
        """Open a page, and remember what its forms hold."""
        answer = await self.client.get(f"/desk{path}", headers={"sec-fetch-site": "same-origin"})
        found = STAMP.search(answer.text)
        self.stamp = found[1] if found else self.stamp
        return answer

    async def post(self, path: str, origin: str = SITE, **fields: str) -> Response:
        """Send a form."""
        data = {"stamp": self.stamp, **fields}
        return await self.client.post(f"/desk{path}", data=data, headers={"origin": origin})

    def code(self, ahead: int = 0) -> str:
        """Read the app for codes."""
        return TOTP(self.key).at(int(self.stage.time.now().timestamp()) + ahead * 30)

    async def join(self, name: str, role: Role = Role.AGENT, **other: str) -> Response:
        """Take up an invitation."""
        code = self.stage.desk.floor.accounts.invite(name, role)
        page = await self.get(f"/welcome/{code}")
        self.key = re.sub(r"\s", "", unescape(page.text.partition('<code dir="ltr">')[2].partition("</code>")[0]))
        fields = {"password": PASSWORD, "again": PASSWORD, "code": self.code(), "promise": "yes", **other}
        return await self.post(f"/welcome/{code}", **fields)

    async def sign_in(self, name: str, password: str = PASSWORD, code: str | None = None) -> Response:
        """Sign in."""
        await self.get("/sign-in")
        return await self.post("/sign-in", name=name, password=password, code=self.code() if code is None else code)

    async def begin(self) -> Response:
        """Open the desk, so that forms hold what belongs to this login."""
        return await self.get("/")


@dataclass
class Stage:
    """Everything, running."""

    desk: WebDesk
    exchange: Exchange
    time: Time
    app: Starlette
    numbers: Any = field(default_factory=count)

    def helper(self) -> Helper:
        """Open a browser."""
        transport = ASGITransport(self.app, raise_app_exceptions=False)
        return Helper(AsyncClient(transport=transport, base_url=SITE), self)

    async def person(self, brief: Brief | None = None) -> tuple[Address, Voice, str]:
        """Let somebody ask for a helper: their chat, what came there, and their case."""
        address, voice = Address("web", "web", Private(f"chat {next(self.numbers)}")), Voice()
        usual = Brief("hi", {"country": "IN", "who": "me", "what": "threatened"}, urgent=True)
        await self.exchange.ask(address, voice, brief or usual)
        own = self.exchange.front.of(address)
        assert own
        await until(lambda: self.exchange.back.seen(own.case))
        return address, voice, own.case

    @property
    def credentials(self) -> Credentials:
        """Give what makes and checks passwords."""
        return Credentials(SECRET)


class Line:
    """The stream of one page, read by hand."""

    def __init__(self, stage: Stage, tab: Tab) -> None:
        """Take a page."""
        self.stage, self.tab = stage, tab
        self.came: list[tuple[str, dict[str, Any]]] = []
        self.last = 0
        self.task: asyncio.Task[None] | None = None

    @classmethod
    def of(cls, stage: Stage, name: str = "", tab: str = "") -> "Line":
        """Sit down at the desk, as the first login or that of a name."""
        login = next(login for login in stage.desk.floor.logins if name in {"", login.name})
        return cls(stage, stage.desk.floor.sit(login, tab or new_tab()))

    def open(self, after: int | None = None) -> "Line":
        """Begin to listen."""
        self.task = asyncio.create_task(self._read(after))
        return self

    async def close(self) -> None:
        """Hang up, as a broken line does."""
        assert self.task
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)

    async def wait(self, event: str, words: str = "") -> dict[str, Any]:
        """Wait for an event whose data hold some words."""
        await until(lambda: self.find(event, words))
        return self.find(event, words)[-1]

    def find(self, event: str, words: str = "") -> list[dict[str, Any]]:
        """List what came of one kind."""
        return [data for kind, data in self.came if kind == event and words in str(data)]

    async def _read(self, after: int | None) -> None:
        pieces = self.stage.desk.floor.listen(self.tab, after)
        try:
            async for piece in pieces:
                self._take(piece)
        finally:
            await pieces.aclose()  # type: ignore[attr-defined]

    def _take(self, piece: Piece) -> None:
        number, event, data = re.fullmatch(r"id: (\d+)\nevent: (\w+)\ndata: (.*)\n\n", piece.written.reveal().decode()).groups()  # type: ignore[union-attr]
        self.last = int(number)
        self.came.append((event, loads(data)))


@asynccontextmanager
async def staged(library: Library, accounts: Path | None = None, public_url: str | None = None) -> AsyncIterator[Stage]:
    """Run a desk."""
    time = Time()
    clocks = Clocks(time.now, time.seconds)
    exchange = Exchange(Local(), Memory(), Keys(SECRET), clocks)
    desk = WebDesk(Desk(accounts), exchange, library, Drawer(library), SECRET, public_url, clocks=clocks)
    stage = Stage(desk, exchange, time, Starlette(routes=list(desk.routes)))
    async with exchange.running(), desk.running(lambda _: None):
        await asyncio.sleep(0)
        yield stage
