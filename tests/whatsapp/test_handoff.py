"""A helper takes over on WhatsApp: one message for each message of theirs, none for a mere place in the queue."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from bot.channels.limits import WHATSAPP
from bot.channels.whatsapp import RHYTHM, Guide
from bot.channels.whatsapp.graph import GraphError
from bot.channels.whatsapp.read import read
from bot.content.library import Library
from bot.core.private import Private
from bot.talk.handoff.exchange import BEAT
from bot.talk.handoff.front import LOST, SILENT, UNHEARD, Over, State
from bot.talk.handoff.wire import LONGEST, Told
from bot.talk.pace import Pace
from bot.talk.ports import Address
from bot.talk.recall import Recall
from tests.talk.handoff.town import moment, seconds, timeless
from tests.talk.room import Helper, Room, room

from .chats import PHONE_ID, Person, Phones, Raw, Sent, Time

SOON = LOST + 2 * BEAT
NEXT = "danger right now?"  # what stands on the screen after "It is about me"
IMAGE: Raw = {"type": "image", "image": {"id": "1", "mime_type": "image/jpeg", "sha256": "x"}}


@dataclass(eq=False)
class Clock(Time):
    """A clock that goes with the loop."""

    room: Room | None = None

    def __call__(self) -> object:  # type: ignore[override]
        """Give the time of day."""
        assert self.room
        self.now = self.room.now()
        return self.now


@dataclass(eq=False)
class Place:
    """Helpers, the guide on WhatsApp, and somebody there."""

    room: Room
    guide: Guide
    phones: Phones
    person: Person
    done: list[Raw] = field(default_factory=list)

    async def do(self, payload: Raw) -> None:
        """Bring a payload, and let everything come of it."""
        self.person.time()
        for received in read(payload, PHONE_ID):
            await self.guide.take(self.phones, received)
        await moment(0.1)

    async def taps(self, *titles: str) -> None:
        """Tap one after the other, each on the newest message that has it."""
        for title in titles:
            self.person.time()
            under = next(sent for sent in reversed(self.person.mine) if title in sent.taps)
            await self.do(self.person.taps(title, under))

    async def says(self, *words: str) -> None:
        """Type."""
        for one in words:
            self.person.time()
            await self.do(self.person.types(one))

    @property
    def last(self) -> Sent:
        """Give the newest message."""
        return self.person.last

    @property
    def count(self) -> int:
        """Count the messages."""
        return len(self.person.mine)

    @property
    def address(self) -> Address:
        """Give the chat."""
        return Address(WHATSAPP.channel, PHONE_ID, Private("IN.1001"))

    async def consent(self) -> None:
        """Go as far as the screen that says what a helper would see."""
        await self.says("hi")
        await self.taps("English", "Yes, go on", "It is about me")
        await self.says("talk to a person")
        await self.taps("India")
        while "A helper in this chat" not in self.last.taps:
            await self.taps("More")
        await self.taps("A helper in this chat")
        while "Yes, ask for a helper" not in self.last.taps:
            await self.taps("More")

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


def guide(place: Room, clock: Clock) -> Guide:
    """Build the guide of a process."""
    recall = Recall(place.store, place.keys, place.now)
    return Guide(place.talk, recall, Pace(seconds, RHYTHM), place.now, PHONE_ID, exchange=place.exchange)


@asynccontextmanager
async def town(library: Library) -> AsyncIterator[Place]:
    """Run everything."""
    async with room(library) as behind:
        phones, clock = Phones(), Clock(room=behind)
        yield Place(behind, guide(behind, clock), phones, Person(phones, clock))


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again at once where a person would wait."""
    for name in ("TRIES", "PAIR_TRIES"):
        monkeypatch.setattr(f"bot.channels.whatsapp.send.{name}", (0.001,))


