"""A message is sent once; whatever Meta says to it has an answer, and no error carries words, addresses or the token on."""

import asyncio
import json
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.whatsapp.graph import Graph, GraphError
from bot.channels.whatsapp.letter import Letter, text_letter
from bot.channels.whatsapp.read import Chat
from bot.channels.whatsapp.send import AWAY, BUSY, GONE, OURS, PAIR, Refused, Sender
from bot.core.private import Private
from bot.talk.pace import Pace, Slot

from .chats import PHONE_ID, Phones

LETTER: Final = text_letter("SECRET words")
TOKEN: Final = "EAAsecretTOKEN"  # noqa: S105 - nobody has it
PERSON: Final = Private(Chat("919900000001", "IN.1001"))
PATH: Final = f"{PHONE_ID}/messages"
PATIENT: Final = (0.5, 1.0, 2.0, 4.0)
PAIRED: Final = (1.0, 4.0, 16.0)


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the real pauses: here they are counted, not waited for."""


@dataclass
class Patience(Slot):
    """A turn whose pauses cost no time; `overtaken_at` is the pause in which something urgent comes."""

    overtaken_at: int = 99
    waits: list[float] = field(default_factory=list)

    async def pause(self, seconds: float) -> bool:
        """Note how long it would be."""
        self.waits.append(seconds)
        return len(self.waits) < self.overtaken_at


async def sent(phones: Phones, slot: Slot, chat: Private[Chat] = PERSON, letter: Letter = LETTER) -> Refused | None:
    """Send a message."""
    return await Sender(phones, PHONE_ID, chat, slot).send(letter)


@pytest.mark.parametrize(
    ("chat", "whom"),
    [
        (Chat("919900000001", "IN.1001"), {"to": "919900000001"}),
        (Chat("919900000001", ""), {"to": "919900000001"}),
        (Chat("", "IN.1001"), {"recipient": "IN.1001"}),
    ],
)
async def test_to_whom(phones: Phones, chat: Chat, whom: dict[str, str]) -> None:
    """Who has a number is written to by it, everybody else by Meta's name for them."""
    assert await sent(phones, Patience(), Private(chat)) is None
    assert phones.last.body == {"messaging_product": "whatsapp", "recipient_type": "individual", **whom, **LETTER}


REFUSALS: Final[list[tuple[list[GraphError], tuple[float, ...], Refused | None]]] = [
    ([], (), None),
    ([GraphError(PAIR)] * 3, PAIRED, None),
    ([GraphError(PAIR)] * 9, PAIRED, Refused.DOWN),
    *(([GraphError(code)], (0.5,), None) for code in sorted(BUSY | AWAY)),
    *(([GraphError(code)] * 9, PATIENT, Refused.DOWN) for code in sorted(BUSY | AWAY)),
    ([GraphError(0, down=True)] * 4, PATIENT, None),
    ([GraphError(0, down=True)] * 9, PATIENT, Refused.DOWN),
    ([GraphError(PAIR), GraphError(0, down=True), GraphError(PAIR), GraphError(130429)], (1.0, 0.5, 4.0, 1.0), None),
    *(([GraphError(code)], (), Refused.GONE) for code in sorted(GONE)),
    *(([GraphError(code)], (), Refused.UNFIT) for code in sorted(OURS)),
    ([GraphError(131047, down=True)], (), Refused.GONE),
    ([GraphError(100, down=True)], (), Refused.UNFIT),
    *(([GraphError(code)], (), Refused.DOWN) for code in (0, 10, 190, 200, 368, 131031, 999999)),
    ([GraphError(PAIR), GraphError(131047)], (1.0,), Refused.GONE),
]


@pytest.mark.parametrize(
    ("failures", "waits", "end"),
    REFUSALS,
    ids=lambda given: str([one.code for one in given]) if isinstance(given, list) else "",
)
async def test_every_refusal_has_an_answer(
    phones: Phones, failures: list[GraphError], waits: tuple[float, ...], end: Refused | None
) -> None:
    """What can help is tried again, each time after longer: for one person 1, 4 and 16 s. What cannot is not tried twice."""
    phones.failures, slot = list(failures), Patience()
    assert await sent(phones, slot) is end
    assert tuple(slot.waits) == waits
    assert len(phones.tried) == len(waits) + 1


async def test_what_is_refused_is_noted_by_its_number(phones: Phones, capsys: pytest.CaptureFixture[str]) -> None:
    """One line, with Meta's number for the reason where there is one; a pause that helped is not noted."""
    phones.failures = [GraphError(PAIR)]
    await sent(phones, Patience())
    assert capsys.readouterr().err == ""
    phones.failures = [GraphError(131047)]
    await sent(phones, Patience())
    assert capsys.readouterr().err == "dhaal: refused code=131047\n"
    phones.failures = [GraphError(0, down=True)] * 5
    await sent(phones, Patience())
    assert capsys.readouterr().err == "dhaal: unreachable code=0\n"


