"""One number while the application runs: what Meta is asked at the start, what it may not know, and the end."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from itertools import repeat

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from httpx import ASGITransport, AsyncClient
from starlette.applications import Starlette

from bot import wiring
from bot.channels.whatsapp import Guide, Runner
from bot.channels.whatsapp.runner import BAD_NUMBER, BAD_TOKEN, NOT_LET_IN, NUMBER_REFUSED
from bot.channels.whatsapp.webhook import HEADER, PATH
from bot.content.library import Library
from bot.core.private import Private
from bot.settings import Settings, Whatsapp
from bot.stores.memory import Memory
from bot.talk.conversation import Conversation

from .chats import PHONE_ID, Person, Sent
from .test_webhook import SECRET, WORD, signed

TOKEN = "EAAsecretTOKEN"  # noqa: S105 - nobody has it


@dataclass
class Meta:
    """A Graph API on the loopback. `said` are its next answers, as status and code; then all is well."""

    said: list[tuple[int, int]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    free: asyncio.Event = field(default_factory=asyncio.Event)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def take(self, request: web.Request) -> web.Response:
        """Note the call, wait until answers are given, and answer."""
        body = await request.read()
        async with self.changed:
            self.asked.append(f"{request.method} {request.path_qs}")
            self.changed.notify_all()
        await self.free.wait()
        status, code = self.said.pop(0) if self.said else (200, 0)
        if status == 200 and body:
            self.sent.append(Sent(json.loads(body)))
        return web.json_response({"error": {"code": code}} if code else {}, status=status)

    async def called(self, times: int) -> None:
        """Wait until it was called so often."""
        async with asyncio.timeout(20), self.changed:
            await self.changed.wait_for(lambda: len(self.asked) >= times)


@pytest.fixture
async def meta() -> Meta:
    """Open Meta."""
    opened = Meta()
    opened.free.set()
    return opened


@pytest.fixture
async def settings(meta: Meta, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Whatsapp]:
    """Give the settings of a number there."""
    monkeypatch.setattr("bot.channels.whatsapp.runner.PAUSES", (0.0,))
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", meta.take)
    async with TestServer(app) as server:
        api = f"http://127.0.0.1:{server.port}/v23.0"
        yield Whatsapp(Private(TOKEN), PHONE_ID, Private(SECRET), Private(WORD), api)


@pytest.fixture
def runner(settings: Whatsapp, guide: Guide) -> Runner:
    """Make a runner."""
    return Runner(settings, guide)


def silent(sentence: str) -> None:
    """Expect nothing to be said."""
    raise AssertionError(sentence)


async def bring(runner: Runner, body: bytes) -> int:
    """Knock as Meta does."""
    app = Starlette(routes=[*runner.routes])
    async with AsyncClient(transport=ASGITransport(app), base_url="http://guide.test") as client:
        return (await client.post(PATH, content=body, headers={HEADER: signed(body)})).status_code


async def test_meta_is_asked_once_whether_it_knows_us(meta: Meta, runner: Runner) -> None:
    """One question, which changes nothing, for our number's id alone."""
    async with runner.running(silent):
        await meta.called(1)
    assert meta.asked == [f"GET /v23.0/{PHONE_ID}?fields=id"]


def test_it_has_one_door(settings: Whatsapp, guide: Guide) -> None:
    """What is mounted is the webhook, to look at and to knock at."""
    routes = Runner(settings, guide).routes
    assert [(getattr(route, "path", ""), getattr(route, "methods", set()) - {"HEAD"}) for route in routes] == [
        (PATH, {"GET"}),
        (PATH, {"POST"}),
    ]


REMEDIES = [*zip(sorted(BAD_TOKEN), repeat(NOT_LET_IN)), *zip((100, 10, 33, 200), repeat(NUMBER_REFUSED))]


@pytest.mark.parametrize(("code", "sentence"), REMEDIES)
async def test_a_token_or_number_that_meta_does_not_know(meta: Meta, runner: Runner, code: int, sentence: str) -> None:
    """The operator reads one sentence with the remedy, without the token; nothing more is tried."""
    meta.said = [(401, code)]
    said: list[str] = []
    told = asyncio.Event()

    def stop(sentence: str) -> None:
        said.append(sentence)
        told.set()

    async with runner.running(stop), asyncio.timeout(20):
        await told.wait()
    assert said == [sentence]
    assert len(meta.asked) == 1
    assert "DHAAL_WHATSAPP_" in sentence
    assert TOKEN not in sentence
    assert not BAD_TOKEN & BAD_NUMBER


async def test_meta_is_asked_until_it_has_answered(meta: Meta, runner: Runner, capsys: pytest.CaptureFixture[str]) -> None:
    """A start while Meta is out of order, or has had too many calls, is no reason to stop: the guide answers meanwhile."""
    meta.said = [(500, 0), (503, 190), (429, 4), (400, 131000)]
    async with runner.running(silent):
        await meta.called(5)
    assert meta.asked == [f"GET /v23.0/{PHONE_ID}?fields=id"] * 5
    assert capsys.readouterr().err == "dhaal: unreachable\n" * 4


async def test_people_are_answered_before_meta_has(meta: Meta, runner: Runner, person: Person) -> None:
    """Nobody waits for the first question to be answered, nor at the end."""
    meta.said = [(500, 0)] * 1000
    async with runner.running(silent):
        await meta.called(2)
        meta.said = []
        assert await bring(runner, json.dumps(person.types("hi")).encode()) == 200
    assert [sent.text.partition(".")[0] for sent in meta.sent] == ["Choose your language"]


async def test_a_turn_under_way_is_finished_before_the_end(meta: Meta, runner: Runner, person: Person) -> None:
    """Who has written gets the answer, though the guide was told to stop meanwhile."""
    async with runner.running(silent):
        await meta.called(1)
        meta.free.clear()
        await bring(runner, json.dumps(person.types("hi")).encode())
        await meta.called(2)
        asyncio.get_running_loop().call_soon(meta.free.set)
    assert len(meta.sent) == 1


async def test_a_turn_that_takes_too_long_is_given_up(
    meta: Meta, runner: Runner, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guide ends all the same."""
    monkeypatch.setattr("bot.channels.whatsapp.runner.FINISH", 0.1)
    async with asyncio.timeout(20):
        async with runner.running(silent):
            await meta.called(1)
            meta.free.clear()
            await bring(runner, json.dumps(person.types("hi")).encode())
            await meta.called(2)
        meta.free.set()
    assert meta.sent == []


Stop = Callable[[str], None]


def test_it_is_wired_where_it_is_set(settings: Whatsapp, talk: Conversation, library: Library) -> None:
    """With the settings of a number the guide has its door, and no web chat beside it unless it is wanted."""
    parts = wiring.Parts(Settings(), library, talk, Memory(), None)
    assert wiring.whatsapp(parts) is None
    service = wiring.whatsapp(replace(parts, settings=Settings(whatsapp=settings)))
    assert isinstance(service, Runner)
    for web_too, paths in ((False, [PATH, PATH, "/health"]), (True, [PATH, PATH, ""])):
        app = wiring.application(Settings(whatsapp=settings, web=web_too), library, silent)
        assert [getattr(route, "path", None) for route in app.routes] == paths
