"""Who may do what in the group, and what happens when the group, Telegram or a process fails."""

import asyncio
import time
from contextlib import AsyncExitStack

import pytest

from bot.content.library import Library
from bot.core.private import Private
from bot.desks.telegram_group import examine, words
from bot.desks.telegram_group.desk import SHOWN
from bot.desks.telegram_group.window import Window
from bot.settings import TelegramDesk
from bot.stores.memory import Memory
from bot.talk.handoff.brief import Brief
from bot.talk.handoff.front import Over
from tests.peers.answers import Hang, NotFound, Refusal, ServerError, TooMany, Unauthorized
from tests.peers.bot_api import BotApi
from tests.peers.forum import NEEDED

from .stage import GROUP, Stage, staging, until

# Claims


async def test_one_of_two_wins(stage: Stage) -> None:
    """Two helpers press Take at once: one has the person, the other is told who."""
    await stage.duty(stage.asha, stage.ben)
    for _ in range(3):
        person, thread = await stage.waiting()
        answers = await asyncio.gather(stage.tap(stage.asha, thread, "Take"), stage.tap(stage.ben, thread, "Take"))
        taken = [answer for answer in answers if answer == words.TAKEN.format(person.number)]
        assert len(taken) == 1
        (other,) = set(answers) - set(taken)
        assert other in {words.HAS.format("Asha"), words.HAS.format("Ben"), words.TOO_LATE}
        await stage.talks(person)


async def test_buttons_are_for_those_on_duty(stage: Stage) -> None:
    """Who is not on duty takes nobody; who does not have the person ends nothing and sends nothing."""
    await stage.duty(stage.asha)
    person, thread = await stage.waiting()
    assert await stage.tap(stage.ben, thread, "Take") == words.FIRST_DUTY
    await stage.tap(stage.asha, thread, "Take")
    await stage.duty(stage.ben)
    for label in ("End", "Block", "Pass on", "Suggest next card"):
        assert words.HOLDER_ONLY in await stage.tap(stage.ben, thread, label)
    assert person.over is None


async def test_a_colleague_takes_over(stage: Stage) -> None:
    """Passed on, somebody waits again in the same topic until a colleague takes them."""
    await stage.duty(stage.asha, stage.ben)
    person, thread = await stage.talking()
    assert await stage.tap(stage.asha, thread, "Pass on") == words.PASSED
    await until(lambda: person.states[-1].place == 1)
    assert "You have" in await stage.tap(stage.ben, thread, "Take")
    stage.group.say(stage.asha, thread, "not mine any more")
    stage.group.say(stage.ben, thread, "hello from Ben")
    await until(lambda: person.words)
    assert person.words == ["hello from Ben"]


async def test_the_person_is_told_of_a_second_helper(stage: Stage) -> None:
    """Who reads along is announced to the person, and in the topic; words stand there once."""
    await stage.duty(stage.asha, stage.ben)
    person, thread = await stage.talking()
    assert await stage.tap(stage.asha, thread, "Read along") == words.YOURS
    assert await stage.tap(stage.ben, thread, "Read along") == words.READING
    await until(lambda: person.states[-1].readers == 1)
    await stage.shown(thread, words.READERS.format("Ben"))
    await person.say("both of you")
    await stage.shown(thread, "both of you")
    assert await stage.tap(stage.ben, thread, "Read along") == words.READ_OFF
    await until(lambda: person.states[-1].readers == 0)
    assert stage.texts(thread).count("both of you") == 1


async def test_another_desk_is_faster(stage: Stage) -> None:
    """Whom a helper of another desk takes has no topic here any more."""
    await stage.duty(stage.asha)
    person, thread = await stage.waiting()
    other = stage.exchange.back.sit("somebody at the web desk")
    assert await other.take(person.own.case)
    await stage.gone(thread)
    stage.exchange.back.rise(other)


async def test_who_gives_up_waiting_has_no_topic(stage: Stage) -> None:
    """Whoever stops before anybody was free is gone from the group."""
    await stage.duty(stage.asha)
    person, thread = await stage.waiting()
    await person.stop()
    await stage.gone(thread)