@pytest.mark.parametrize("failure", [GraphError(PAIR), GraphError(130429), GraphError(0, down=True)], ids=lambda it: it.code)
async def test_what_is_overtaken_is_not_sent(phones: Phones, failure: GraphError) -> None:
    """Something urgent came while it waited: it may not write below help, or below the end."""
    phones.failures, slot = [failure] * 2, Patience(overtaken_at=1)
    assert await sent(phones, slot) is Refused.DOWN
    assert (len(phones.tried), phones.sent) == (1, [])


async def test_leaving_overtakes_a_message_that_waits(phones: Phones) -> None:
    """With real turns: Meta asks for patience, the person leaves, and only the end is sent."""
    pace, phones.failures = Pace(lambda: 0.0), [GraphError(PAIR)]
    waiting = asyncio.Event()

    async def ordinary() -> Refused | None:
        async with pace.turn(b"me") as slot:
            assert slot
            waiting.set()
            return await sent(phones, slot)

    first = asyncio.create_task(ordinary())
    await waiting.wait()
    async with asyncio.timeout(0.9), pace.turn(b"me", "lv") as slot:  # the pause would last a second
        assert slot
        assert await sent(phones, slot, letter=text_letter("You have left.")) is None
    assert await first is Refused.DOWN
    assert [one.text for one in phones.sent] == ["You have left."]


Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Meta:
    """A Graph API on the loopback that says what it is told to say."""

    answer: Answer = field(default=lambda _: _said(200, "{}"))
    asked: list[tuple[str, str, str, bytes]] = field(default_factory=list)
    heads: list[dict[str, str]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.StreamResponse:
        """Note the call, and answer."""
        self.asked.append((request.method, request.path, request.query_string, await request.read()))
        self.heads.append({name.lower(): value for name, value in request.headers.items()})
        return await self.answer(request)


async def _said(status: int, text: str, **head: str) -> web.Response:
    return web.Response(status=status, text=text, headers=head)


@pytest.fixture
async def meta() -> Meta:
    """Open Meta."""
    return Meta()


@pytest.fixture
async def line(meta: Meta) -> AsyncIterator[Graph]:
    """Lay a line to it."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", meta.take)
    async with TestServer(app) as server:
        graph = Graph(f"http://127.0.0.1:{server.port}/v23.0", Private(TOKEN))
        yield graph
        await graph.close()


async def test_a_call(meta: Meta, line: Graph) -> None:
    """A message goes to one address, as JSON in UTF-8, with the token in its head and nowhere else."""
    await line.post(PATH, {"text": "शांति"})
    meta.answer = lambda _: _said(200, '{"id": "1"}')
    assert await line.get("1", fields="id") == {"id": "1"}
    [first, second] = meta.asked
    assert first == ("POST", f"/v23.0/{PATH}", "", '{"text": "शांति"}'.encode())
    assert second == ("GET", "/v23.0/1", "fields=id", b"")
    assert {head["authorization"] for head in meta.heads} == {f"Bearer {TOKEN}"}
    assert meta.heads[0]["content-type"] == "application/json"
    assert "referer" not in meta.heads[0]


async def test_another_authorization(meta: Meta, line: Graph) -> None:
    """A question that needs another key is asked with that alone."""
    await line.get("debug_token", {"authorization": "Bearer app|secret"})
    assert meta.heads[0]["authorization"] == "Bearer app|secret"


def error(code: object, words: str = "SECRET words") -> str:
    """Write a refusal as Meta does; it quotes what was sent."""
    return json.dumps({"error": {"message": words, "type": "OAuthException", "code": code, "fbtrace_id": "SECRET"}})


SAID: Final = [
    (400, error(131056), 131056, False),
    (400, error(100), 100, False),
    (401, error(190), 190, False),
    (429, error(130429), 130429, False),
    (500, error(131000), 131000, True),
    (503, "<html>SECRET words</html>", 0, True),
    (502, "", 0, True),
    (400, error("131056"), 0, False),
    (400, "[]", 0, False),
    (400, '{"error": "SECRET words"}', 0, False),
    (400, "[" * 100_000, 0, False),
    (404, "\x00", 0, False),
    (302, "", 0, False),
    (204, "", 0, False),
]


@pytest.mark.parametrize(("status", "text", "code", "down"), SAID, ids=lambda given: str(given)[:20])
async def test_what_meta_says(  # noqa: PLR0913 - what it says, and what is read in it
    meta: Meta, line: Graph, status: int, text: str, code: int, *, down: bool
) -> None:
    """Its number for the reason is read, and whether it is out of order; its words, which may quote ours, are not."""
    meta.answer = lambda _: _said(status, text, location="http://127.0.0.1:9/elsewhere")
    with pytest.raises(GraphError) as caught:
        await line.post(PATH, LETTER)
    assert (caught.value.code, caught.value.down) == (code, down)
    assert len(meta.asked) == 1
    assert silent(caught.value)


def silent(raised: BaseException) -> bool:
    """Tell whether nothing of a call stands in an error, whoever looks at it."""
    shown = "".join(traceback.format_exception(raised)) + repr(raised) + str(raised.args)
    return not any(mark in shown for mark in ("SECRET", TOKEN, "919900000001", "IN.1001", "/v23.0", PHONE_ID))


async def hang_up(request: web.Request) -> web.StreamResponse:
    """Close the line without a word."""
    assert request.transport
    request.transport.close()
    return web.Response()


async def half(request: web.Request) -> web.StreamResponse:
    """Say half of it, and close the line."""
    response = web.StreamResponse(headers={"content-length": "100"})
    await response.prepare(request)
    await response.write(b'{"id": "SECRET')
    return await hang_up(request)


async def zipped(request: web.Request) -> web.StreamResponse:
    """Say that it is zipped, though it is not."""
    return web.Response(body=b"SECRET", headers={"content-encoding": "gzip"})


async def never(request: web.Request) -> web.StreamResponse:
    """Say nothing."""
    await asyncio.Event().wait()
    return web.Response()


@pytest.mark.parametrize("answer", [hang_up, half, zipped, never], ids=lambda it: it.__name__)
async def test_a_broken_line(meta: Meta, line: Graph, answer: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever way the line breaks, it is one error, which is worth another try and holds nothing of the call."""
    monkeypatch.setattr("bot.channels.whatsapp.graph.PATIENCE", 0.3)
    meta.answer = answer
    with pytest.raises(GraphError) as caught:
        await line.get(PHONE_ID, fields="id")
    assert (caught.value.code, caught.value.down) == (0, True)
    assert silent(caught.value)
    meta.answer = lambda _: _said(200, "{}")
    await line.post(PATH, LETTER)


@pytest.mark.parametrize("answer", [half, zipped], ids=lambda it: it.__name__)
async def test_what_was_taken_is_not_sent_again(meta: Meta, line: Graph, answer: Answer) -> None:
    """If the line breaks after Meta has said that it takes a message, another try would bring it twice."""
    meta.answer = answer
    await line.post(PATH, LETTER)
    assert len(meta.asked) == 1


@pytest.mark.parametrize("answer", [hang_up, never], ids=lambda it: it.__name__)
async def test_what_nobody_took_is_sent_again(meta: Meta, line: Graph, answer: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    """If Meta said nothing, it is an error, which is worth another try."""
    monkeypatch.setattr("bot.channels.whatsapp.graph.PATIENCE", 0.3)
    meta.answer = answer
    with pytest.raises(GraphError) as caught:
        await line.post(PATH, LETTER)
    assert (caught.value.code, caught.value.down) == (0, True)
    assert silent(caught.value)


async def test_nobody_at_the_other_end() -> None:
    """Where nothing listens, the same."""
    graph = Graph("http://127.0.0.1:9/v23.0", Private(TOKEN))
    with pytest.raises(GraphError) as caught:
        await graph.post(PATH, LETTER)
    assert (caught.value.code, caught.value.down) == (0, True)
    assert silent(caught.value)
    await graph.close()


async def test_an_answer_that_is_none(meta: Meta, line: Graph) -> None:
    """A message that was taken was taken, whatever stands in the answer; a question without a readable answer has none."""
    meta.answer = lambda _: _said(200, "SECRET")
    await line.post(PATH, LETTER)
    assert await line.get("1") == {}


async def test_a_line_that_was_never_used_can_be_closed() -> None:
    """Nothing is opened before it is needed."""
    await Graph("http://127.0.0.1:9", Private(TOKEN)).close()


async def test_a_message_over_a_real_line(meta: Meta, line: Graph) -> None:
    """The sender tries again over the same line, with the same message."""
    turns: list[Answer] = [lambda _: _said(503, ""), lambda _: _said(400, error(PAIR)), hang_up, lambda _: _said(200, "{}")]

    async def next_turn(request: web.Request) -> web.StreamResponse:
        return await turns.pop(0)(request)

    meta.answer, slot = next_turn, Patience()
    assert await Sender(line, PHONE_ID, PERSON, slot).send(LETTER) is None
    assert slot.waits == [0.5, 1.0, 1.0]
    assert len({body for *_, body in meta.asked}) == 1
    assert [path for _, path, *_ in meta.asked] == [f"/v23.0/{PHONE_ID}/messages"] * 4
