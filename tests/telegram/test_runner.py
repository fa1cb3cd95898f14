"""One bot while the application runs: what Telegram is told at the start, a token it does not know, and the end."""

import asyncio
import time
from collections.abc import Callable, Iterator

import pytest

from bot.channels.telegram import Guide, Runner
from bot.channels.telegram.read import WANTED
from bot.channels.telegram.runner import REFUSED
from bot.channels.telegram.webhook import PATH
from bot.core.private import Private
from bot.settings import Telegram
from bot.stores.memory import Memory
from bot.talk.conversation import Conversation
from bot.talk.keys import Keys
from bot.talk.pace import Pace
from bot.talk.recall import Recall
from tests.conftest import NOON
from tests.peers.answers import Failure, Hang, Refusal, ServerError, Unauthorized
from tests.peers.bot_api import BotApi, serving_bot_api

SECRET = "a-secret_of-the-tests"  # noqa: S105 - guards nothing
HERE = "https://guide.example/some"
UNKNOWN: dict[str, Failure] = {"taken back": Unauthorized(), "never there": Refusal(404, "Not Found")}
FIRST = {"polling": "deleteWebhook", "webhook": "setWebhook"}


@pytest.fixture
def api() -> Iterator[BotApi]:
    """Open Telegram; nothing that was asked of it was wrong."""
    with serving_bot_api() as api:
        yield api
    assert api.complaints == []


Make = Callable[..., Runner]


@pytest.fixture
def make(api: BotApi, conversation: Conversation, keys: Keys, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Make a runner in a mode."""
    monkeypatch.setattr("bot.channels.telegram.polling.PAUSES", (0.0,))
    monkeypatch.setattr("bot.channels.telegram.runner.PAUSES", (0.0,))

    def made(mode: str, url: str | None = HERE) -> Runner:
        settings = Telegram(Private(api.token), api.token.partition(":")[0], mode, api.url)
        guide = Guide(conversation, Recall(Memory(), keys, lambda: NOON), Pace(time.monotonic))
        return Runner(settings, conversation, guide, Private(SECRET), url)

    return made


def silent(sentence: str) -> None:
    """Expect nothing to be said."""
    raise AssertionError(sentence)


async def until(api: BotApi, happened: Callable[[], object]) -> None:
    """Wait for the peer while the loop goes on."""
    await asyncio.to_thread(api.wait_until, happened)


def dressed(api: BotApi) -> Callable[[], bool]:
    """Tell whether the profile is complete."""
    return lambda: ("description", "hi") in api.telegram.profile


async def test_telegram_is_told_where_to_knock(api: BotApi, make: Make) -> None:
    """With the secret, what is wanted, and without dropping what waits, so that nobody is lost (R63)."""
    api.person(7).start()
    async with make("webhook").running(silent):
        await until(api, lambda: api.called("setWebhook") and dressed(api)())
    [call] = api.called("setWebhook")
    wanted = {"url": HERE + PATH, "secret_token": SECRET, "allowed_updates": [*WANTED], "drop_pending_updates": False}
    assert call.params == wanted
    assert (len(api.mail.parcels), api.polls, api.called("deleteWebhook")) == (1, [], [])


async def test_without_an_address_telegram_is_not_told(api: BotApi, make: Make) -> None:
    """The operator does it; the door is there, and the profile is dressed."""
    runner = make("webhook", None)
    assert [getattr(route, "path", None) for route in runner.routes] == [PATH]
    async with runner.running(silent):
        await until(api, dressed(api))
    assert (api.called("setWebhook"), api.called("deleteWebhook"), api.polls) == ([], [], [])


async def test_who_polls_has_no_door(api: BotApi, make: Make) -> None:
    """Nobody can knock; a webhook that was set before is taken away."""
    runner = make("polling")
    assert runner.routes == []
    async with runner.running(silent):
        await until(api, lambda: api.polls and dressed(api)())
    assert (api.called("setWebhook"), len(api.called("deleteWebhook"))) == ([], 1)


async def test_telegram_is_told_until_it_has_heard(api: BotApi, make: Make) -> None:
    """A start while Telegram is out of order does not leave the guide deaf."""
    for failure in (ServerError(502, html=True), ServerError(500), Refusal(400, "Bad Request: bad webhook: failed to resolve")):
        api.fail("setWebhook", with_=failure)
    async with make("webhook").running(silent):
        await until(api, lambda: api.exchange.hook.settings)
    assert len(api.called("setWebhook")) == 4


@pytest.mark.parametrize("refusal", UNKNOWN)
@pytest.mark.parametrize("mode", FIRST)
async def test_a_token_that_telegram_does_not_know(api: BotApi, make: Make, mode: str, refusal: str) -> None:
    """The operator reads one sentence with the remedy, without the token; nothing more is tried."""
    api.fail("*", times=10**6, with_=UNKNOWN[refusal])
    api.fail("getUpdates", times=10**6, with_=UNKNOWN[refusal])
    sentences: list[str] = []
    said = asyncio.Event()

    def stop(sentence: str) -> None:
        sentences.append(sentence)
        said.set()

    async with make(mode).running(stop), asyncio.timeout(20):
        await said.wait()
    assert sentences == [REFUSED]
    assert api.token not in REFUSED
    assert len(api.called(FIRST[mode])) == 1


async def stopped_in_a_turn(api: BotApi, runner: Runner, failure: Failure) -> None:
    """Stop while somebody waits for an answer, as the call that brings it hangs."""
    person = api.person(7, language_code="en")
    async with runner.running(silent):
        person.start()
        await asyncio.to_thread(person.find, "1. English")
        api.fail("editMessageText", with_=failure)
        await asyncio.to_thread(person.tap, "1. English")
        await until(api, lambda: api.called("editMessageText"))


async def test_a_turn_under_way_is_finished_before_the_end(api: BotApi, make: Make) -> None:
    """Who has tapped gets the screen, though the guide was told to stop meanwhile."""
    await stopped_in_a_turn(api, make("polling"), Hang(0.3))
    assert api.person(7).see()[-1].text.startswith("Hello.")
    assert api.mail.parcels == []


async def test_a_turn_that_takes_too_long_is_given_up(api: BotApi, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """The guide ends all the same; the person keeps a screen whose buttons lead on."""
    monkeypatch.setattr("bot.channels.telegram.runner.FINISH", 0.1)
    async with asyncio.timeout(5):
        await stopped_in_a_turn(api, make("polling"), Hang(20))
    assert api.person(7).see()[-1].text == "Choose your language."
