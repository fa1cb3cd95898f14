"""Turns of a conversation: whatever comes in, a calm screen goes out."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.limits import ALL, CONSOLE, TELEGRAM, WEB, WHATSAPP, Limits
from bot.content.library import Library
from bot.content.phrases import Phrase
from bot.core.events import Command
from bot.core.private import Private
from bot.talk.conversation import Conversation
from bot.talk.keys import Keys
from bot.talk.ports import Address, Called, Farewell, Frame, Incoming, Input, Media, Opened, Press, Screen, Words
from bot.talk.tally import Tally
from tests.conftest import NOON

HERE = Address("console", "console", Private("chat"))


def turn(conversation: Conversation, what: Input, hint: str | None = None) -> Screen:
    """Take a turn that ends in a screen."""
    reply = conversation.turn(Incoming(HERE, what, hint), Frame())
    assert isinstance(reply, Screen)
    return reply


def say(conversation: Conversation, words: str, screen: Screen) -> Screen:
    """Type something under a screen."""
    return turn(conversation, Words(Private(words), screen.token), screen.locale)


@given(data=st.text(max_size=120))
def test_any_button_data_gives_a_screen(data: str, conversation: Conversation) -> None:
    """Forged, cut short, empty or wild button data shows the menu, never an error."""
    screen = turn(conversation, Press(data))
    assert screen.ref == "menu.first"
    assert screen.notice


@given(words=st.text(max_size=300))
def test_any_words_give_a_screen(words: str, conversation: Conversation) -> None:
    """Whatever a person types, a screen (or the farewell they asked for) comes back, and never their words."""
    start = turn(conversation, Opened())
    reply = conversation.turn(Incoming(HERE, Words(Private(words), start.token)), Frame())
    assert isinstance(reply, Screen | Farewell)


def test_an_expired_or_foreign_button_shows_the_menu(library: Library, keys: Keys, conversation: Conversation) -> None:
    """A button of three days ago, or of another chat, leads to the menu with a calm word."""
    start = turn(conversation, Opened())
    later = Conversation(library, keys, lambda: NOON + timedelta(days=3))
    assert turn(later, Press(start.offers[0].data)).ref == "menu.first"
    there = Incoming(Address("console", "console", Private("elsewhere")), Press(start.offers[0].data))
    reply = conversation.turn(there, Frame())
    assert isinstance(reply, Screen)
    assert reply.ref == "menu.first"


def test_a_picture_is_answered_and_not_fetched(conversation: Conversation) -> None:
    """A picture, file or voice note keeps the place and asks kindly not to send it."""
    start = turn(conversation, Opened())
    screen = turn(conversation, Media(start.token))
    assert screen.ref == start.ref
    assert screen.notice
    assert turn(conversation, Media()).ref == "start.language"


def test_words_without_a_token_are_understood_from_scratch(conversation: Conversation) -> None:
    """If the channel has lost the state, danger words still bring help at once."""
    assert turn(conversation, Words(Private("i want to die"))).ref == "danger.hurt_self"


@pytest.mark.parametrize(
    ("hint", "locale"),
    [("hi", "hi"), ("hi-IN", "hi"), ("HI", "hi"), ("hi-latn", "hi-Latn"), ("fr", "en"), (None, "en"), ("*;q=x", "en")],
)
def test_the_first_screen_speaks_the_language_of_the_hint(conversation: Conversation, hint: str | None, locale: str) -> None:
    """The channel's hint chooses the language where the guide has it."""
    assert turn(conversation, Opened(), hint).locale == locale


def test_an_opening_may_tell_a_country(conversation: Conversation) -> None:
    """A country given at the start is known; one that is not listed is not."""
    screen = turn(conversation, Opened({"country": "IN", "who": "nobody"}))
    danger = say(conversation, "i want to die", screen)
    assert any("112" in line.text for block in danger.blocks for line in getattr(block, "lines", ()))


@pytest.mark.parametrize(
    ("typed", "ref"),
    [
        ("1", "start.moment"),
        ("१", "start.moment"),
        ("۱", "start.moment"),
        ("English", "start.moment"),
        ("english.", "start.moment"),
        ("hindi", "start.moment"),
        ("हिन्दी", "start.moment"),
        ("menu", "menu.first"),
        ("help me, he will kill me", "danger.hurt_by"),
        ("talk to a person", "person.country"),
        ("instagram", "start.moment"),
        ("qwertyuiop", "start.language"),
    ],
)
def test_typed_words_are_understood_on_the_first_screen(conversation: Conversation, typed: str, ref: str) -> None:
    """Numbers in any script, labels, names and commands are understood; anything else gets the same screen with a hint."""
    screen = say(conversation, typed, turn(conversation, Opened()))
    assert screen.ref == ref
    assert bool(screen.notice) == (typed == "qwertyuiop")


