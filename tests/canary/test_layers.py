"""When something breaks, whatever its exception tells, nobody hears it: a failure planted in every layer."""

import io
import logging  # noqa: TID251 - to hear what would be logged
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import NoReturn

import pytest
from httpx import ASGITransport, AsyncClient, Response
from starlette.applications import Starlette

from bot import cli
from bot.channels.web import app as web
from bot.channels.web.page import Page as Sheet
from bot.content.catalogs import Catalogs
from bot.content.library import Library
from bot.core.engine import Engine
from bot.core.machine import Walker
from bot.core.private import Private
from bot.core.space import Space
from bot.settings import Settings
from bot.talk.cards import Cards
from bot.talk.conversation import Conversation
from bot.talk.keys import Keys
from bot.talk.listen import Listener
from bot.talk.ports import Frame, Incoming, Opened, Reply, Words
from bot.talk.screen import Drawer
from bot.talk.seal import Seal
from bot.talk.speech import Speech
from tests.conftest import NOON

from .doors import COSTUMES, FORM, HEADERS
from .marks import Marks

LAYERS = {
    "talk": (Conversation, "turn"),
    "language": (Conversation, "locale"),
    "opening": (Seal, "open"),
    "sealing": (Seal, "close"),
    "keys": (Keys, "on"),
    "numbers": (Space, "number"),
    "sessions": (Space, "session"),
    "hearing": (Listener, "hear"),
    "thinking": (Engine, "advance"),
    "machine": (Walker, "press"),
    "drawing": (Drawer, "draw"),
    "farewell": (Drawer, "farewell"),
    "cards": (Cards, "compose"),
    "speech": (Speech, "phrase"),
    "catalogues": (Catalogs, "say"),
    "page": (Sheet, "show"),
    "trouble": (Sheet, "trouble"),
    "reading": (web, "read"),
    "tongue": (web, "tongue"),
}


TERMINAL = [layer for layer, (owner, _) in LAYERS.items() if owner not in {web, Sheet}]


MOST = 20  # lines that are asked for


class Planting(io.TextIOWrapper):
    """A keyboard: when its second line is asked for, a failure is planted. So the guide has started well before it fails."""

    def __init__(self, lines: str, plant: Callable[[], None]) -> None:
        """Take what will be typed, and how to plant."""
        super().__init__(io.BytesIO(lines.encode()), "utf-8")
        self._plant, self._asked = plant, 0

    def readline(self, size: int = -1, /) -> str:  # type: ignore[override] # as its base class
        """Give a line."""
        self._asked += 1
        assert self._asked < MOST, "the guide goes on after the end of the input"
        if self._asked == len(("first", "second")):
            self._plant()
        return super().readline(size)


class Ears(logging.Handler):
    """Hears every logger, and formats what it hears as a log file would, traceback and all."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__(logging.DEBUG)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Take a line, unless the browser of these tests wrote it."""
        if not record.name.startswith("httpx"):
            self.heard.append(self.format(record))


@pytest.fixture
def ears() -> Iterator[Ears]:
    """Turn every logger up to DEBUG, and listen."""
    ears, before = Ears(), logging.root.manager.disable
    loggers = [logging.getLogger(), *map(logging.getLogger, list(logging.root.manager.loggerDict))]
    levels = [logger.level for logger in loggers]
    logging.disable(logging.NOTSET)
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
        logger.addHandler(ears)
    yield ears
    for logger, level in zip(loggers, levels, strict=True):
        logger.removeHandler(ears)
        logger.setLevel(level)
    logging.disable(before)


def talk(library: Library, kind: type[Conversation] = Conversation) -> Conversation:
    """Build a talk at noon."""
    return kind(library, Keys(Private(b"only for the tests of canaries!!")), lambda: NOON)


def site(library: Library, kind: type[Conversation] = Conversation) -> Starlette:
    """Build the web chat."""
    return web.application(talk(library, kind), Settings())


def failing(blurts: Marks) -> Callable[..., NoReturn]:
    """Make a method that fails, and tells in its message a mark and all that it was given."""
    mark = blurts.new("exception")

    def fail(*given: object, **named: object) -> NoReturn:
        message = f"{mark} {given[1:]!r} {named!r}"
        raise RuntimeError(message)

    return fail


