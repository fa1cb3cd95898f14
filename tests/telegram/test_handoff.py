"""A helper takes over on Telegram: consent line by line, a queue that is never silent, a talk that leaves nothing."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramNetworkError
from aiogram.methods import DeleteMessages, EditMessageText, SendMessage
from aiogram.types import Chat, ChatMemberBanned, ChatMemberUpdated, PhotoSize, Update

from bot.channels.limits import TELEGRAM
from bot.channels.telegram import Guide
from bot.channels.telegram.read import read
from bot.content.library import Library
from bot.core.private import Private
from bot.talk.handoff.brief import FACTS, Part
from bot.talk.handoff.counter import Access
from bot.talk.handoff.exchange import BEAT
from bot.talk.handoff.front import LOST, SILENT, UNHEARD, Over
from bot.talk.handoff.wire import Spoke, Talks, Waits
from bot.talk.pace import Pace
from bot.talk.ports import Address
from bot.talk.recall import Recall
from tests.talk.handoff.town import moment, seconds, timeless
from tests.talk.room import Helper, Room, room

from .chats import BOT, NOON, TOKEN, Chats, Person, Shown

SOON = LOST + 2 * BEAT
NEXT = "danger right now?"  # the screen after "It is about me"
LINES = {"Language": "English", "Country": "India", "What happened": "It is about me", "Urgent": "No"}


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again at once where a person would wait."""
    monkeypatch.setattr("bot.channels.telegram.send.TRIES", (0.0, 0.0))


@dataclass(eq=False)
class Place:
    """Helpers, the guide on Telegram, and somebody there."""

    room: Room
    guide: Guide
    chats: Chats
    person: Person
    bot: Bot

    async def do(self, update: Update) -> None:
        """Bring an update, and let everything come of it."""
        received = read(update)
        assert received is not None
        await self.guide.take(self.bot, update.update_id, received)
        await moment()

    async def taps(self, *labels: str) -> None:
        """Tap one button after the other, each on the lowest message that has it."""
        for label in labels:
            on = next(shown for shown in reversed(self.seen) if label in "\n".join(shown.buttons))
            await self.do(self.person.taps(label, on))

    async def says(self, *words: str) -> None:
        """Type."""
        for one in words:
            await self.do(self.person.says(one))

    @property
    def seen(self) -> list[Shown]:
        """List what the chat shows."""
        return self.chats.screen(self.person.chat)

    @property
    def living(self) -> Shown:
        """Give the only message of ours that has buttons."""
        (shown,) = [shown for shown in self.seen if shown.keyboard]
        return shown

    @property
    def texts(self) -> list[str]:
        """List the first words of all that the chat shows."""
        return [shown.text.partition("\n")[0] for shown in self.seen]

    @property
    def address(self) -> Address:
        """Give the chat."""
        return Address(TELEGRAM.channel, str(self.bot.id), Private(str(self.person.chat)))

    async def consent(self) -> None:
        """Go as far as the screen that says what a helper would see."""
        await self.says("/start")
        await self.taps("English", "Yes, go on", "It is about me", "Talk to a person", "India", "A helper in this chat")

    async def wait(self) -> None:
        """Ask for a helper."""
        await self.consent()
        await self.taps("Yes, ask for a helper")

    async def talk(self) -> Helper:
        """Ask for a helper, who comes."""
        helper = self.room.sit("asha")
        await self.wait()
        await helper.take()
        return helper


def guide(place: Room) -> Guide:
    """Build the guide of a process."""
    return Guide(place.talk, Recall(place.store, place.keys, place.now), Pace(seconds), place.exchange)


@asynccontextmanager
async def town(library: Library, build: Callable[[Library], Room] = Room) -> AsyncIterator[Place]:
    """Run everything."""
    async with room(library, build) as behind:
        chats = Chats()
        yield Place(behind, guide(behind), chats, Person(chats), Bot(TOKEN, chats))


@timeless
async def test_a_talk_from_consent_to_the_end(library: Library) -> None:
    """One message lives; both sides' words stand below it in order until the end, then nothing of them is left."""
    async with town(library) as place:
        helper = await place.talk()
        await place.says("hello", "I am scared")
        await helper.says("You are safe here.")
        await place.says("thank you")
        talking = place.room.words("handoff_talking")
        assert place.texts == [talking, "hello", "I am scared", "Helper: You are safe here.", "thank you"]
        assert helper.words == ["hello", "I am scared", "thank you"]
        assert await helper.seat.end(helper.case)
        await moment()
        assert place.texts == [place.room.words("handoff_ended")]
        assert NEXT in place.living.text
        assert helper.closed == ["ENDED"]
        await place.says("no")
        assert NEXT not in place.living.text