def test_small_channels_turn_pages_and_lose_nothing(conversation: Conversation) -> None:
    """On a channel of 1024 characters and 8 rows, the pages together hold every word and every choice."""
    whole = say(conversation, "i want to die", turn(conversation, Opened({"country": "IN"})))
    frame = Frame(room=300, rows=3)
    page = conversation.turn(Incoming(HERE, Words(Private("i want to die"), whole.token)), frame)
    blocks, numbers = [], []
    while isinstance(page, Screen):
        blocks += [block for block in page.blocks if block not in blocks]
        numbers += [offer.number for offer in page.offers if offer.number]
        more = [offer for offer in page.offers if not offer.number and offer.label == "More"]
        page = conversation.turn(Incoming(HERE, Press(more[0].data)), frame) if more else None  # type: ignore[assignment]
    assert tuple(blocks) == whole.blocks
    assert numbers == [offer.number for offer in whole.offers]


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (CONSOLE, "Your terminal may still show earlier lines"),
        (WEB, "Close this tab."),
        (TELEGRAM, "We cleared what Telegram lets us clear."),
        (WHATSAPP, "Meta, which runs WhatsApp, may keep a copy for up to 30 days."),
    ],
    ids=lambda given: getattr(given, "channel", ""),
)
def test_leaving_says_what_remains(conversation: Conversation, limits: Limits, said: str) -> None:
    """The last line is neutral and truthful for the channel, and there is no button on it."""
    start = turn(conversation, Opened())
    reply = conversation.turn(Incoming(HERE, Words(Private("leave"), start.token)), limits.frame)
    assert isinstance(reply, Farewell)
    assert reply.text.startswith("You have left.")
    assert said in reply.text
    assert {limits.frame.farewell for limits in ALL} == {phrase for phrase in Phrase if phrase.value.startswith("farewell_")}


@pytest.mark.parametrize("command", [command for command in Command if command is not Command.LEAVE])
def test_a_command_does_what_its_button_does(conversation: Conversation, library: Library, command: Command) -> None:
    """A command of the channel's menu is followed where the person stands; without a place, from the beginning."""
    start = turn(conversation, Opened())
    for token in (start.token, None, "forged"):
        screen = turn(conversation, Called(command, token))
        assert screen.ref in library.book.steps


def test_a_command_to_leave_ends(conversation: Conversation) -> None:
    """/leave ends as the button does."""
    assert isinstance(conversation.turn(Incoming(HERE, Called(Command.LEAVE)), Frame()), Farewell)


def test_a_page_can_be_kept(conversation: Conversation) -> None:
    """A page with cards has a button to keep it; pressing that shows the same page with a word about it."""
    page = turn(conversation, Called(Command.DANGER, turn(conversation, Opened()).token))
    assert page.keep
    assert page.urgent
    kept = turn(conversation, Press(page.keep.data))
    assert (kept.ref, kept.blocks) == (page.ref, page.blocks)
    assert kept.notice
    assert turn(conversation, Opened()).keep is None


def test_a_shared_page_opens_in_another_chat(conversation: Conversation) -> None:
    """A shared page opens for another chat of the same bot: neutral words first, then the page, without a way back into it."""
    page = turn(conversation, Called(Command.DANGER, turn(conversation, Opened()).token))
    plan = conversation.share(page, HERE)
    there = Address(HERE.channel, HERE.bot, Private("friend"))
    gate = conversation.turn(Incoming(there, Opened(plan=plan), "hi"), Frame())
    assert isinstance(gate, Screen)
    assert (gate.locale, gate.blocks == page.blocks) == ("hi", False)
    opened = conversation.turn(Incoming(there, Press(gate.offers[0].data)), Frame())
    assert isinstance(opened, Screen)
    assert (opened.ref, opened.locale) == (page.ref, "hi")
    same = conversation.turn(Incoming(there, Opened(plan=plan)), Frame())
    assert isinstance(same, Screen)
    assert same.locale == page.locale


def test_a_page_is_shared_by_its_own_chat_alone(conversation: Conversation) -> None:
    """Nobody can make a shared page from a screen that is not theirs; a plan of another bot opens nothing."""
    page = turn(conversation, Called(Command.DANGER, turn(conversation, Opened()).token))
    with pytest.raises(LookupError):
        conversation.share(page, Address(HERE.channel, HERE.bot, Private("stranger")))
    plan = conversation.share(page, HERE)
    fresh = conversation.turn(Incoming(Address(HERE.channel, "another", HERE.chat), Opened(plan=plan)), Frame())
    assert isinstance(fresh, Screen)
    assert fresh.blocks == turn(conversation, Opened()).blocks


def test_a_shared_page_is_no_button(conversation: Conversation) -> None:
    """The token of a shared page, sent as if it were a button of a chat, opens nothing."""
    page = turn(conversation, Called(Command.DANGER, turn(conversation, Opened()).token))
    assert turn(conversation, Press(conversation.share(page, HERE) + "bk")).ref == "menu.first"


def test_what_is_seen_is_counted(library: Library, keys: Keys) -> None:
    """A journey that somebody comes to is counted; a look ahead, which nobody sees, is not; nor is leaving."""
    clock = [NOON]
    tally = Tally(library, lambda: clock[0])
    talk = Conversation(library, keys, lambda: clock[0], tally)
    start = turn(talk, Opened())
    for _ in range(30):
        talk.turn(Incoming(HERE, Called(Command.DANGER, start.token)), Frame())
        talk.turn(Incoming(HERE, Called(Command.PERSON, start.token)), Frame(), ahead=True)
        talk.turn(Incoming(HERE, Called(Command.LEAVE, start.token)), Frame())
    clock[0] += timedelta(hours=1)
    assert {(cell.journey, number) for cell, number in tally.ended().items()} == {("danger", 30)}
