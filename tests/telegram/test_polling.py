"""Long polling against the peer: everything is taken once, in order, whatever goes wrong on the way."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from itertools import count

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession

from bot.channels.telegram import Guide
from bot.channels.telegram.line import RefusedError
from bot.channels.telegram.polling import Poller
from bot.channels.telegram.read import WANTED
from bot.channels.telegram.runner import connect
from bot.channels.turns import Turns
from bot.core.private import Private
from bot.settings import Telegram
from bot.stores.memory import Memory
from bot.talk.conversation import Conversation
from bot.talk.keys import Keys
from bot.talk.pace import Pace
from bot.talk.recall import Recall
from tests.conftest import NOON
from tests.peers.answers import Drop, Failure, Hang, NotFound, Refusal, ServerError, TooMany, Unauthorized
from tests.peers.bot_api import BotApi, serving_bot_api
from tests.peers.exchange import Call

PATIENCE = 20.0  # seconds for anything at all
CONFLICT = Refusal(409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running")
TROUBLES: dict[str, Failure] = {
    "a conflict": CONFLICT, "500": ServerError(500), "the page of a proxy": ServerError(502, html=True),
    "too many": TooMany(retry_after=0), "no answer": Hang(2.0), "a broken line": Drop(), "a bad request": NotFound(),
    "something new": Refusal(418, "I'm a teapot"),
}  # fmt: skip
REFUSALS = {"taken back": Unauthorized(), "never there": Refusal(404, "Not Found")}


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask again at once, and give a silent line up soon."""
    for name, value in {"PAUSES": (0.0, 0.01), "WAIT": 1, "PATIENCE": 0}.items():
        monkeypatch.setattr(f"bot.channels.telegram.polling.{name}", value)


@pytest.fixture
def api() -> Iterator[BotApi]:
    """Open Telegram; nothing that was asked of it was wrong."""
    with serving_bot_api() as api:
        yield api
    assert api.complaints == []


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    """Make the bot, with the guide's own line."""
    bot = connect(Telegram(Private(api.token), api.token.partition(":")[0], api=api.url))
    assert isinstance(bot.session, AiohttpSession)
    async with await bot.session.create_session():  # aiogram's own closing takes a quarter of a second
        yield bot


Make = Callable[[], Poller]


@pytest.fixture
def make(conversation: Conversation, keys: Keys, bot: Bot) -> Make:
    """Make a poller with a memory of its own, as at each start."""

    def made() -> Poller:
        ticks = count(step=1000)
        guide = Guide(conversation, Recall(Memory(), keys, lambda: NOON), Pace(lambda: float(next(ticks))))
        return Poller(guide, bot, Turns())

    return made


@asynccontextmanager
async def polling(poller: Poller) -> AsyncIterator[None]:
    """Let it poll, then stop it as the runner does."""
    task = asyncio.create_task(poller.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])
    assert task.cancelled()


async def until(api: BotApi, happened: Callable[[], object]) -> None:
    """Wait for the peer while the loop goes on."""
    await asyncio.to_thread(api.wait_until, happened)


def opened(api: BotApi, *chats: int) -> Callable[[], bool]:
    """Tell whether these chats show the first screen."""
    return lambda: all(any(shown.mine for shown in api.person(chat).see()) for chat in chats)


def sends(api: BotApi) -> list[Call]:
    """List the messages that were sent."""
    return api.called("sendMessage")


async def test_what_came_before_the_start_is_taken(api: BotApi, make: Make) -> None:
    """A webhook that was set before is taken away, and what waited behind it is kept, so that nobody is lost (R63)."""
    api.deliver_to()
    api.person(7).start()
    async with polling(make()):
        await until(api, opened(api, 7))
    first = api.calls[0]
    assert (first.method, first.params) == ("deleteWebhook", {"drop_pending_updates": False})


async def test_each_question_confirms_what_was_taken(api: BotApi, make: Make) -> None:
    """The offset is one more than the last; only what the guide reads is asked for."""
    async with polling(make()):
        for chat in (7, 8, 9):
            api.person(chat).start()
            await until(api, opened(api, chat))
        await until(api, lambda: not api.mail.parcels)
    offsets = [poll.params["offset"] for poll in api.polls]
    assert offsets == sorted(offsets)
    assert offsets[0] == 0
    assert {tuple(poll.params["allowed_updates"]) for poll in api.polls if "allowed_updates" in poll.params} == {WANTED}
    assert len(sends(api)) == 3