@timeless
async def test_every_line_can_be_left_out_and_really_is(library: Library) -> None:
    """What is left out stands neither on the screen nor in anything that is sent; it can be put back (R66)."""
    async with town(library) as place:
        place.room.sit("asha")
        await place.consent()
        assert {line.partition(": ")[0][2:]: line.partition(": ")[2] for line in lines(place)} == LINES
        for name in LINES:
            await place.taps(f"Without: {name}")
        assert lines(place) == []
        await place.taps("With: Urgent", "Yes, ask for a helper")
        (waits,) = {event.brief.locale: event for event in place.room.events if isinstance(event, Waits)}.values()
        assert (waits.brief.locale, waits.brief.facts, waits.brief.urgent) == (None, {}, False)


def lines(place: Place) -> list[str]:
    """List what a helper would see, as the screen says."""
    return [line for line in place.living.text.splitlines() if line.removeprefix("- ").partition(": ")[0] in LINES]


@timeless
async def test_what_is_left_out_stays_out_for_who_types(library: Library) -> None:
    """Typed words mean the screen that stands there: "yes" asks without what was left out on it."""
    async with town(library) as place:
        place.room.sit("asha")
        await place.consent()
        await place.taps("Without: Country")
        await place.says("without: language")
        assert {line.partition(": ")[0][2:] for line in lines(place)} == {"What happened", "Urgent"}
        await place.says("yes, ask for a helper")
        (own,) = place.room.exchange.front.cases
        assert (own.brief.locale, own.brief.facts) == (None, {"who": "me"})


@timeless
async def test_nothing_but_the_facts_on_screen_is_sent(library: Library) -> None:
    """What helpers hear of a person is a number, the facts that were shown, and the time; no chat, no bot, no name."""
    allowed = {name for names in FACTS.values() for name in names}
    async with town(library) as place:
        place.person.chat = 7770001112223
        helper = await place.talk()
        await place.says("hello")
        await helper.says("hi")
        own = place.room.exchange.front.named(helper.case)
        assert own
        for event in place.room.events:
            if isinstance(event, Waits | Talks):
                assert set(event.brief.facts) <= allowed
                assert dict(event.brief.facts) == {"who": "me", "country": "IN"}
                assert 100 <= event.number < 1000
            if isinstance(event, Spoke):
                assert (event.case, event.words.reveal()) == (own.case, "hello")
                assert "update" not in event.id  # Telegram's own number of what was said
            assert str(place.person.chat) not in repr(event)
        assert not any(b"hello" in sealed or b"7770001112223" in sealed for sealed in place.room.bus.sent)


@timeless
async def test_limits_come_before_anything_is_shown(library: Library) -> None:
    """Until somebody says yes nothing at all is sent, and the limits stand above the lines (R26)."""
    async with town(library) as place:
        place.room.sit("asha")
        await place.consent()
        assert not [event for event in place.room.events if isinstance(event, Waits)]
        text = place.living.text
        limits = library.catalogs.say(
            library.phrases[next(one for one in library.phrases if one.value == "handoff_lines")], "en"
        )
        assert text.index("Helpers keep things to themselves, but there are limits.") < text.index("POCSO") < text.index(limits)
        assert place.room.words("handoff_keeps_telegram") in text


@timeless
@pytest.mark.parametrize("access", [Access.NONE, Access.CLOSED])
async def test_where_nobody_is_there_nobody_is_asked(library: Library, access: Access) -> None:
    """Without helpers, or at their closed hours, the screen says so, offers nobody, and shows who answers by phone."""
    async with town(library, lambda library: Room(library, access=access)) as place:
        await place.says("/start")
        await place.taps("English", "Yes, go on", "It is about me", "Talk to a person", "India")
        assert place.living.text.startswith(place.room.words(access.value))
        assert not [label for label in place.living.buttons if "helper" in label]
        assert "14416" in place.living.text


