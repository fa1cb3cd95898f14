"""When something breaks while somebody is on Telegram, whatever its exception tells, nobody hears it."""

import gc
import logging  # noqa: TID251 - to hear what would be logged
from collections.abc import Iterator
from datetime import timedelta
from typing import NoReturn

import pytest
from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiohttp import ClientSession

from bot.channels.metrics import exposition
from bot.channels.telegram import Guide
from bot.channels.telegram import guide as turns_of
from bot.channels.telegram import webhook as hook
from bot.channels.telegram.letter import Letter
from bot.channels.telegram.send import Sender
from bot.content.library import Library
from bot.core.private import Private
from bot.log import silence
from bot.stores.memory import Memory
from bot.talk.conversation import Conversation
from bot.talk.keys import Keys
from bot.talk.pace import Pace
from bot.talk.ports import Address, Frame, Incoming, Opened, Words
from bot.talk.recall import Recall
from bot.talk.tally import Tally
from tests.conftest import NOON
from tests.peers.bot_api import BotApi, serving_bot_api

from .blurts import Watch
from .telegram_doors import Visitors, typings
from .telegram_talk import talking
from .test_layers import LAYERS, TERMINAL, Ears, ears

__all__ = ["ears"]


TELEGRAM = {
    "turn": (Guide, "_act"),
    "visit": (Guide, "_visit"),
    "remembering": (Guide, "_remember"),
    "answering": (Guide, "_answer"),
    "group": (Guide, "_quit"),
    "letter": (turns_of, "screen_letter"),
    "end": (turns_of, "farewell_letter"),
    "sending": (Sender, "send"),
    "editing": (Sender, "edit"),
    "deleting": (Sender, "delete"),
    "calling": (Sender, "_call"),
    "leaving": (Sender, "quit"),
    "bot": (Bot, "__call__"),
    "session": (BaseSession, "check_response"),
    "line": (ClientSession, "post"),
    "pseudonym": (Recall, "who"),
    "once": (Recall, "first"),
    "place": (Recall, "place"),
    "keeping": (Recall, "keep"),
    "forgetting": (Recall, "forget"),
    "pace": (Pace, "turn"),
    "hurry": (Pace, "busy"),
    "store": (Memory, "put"),
    "stored": (Memory, "get"),
    "claims": (Memory, "claim"),
    "dropping": (Memory, "drop"),
} | {name: LAYERS[name] for name in TERMINAL}
OUTERMOST = {  # nothing of ours stands above these: the server or asyncio would tell of them
    "taking": (Guide, "take"),
    "door": (hook.Webhook, "knock"),
    "body": (hook, "read_body"),
    "update": (hook, "_update"),
    "reading": (hook, "read"),
    "reply": (hook, "_reply"),
}


@pytest.fixture(scope="module")
def api() -> Iterator[BotApi]:
    """Serve a Bot API for all of these tests."""
    with serving_bot_api() as serving:
        yield serving


@pytest.fixture
def watch(ears: Ears, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Watch:
    """Listen."""
    return Watch(ears, capfd, monkeypatch)


async def test_nothing_breaks(library: Library, api: BotApi, watch: Watch) -> None:
    """With every part sound, no answer, call, log line or output holds a marked word or a number."""
    async with talking(library, api) as talk:
        await talk.visit()
        assert talk.found(watch) == []
        assert len(talk.api.calls) > talk.before[1] + 30


@pytest.mark.parametrize("layer", TELEGRAM)
async def test_a_failure(library: Library, api: BotApi, watch: Watch, layer: str) -> None:
    """A layer fails, with every word it was given in its message: none is sent, answered, logged or printed."""
    async with talking(library, api) as talk:
        with watch.breaks(*TELEGRAM[layer]):
            await talk.visit()
        assert talk.found(watch) == []


@pytest.mark.parametrize("layer", OUTERMOST)
async def test_a_failure_at_the_very_door(library: Library, api: BotApi, watch: Watch, layer: str) -> None:
    """What the server or asyncio would tell of is not told, as `silence()` is in force, even to handlers attached later."""
    watch.monkeypatch.setattr(logging, "raiseExceptions", logging.raiseExceptions)  # put back afterwards
    silence()
    logging.getLogger().addHandler(watch.ears)
    async with talking(library, api) as talk:
        with watch.breaks(*OUTERMOST[layer]):
            await talk.visit()
            gc.collect()  # a task that failed tells of it when it goes
        assert talk.found(watch) == []


class Echoing(Conversation):
    """A talk that fails and tells of it."""

    def turn(self, incoming: Incoming, *_given: object, **_named: object) -> NoReturn:
        """Log and print what was done."""
        logging.getLogger("somebody.new").warning("%r", incoming)
        print(incoming)  # noqa: T201 - the leak that is to be found
        raise RuntimeError


async def test_the_search_finds_every_leak(library: Library, api: BotApi, watch: Watch) -> None:
    """A forged tap that is printed and logged, words that are answered, and a call that tells the chat's number are found."""
    watch.monkeypatch.setattr(Private, "__repr__", lambda private: f"{private.reveal()}")
    answer = Sender.send

    async def echo(sender: Sender, letter: Letter, *, protected: bool = True) -> object:
        return await answer(sender, Letter(f"{letter.text[:40]} {sender._chat}"), protected=protected)  # noqa: SLF001

    watch.monkeypatch.setattr(Sender, "send", echo)
    async with talking(library, api, Echoing) as talk:
        await talk.visit()
        found = talk.found(watch)
    assert {one.place for one in found} >= {"stdout", "log", "calls"}


def test_the_metrics_tell_no_word(library: Library) -> None:
    """When an hour has ended in which many came, its counts are shown, and hold nothing that anybody said."""
    clock = [NOON]
    visitors, tally = Visitors(), Tally(library, lambda: clock[0])
    talk = Conversation(library, Keys(Private(b"only for the tests of canaries!!")), lambda: clock[0], tally)
    for _, typing in [*typings(visitors.words)] * 2:
        here = Address("telegram", "4242", Private(str(visitors.ids.number("chat"))))
        talk.turn(Incoming(here, Opened(), visitors.words.new("hint", "hi-{}")), Frame())
        talk.turn(Incoming(here, Words(Private(typing["text"])), "en"), Frame())
    clock[0] = NOON + timedelta(hours=1)
    shown = exposition(tally)
    assert "dhaal_arrivals{" in shown
    assert visitors.words.find({"metrics": shown.encode()}) == []
    assert visitors.ids.find({"metrics": shown.encode()}) == []
