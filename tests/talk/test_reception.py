"""Between a channel and the helpers: nothing that fails there stops the guide, and nothing is asked where nobody can be."""

from itertools import count
from pathlib import Path

import pytest

from bot.channels.limits import TELEGRAM
from bot.content.library import Library, read
from bot.content.phrases import Phrase
from bot.core.events import Command
from bot.core.private import Private
from bot.talk.codes import CODES
from bot.talk.conversation import Conversation, Desk
from bot.talk.handoff.counter import ASK, CONSENT, LOOK, STOP, Access
from bot.talk.handoff.front import Over, State
from bot.talk.handoff.wire import Waits
from bot.talk.keys import Keys
from bot.talk.plain import text_of
from bot.talk.ports import Address, Called, Farewell, Frame, Incoming, Input, Media, Opened, Press, Reply, Screen, Words
from bot.talk.reception import Guest, Passed, Reception
from bot.talk.seal import LENGTH
from tests.conftest import NOON
from tests.mistakes.mistake import guide
from tests.talk.handoff.town import Chat, moment, timeless
from tests.talk.room import SECRET, Room, room

NUMBERS = count()


def guest(chat: Chat, code: str | None = "") -> Guest:
    """Let somebody come, who had some screen before them."""
    return Guest(chat.address, chat, str(next(NUMBERS)), code)


def at(place: Room, chat: Chat, *buttons: str) -> Screen:
    """Walk through the guide by the labels of its buttons."""
    screen = place.talk.turn(Incoming(chat.address, Opened()), TELEGRAM.frame)
    for label in buttons:
        assert isinstance(screen, Screen)
        data = next(offer.data for offer in (*screen.offers, *screen.controls) if offer.label == label)
        screen = place.talk.turn(Incoming(chat.address, Press(data)), TELEGRAM.frame)
    assert isinstance(screen, Screen)
    return screen


def consent(place: Room, chat: Chat) -> Screen:
    """Stand where one can ask."""
    place.access = Access.OPEN
    return at(place, chat, "English", "Yes, go on", "Talk to a person", "India", "A helper in this chat")


def shows(reply: object, place: Room, phrase: str) -> bool:
    """Tell whether a screen begins with the words of a phrase."""
    assert isinstance(reply, Screen), reply
    return text_of(reply.blocks, reply.notice, reply.footnote).startswith(place.words(phrase))


@timeless
async def test_a_button_out_of_place_asks_nobody(library: Library) -> None:
    """Whoever forges a button that asks, where the limits were not read, gets the guide; nothing is sent."""
    async with room(library) as place:
        place.sit("asha")
        chat, reception = Chat("ana"), Reception(place.exchange, place.talk, TELEGRAM.frame)
        elsewhere = at(place, chat, "English").token
        for token in (elsewhere, "A" * LENGTH, ""):
            for code in (ASK + "a", CONSENT + "a"):
                assert await reception.take(guest(chat), Press(token + code)) is None
        assert not [event for event in place.events if isinstance(event, Waits)]
        assert await reception.take(guest(chat), Words(Private("yes"), "A" * LENGTH)) is None


@timeless
async def test_what_is_the_guides_is_left_to_it(library: Library) -> None:
    """Without a talk all ordinary acts are the guide's."""
    async with room(library) as place:
        chat, reception = Chat("ana"), Reception(place.exchange, place.talk, TELEGRAM.frame)
        token = at(place, chat, "English").token
        acts: list[Input] = [
            Opened(), Media(token), Called(Command.PERSON, token), Called(Command.BACK, token), Words(Private("hello"), token),
            Press(token + "00"), Press(token + CODES[Command.PERSON]), Press(""),
        ]  # fmt: skip
        for act in acts:
            assert await reception.take(guest(chat), act) is None
        screen: Reply = consent(place, chat)
        assert await reception.beside(chat.address, screen) is screen


@timeless
async def test_stopping_what_is_not_there(library: Library) -> None:
    """An old "Stop" leads back into the guide."""
    async with room(library) as place:
        chat, reception = Chat("ana"), Reception(place.exchange, place.talk, TELEGRAM.frame)
        token = consent(place, chat).token
        assert shows(await reception.take(guest(chat), Press(token + STOP)), place, "handoff_stopped")


@timeless
async def test_a_look_that_nobody_can_place(library: Library) -> None:
    """If nobody knows what stood there, as after a restart with nothing kept, a look says that the line broke."""
    async with room(library) as place:
        chat, reception = Chat("ana"), Reception(place.exchange, place.talk, TELEGRAM.frame)
        token = consent(place, chat).token
        assert await reception.take(guest(chat, ""), Press(token + LOOK)) is None
        for code in (None, LOOK):
            assert shows(await reception.take(guest(chat, code), Press(token + LOOK)), place, "handoff_broken")


@timeless
async def test_failures(library: Library, capfd: pytest.CaptureFixture[str]) -> None:
    """Whatever fails with the helpers, the guide answers, and the log has no words."""
    async with room(library) as place:
        chat, reception = Chat("ana"), Reception(place.exchange, place.talk, TELEGRAM.frame)
        screen = consent(place, chat)
        place.exchange.state = broken  # type: ignore[method-assign, assignment]
        assert await reception.take(guest(chat), Words(Private("SECRET"), screen.token)) is None
        reply: Reply = screen
        assert await reception.beside(chat.address, reply) is reply
    err = capfd.readouterr().err
    assert "failed" in err
    assert "SECRET" not in err


async def broken(_: Address) -> State | None:
    """Fail.

    Raises:
        RuntimeError: always, with words in it.
    """
    message = "SECRET"
    raise RuntimeError(message)


@timeless
async def test_a_farewell_is_an_end(library: Library) -> None:
    """Who left the guide has left the queue."""
    async with room(library) as place:
        helper = place.sit("asha")
        chat, reception = Chat("ana"), Reception(place.exchange, place.talk, TELEGRAM.frame)
        screen = consent(place, chat)
        assert shows(await reception.take(guest(chat), Press(screen.token + ASK + "a")), place, "handoff_waiting")
        await moment()
        assert helper.case
        assert reception.voice(chat.address) is chat
        farewell = Farewell("en", rtl=False, title="", text="")
        assert await reception.beside(chat.address, farewell) is farewell
        assert reception.voice(chat.address) is None
        assert isinstance(Passed(), Passed)


def small(folder: Path, access: Access) -> Conversation:
    """Build a talk on the small guide, in which the door to people asks for a helper at once."""
    flows = guide(folder)
    return Conversation(read(flows, flows.parent / "locales"), Keys(SECRET), lambda: NOON, None, Desk(lambda: access))


@pytest.mark.parametrize("why", Over)
def test_a_guide_that_asks_at_once(tmp_path: Path, why: Over) -> None:
    """Where the door to people asks for a helper at once, who finds none goes on to where others stand."""
    talk, here = small(tmp_path, Access.OPEN), Address("telegram", "1", Private("ana"))
    asked = talk.turn(Incoming(here, Called(Command.PERSON)), Frame(desk=True))
    assert isinstance(asked, Screen)
    screen = talk.stand(asked.token, here, Frame(desk=True), State(0, over=why))
    assert screen.notice == talk.speech("en").phrase(Phrase(why.value))
    assert (screen.ref == "person.nobody") is (why in {Over.NOBODY, Over.BROKEN, Over.BLOCKED})