@timeless
async def test_a_yes_that_comes_too_late(library: Library) -> None:
    """Who says yes when the last helper has just gone is told so at once, with people to call, and does not wait."""
    async with town(library) as place:
        place.room.sit("asha")
        await place.consent()
        place.room.access = Access.CLOSED
        on = place.living
        await place.taps("Without: Country")
        assert place.living.text.startswith(place.room.words("handoff_closed"))
        await place.do(place.person.sends(next(data for data in on.buttons.values())[:-2] + "ya", place.living))
        assert place.living.text.startswith(place.room.words("handoff_closed"))
        assert "14416" in place.living.text
        await place.says("yes, ask for a helper")
        assert place.room.exchange.front.cases == ()


@timeless
async def test_nobody_comes(library: Library) -> None:
    """After the wait it is said that nobody is free, with those who answer now; nobody waits in silence (R68)."""
    async with town(library) as place:
        helper = place.room.sit("asha")
        await place.wait()
        assert place.living.text.startswith(place.room.words("handoff_waiting"))
        await moment(120 + 2 * BEAT)
        assert place.living.text.startswith(place.room.words("handoff_nobody"))
        assert place.room.words("handoff_open") not in place.living.text
        assert "14416" in place.living.text
        assert helper.seat.cases == []
        await place.taps("A helper in this chat", "Yes, ask for a helper")
        assert place.living.text.startswith(place.room.words("handoff_waiting"))


@timeless
async def test_nobody_comes_while_one_reads_on(library: Library) -> None:
    """Who went on in the guide meanwhile is told the same, with the same people, and Back leads to where they were."""
    async with town(library) as place:
        place.room.sit("asha")
        await place.wait()
        await place.taps("Menu")
        menu = place.living.text
        await moment(120 + 2 * BEAT)
        assert place.living.text.startswith(place.room.words("handoff_nobody"))
        assert "14416" in place.living.text
        await place.taps("Back")
        assert place.living.text == menu


@timeless
async def test_the_queue_is_said_and_kept_up_to_date(library: Library) -> None:
    """The place in the queue stands there and changes; whoever reads on in the guide is not disturbed by that."""
    async with town(library) as place:
        helper = place.room.sit("asha")
        other = Place(place.room, place.guide, place.chats, Person(place.chats, chat=2002), place.bot)
        third = Place(place.room, place.guide, place.chats, Person(place.chats, chat=3003), place.bot)
        for one in (place, other, third):
            await moment(0.1)
            await one.wait()
        await third.taps("Menu")
        menu = third.living.text
        assert "queue: 2" in other.living.text
        first = next(own for own in place.room.exchange.front.cases if own.address.chat.reveal() == "1001")
        assert await helper.seat.take(first.case)
        await moment(2 * BEAT)
        assert "queue: 1" in other.living.text
        assert third.living.text == menu
        await third.taps("Talk to a person")
        assert "queue: 2" in third.living.text


@timeless
async def test_the_guide_goes_on_meanwhile(library: Library) -> None:
    """All buttons work while one waits and talks; where words would go to a helper, the screen says so."""
    async with town(library) as place:
        helper = place.room.sit("asha")
        await place.wait()
        await place.taps("I need help now")
        assert "You come first now." in place.living.text
        assert place.room.words("handoff_talking") not in place.living.text
        await helper.take()
        assert place.living.text.startswith(place.room.words("handoff_talking"))
        await place.taps("I need help now")
        assert place.living.text.startswith(place.room.words("handoff_talking"))
        assert "You come first now." in place.living.text
        await place.says("menu", "1", "help me")
        assert helper.words == ["menu", "1", "help me"]
        await place.taps("Talk to a person")
        assert place.living.text == place.room.words("handoff_talking")
        assert "Stop" in place.living.buttons


@timeless
async def test_a_command_of_the_app_is_answered_below_the_talk(library: Library) -> None:
    """A command of Telegram's own menu works in a talk too, and its screen stands where it is seen."""
    async with town(library) as place:
        helper = await place.talk()
        await place.says("hello", "/help")
        assert helper.words == ["hello"]
        assert place.seen[-1] is place.living
        assert "You come first now." in place.living.text
        await place.says("/person")
        assert place.living.text == place.room.words("handoff_talking")