async def visits(client: AsyncClient, marks: Marks) -> AsyncIterator[tuple[str, Response]]:
    """Open, press, type and send a file, with marks in everything."""
    first = await client.get("/")
    state = dict(re.findall(r'name="(chat|lang|token)" value="([^"]*)"', first.text))
    yield "open", first
    yield "query", await client.get(marks.new("query", "/?q={}"), headers={"cookie": marks.new("cookie", "a={}")})
    yield "lost", await client.get(marks.new("path", "/{}"), headers={"accept-language": marks.new("language", "{},hi")})
    yield "press", await client.post("/", data={**state, "press": state.get("token", "") + "00"})
    yield "forged", await client.post("/", data={**state, "press": marks.new("press")})
    yield "leave", await client.post("/", data={**state, "press": state.get("token", "") + "lv"})
    for name, costume in COSTUMES.items():
        yield name, await client.post("/", data={**state, "words": marks.new(name, costume)})
    for name in HEADERS:
        yield name, await client.post("/", data={**state, "words": "1"}, headers={name: marks.new(name)})
    file = (marks.new("file name", "{}.jpg"), marks.new("file").encode())
    yield "file", await client.post("/", files={"file": file})
    big = f"words={marks.new('big')}{'y' * 20_000}"
    yield "big", await client.post("/", content=big, headers={"content-type": FORM})


