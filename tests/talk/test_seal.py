"""The seal: a token opens in its own chat, on its own guide, for two days, and nowhere else."""

from datetime import datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.content.library import Library
from bot.core.engine import Engine
from bot.core.private import Private
from bot.core.session import Session
from bot.core.space import Space
from bot.proof.states import States
from bot.talk.codes import COMMANDS, number_code, page_code, read_code
from bot.talk.keys import Keys
from bot.talk.ports import Address
from bot.talk.seal import LENGTH, LIFE, Seal
from tests.conftest import NOON
from tests.strategies import sessions

HERE = Address("web", "web", Private("one chat"))
TELEGRAM_BUTTON = 64  # bytes (LIMITS.md)


@pytest.fixture(scope="session")
def seal(space: Space) -> Seal:
    """Seal for the real guide."""
    return Seal(Keys(Private(b"a secret that is only for tests!")), space)


@given(data=st.data())
def test_a_session_survives_being_sealed(data: st.DataObject, library: Library, space: Space, seal: Seal) -> None:
    """Sealed and opened in the same chat, a session is the same; a button with it fits Telegram."""
    session = data.draw(sessions(library.book, Engine(library.book, space.depth)))
    token = seal.close(session, HERE, NOON)
    assert seal.open(token, HERE, NOON) == session
    button = token + number_code(99)
    assert button.isascii()
    assert len(button) == TELEGRAM_BUTTON


def test_every_reachable_screen_can_be_sealed(space: Space, states: States, seal: Seal) -> None:
    """Every screen of the guide, with every country and platform it can be reached with, goes through the seal."""
    for ref in states.spoken():
        session = Session(ref, "en")
        for facts in states.universe.values(states.reached[ref], ["minor", "country", "platform"]):
            session = Session(ref, "en", facts)
            assert space.session(space.number(session)) == session
        assert seal.open(seal.close(session, HERE, NOON), HERE, NOON) == session


@given(place=st.integers(0, LENGTH * 6 - 1), age=st.integers(0, 100))
def test_no_bit_flip_opens(place: int, age: int, library: Library, seal: Seal) -> None:
    """Change any one of the bits a token's characters carry: it does not open."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    token = seal.close(Session.fresh(library.book, "en").turned(age % 16), HERE, NOON)
    at, bit = divmod(place, 6)
    flipped = letters[letters.index(token[at]) ^ (1 << bit)]
    assert seal.open(token[:at] + flipped + token[at + 1 :], HERE, NOON) is None


@given(text=st.text(max_size=80))
def test_no_made_up_text_opens(seal: Seal, text: str) -> None:
    """Nothing but a token opens, and nothing raises."""
    assert seal.open(text, HERE, NOON) is None


@given(chat=st.text(min_size=1), channel=st.sampled_from(["web", "telegram"]), bot=st.sampled_from(["web", "other"]))
def test_no_token_opens_in_another_chat(chat: str, channel: str, bot: str, library: Library, seal: Seal) -> None:
    """Another chat, another bot or another channel cannot use it."""
    there = Address(channel, bot, Private(chat))
    assume((channel, bot, chat) != ("web", "web", "one chat"))
    token = seal.close(Session.fresh(library.book, "en"), HERE, NOON)
    assert seal.open(token, there, NOON) is None


@pytest.mark.parametrize(
    ("later", "opens"),
    [
        (timedelta(0), True),
        (timedelta(hours=47, minutes=59), True),
        (LIFE + timedelta(minutes=1), False),
        (timedelta(days=256), False),
        (timedelta(minutes=-4), True),
        (timedelta(minutes=-7), False),
    ],
)
def test_a_token_lives_two_days(later: timedelta, opens: bool, library: Library, seal: Seal) -> None:  # noqa: FBT001
    """A button works for 48 hours; clocks of two processes may differ by five minutes."""
    token = seal.close(Session.fresh(library.book, "en"), HERE, NOON)
    assert (seal.open(token, HERE, NOON + later) is not None) is opens


@given(moment=st.datetimes(datetime(2025, 1, 2), datetime(2050, 1, 1)))  # noqa: DTZ001 - made aware below
def test_a_token_opens_around_midnight_and_new_year(seal: Seal, library: Library, moment: datetime) -> None:
    """Whatever the hour, a token made now opens a day later."""
    now = moment.replace(tzinfo=NOON.tzinfo)
    token = seal.close(Session.fresh(library.book, "en"), HERE, now)
    assert seal.open(token, HERE, now + timedelta(hours=24)) is not None


def test_another_secret_makes_old_buttons_noise(space: Space, library: Library, seal: Seal) -> None:
    """After the secret was changed, no old token opens."""
    other = Seal(Keys(Private(b"another secret, also for tests..")), space)
    token = seal.close(Session.fresh(library.book, "en"), HERE, NOON)
    assert other.open(token, HERE, NOON) is None


def test_a_short_secret_is_refused() -> None:
    """A secret that could be guessed stops the start."""
    with pytest.raises(ValueError, match="too short"):
        Keys(Private(b"short"))


@given(st.integers(0, 99), st.integers(0, 15))
def test_codes_say_what_was_pressed(number: int, page: int) -> None:
    """Numbers, pages and commands survive the two letters behind a token."""
    assert read_code(number_code(number)).number == number  # type: ignore[union-attr]
    assert read_code(page_code(page)).page == page  # type: ignore[union-attr]
    assert all(read_code(code).command is command for code, command in COMMANDS.items())  # type: ignore[union-attr]


@given(st.text(max_size=4))
def test_an_unknown_code_is_a_lost_button(code: str) -> None:
    """Two letters nobody made do nothing but show the menu."""
    event = read_code(code)
    assert type(event).__name__ in {"Lost", "Pressed", "Turned", "Asked", "Kept"}


def test_words_from_the_secret() -> None:
    """A word made from the secret is the same at every start, another one for another purpose or secret."""
    keys = Keys(Private(b"a secret that is only for tests!"))
    assert keys.word(b"one") == Keys(Private(b"a secret that is only for tests!")).word(b"one")
    assert len({keys.word(b"one"), keys.word(b"two"), Keys(Private(b"another secret, only for tests")).word(b"one")}) == 3