@timeless
@pytest.mark.parametrize("how", ["tap", "command", "words", "words without a place"])
async def test_leaving_in_the_middle(library: Library, how: str) -> None:
    """Leave ends the talk at once, by button, command or its printed label; nothing stays, and nothing comes after it."""
    async with town(library) as place:
        helper = await place.talk()
        await place.says("hello")
        case = helper.case
        await helper.says("hi")
        if how == "words without a place":
            await Recall(place.room.store, place.room.keys, place.room.now).forget(place.address)
        await helper.seat.tell(case, Private("are you there?"))
        await (place.taps("Leave now") if how == "tap" else place.says("/leave" if how == "command" else "leave now"))
        await moment(2 * BEAT)
        assert helper.closed == ["STOPPED"]
        assert "hello" not in place.texts
        assert not [text for text in place.texts if text.startswith("Helper")]
        assert [shown for shown in place.seen if not shown.ours] == []
        assert len(place.seen) == (1 if how != "words without a place" else 2)


@timeless
@pytest.mark.parametrize("words", ["leave", "exit", "leave now"])
async def test_leaving_while_waiting(library: Library, words: str) -> None:
    """Whatever words make the guide say goodbye, they end the wait too: nobody is written to who has left (R60)."""
    async with town(library) as place:
        helper = place.room.sit("asha")
        await place.wait()
        await place.says(words)
        assert place.room.exchange.front.cases == ()
        await moment()
        assert helper.seat.cases == []


@timeless
async def test_words_while_waiting(library: Library) -> None:
    """While nobody is there yet, typed words are the guide's; the labels of the two buttons work, others change nothing."""
    async with town(library) as place:
        place.room.sit("asha")
        await place.wait()
        await place.says("see what is new")
        assert place.living.text.startswith(place.room.words("handoff_waiting"))
        await place.says("qwzx qwzx")
        assert place.room.words("handoff_waiting") in place.living.text
        assert place.living.text.startswith(place.room.words("hint_unclear"))
        await place.says("stop")
        assert place.living.text.startswith(place.room.words("handoff_stopped"))
        assert NEXT in place.living.text
        assert place.room.exchange.front.cases == ()


@timeless
async def test_an_old_button_of_consent(library: Library) -> None:
    """While one waits, what would ask again shows where one stands."""
    async with town(library) as place:
        place.room.sit("asha")
        await place.consent()
        old = dict(place.living.buttons)
        await place.taps("Yes, ask for a helper")
        for label in ("Without: Country", "Yes, ask for a helper"):
            await place.do(place.person.sends(old[label], place.living))
            assert place.living.text.startswith(place.room.words("handoff_waiting"))
        assert len(place.room.exchange.front.cases) == 1


@timeless
async def test_media_is_refused(library: Library) -> None:
    """A picture is deleted, not opened, and not brought to the helper; a calm line says so where it is seen."""
    async with town(library) as place:
        helper = await place.talk()
        await place.says("hello")
        shown = place.chats.post(place.person.chat, Shown(0, "", ours=False))
        photo = [PhotoSize(file_id="a", file_unique_id="a", width=1, height=1)]
        update = place.person.says("")
        del place.chats.shown[place.person.chat][update.message.message_id if update.message else 0]
        assert update.message
        message = update.message.model_copy(update={"photo": photo, "text": None, "message_id": shown.number})
        await place.do(place.person.happens(message=message))
        assert place.seen[-1] is place.living
        assert place.living.text.startswith(place.room.words("hint_text_only"))
        assert shown.number not in {one.number for one in place.seen}
        assert helper.words == ["hello"]


@timeless
async def test_words_that_do_not_arrive(library: Library) -> None:
    """If nobody at the desk has heard the words after a while, the person is told where they look; the helper goes on."""
    async with town(library) as place:
        helper = await place.talk()
        place.room.tasks[0].cancel()
        await place.says("hello")
        await moment(UNHEARD + BEAT)
        assert place.seen[-1] is place.living
        assert place.living.text.startswith(place.room.words("handoff_unheard"))
        assert helper.words == []


@timeless
async def test_words_that_cannot_be_sent(library: Library) -> None:
    """If words cannot even be sent from here, the guide does not take them for its own."""
    async with town(library) as place:
        helper = await place.talk()
        place.guide._host.reception._exchange.say = never  # type: ignore[union-attr, method-assign]  # noqa: SLF001 - as over a cut line
        await place.says("menu")
        assert place.living.text.startswith(place.room.words("handoff_unheard"))
        assert helper.words == []


async def never(*_: object) -> bool:
    """Fail."""
    return False


@timeless
async def test_somebody_reads_along(library: Library) -> None:
    """A second helper is told of before they can read anything."""
    async with town(library) as place:
        helper = await place.talk()
        second = place.room.sit("bela")
        assert await second.seat.read(helper.case)
        await moment()
        assert place.room.words("handoff_reader") in place.living.text
        await place.says("hello")
        assert second.words == helper.words == ["hello"]