async def gather(app: Starlette, marks: Marks) -> dict[str, bytes]:
    """Visit, and give every answer; an exception that leaves the application is an answer too: a server would log it."""
    places: dict[str, bytes] = {}

    async def outside(scope: object, receive: object, send: object) -> None:
        try:
            await app(scope, receive, send)  # type: ignore[arg-type] # passed on as they came
        except Exception as error:
            places["escaped"] = places.get("escaped", b"") + repr(error).encode()
            raise

    transport = ASGITransport(outside, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://guide.test") as client:
        async for name, answer in visits(client, marks):
            places[f"head {name}"] = repr(answer.headers.raw).encode()
            places[f"body {name}"] = answer.content
            places[f"status {name}"] = str(answer.status_code).encode()
    return places


def printed(capfd: pytest.CaptureFixture[str]) -> dict[str, bytes]:
    """Give what was written to stdout and stderr."""
    out, err = capfd.readouterr()
    return {"stdout": out.encode(), "stderr": err.encode()}


async def test_nothing_breaks(library: Library, ears: Ears, capfd: pytest.CaptureFixture[str]) -> None:
    """With every part sound, no answer, log line or output holds a marked word."""
    marks = Marks()
    places = await gather(site(library), marks)
    assert "escaped" not in places
    assert marks.find({**places, **printed(capfd), "log": "\n".join(ears.heard).encode()}) == []


@pytest.mark.parametrize("layer", LAYERS)
async def test_a_failure_on_the_web(
    library: Library, ears: Ears, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, layer: str
) -> None:
    """A layer fails, with every word it was given in its message: none is answered, logged, printed or raised further."""
    marks, app = Marks(), site(library)
    owner, name = LAYERS[layer]
    monkeypatch.setattr(owner, name, failing(marks))
    places = await gather(app, marks)
    assert marks.find({**places, **printed(capfd), "log": "\n".join(ears.heard).encode()}) == []


@pytest.mark.parametrize("layer", LAYERS)
async def test_a_failure_is_answered_calmly(library: Library, monkeypatch: pytest.MonkeyPatch, layer: str) -> None:
    """Whatever fails, a person in need sees a page of the guide with an emergency number, never a bare error."""
    marks, app = Marks(), site(library)
    owner, name = LAYERS[layer]
    monkeypatch.setattr(owner, name, failing(marks))
    places = await gather(app, marks)
    failed = [place for place, content in places.items() if place.startswith("status") and content == b"500"]
    assert [place for place in failed if b"112" not in places[place.replace("status", "body")]] == []


def chat(library: Library, monkeypatch: pytest.MonkeyPatch, lines: str, plant: Callable[[], None]) -> dict[str, bytes]:
    """Talk in the terminal, and give what was on the screen; an exception that comes out would be printed as it is."""
    screen = io.BytesIO()
    display = io.TextIOWrapper(screen, "utf-8", write_through=True)
    monkeypatch.setattr("sys.stdin", Planting(lines, plant))
    monkeypatch.setattr("sys.stdout", display)
    monkeypatch.setattr("bot.cli.silence", lambda: None)
    monkeypatch.setattr("bot.wiring.library", lambda: library)
    places: dict[str, bytes] = {}
    try:
        cli.main(["chat", "--plain"])
    except (RuntimeError, AssertionError) as error:
        places["escaped"] = repr(error).encode()
    return {**places, "screen": screen.getvalue()}


@pytest.mark.parametrize("layer", TERMINAL)
def test_a_failure_in_the_terminal(
    library: Library, ears: Ears, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, layer: str
) -> None:
    """A layer fails while somebody talks in the terminal: neither screen, stderr nor log tells what the exception told."""
    marks = Marks()
    owner, name = LAYERS[layer]
    lines = f"1\n{marks.new('typed')}\n1\nq\n"
    places = chat(library, monkeypatch, lines, lambda: monkeypatch.setattr(owner, name, failing(marks)))
    assert marks.find({**places, **printed(capfd), "log": "\n".join(ears.heard).encode()}) == []
    assert "escaped" not in places


def _words(incoming: Incoming) -> str:
    return incoming.input.words.reveal() if isinstance(incoming.input, Words) else ""


class Echoing(Conversation):
    """A talk that prints, logs, and says the words again as the guide's own."""

    def turn(self, incoming: Incoming, frame: Frame, *, ahead: bool = False) -> Reply:
        """Leak, then answer."""
        words = _words(incoming)
        print(words)  # noqa: T201 - the leak that is to be found
        logging.getLogger("somebody.new").warning("got %s", words.encode().hex())
        reply = super().turn(Incoming(incoming.address, Opened()) if words else incoming, frame, ahead=ahead)
        object.__setattr__(reply, "title", words or reply.title)
        return reply


async def test_the_search_finds_every_leak(library: Library, ears: Ears, capfd: pytest.CaptureFixture[str]) -> None:
    """A leak into the body, a header, stdout, a log or an exception's text is found: so the searches above can fail."""
    marks = Marks()
    inner = site(library, Echoing)

    async def app(scope: dict[str, object], receive: object, send: Callable[[dict[str, object]], object]) -> None:
        async def marked(message: dict[str, object]) -> None:
            if message["type"] == "http.response.start":
                headers = message["headers"]
                assert isinstance(headers, list)
                message = {**message, "headers": [*headers, (b"x-address", str(scope["path"]).encode())]}
            await send(message)  # type: ignore[misc] # an awaitable, as ASGI has it

        await inner(scope, receive, marked)  # type: ignore[arg-type] # a plain ASGI call

    places = await gather(app, marks)  # type: ignore[arg-type] # as good as an application
    found = marks.find({**places, **printed(capfd), "log": "\n".join(ears.heard).encode()})
    assert {(one.place.partition(" ")[0], one.shape) for one in found} >= {
        ("body", "plain"), ("body", "html"), ("head", "plain"), ("stdout", "plain"), ("log", "hex"),
    }  # fmt: skip


async def test_an_escaping_exception_is_found() -> None:
    """An exception that leaves the application is found by its text."""
    marks = Marks()

    async def app(scope: Mapping[str, object], receive: object, send: object) -> None:
        raise RuntimeError(str(scope["path"]))

    assert {one.place for one in marks.find(await gather(app, marks))} == {"escaped"}  # type: ignore[arg-type] # as above


def test_a_leaking_terminal_is_found(library: Library, ears: Ears, monkeypatch: pytest.MonkeyPatch) -> None:
    """A talk that prints or logs typed words is found in the terminal too."""
    marks = Marks()
    monkeypatch.setattr("bot.wiring.conversation", lambda *_: talk(library, Echoing))
    places = chat(library, monkeypatch, f"{marks.new('typed')}\nq\n", lambda: None)
    found = marks.find({**places, "log": "\n".join(ears.heard).encode()})
    assert {(one.place, one.shape) for one in found} >= {("screen", "plain"), ("log", "hex")}
