"""Typed words before all else, and words that stand printed on a screen."""

import pytest

from bot.content.library import Library
from bot.content.phrases import Phrase
from bot.core.engine import PAGES
from bot.core.events import Asked, Command, Event, Pressed, Turned, Unclear
from bot.core.private import Private
from bot.core.session import Session
from bot.talk.conversation import Conversation
from bot.talk.listen import Listener
from bot.talk.ports import Address, Frame, Incoming, Media, Opened, Screen, Words
from bot.talk.screen import CONTROLS, Drawer

HERE = Address("whatsapp", "1", Private("somebody"))
TAGS = ("en", "hi", "hi-Latn", "ur", "es")


@pytest.fixture(scope="module")
def drawer(library: Library) -> Drawer:
    """Draw the real guide."""
    return Drawer(library)


@pytest.fixture(scope="module")
def listener(library: Library, drawer: Drawer) -> Listener:
    """Listen, ready for every language."""
    listening = Listener(library, drawer)
    listening.warm()
    return listening


def fresh(library: Library) -> Session:
    """Stand at the door, in the first language."""
    return Session.fresh(library.book, "en")


@pytest.mark.parametrize(
    ("words", "tag"),
    [
        ("i want to die", "en"),
        ("मैं मरना चाहती हूँ", "hi"),
        ("میں مرنا چاہتی ہوں", "ur"),
        ("quiero morir", "es"),
        ("main marna chahti hoon", "hi-Latn"),
    ],
)
def test_a_first_call_for_help_tells_the_language(listener: Listener, library: Library, words: str, tag: str) -> None:
    """Nobody who calls for help has to choose a language first."""
    session, event = listener.first(fresh(library), Private(words))
    assert (session.locale, event) == (tag, Asked(Command.SELF_HARM))


@pytest.mark.parametrize("words", ["hi", "hello", "नमस्ते", "hola", "", "👋", "qwertyuiop"])
def test_a_greeting_tells_nothing(listener: Listener, library: Library, words: str) -> None:
    """Other first words are heard in the language there is."""
    session, event = listener.first(fresh(library), Private(words))
    assert session == fresh(library)
    assert isinstance(event, Unclear)


def test_a_first_number_is_a_choice(listener: Listener, library: Library) -> None:
    """Whoever sends "2" means the second language."""
    assert listener.first(fresh(library), Private("2")) == (fresh(library), Pressed(1))


@pytest.mark.parametrize(("words", "hinted"), [("hi", False), ("qwertyuiop", False), ("i want to die", False)])
def test_nobody_is_told_at_the_door_that_they_were_not_understood(
    conversation: Conversation, words: str, *, hinted: bool
) -> None:
    """The first answer has no hint; the same words on a screen have one where they mean nothing there."""
    first = conversation.turn(Incoming(HERE, Words(Private(words))), Frame())
    assert isinstance(first, Screen)
    assert bool(first.notice) is hinted
    again = conversation.turn(Incoming(HERE, Words(Private("qwertyuiop"), first.token)), Frame())
    assert isinstance(again, Screen)
    assert again.notice


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize(
    ("phrase", "page", "expected"),
    [
        (Phrase.MORE, 0, Turned(1)),
        (Phrase.MORE, 3, Turned(4)),
        (Phrase.MORE, PAGES - 1, Turned(PAGES - 1)),
        (Phrase.EARLIER, 4, Turned(3)),
        (Phrase.EARLIER, 0, Turned(0)),
        *((phrase, 0, Asked(command)) for command, phrase in CONTROLS),
    ],
)
def test_what_is_printed_can_be_typed(  # noqa: PLR0913 - a table of words and what they do
    listener: Listener, drawer: Drawer, *, tag: str, phrase: Phrase, page: int, expected: Event
) -> None:
    """The label of each control, and of what turns a page, does what tapping it would, in every language."""
    label = drawer.speech(tag).phrase(phrase)
    session = Session("start.who", tag, page=page)
    for typed in (label, f" {label.upper()}. "):
        assert listener.hear(session, Private(typed)) == expected


def test_turning_beyond_the_last_page_stays(conversation: Conversation) -> None:
    """Who types "more" where there is no more sees the same screen."""
    start = conversation.turn(Incoming(HERE, Opened()), Frame())
    assert isinstance(start, Screen)
    again = conversation.turn(Incoming(HERE, Words(Private("more"), start.token)), Frame())
    assert isinstance(again, Screen)
    assert (again.ref, again.blocks) == (start.ref, start.blocks)


@pytest.mark.parametrize(("lost", "phrase"), [(False, Phrase.HINT_SHARED), (True, Phrase.HINT_UNREAD)])
def test_what_could_not_be_brought_is_not_called_a_picture(conversation: Conversation, phrase: Phrase, *, lost: bool) -> None:
    """A picture is answered as one; of what the platform lost, nobody says what it was."""
    start = conversation.turn(Incoming(HERE, Opened()), Frame())
    assert isinstance(start, Screen)
    for token in (start.token, None):
        screen = conversation.turn(Incoming(HERE, Media(token, lost)), Frame())
        assert isinstance(screen, Screen)
        assert (screen.ref, screen.notice) == (start.ref, conversation.speech("en").phrase(phrase))


def test_a_talk_can_be_made_ready(conversation: Conversation) -> None:
    """What first words need can be made before somebody comes; it changes nothing."""
    before = conversation.turn(Incoming(HERE, Words(Private("quiero morir"))), Frame())
    conversation.warm()
    after = conversation.turn(Incoming(HERE, Words(Private("quiero morir"))), Frame())
    assert isinstance(before, Screen)
    assert isinstance(after, Screen)
    assert (before.ref, before.locale) == (after.ref, after.locale) == ("danger.hurt_self", "es")


def test_the_language_of_a_talk(conversation: Conversation) -> None:
    """Its own token tells it, to its own chat alone."""
    start = conversation.turn(Incoming(HERE, Opened(), "es"), Frame())
    assert isinstance(start, Screen)
    assert conversation.tongue(start.token, HERE) == "es"
    assert conversation.tongue(start.token, Address("whatsapp", "1", Private("another"))) is None
    assert conversation.tongue("", HERE) is None