@timeless
async def test_back_in_the_queue(library: Library) -> None:
    """Who is passed on is told below the talk that they wait again."""
    async with town(library) as place:
        helper = await place.talk()
        await place.says("hello")
        assert await helper.seat.pass_on(helper.case)
        await moment(2 * BEAT)
        assert place.seen[-1] is place.living
        assert place.living.text.startswith(place.room.words("handoff_waiting"))


@timeless
@pytest.mark.parametrize("why", [Over.ENDED, Over.BLOCKED, Over.SILENT, Over.BROKEN])
async def test_ends(library: Library, why: Over) -> None:
    """However it ends, the person is told, is where they were or sees whom to call, and what was said is gone."""
    async with town(library) as place:
        helper = await place.talk()
        await place.says("hello")
        await helper.says("hi")
        if why in {Over.ENDED, Over.BLOCKED}:
            assert await helper.seat.end(helper.case, why)
            await moment()
        elif why is Over.BROKEN:
            place.room.exchange.back.rise(helper.seat)
            await moment(SOON)
        else:
            await moment(SILENT + 2 * BEAT)
        assert place.texts == [place.room.words(why.value)]
        calls = "14416" in place.living.text
        assert (NEXT in place.living.text, calls) == ((True, False) if why in {Over.ENDED, Over.SILENT} else (False, True))
        if why is Over.BLOCKED:
            await place.taps("A helper in this chat", "Yes, ask for a helper")
            assert place.living.text.startswith(place.room.words(why.value))


@timeless
async def test_stopping(library: Library) -> None:
    """The person can stop and goes on in the guide."""
    async with town(library) as place:
        helper = await place.talk()
        await helper.says("hi")
        await place.taps("Stop")
        await moment()
        assert place.texts == [place.room.words("handoff_stopped")]
        assert NEXT in place.living.text
        assert helper.closed == ["STOPPED"]


@timeless
async def test_a_person_who_blocks_the_bot_has_left(library: Library) -> None:
    """Who throws the bot out is not waited for."""
    async with town(library) as place:
        helper = await place.talk()
        banned = ChatMemberBanned(user=BOT, until_date=NOON)
        chat = Chat(id=place.person.chat, type="private")
        old = ChatMemberBanned(user=BOT, until_date=NOON)
        event = ChatMemberUpdated(chat=chat, from_user=BOT, date=NOON, old_chat_member=old, new_chat_member=banned)
        await place.do(place.person.happens(my_chat_member=event))
        assert helper.closed == ["STOPPED"]


@timeless
@pytest.mark.parametrize("act", ["words", "look", "elsewhere"])
async def test_the_process_restarts(library: Library, act: str) -> None:
    """If the process that had the talk died without a word, what the person does next says so; words are not misread."""
    async with town(library) as place:
        await place.talk()
        await place.says("hello")
        if act == "elsewhere":
            await place.taps("Menu")
        place.room.kill()
        async with place.room.exchange.running():
            place.guide = guide(place.room)
            await moment(SOON)
            await (place.taps("See what is new") if act == "look" else place.says("menu"))
            assert place.living.text.startswith(place.room.words("handoff_broken"))
            assert "14416" in place.living.text
            await place.says("menu")
            assert not place.living.text.startswith(place.room.words("handoff_broken"))


@timeless
async def test_a_button_of_a_talk_that_is_over(library: Library) -> None:
    """An old "See what is new" is an old button, not a broken line."""
    async with town(library) as place:
        helper = await place.talk()
        look = place.living.buttons["See what is new"]
        assert await helper.seat.end(helper.case)
        await moment()
        await place.do(place.person.sends(look, place.living))
        assert place.living.text.startswith(place.room.words("hint_lost"))


@timeless
async def test_words_to_the_other_process(library: Library) -> None:
    """With two processes, words that come to the one that does not have the talk reach the helper and do not stay."""
    async with town(library) as place:
        helper = await place.talk()
        here, there = place.room.exchange, place.room.meeting()
        async with there.running():
            await moment(2 * BEAT)
            place.room.exchange = there
            place.guide = guide(place.room)
            await place.says("hello")
            assert helper.words == ["hello"]
            assert "hello" not in place.texts
            place.room.exchange = here


