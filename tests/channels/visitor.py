"""Somebody with a browser, without the browser: for the tests of the web chat over HTTP."""

from collections.abc import AsyncIterator
from html.parser import HTMLParser
from typing import NoReturn

from httpx import ASGITransport, AsyncClient, Response
from starlette.applications import Starlette

from bot.channels.web import application
from bot.content.library import Library
from bot.content.phrases import Phrase
from bot.core.private import Private
from bot.settings import Settings
from bot.talk.conversation import Conversation
from bot.talk.keys import Keys
from bot.talk.ports import Frame, Incoming
from tests.conftest import NOON

CANARY = "canary-Zq7"
SETTINGS = Settings(leave_url="https://weather.example/")
FORM = {"content-type": "application/x-www-form-urlencoded"}


class Stumbling(Conversation):
    """A talk that fails on every turn and blurts out a secret."""

    def turn(self, incoming: Incoming, frame: Frame, *, ahead: bool = False) -> NoReturn:  # noqa: ARG002 - whatever comes in
        """Fail."""
        raise RuntimeError(CANARY)


class Sheet(HTMLParser):
    """What a browser would find on a page: fields, buttons, links and what is loaded."""

    def __init__(self, html: str) -> None:
        """Read a page."""
        super().__init__()
        self.fields: dict[str, str] = {}
        self.presses: list[str] = []
        self.urls: list[str] = []
        self.root: dict[str, str | None] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take what matters of one element."""
        found = dict(attrs)
        if tag == "html":
            self.root = found
        if found.get("name") == "press":
            self.presses.append(found["value"] or "")
        elif tag == "input" and found.get("type") == "hidden":
            self.fields[found["name"] or ""] = found["value"] or ""
        self.urls += [found[key] or "" for key in ("href", "src", "action") if key in found]


class Person:
    """Somebody with a browser: the last page, and what can be done on it."""

    def __init__(self, client: AsyncClient, path: str = "/") -> None:
        """Come to an address."""
        self.client, self.path = client, path
        self.page = Sheet("")

    async def open(self, **headers: str) -> Response:
        """Open the first page."""
        return self._seen(
            await self.client.get(self.path, headers={name.replace("_", "-"): it for name, it in headers.items()})
        )

    async def send(self, **fields: str) -> Response:
        """Send a form of the page, with these fields in place of its own."""
        chosen = {name: self.page.fields[name] for name in ("chat", "lang")} | fields
        return self._seen(await self.client.post(self.path, data=chosen))

    async def press(self, number: int) -> Response:
        """Press a button, counted from the top."""
        return await self.send(press=self.page.presses[number])

    async def type(self, words: str) -> Response:
        """Type words."""
        return await self.send(words=words, token=self.page.fields["token"])

    def _seen(self, answer: Response) -> Response:
        self.page = Sheet(answer.text)
        return answer


class Chunks:
    """A body that comes in pieces, and counts those that were taken."""

    def __init__(self, piece: bytes, most: int) -> None:
        """Take a piece and how often it would come."""
        self.piece, self.most, self.taken = piece, most, 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Give piece after piece."""
        while self.taken < self.most:
            self.taken += 1
            yield self.piece


def talk(library: Library, kind: type[Conversation] = Conversation) -> Conversation:
    """Build a talk at noon."""
    return kind(library, Keys(Private(b"only for the tests of this page!")), lambda: NOON)


def web(library: Library, kind: type[Conversation] = Conversation) -> Starlette:
    """Build the web chat."""
    return application(talk(library, kind), SETTINGS)


def connect(app: Starlette) -> AsyncClient:
    """Connect to it."""
    return AsyncClient(transport=ASGITransport(app), base_url="http://guide.test")


def said(library: Library, phrase: Phrase, lang: str = "en") -> str:
    """Give the words of a phrase, up to the first thing that is filled in."""
    return library.catalogs.say(library.phrases[phrase], lang).partition("{")[0].strip()