async def test_what_is_brought_twice_is_done_once(api: BotApi, make: Make) -> None:
    """Telegram may bring what was confirmed once more."""
    api.repeat(2)
    async with polling(make()):
        api.person(7).start()
        await until(api, lambda: opened(api, 7)() and not api.mail.parcels)
        await until(api, lambda: len(api.polls) > 2)
    assert len(sends(api)) == 1


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_after_trouble_it_goes_on(api: BotApi, make: Make, trouble: str) -> None:
    """Whatever happens to a question, the next one takes what waits, and everybody is answered once."""
    failure = TROUBLES[trouble]
    api.fail("deleteWebhook", with_=failure)
    api.fail("getUpdates", with_=failure)
    api.person(7).start()
    async with polling(make()):
        await until(api, opened(api, 7))
        api.fail("getUpdates", with_=failure)
        api.person(8).start()
        await until(api, opened(api, 8))
    assert len(sends(api)) == 2


async def test_an_answer_that_is_lost(api: BotApi, make: Make) -> None:
    """Updates that were given, but did not arrive, are given again."""
    api.fail("getUpdates", with_=Drop(carried_out=True), times=2)
    api.person(7).start()
    async with polling(make()):
        await until(api, opened(api, 7))
    assert len(sends(api)) == 1


async def test_two_programs_for_one_bot(api: BotApi, make: Make, capsys: pytest.CaptureFixture[str]) -> None:
    """Both go on, everybody is answered, and the operator reads that there is a conflict."""
    async with polling(make()), polling(make()):
        await until(api, lambda: sum(poll.refusal is not None for poll in api.polls) > 2)
        api.person(7).start()
        await until(api, opened(api, 7))
    assert "dhaal: conflict\n" in capsys.readouterr().err


@pytest.mark.parametrize("refusal", REFUSALS)
@pytest.mark.parametrize("method", ["deleteWebhook", "getUpdates"])
async def test_a_token_that_telegram_does_not_know(api: BotApi, make: Make, method: str, refusal: str) -> None:
    """There is no use in asking again; the error holds no token."""
    api.fail(method, with_=REFUSALS[refusal])
    with pytest.raises(RefusedError) as refused:
        await asyncio.wait_for(make().run(), PATIENCE)
    assert (str(refused.value), refused.value.__suppress_context__) == ("", True)


async def test_a_token_that_is_taken_back(api: BotApi, make: Make) -> None:
    """Also after an hour of good talk."""
    task = asyncio.create_task(make().run())
    api.person(7).start()
    await until(api, opened(api, 7))
    api.fail("getUpdates", with_=Unauthorized(), times=2)
    with pytest.raises(RefusedError):
        await asyncio.wait_for(task, PATIENCE)


BROKEN: dict[str, dict[str, object]] = {"no number": {"date": 1}, "another shape": {"message_id": "x", "date": [], "chat": 7}}


@pytest.mark.parametrize("what", BROKEN)
@pytest.mark.parametrize("before", [0, 2])
async def test_an_update_that_cannot_be_read_is_stepped_over(api: BotApi, make: Make, what: str, before: int) -> None:
    """Those around it are taken, in the same batch and later, and none of them twice."""
    with api.holding():
        for chat in range(before):
            api.person(100 + chat).start()
        for _ in range(2):
            with api.telegram.moved:
                api.mail.send("message", 7, BROKEN[what])
        api.person(200).start()
    async with polling(make()):
        await until(api, opened(api, 200, *(100 + chat for chat in range(before))))
        api.person(300).start()
        await until(api, opened(api, 300))
        await until(api, lambda: not api.mail.parcels)
    assert len(sends(api)) == before + 2


async def test_nothing_is_brought_again_after_a_restart(api: BotApi, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the end Telegram is told what was taken, even if the guide is stopped before it could ask again."""
    monkeypatch.setattr("bot.channels.telegram.polling.WAIT", 20)
    monkeypatch.setattr("bot.channels.telegram.polling.PAUSES", (1000.0,))
    async with polling(make()):
        await until(api, lambda: api.polls)
        api.fail("getUpdates", with_=ServerError(), times=1)  # the second question, which would have told it
        api.person(7).start()
        await until(api, lambda: opened(api, 7)() and len(api.polls) == 2)
        assert len(api.mail.parcels) == 1
    await until(api, lambda: not api.mail.parcels)
    async with polling(make()):  # with a new memory
        api.person(8).start()
        await until(api, opened(api, 8))
    assert len(sends(api)) == 2


async def test_it_ends_though_telegram_is_down(api: BotApi, make: Make) -> None:
    """The last word to Telegram may fail; stopping does not."""
    async with asyncio.timeout(PATIENCE), polling(make()):
        await until(api, lambda: api.polls)
        api.fail("getUpdates", with_=Drop(), times=10)
