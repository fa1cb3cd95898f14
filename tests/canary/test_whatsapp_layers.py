"""When something breaks while somebody is on WhatsApp, whatever its exception tells, nobody hears it."""

import gc
import logging  # noqa: TID251 - to hear what would be logged
from collections.abc import Iterator
from typing import NoReturn

import pytest
from aiohttp import ClientResponse, ClientSession

from bot.channels.whatsapp import Guide, graph
from bot.channels.whatsapp import guide as turns_of
from bot.channels.whatsapp import read as reading
from bot.channels.whatsapp import send as sending
from bot.channels.whatsapp import webhook as hook
from bot.channels.whatsapp.graph import Graph
from bot.channels.whatsapp.letter import Letter, text_letter
from bot.channels.whatsapp.send import Refused, Sender
from bot.content.library import Library
from bot.core.private import Private
from bot.log import silence
from bot.stores.memory import Memory
from bot.talk.conversation import Conversation
from bot.talk.host import Host
from bot.talk.pace import Pace
from bot.talk.ports import Incoming
from bot.talk.recall import Recall
from tests.peers.graph_api import GraphApi, serving_graph_api

from .blurts import Watch
from .test_layers import LAYERS, TERMINAL, Ears, ears
from .whatsapp_doors import text
from .whatsapp_talk import EVERY, housed

__all__ = ["ears"]

THINKING = [*(LAYERS[name] for name in ("talk", "hearing", "thinking", "drawing", "sealing")), (turns_of, "form_letter")]
WHATSAPP = {
    "turn": (Guide, "_take"),
    "answering": (Guide, "_answer"),
    "thinking of WhatsApp": (Guide, "_think"),
    "what came": (Guide, "_turn"),
    "sharing": (Guide, "_share"),
    "sending": (Guide, "_send"),
    "trouble": (Guide, "_sorry"),
    "leaving": (turns_of, "_left"),
    "form": (turns_of, "_form"),
    "letter": (turns_of, "form_letter"),
    "words": (turns_of, "text_letter"),
    "link": (turns_of, "link_letter"),
    "spelling": (turns_of, "spell_out"),
    "sender": (Sender, "send"),
    "address": (sending, "_to"),
    "trying again": (sending, "_passes"),
    "post": (Graph, "post"),
    "call": (Graph, "_call"),
    "line": (ClientSession, "request"),
    "answer": (ClientResponse, "read"),
    "what Meta says": (graph, "_object"),
    "host": (Host, "visit"),
    "host's sorry": (Host, "sorry"),
    "host's hurry": (Host, "_urgent"),
    "batch": (hook, "read"),
    "message": (reading, "_messages"),
    "who": (reading, "_chat"),
    "what": (reading, "_input"),
    "when": (reading, "_time"),
    "typed": (reading, "_words"),
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
    "beginning": (hook.Webhook, "_begin"),
    "body": (hook, "read_body"),
}


@pytest.fixture(scope="module")
def api() -> Iterator[GraphApi]:
    """Serve a Graph API for all of these tests."""
    with serving_graph_api() as serving:
        yield serving


@pytest.fixture
def watch(ears: Ears, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Watch:
    """Listen; nobody waits for another try."""
    for name in ("TRIES", "PAIR_TRIES"):
        monkeypatch.setattr(sending, name, (0.0,))
    return Watch(ears, capfd, monkeypatch)


async def test_nothing_breaks(library: Library, api: GraphApi, watch: Watch) -> None:
    """With every part sound, no answer, call, log line or output holds a marked word, a number or a name at Meta."""
    async with housed(library, api) as house:
        await house.visit()
        assert house.found(watch) == []
        assert house.line.posts > 30
    assert api.complaints == []


@pytest.mark.parametrize("layer", WHATSAPP)
async def test_a_failure(library: Library, api: GraphApi, watch: Watch, layer: str) -> None:
    """A layer fails, with every word it was given in its message: none is sent, answered, logged or printed."""
    async with housed(library, api) as house:
        with watch.breaks(*WHATSAPP[layer]):
            await house.visit(EVERY)
        assert house.found(watch) == []
        assert watch.blurts.all


@pytest.mark.parametrize("layer", OUTERMOST)
async def test_a_failure_at_the_very_door(library: Library, api: GraphApi, watch: Watch, layer: str) -> None:
    """What the server or asyncio would tell of is not told, as `silence()` is in force, even to handlers attached later."""
    watch.monkeypatch.setattr(logging, "raiseExceptions", logging.raiseExceptions)  # put back afterwards
    silence()
    logging.getLogger().addHandler(watch.ears)
    async with housed(library, api) as house:
        with watch.breaks(*OUTERMOST[layer]):
            await house.visit(EVERY)
            gc.collect()  # a task that failed tells of it when it goes
        assert house.found(watch) == []


@pytest.mark.parametrize(("owner", "name"), THINKING, ids=lambda part: getattr(part, "__name__", part))
async def test_a_failure_is_answered_calmly(library: Library, api: GraphApi, watch: Watch, owner: object, name: str) -> None:
    """Whatever fails while the guide thinks or writes, the person sees calm words with numbers to call, and a button."""
    async with housed(library, api) as house:
        guest, guests = house.guests.guest("unlucky"), house.guests
        with watch.breaks(owner, name):
            await house.bring([guests.parcel("unlucky", guest, guests.message("unlucky", guest, text("1")))])
        [answer] = house.got(guest.chat)
        assert "112" in answer.text
        assert len(answer.buttons) == 1
        assert house.found(watch) == []


class Echoing(Conversation):
    """A talk that fails and tells of it."""

    def turn(self, incoming: Incoming, *_given: object, **_named: object) -> NoReturn:
        """Log and print what was done."""
        logging.getLogger("somebody.new").warning("%r", incoming)
        print(incoming)  # noqa: T201 - the leak that is to be found
        raise RuntimeError


async def test_the_search_finds_every_leak(library: Library, api: GraphApi, watch: Watch) -> None:
    """A forged tap that is printed and logged, and a call that tells a person's number and name at Meta, are found."""
    watch.monkeypatch.setattr(Private, "__repr__", lambda private: f"{private.reveal()}")
    answer = Sender.send

    async def echo(sender: Sender, letter: Letter) -> Refused | None:
        return await answer(sender, text_letter(f"{letter['type']} {sender._chat.reveal()}"))  # noqa: SLF001 - the leak

    watch.monkeypatch.setattr(Sender, "send", echo)
    async with housed(library, api, Echoing) as house:
        await house.visit(EVERY)
        found = house.found(watch)
    assert {one.place for one in found} >= {"stdout", "log", "calls"}
    doors = {one.door for one in found if one.place == "calls"}
    assert doors >= {"tapper: phone", "tapper: user"}