@timeless
async def test_a_long_message_reaches_the_helper_whole(library: Library) -> None:
    """Nothing of long words is lost on the way."""
    async with town(library) as place:
        helper = await place.talk()
        await place.says("x" * 4000)
        assert "".join(helper.words) == "x" * 4000
        await helper.says("y" * 5000)
        assert "".join(text.removeprefix("Helper: ") for text in place.texts if "y" in text[-1:]) == "y" * 5000


@timeless
async def test_telegram_is_out_of_order(library: Library) -> None:
    """What cannot be shown is not taken for shown; what cannot be deleted at the end is deleted when they come again."""
    async with town(library) as place:
        helper = await place.talk()
        down = lambda method: TelegramNetworkError(method=method, message="down")  # noqa: E731 - one line says it
        await place.says("hello")
        place.chats.fail(SendMessage, down, down, down)
        await helper.seat.tell(helper.case, Private("hi"))
        await moment()
        assert "Helper: hi" not in place.texts
        place.chats.fail(DeleteMessages, down, down, down)
        await place.taps("Stop")
        await moment()
        assert "hello" in place.texts
        await place.taps("Menu")
        assert "hello" not in place.texts


@timeless
async def test_telegram_does_not_show_the_end(library: Library) -> None:
    """If the end could not be shown, the next words are not taken for the guide's: the person is told then."""
    async with town(library) as place:
        helper = await place.talk()
        down = lambda method: TelegramNetworkError(method=method, message="down")  # noqa: E731 - as above
        place.chats.fail(EditMessageText, down, down, down)
        assert await helper.seat.end(helper.case)
        await moment()
        assert place.living.text == place.room.words("handoff_talking")
        await place.says("menu")
        assert place.living.text.startswith(place.room.words("handoff_broken"))


@timeless
async def test_the_living_message_is_gone(library: Library) -> None:
    """If the message was deleted by hand, where they stand comes as a new one; if the bot is blocked, nothing fails."""
    async with town(library) as place:
        helper = place.room.sit("asha")
        await place.wait()
        gone = lambda method: TelegramBadRequest(method=method, message="message to edit not found")  # noqa: E731 - as above
        blocked = lambda method: TelegramForbiddenError(method=method, message="blocked")  # noqa: E731 - as above
        place.chats.fail(EditMessageText, gone)
        await moment(120 + 2 * BEAT)
        assert place.living.text.startswith(place.room.words("handoff_nobody"))
        await place.taps("A helper in this chat", "Yes, ask for a helper")
        place.chats.fail(SendMessage, blocked)
        await helper.take()
        assert place.living.text.startswith(place.room.words("handoff_waiting"))


@timeless
async def test_long_talks_keep_the_language(library: Library) -> None:
    """Even if nothing is known of the chat any more, the end is told in the language of the talk."""
    async with town(library) as place:
        helper = place.room.sit("asha")
        await place.says("/start")
        await place.taps("हिन्दी")
        for _ in range(2):
            await place.do(place.person.sends(next(iter(place.living.buttons.values())), place.living))
        await place.taps(place.room.words("person", "hi"))
        await place.taps("भारत")
        asks = next(label for label in place.living.buttons if label.startswith("2. "))
        await place.taps(asks)
        await place.taps(place.room.words("handoff_ask", "hi"))
        await helper.take()
        await helper.says("नमस्ते")
        assert any(text.endswith("नमस्ते") and text.startswith(place.room.words("handoff_helper", "hi")) for text in place.texts)
        await Recall(place.room.store, place.room.keys, place.room.now).forget(place.address)
        assert await helper.seat.end(helper.case)
        await moment()
        assert place.seen[-1].text.startswith(place.room.words("handoff_ended", "hi"))


@timeless
async def test_an_act_in_the_same_moment(library: Library) -> None:
    """What the person does and what happens to them take turns: there is one living message, however they meet."""
    async with town(library) as place:
        helper = place.room.sit("asha")
        await place.wait()
        tap = place.do(place.person.taps("Menu", place.living))
        await asyncio.gather(tap, helper.take())
        assert place.living.text.startswith(place.room.words("handoff_talking"))
        end = helper.seat.end(helper.case)
        await asyncio.gather(place.do(place.person.taps("I need help now", place.living)), end)
        await moment()
        assert "You come first now." in place.living.text


def test_every_part_has_a_line() -> None:
    """The lines of the test are those of the guide; only no platform is known there."""
    assert len(LINES) == len(Part) - 1