async def test_forged_buttons_do_nothing(stage: Stage) -> None:
    """Whatever a program sends in place of a button, it is answered and nothing happens."""
    await stage.duty(stage.asha)
    person, thread = await stage.talking()
    (message, *_) = [one for one in stage.group.inside(thread) if one.text]
    for data in (
        "take:",
        "take:0000",
        "end:nobody",
        "look9:" + person.own.case,
        "send7:" + person.own.case,
        ":",
        "x" * 64,
        "é",
    ):
        query = stage.group.press(stage.asha, data, message)
        await until(lambda query=query: query.answer is not None)  # type: ignore[misc]
    assert person.over is None
    assert person.words == []


# Duty


async def test_duty_opens_and_closes_the_desk(stage: Stage) -> None:
    """Without anybody on duty nobody is sent here; who has a person cannot go off duty; the pinned message counts."""
    assert not stage.exchange.back.staffed(time.monotonic())
    await stage.duty(stage.asha)
    await stage.shown(None, "On duty: 1. Waiting: 0. Talks: 0.")
    person, thread = await stage.talking()
    await stage.shown(None, "On duty: 1. Waiting: 0. Talks: 1.")
    assert await stage.tap(stage.asha, None, "Off duty") == words.BUSY.format(person.number)
    await stage.end(stage.asha, thread)
    await stage.gone(thread)
    assert await stage.tap(stage.asha, None, "Off duty") == words.LEFT_DUTY
    assert stage.exchange.back.agents == set()
    assert stage.group.forum.pinned == stage.group.inside(None)[0].id


async def test_a_desk_says_when_it_is_full(stage: Stage) -> None:
    """The button "No room now" lets nobody new in, and another lets them in again."""
    assert await stage.tap(stage.asha, None, words.FULL) == words.FIRST_DUTY
    await stage.duty(stage.asha)
    assert await stage.tap(stage.asha, None, words.FULL) == words.ROOM_OFF
    await until(lambda: not stage.exchange.back.staffed(time.monotonic()))
    assert await stage.tap(stage.asha, None, words.ROOM) == words.ROOM_ON
    await until(lambda: stage.exchange.back.staffed(time.monotonic()))


async def test_only_members_are_on_duty(stage: Stage) -> None:
    """Somebody who is no member cannot begin; who leaves the group is off duty, and whom they had waits again."""
    stranger = {"id": 5, "is_bot": False, "first_name": "Eve"}
    assert await stage.tap(stranger, None, "On duty") == words.MEMBERS_ONLY
    await stage.duty(stage.asha, stage.ben)
    person, _ = await stage.talking()
    stage.group.leave(stage.asha)
    await until(lambda: len(stage.exchange.back.agents) == 1 and person.states[-1].place == 1)


async def test_helpers_have_no_account_towards_the_exchange(stage: Stage) -> None:
    """The name of a helper on the bus is a keyed hash."""
    await stage.duty(stage.asha)
    (agent,) = stage.exchange.back.agents
    assert agent.startswith("tg")
    assert str(stage.asha["id"]) not in agent
    assert "Asha" not in agent


