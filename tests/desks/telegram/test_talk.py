"""A talk between a person and a helper in their group, from the wait to the end."""

import asyncio
import time

import pytest

from bot.desks.telegram_group import words
from bot.desks.telegram_group.topic import LINGER
from bot.talk.handoff.brief import Brief
from bot.talk.handoff.front import Over
from tests.peers import contents

from .stage import Stage, until


async def test_a_topic_shows_the_brief_and_no_more(stage: Stage) -> None:
    """Who waits has a topic with the facts they agreed to, in English, and one button; nothing of their account."""
    await stage.duty(stage.asha)
    person, thread = await stage.waiting()
    (brief,) = stage.texts(thread)
    for line in ("Language: Hindi (हिन्दी)", "Country: India", "Where: Instagram", "Urgent: Yes", words.WAITS):
        assert line in brief
    assert brief.startswith(f"Person {person.number}. Waiting since ")
    assert "Someone threatens me" in brief
    assert person.address.chat.reveal() not in brief
    assert [button.label for button in stage.group.inside(thread)[-1].buttons] == ["Take"]


async def test_who_shows_nothing_is_a_number(stage: Stage) -> None:
    """Of somebody who left every line out, only the number and the time are shown."""
    await stage.duty(stage.asha)
    _, thread = await stage.waiting(Brief())
    assert words.NOTHING in stage.texts(thread)[0]


async def test_words_go_both_ways_and_arrive(stage: Stage) -> None:
    """What the person says stands in the topic as a quotation; what the helper writes reaches them, and is marked."""
    await stage.duty(stage.asha)
    person, thread = await stage.talking()
    assert await person.say("Hello, are you there?")
    shown = await stage.shown(thread, "Hello, are you there?")
    assert [one["type"] for one in shown.entities] == ["blockquote"]
    assert shown.flags["protect_content"]
    written = stage.group.say(stage.asha, thread, "Yes. I am here.")
    await until(lambda: written.reactions == ["👍"])
    assert person.words == ["Yes. I am here."]
    await until(lambda: not person.own.pending)