@timeless
async def test_a_talk_from_consent_to_the_end(library: Library) -> None:
    """Each message of the helper is one message; none answers the person's words; the end says where one is."""
    async with town(library) as place:
        helper = await place.talk()
        assert place.last.text == place.room.words("handoff_talking")
        before = place.count
        await place.says("hello", "menu", "2")
        assert (helper.words, place.count) == (["hello", "menu", "2"], before)
        await helper.says("You are safe here.")
        assert (place.last.text, place.count) == ("Helper: You are safe here.", before + 1)
        assert await helper.seat.end(helper.case)
        await moment()
        assert place.last.text.startswith(place.room.words("handoff_ended"))
        assert NEXT in place.last.text
        assert place.count == before + 2
        await place.taps("No, not right now")
        assert helper.words == ["hello", "menu", "2"]


@timeless
async def test_what_helpers_hear_names_nobody(library: Library) -> None:
    """Meta's number of a message holds the telephone number of who wrote it: it does not go to helpers (R66)."""
    async with town(library) as place:
        await place.talk()
        await place.says("hello")
        assert "Spoke" in repr(place.room.events)
        for sign in ("wamid", place.person.phone, place.person.user, PHONE_ID):
            assert sign not in repr(place.room.events)


@timeless
async def test_a_place_in_the_queue_is_no_message(library: Library) -> None:
    """That somebody before them was taken is not sent; it can be asked for. That a helper comes, or goes, is sent."""
    async with town(library) as place:
        helper = place.room.sit("asha")
        other = Place(place.room, place.guide, place.phones, Person(place.phones, place.person.time, "919900000002", "IN.1002"))
        await other.wait()
        await moment(1)
        await place.wait()
        assert "queue: 2" in place.last.text
        before = place.count
        first = next(
            own for own in place.room.exchange.front.cases if own.address != place.room.exchange.front.cases[-1].address
        )
        assert await helper.seat.take(first.case)
        await moment(2 * BEAT)
        assert place.count == before
        await place.taps("See what is new")
        assert "queue: 1" in place.last.text
        assert await helper.seat.pass_on(first.case)
        await moment(2 * BEAT)
        assert other.last.text.startswith(place.room.words("handoff_waiting"))


@timeless
async def test_what_is_left_out_stays_out_for_who_types(library: Library) -> None:
    """Typed words mean the message that stands there: what is left out on it is left out."""
    async with town(library) as place:
        place.room.sit("asha")
        await place.consent()
        await place.taps("Without: Country")
        await place.says("yes, ask for a helper")
        (own,) = place.room.exchange.front.cases
        assert (own.brief.locale, own.brief.facts) == ("en", {"who": "me"})


@timeless
async def test_long_words_reach_both_whole(library: Library) -> None:
    """What a helper writes at length comes in several messages that WhatsApp takes; what a person writes comes whole."""
    async with town(library) as place:
        helper = await place.talk()
        before = place.count
        await helper.says("😀" * 5000)
        texts = [sent.text.removeprefix("Helper: ") for sent in place.person.mine[before:]]
        assert "".join(texts) == "😀" * 5000
        assert max(map(len, texts)) <= LONGEST
        await place.says("y" * 9000)
        assert "".join(helper.words) == "y" * 9000


@timeless
async def test_media_is_refused(library: Library) -> None:
    """A picture is not fetched and not brought to the helper, and a calm line says so."""
    async with town(library) as place:
        helper = await place.talk()
        await place.do(place.person.sends(IMAGE))
        assert place.last.text.startswith(place.room.words("hint_text_only"))
        assert place.phones.asked == []
        assert helper.words == []


@timeless
@pytest.mark.parametrize("why", [Over.ENDED, Over.BLOCKED, Over.SILENT, Over.BROKEN, Over.NOBODY])
async def test_ends(library: Library, why: Over) -> None:
    """However it ends, the person is told in one message, with what comes next or who can be called."""
    async with town(library) as place:
        helper = place.room.sit("asha")
        await place.wait()
        if why is not Over.NOBODY:
            await helper.take()
        before = place.count
        if why in {Over.ENDED, Over.BLOCKED}:
            assert await helper.seat.end(helper.case, why)
        elif why is Over.BROKEN:
            place.room.exchange.back.rise(helper.seat)
        await moment(SILENT + 2 * BEAT)
        assert place.count == before + 1
        assert place.last.text.startswith(place.room.words(why.value))
        assert ("63631" in place.last.text) is (why in {Over.BLOCKED, Over.BROKEN, Over.NOBODY})
        if "63631" in place.last.text:  # page after page there is more of them
            await place.taps("More")
            assert "A helper would see" not in place.last.text


