"""The numbering of sessions: every session is one number, and every number at most one session."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.library import Library
from bot.core.book import Ask, Book, Text, Way
from bot.core.engine import Engine
from bot.core.session import Session
from bot.core.space import ROOM, SHALLOWEST, Space
from bot.proof.states import States
from tests.strategies import sessions


@given(data=st.data())
def test_a_session_survives_being_a_number(data: st.DataObject, library: Library, space: Space) -> None:
    """Number and back gives the same session, in the room a button has."""
    session = data.draw(sessions(library.book, Engine(library.book, space.depth)))
    number = space.number(session)
    assert number.bit_length() <= ROOM
    assert space.session(number) == session


def test_every_reachable_step_and_fact_has_a_number(library: Library, space: Space, states: States) -> None:
    """At every screen, the first and the last combination of facts it can be reached with survive the round trip."""
    for ref in states.spoken():
        facts = list(states.universe.values(states.reached[ref], ["who", "minor", "safe", "near", "what"]))
        for known in (facts[0], facts[-1]):
            session = Session(ref, "hi", known)
            assert space.session(space.number(session)) == session


@given(number=st.integers(0, 2**ROOM - 1))
def test_any_number_is_a_session_or_refused(space: Space, number: int) -> None:
    """No number makes a session that could not be numbered again."""
    try:
        session = space.session(number)
    except ValueError:
        return
    assert space.number(session) == number


def test_the_shape_of_the_guide_is_in_its_fingerprint() -> None:
    """Another choice, fact or language makes another fingerprint; another wording does not."""

    def book(text: str, *ways: str) -> Book:
        return Book({}, {"a.a": Ask("a.a", Text("a.a", text), tuple(Way(way, "a.a") for way in ways))}, ("en",), "a.a", {})

    one = Space(book("Hello", "x", "y")).fingerprint
    assert Space(book("Good day", "x", "y")).fingerprint == one
    assert Space(book("Hello", "y", "x")).fingerprint != one


def test_a_guide_too_large_for_a_button_is_refused() -> None:
    """If not even a short trail fits, the guide does not start."""
    facts = {f"fact{number}": tuple(map(str, range(200))) for number in range(30)}
    book = Book(facts, {"a.a": Ask("a.a", Text("a.a", "?"), (Way("x", "a.a"),))}, ("en",), "a.a", {})
    with pytest.raises(OverflowError):
        Space(book)


def test_the_real_guide_leaves_room_for_side_journeys(space: Space) -> None:
    """The trail is deep enough for danger to find its way back."""
    assert space.depth >= SHALLOWEST
