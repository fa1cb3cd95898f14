"""Marked words, names and accounts through the helpers' group: nothing of them is logged, stored or held."""

import asyncio
import gc
import logging  # noqa: TID251 - to hear what would be logged
from typing import NoReturn

import pytest
from telegram import Message, Update, User

from bot.content.library import Library
from bot.core.private import Private
from bot.desks.telegram_group.acts import Acts
from bot.desks.telegram_group.letter import Letter
from bot.desks.telegram_group.line import Line
from bot.desks.telegram_group.topic import Note, Topic
from bot.log import silence
from bot.stores.memory import Memory
from bot.talk.handoff.person import Over
from bot.talk.ports import Address
from tests.canary.marks import Marks
from tests.canary.test_layers import Ears, ears
from tests.peers import contents
from tests.peers.answers import NotFound, ServerError, TooMany
from tests.peers.bot_api import BotApi

from .stage import Somebody, Stage, staging, until

__all__ = ["ears"]

HELD = (Update, Message, User, Letter, Note, Topic)  # what could carry words, and should be gone with a talk


@pytest.fixture
def hushed(ears: Ears) -> Ears:
    """Silence all, then listen."""
    silence()
    logging.getLogger().addHandler(ears)
    ears.heard.clear()
    return ears


async def visit(stage: Stage, marks: Marks) -> None:
    """Go through every door of the desk, with marks."""
    asha = stage.group.join(marks.number("helper's account"), marks.new("helper's name"))
    await stage.duty(asha, stage.ben)
    person = Somebody(stage.exchange, Address("telegram", "4", Private(str(marks.number("person's chat")))))
    await person.ask()
    thread = await stage.do(stage.group.wait_for_topic, person.title)
    await stage.tap(asha, thread, "Take")
    await stage.talks(person)
    said = marks.new("person's words")
    await person.say(said)
    await stage.shown(thread, said)
    written = stage.group.say(asha, thread, marks.new("helper's words"))
    await until(lambda: written.reactions or person.states[-1].over)
    stage.group.edit(written, marks.new("changed words"))
    stage.group.send(asha, thread, contents.photo(marks.new("caption")))
    stage.group.send(asha, thread, contents.document(marks.new("file name")))
    stage.group.say(stage.ben, thread, marks.new("colleague's words"))
    stage.group.say(asha, None, marks.new("General"))
    stage.api.person(marks.number("stranger")).say(marks.new("stranger's words"))
    stage.group.press(asha, marks.new("forged button"), written)
    for failure in (TooMany(1), ServerError(502, html=True), NotFound()):
        stage.api.fail("sendMessage", with_=failure)
    await person.say(marks.new("words that fail"))
    await until(lambda: person.states[-1].over)
    await stage.gone(thread)


def gather(ears: Ears, capfd: pytest.CaptureFixture[str], store: Memory) -> dict[str, bytes]:
    """Give every place in which a mark might be found."""
    shown = capfd.readouterr()
    kept = b"".join(key + value for key, (_, value) in store._entries.items())  # noqa: SLF001 - what a thief would see
    return {"logs": "\n".join(ears.heard).encode(), "stdout": shown.out.encode(), "stderr": shown.err.encode(), "store": kept}


async def test_nothing_is_logged_or_stored(
    api: BotApi, library: Library, hushed: Ears, capfd: pytest.CaptureFixture[str]
) -> None:
    """With silence in force, no library says a word, even to handlers attached later; the token stays out too (R50)."""
    marks, store = Marks(), Memory()
    async with staging(api, library, store=store) as stage:
        await visit(stage, marks)
        during = gather(hushed, capfd, store)
    assert marks.find(during) == []
    assert marks.find(gather(hushed, capfd, store)) == []
    assert hushed.heard == []
    assert api.token.partition(":")[2].encode() not in b"".join(during.values())


LAYERS = [(Acts, "wrote"), (Acts, "press"), (Line, "send"), (Line, "answer"), (Topic, "bring")]


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: f"{layer[0].__name__}.{layer[1]}")
async def test_failures_tell_nothing(
    api: BotApi, library: Library, hushed: Ears, capfd: pytest.CaptureFixture[str], layer: tuple[type, str]
) -> None:
    """Whatever breaks in the desk, nobody hears it; words that could not be brought end the talk, so the person knows."""
    marks, store = Marks(), Memory()
    async with staging(api, library, store=store) as stage:
        await stage.duty(stage.asha)
        person, thread = await stage.talking()
        blurt = marks.new("exception")

        def fail(*given: object, **named: object) -> NoReturn:
            message = f"{blurt} {given!r} {named!r}"
            raise RuntimeError(message)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(*layer, fail)
            stage.group.say(stage.asha, thread, marks.new("helper's words"))
            stage.group.press(stage.asha, "cards:" + person.own.case, stage.group.inside(thread)[-1])
            words = marks.new("person's words")
            await person.say(words)
            await until(lambda: words in "".join(stage.texts(thread)) or person.over is Over.BROKEN)
            await until(lambda: not api.mail.parcels)
        gc.collect()
        assert "You are on duty" in await stage.tap(stage.asha, None, "On duty")
        assert marks.find(gather(hushed, capfd, store)) == []


async def test_nothing_is_held(api: BotApi, library: Library) -> None:
    """Once a talk is over nothing that could carry its words is in memory: no update, message, topic or letter of it."""
    async with staging(api, library) as stage:
        await stage.duty(stage.asha)
        gc.collect()
        before = {id(one) for one in gc.get_objects() if isinstance(one, HELD)}
        person, thread = await stage.talking()
        stage.group.say(stage.asha, thread, "something to forget")
        await until(lambda: person.words)
        await stage.end(stage.asha, thread)
        await stage.gone(thread)
        await asyncio.sleep(1)
        gc.collect()
        held = [one for one in gc.get_objects() if isinstance(one, HELD) and id(one) not in before]
        assert [one for one in held if not (isinstance(one, Letter) and "On duty" in one.text)] == []