async def test_the_end_wipes_both_sides(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """End, pressed twice, tells the person and takes the topic away, within five seconds."""
    monkeypatch.setattr("bot.desks.telegram_group.topic.LINGER", LINGER)
    await stage.duty(stage.asha)
    person, thread = await stage.talking()
    stage.group.say(stage.asha, thread, "Goodbye")
    await until(lambda: person.words)
    began = time.monotonic()
    await stage.end(stage.asha, thread)
    await stage.gone(thread)
    assert time.monotonic() - began < 5
    assert (person.over, person.words) == (Over.ENDED, [])
    assert stage.group.inside(thread) == []
    assert "deleted" not in "".join(stage.texts(None)[1:])  # nobody has to do anything


async def test_block_keeps_somebody_away(stage: Stage) -> None:
    """Who was blocked cannot ask again now."""
    await stage.duty(stage.asha)
    person, thread = await stage.talking()
    await stage.end(stage.asha, thread, "Block")
    await stage.gone(thread)
    assert person.over is Over.BLOCKED
    assert (await stage.exchange.ask(person.address, person, Brief())).over is Over.BLOCKED


async def test_the_person_ends_it(stage: Stage) -> None:
    """When the person ends it, the topic says so and goes."""
    await stage.duty(stage.asha)
    person, thread = await stage.talking()
    await person.stop()
    await stage.shown(thread, "The person ended the talk.")
    await stage.gone(thread)


async def test_a_topic_closed_by_hand_ends_the_talk(stage: Stage) -> None:
    """Closing a topic is another way to say End."""
    await stage.duty(stage.asha)
    person, thread = await stage.talking()
    stage.group.close_topic(stage.asha, thread)
    await until(lambda: person.over is Over.ENDED)
    await stage.gone(thread)


@pytest.mark.parametrize("kind", ["photo", "voice", "document"])
async def test_only_text_passes(stage: Stage, kind: str) -> None:
    """A picture, a voice note or a file is refused with one line, is not fetched, and reaches nobody."""
    await stage.duty(stage.asha)
    person, thread = await stage.talking()
    content = {"photo": contents.photo("look"), "voice": contents.voice(), "document": contents.document()}[kind]
    sent = stage.group.send(stage.asha, thread, content)
    refused = await stage.shown(thread, words.TEXT_ONLY)
    assert refused.under == sent.id
    assert person.words == []
    assert stage.api.called("getFile") == []


async def test_what_is_changed_stays_as_it_was(stage: Stage) -> None:
    """That an edit does not reach the person is said once."""
    await stage.duty(stage.asha)
    person, thread = await stage.talking()
    written = stage.group.say(stage.asha, thread, "first")
    await until(lambda: person.words)
    stage.group.edit(written, "second")
    stage.group.edit(written, "third")
    await stage.shown(thread, words.EDITED)
    stage.group.say(stage.asha, thread, "on")
    await until(lambda: len(person.words) == 2)
    assert person.words == ["first", "on"]
    assert stage.texts(thread).count(words.EDITED) == 1


async def test_only_the_helper_reaches_the_person(stage: Stage) -> None:
    """What others write stays in the topic, as does what nobody has taken yet, and each is told so once."""
    await stage.duty(stage.asha, stage.ben)
    person, thread = await stage.waiting()
    stage.group.say(stage.ben, thread, "me?")
    await stage.shown(thread, words.NOT_TAKEN)
    await stage.tap(stage.asha, thread, "Take")
    for text in ("a note", "one more"):
        stage.group.say(stage.ben, thread, text)
    stage.group.say_hidden(thread, "from nobody")
    await stage.shown(thread, words.HIDDEN)
    assert stage.texts(thread).count(words.NOT_YOURS.format("Asha")) == 1
    assert person.words == []


async def test_what_does_not_arrive_is_said(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the person cannot be reached, the helper reads under their message that it did not arrive."""
    monkeypatch.setattr("bot.desks.telegram_group.topic.PATIENCE", 0.5)
    await stage.duty(stage.asha)
    person, thread = await stage.talking()
    person.reached = False
    written = stage.group.say(stage.asha, thread, "Are you there?")
    late = await stage.shown(thread, words.LATE)
    assert late.under == written.id
    assert written.reactions == ()


async def test_a_message_that_comes_twice_is_said_once(stage: Stage) -> None:
    """Telegram may bring an update again; the person hears it once, and a second press changes nothing."""
    await stage.duty(stage.asha)
    person, thread = await stage.talking()
    stage.api.repeat(3)
    stage.group.say(stage.asha, thread, "once")
    await until(lambda: person.words)
    stage.api.repeat(1)
    stage.group.say(stage.asha, thread, "then this")
    await until(lambda: len(person.words) > 1)
    assert person.words == ["once", "then this"]


async def test_a_card_is_read_first_and_sent_in_their_language(stage: Stage) -> None:
    """The guide's next card is shown in English, and is sent in the language of the person."""
    await stage.duty(stage.asha)
    person, thread = await stage.talking()
    assert await stage.tap(stage.asha, thread, "Suggest next card") == ""
    offered = await stage.shown(thread, words.CARD_ASK)
    await stage.tap(stage.asha, thread, offered.buttons[0].label)
    card = await stage.shown(thread, "Do not pay.")
    assert person.words == []
    await stage.tap(stage.asha, thread, words.SEND)
    await until(lambda: person.words)
    assert "पैसे न दें" in person.words[0]
    await until(lambda: card.reactions == ["👍"])
    await stage.tap(stage.asha, thread, words.SEND)
    await stage.tap(stage.asha, thread, words.CARDS)
    await stage.shown(thread, words.CARD_ASK)
    assert len(person.words) == 1


async def test_a_long_message_arrives_whole(stage: Stage) -> None:
    """What is longer than one message of the relay is not cut."""
    await stage.duty(stage.asha)
    person, thread = await stage.talking()
    written = stage.group.say(stage.asha, thread, "long " * 800)
    await until(lambda: written.reactions)
    assert "".join(person.words).split() == ["long"] * 800


async def test_somebody_who_is_silent_for_long_finds_it_over(stage: Stage) -> None:
    """When the line breaks on the person's side, the topic says so and goes."""
    await stage.duty(stage.asha)
    person, thread = await stage.talking()
    await stage.exchange.front.end(person.own, Over.SILENT)
    await stage.shown(thread, words.WHY[Over.SILENT.value])
    await stage.gone(thread)


async def test_words_of_a_talk_that_is_lost_break_it_off(stage: Stage) -> None:
    """Words of somebody whose topic was deleted by hand cannot be brought: the talk breaks off, and the person is told."""
    await stage.duty(stage.asha)
    person, thread = await stage.talking()
    stage.group.delete_topic(thread)
    await person.say("hello?")
    await until(lambda: person.over is Over.BROKEN)
    await asyncio.sleep(0)
    assert stage.exchange.front.of(person.address) is None


async def test_nobody_else_hears_of_it(stage: Stage) -> None:
    """What is said in a private chat with the helpers' bot, or in General, reaches nobody and is not answered."""
    await stage.duty(stage.asha)
    person, thread = await stage.talking()
    stage.api.person(99).say("secret")
    stage.group.say(stage.asha, None, "among us")
    stage.group.say(stage.asha, thread, "to the person")
    await until(lambda: person.words)
    assert person.words == ["to the person"]
    assert [call.chat_id for call in stage.api.called("sendMessage") if call.chat_id == 99] == []