@timeless
async def test_a_button_of_a_talk_that_is_over(library: Library) -> None:
    """Old messages stay on WhatsApp: a tap on one of a talk that is over is not told that a line broke."""
    async with town(library) as place:
        helper = await place.talk()
        await place.says("hello")
        assert await helper.seat.end(helper.case)
        await moment()
        await place.taps("See what is new")
        assert place.last.text.startswith(place.room.words("hint_lost"))


@timeless
@pytest.mark.parametrize("act", ["words", "look"])
async def test_the_process_restarts(library: Library, act: str) -> None:
    """If the process that had the talk died without a word, the person's next act says so."""
    async with town(library) as place:
        await place.talk()
        place.room.kill()
        async with place.room.exchange.running():
            place.guide = guide(place.room, place.person.time)  # type: ignore[arg-type]
            await moment(SOON)
            await (place.says("menu") if act == "words" else place.taps("See what is new"))
            assert place.last.text.startswith(place.room.words("handoff_broken"))
            assert "63631" in place.last.text


@timeless
@pytest.mark.parametrize("how", ["leave now", "tap"])
async def test_leaving(library: Library, how: str) -> None:
    """Leave ends the talk, and nothing comes after the farewell (R60)."""
    async with town(library) as place:
        helper = await place.talk()
        case = helper.case
        if how == "tap":
            await place.taps("More options", "Leave now")
        else:
            await place.says(how)
        assert place.last.text.startswith("You have left.")
        before = place.count
        await helper.seat.tell(case, Private("hello?"))
        await moment(SOON)
        assert place.count == before
        assert helper.closed == ["STOPPED"]


@timeless
async def test_help_in_the_middle_of_a_talk(library: Library) -> None:
    """The guide's buttons work in a talk; what they show says who hears what is typed."""
    async with town(library) as place:
        await place.talk()
        await place.taps("I need help now")
        assert place.last.text.startswith(place.room.words("handoff_talking"))
        assert "You come first now." in place.last.text
        await place.taps("More options", "Talk to a person")
        assert place.last.text == place.room.words("handoff_talking")


@timeless
async def test_words_that_do_not_arrive(library: Library) -> None:
    """The person is told once of words that nobody heard; the helper is not told that theirs arrived when they did not."""
    async with town(library) as place:
        helper = await place.talk()
        place.phones.failures += [GraphError(131000)] * 4
        case = helper.case
        await helper.seat.tell(case, Private("hi"))
        await moment(1)
        assert [it for it in helper.changes if type(it).__name__ == "Arrived"] == []
        assert [event for event in place.room.events if isinstance(event, Told)]
        place.phones.failures.clear()
        place.room.tasks[0].cancel()
        before = place.count
        await place.says("hello")
        await moment(UNHEARD + 2 * BEAT)
        assert place.last.text.startswith(place.room.words("handoff_unheard"))
        assert place.count == before + 1


@timeless
async def test_the_end_cannot_be_sent(library: Library) -> None:
    """If Meta does not take the end, the person is told with their next words."""
    async with town(library) as place:
        helper = await place.talk()
        place.phones.failures += [GraphError(131000)] * 4
        assert await helper.seat.end(helper.case)
        await moment(1)
        place.phones.failures.clear()
        await place.says("menu")
        assert place.last.text.startswith(place.room.words("handoff_broken"))


@timeless
async def test_what_is_shown_too_late_is_not_shown(library: Library) -> None:
    """A message that a helper comes, which is under way when the talk is over, does not go out any more."""
    async with town(library) as place:
        await place.talk()
        (own,) = place.room.exchange.front.cases
        await place.room.exchange.stop(place.address)
        before = place.count
        await own.line.voice.show(State(0, readers=1))
        assert place.count == before