async def test_duty_ends_by_itself(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """After half a day duty ends, as soon as nobody is with the helper."""
    monkeypatch.setattr("bot.desks.telegram_group.group.AGAIN", 0.1)
    await stage.duty(stage.asha)
    monkeypatch.setattr("bot.desks.telegram_group.duty.monotonic", lambda: time.monotonic() + 13 * 3600)
    await until(lambda: not stage.exchange.back.agents)


# What the group must be like


@pytest.mark.parametrize(
    ("rights", "sentence"),
    [(NEEDED - {"can_delete_messages"}, words.NO_DELETE), (NEEDED - {"can_manage_topics"}, words.NO_TOPICS)],
)
async def test_rights_that_are_taken_close_the_desk(stage: Stage, rights: set[str], sentence: str) -> None:
    """Without a right the desk closes, talks break off and are told so, and the pinned message says what is missing."""
    await stage.duty(stage.asha)
    person, _ = await stage.talking()
    stage.group.change(stage.ben, rights=rights)
    await until(lambda: person.over is Over.BROKEN)
    await stage.shown(None, sentence)
    assert stage.exchange.back.agents == set()
    stage.group.change(stage.ben, rights=set(NEEDED))
    await stage.shown(None, "On duty: 0.")


@pytest.mark.parametrize("fault", ["no forum", "public", "member"])
async def test_a_group_that_is_not_fit_has_nobody_on_duty(api: BotApi, library: Library, fault: str) -> None:
    """A public group, one without topics, or a bot without rights keeps the desk closed, with a sentence and a remedy."""
    group = api.forum(GROUP)
    group.forum.is_forum = fault != "no forum"
    group.forum.username = "helpers" if fault == "public" else None
    group.forum.status = "member" if fault == "member" else "administrator"
    sentence = {"no forum": words.NO_FORUM, "public": words.PUBLIC, "member": words.NO_ADMIN}[fault]
    async with staging(api, library) as stage:
        board = await stage.shown(None, sentence)
        answer = stage.group.press(stage.asha, "on", board)
        await until(lambda: answer.answer is not None)
        assert (answer.answer or {})["text"] == words.CLOSED
        assert stage.exchange.back.agents == set()


async def test_better_is_said(api: BotApi, library: Library) -> None:
    """Where members can save and forward what is said, the desk asks for a change and goes on."""
    api.forum(GROUP).forum.protected = False
    async with staging(api, library) as stage:
        await stage.shown(None, words.SAVING)
        await stage.duty(stage.asha)


async def test_an_unknown_token_or_group_stops_the_guide(api: BotApi, library: Library) -> None:
    """Where Telegram knows no such bot or group, the operator reads which setting is wrong."""
    api.fail("getMe", with_=Unauthorized())
    async with staging(api, library) as stage:
        await until(lambda: stage.stopped == [words.NO_BOT])
    api.fail("getChat", with_=Refusal(400, "Bad Request: chat not found"))
    async with staging(api, library) as stage:
        await until(lambda: stage.stopped == [words.NO_GROUP])


async def test_the_doctor_says_it_too(api: BotApi) -> None:
    """What the desk would need is said by the doctor, without a change; where all is well it says nothing."""
    settings = TelegramDesk(Private(api.token), GROUP, api.url)
    assert await examine(settings) == [words.NO_GROUP]
    group = api.forum(GROUP)
    assert await examine(settings) == []
    group.forum.rights, group.forum.protected = set(), False
    assert await examine(settings) == [words.NO_TOPICS, words.NO_DELETE, words.NO_PIN, words.SAVING]
    group.chat.wall = "bot was kicked from the supergroup chat"
    assert await examine(settings) == [words.OUT]
    api.fail("getMe", with_=Unauthorized())
    assert await examine(settings) == [words.NO_BOT]
    assert await examine(TelegramDesk(Private(api.token), GROUP, "http://127.0.0.1:9")) == [words.UNREACHED]
    assert {call.method for call in api.calls} == {"getMe", "getChat", "getChatMember"}
    assert api.polls == []


async def test_a_bot_that_is_thrown_out_breaks_talks_off(stage: Stage) -> None:
    """Thrown out of its group, the bot lets everybody go, and people are told at once."""
    await stage.duty(stage.asha)
    person, _ = await stage.talking()
    stage.group.remove_bot(stage.ben)
    await until(lambda: person.over is Over.BROKEN)
    await until(lambda: not stage.exchange.back.agents)


async def test_a_topic_that_cannot_be_deleted_is_said(stage: Stage) -> None:
    """If Telegram refuses, the bot's messages are deleted, the topic is closed, and General says what to do by hand."""
    await stage.duty(stage.asha)
    person, thread = await stage.talking()
    await person.say("a secret")
    await stage.shown(thread, "a secret")
    stage.api.fail("deleteForumTopic", with_=Refusal(400, "Bad Request: not enough rights to delete the topic"))
    await person.stop()
    await stage.shown(None, words.NOT_DELETED.format(person.number))
    assert stage.group.forum.topics[thread].closed
    assert "a secret" not in "".join(stage.texts(thread))


async def test_a_first_message_deleted_by_hand_comes_back(stage: Stage) -> None:
    """Who deletes the first message of a topic, with its buttons, gets it again with the next change."""
    await stage.duty(stage.asha, stage.ben)
    person, thread = await stage.talking()
    (brief,) = [one for one in stage.group.inside(thread) if one.buttons]
    stage.group.hide(brief)
    await stage.do(stage.group.press, stage.asha, f"pass:{person.own.case}", brief)
    assert "You have" in await stage.tap(stage.ben, thread, "Take")


async def test_a_topic_deleted_by_hand_is_not_made_again(stage: Stage) -> None:
    """Who deletes the topic of somebody who waits does not get it again; another desk may take them."""
    await stage.duty(stage.asha)
    person, thread = await stage.talking()
    (brief,) = [one for one in stage.group.inside(thread) if one.buttons]
    stage.group.delete_topic(thread)
    await stage.do(stage.group.press, stage.asha, f"pass:{person.own.case}", brief)
    await until(lambda: not person.own.agent)
    other = stage.exchange.back.sit("web")
    assert await other.take(person.own.case)
    await stage.waiting()
    assert len(stage.api.called("createForumTopic")) == 2
    stage.exchange.back.rise(other)


# Telegram out of order


async def test_slow_and_failing_calls_lose_nothing(stage: Stage) -> None:
    """Errors of Telegram's, and a wait that it asks for, delay words and keep their order."""
    await stage.duty(stage.asha)
    person, thread = await stage.talking()
    for failure in (TooMany(1), ServerError(502, html=True), Hang(0.2, carried_out=False)):
        stage.api.fail("sendMessage", with_=failure)
    for number in range(5):
        await person.say(f"word {number}")
    await stage.shown(thread, "word 4")
    said = "\n".join(text for text in stage.texts(thread) if text.startswith("word"))
    assert said.split("\n") == [f"word {number}" for number in range(5)]
    assert person.over is None


async def test_a_platform_that_stays_down_breaks_the_talk_off(stage: Stage) -> None:
    """Words that cannot be brought at all end the talk, so that the person knows; they never wait in silence."""
    await stage.duty(stage.asha)
    person, _ = await stage.talking()
    stage.api.fail("sendMessage", 20, with_=ServerError(500))
    await person.say("hello?")
    await until(lambda: person.over is Over.BROKEN)


async def test_a_topic_is_tried_again(stage: Stage) -> None:
    """While Telegram is down no topic can be made; as soon as it is back there is one."""
    await stage.duty(stage.asha)
    stage.api.fail("createForumTopic", 6, with_=ServerError(500))
    await stage.waiting()


async def test_a_board_that_was_deleted_comes_back(stage: Stage) -> None:
    """The pinned message, deleted by hand, is sent and pinned anew."""
    await stage.duty(stage.asha)
    stage.api.fail("editMessageText", with_=NotFound())
    await stage.tap(stage.asha, None, words.FULL)
    await stage.shown(None, words.BOARD_FULL.strip())


@pytest.mark.parametrize("method", ["setMessageReaction", "answerCallbackQuery", "pinChatMessage"])
async def test_small_things_may_fail(stage: Stage, method: str) -> None:
    """A reaction that the group does not allow, or an answer that is too late, changes nothing."""
    stage.api.fail(method, 1, with_=Refusal(400, "Bad Request: REACTION_INVALID"))
    stage.group.forum.reactions = False
    query = stage.group.press(stage.asha, "on", (await stage.do(stage.group.find, None, "On duty"))[0])
    await until(lambda: stage.exchange.back.agents)
    assert query is not None
    person, thread = await stage.talking()
    stage.group.say(stage.asha, thread, "still here")
    await until(lambda: person.words == ["still here"])


# Floods


async def test_words_of_many_keep_within_the_limit(api: BotApi, library: Library) -> None:
    """However much is said, the group gets no more messages than Telegram allows; nothing is lost, and all is in order."""
    most, seconds = 8, 1.0
    async with staging(api, library, window=Window(most, seconds)) as stage:
        await stage.duty(stage.asha)
        talks = [await stage.talking() for _ in range(3)]
        for number in range(40):
            for person, _ in talks:
                await person.say(f"word {number}")
        for _, thread in talks:
            await stage.shown(thread, "word 39")
            said = [line for text in stage.texts(thread) for line in text.split("\n") if line.startswith("word")]
            assert said == [f"word {number}" for number in range(40)]
        counted = {"sendMessage", "editMessageText", "createForumTopic"}
        at = [call.at for call in api.calls if call.method in counted]
        crowded = [one for number, one in enumerate(at[most:]) if one - at[number] < seconds - 0.2]
        assert crowded == []
    assert api.complaints == []


async def test_a_long_queue_does_not_hold_talks_up(stage: Stage) -> None:
    """Of many who wait the first ones have topics, the urgent before others; when one is taken, the next has a topic."""
    await stage.duty(stage.asha)
    people = [stage.somebody() for _ in range(SHOWN + 3)]
    for person in people:
        await person.ask(Brief("en", {}, urgent=False))
    await until(lambda: len(stage.group.topics()) == SHOWN)
    await stage.shown(None, f"Waiting: {SHOWN + 3}.")
    thread = await stage.do(stage.group.wait_for_topic, people[0].title)
    await stage.tap(stage.asha, thread, "Take")
    await stage.do(stage.group.wait_for_topic, people[SHOWN].title)
    assert people[SHOWN + 1].title not in stage.group.topics().values()


# Restarts


async def test_a_stop_leaves_nothing(api: BotApi, library: Library) -> None:
    """When the guide stops, people are told, topics go, and the pinned message says that nobody is there."""
    async with staging(api, library) as stage:
        await stage.duty(stage.asha)
        person, _ = await stage.talking()
        group = stage.group
    assert person.over is Over.BROKEN
    assert group.topics() == {}
    assert words.STOPPED in "".join(message.text for message in group.inside(None))


async def test_topics_of_a_dead_process_are_deleted(api: BotApi, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a killed process left in the group is deleted by the next, which finds the numbers sealed in the store."""
    store = Memory()
    monkeypatch.setattr("bot.desks.telegram_group.desk.Desk.finish", _nothing)
    async with staging(api, library, store=store) as stage:
        await stage.duty(stage.asha)
        _, thread = await stage.talking()
        sealed = b"".join(value for _, value in store._entries.values())  # noqa: SLF001 - what a thief would see
        assert str(thread).encode() not in sealed
    monkeypatch.undo()
    assert thread in stage.group.topics()
    async with staging(api, library, store=store) as stage:
        await stage.gone(thread)
        await stage.duty(stage.asha)


async def _nothing(*_: object) -> None:
    """Do what a killed process does."""


async def test_a_second_process_stands_by(api: BotApi, library: Library) -> None:
    """Of two processes for one group, one polls; the other takes over as soon as the first has stopped."""
    store = Memory()
    async with AsyncExitStack() as both:
        async with staging(api, library, store=store) as first:
            await first.duty(first.asha)
            second = await both.enter_async_context(staging(api, library, store=store))
            _, thread = await first.talking()
            await first.end(first.asha, thread)
            await first.gone(thread)
            assert len(api.called("getMe")) == 1
        await until(lambda: len(api.called("getMe")) == 2)
        await second.duty(second.ben)
    assert [call for call in api.polls if call.refusal and call.refusal.code == 409] == []


async def test_two_bots_at_one_address_are_strangers(api: BotApi, library: Library) -> None:
    """The guide's bot hears nothing of what the helpers' bot does, and the other way round."""
    desk = api.another()
    async with staging(desk, library) as stage:
        await stage.duty(stage.asha)
        _, thread = await stage.talking()
        await stage.end(stage.asha, thread)
        await stage.gone(thread)
    assert api.calls == []
    assert desk.calls
    assert Private(desk.token) != Private(api.token)
