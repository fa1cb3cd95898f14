"""The engine: any event in any state gives a valid state and a screen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.library import Library
from bot.core.book import Ask, Book, Branch, Case, End, Person, Pick, Tell, Text, Way, journey
from bot.core.engine import PAGES, Engine
from bot.core.events import Asked, Command, Hint, Lost, Named, Pressed, Shared, Turned, Unclear
from bot.core.session import Past, Session
from bot.core.space import Space
from tests.strategies import events, sessions

SIDES = (Command.DANGER, Command.PERSON, Command.LANGUAGE, Command.SELF_HARM, Command.IN_DANGER)


@pytest.fixture(scope="session")
def engine(library: Library, space: Space) -> Engine:
    """Give the engine of the real guide."""
    return Engine(library.book, space.depth)


@given(data=st.data())
def test_any_events_from_any_state_end_in_a_valid_state_and_a_screen(
    data: st.DataObject, library: Library, engine: Engine
) -> None:
    """Whatever happens, the person stands at a step with a screen, with declared facts, or has left."""
    session = data.draw(sessions(library.book, engine))
    turn = engine.advance(session, data.draw(events(library.book)))
    if turn.session is not None:
        assert not isinstance(library.book.steps[turn.session.at], Branch)
        assert all(value in library.book.facts[fact] for fact, value in turn.session.facts.items())
        assert 0 <= turn.session.page < PAGES
        assert turn.session.locale in library.book.locales


@given(data=st.data())
def test_back_undoes_what_the_last_answer_taught(data: st.DataObject, library: Library, engine: Engine) -> None:
    """After any choice, Back gives the very state before it."""
    session = data.draw(sessions(library.book, engine))
    ways = library.book.spoken(session.at).ways
    onward = [number for number, way in enumerate(ways) if way.to != "return" and way.speaks is None]
    if onward:
        after = engine.advance(session, Pressed(data.draw(st.sampled_from(onward)))).session
        assert after is not None
        if (after.at, after.facts) != (session.at, session.facts):
            back = engine.advance(after, Asked(Command.BACK)).session
            assert back is not None
            assert (back.at, back.facts) == (session.at, session.facts)
            assert session.trail[-len(back.trail) :] == back.trail or not back.trail


@given(data=st.data())
def test_a_side_journey_returns_exactly_to_where_the_person_was(data: st.DataObject, library: Library, engine: Engine) -> None:
    """Danger, a person or the language, from any state, by any taps inside: `return` gives back step and facts."""
    session = data.draw(sessions(library.book, engine))
    inside = engine.advance(session, Asked(data.draw(st.sampled_from(SIDES)))).session
    assert inside is not None
    side = journey(inside.at)
    if journey(session.at) == side:
        return
    for _ in range(8):
        ways = library.book.spoken(inside.at).ways
        number = data.draw(st.integers(0, len(ways) - 1))
        after = engine.advance(inside, Pressed(number)).session
        assert after is not None
        if ways[number].to == "return":
            assert after.at == session.at
            assert {**after.facts, "country": ""} == {**session.facts, "country": ""}  # a country may be told on the way
            return
        inside = after
    pytest.fail("a side journey should come to its end in eight taps")


@given(data=st.data())
def test_danger_and_back_change_nothing(data: st.DataObject, library: Library, engine: Engine) -> None:
    """From any screen outside danger, danger and then Back gives the same step, facts and language."""
    session = data.draw(sessions(library.book, engine))
    if journey(session.at) != "danger":
        danger = engine.advance(session, Asked(Command.DANGER)).session
        assert danger is not None
        assert danger.at == "danger.open"
        back = engine.advance(danger, Asked(Command.BACK)).session
        assert back is not None
        assert (back.at, back.facts, back.locale) == (session.at, session.facts, session.locale)


@given(data=st.data())
def test_the_trail_never_grows_beyond_its_depth(data: st.DataObject, library: Library, engine: Engine, space: Space) -> None:
    """However long a person walks, the trail stays as short as a button needs it."""
    session = data.draw(sessions(library.book, engine))
    assert len(session.trail) <= space.depth


BOOK = Book(
    facts={"mood": ("good", "bad"), "place": ("here", "other")},
    steps={
        "a.ask": Ask(
            "a.ask",
            Text("a.ask", "How?"),
            (
                Way("good", "a.end", {"mood": "good"}, Text("g", "Good")),
                Way("bad", "a.turn", {"mood": "bad"}, Text("b", "Bad")),
                Way("same", "a.ask", {}, Text("s", "Same")),
            ),
        ),
        "a.turn": Branch("a.turn", (Case({"mood": "bad", "place": "here"}, "a.end"), Case({}, "a.where"))),
        "a.where": Pick("a.where", Text("a.where", "Where?"), "place", (Way("here", "a.end", {"place": "here"}),)),
        "a.end": End("a.end", Text("a.end", "End")),
        "menu.open": Tell("menu.open", Text("m", "Menu"), (Way("next", "a.ask", label=Text("n", "Next")),)),
        "side.one": Ask(
            "side.one",
            Text("s1", "One"),
            (Way("two", "side.two", {}, Text("t", "Two")), Way("back", "return", {}, Text("r", "Return"))),
        ),
        "side.two": Person("side.two", Text("s2", "Two"), (Way("back", "return", {}, Text("r", "Return")),)),
        "tongue.pick": Pick("tongue.pick", Text("l", "L"), "language", (Way("hi", "return", speaks="hi"),)),
    },
    locales=("en", "hi"),
    start="a.ask",
    doors={
        "menu": "menu.open",
        "person": "side.two",
        "danger": "side.one",
        "self_harm": "side.two",
        "in_danger": "side.one",
        "language_change": "tongue.pick",
    },
    named={"place": "a.turn"},
)
SMALL = Engine(BOOK, 4)
FRESH = Session.fresh(BOOK, "en")


def test_a_choice_teaches_and_moves() -> None:
    """Pressing a way learns its lesson and goes to its step."""
    turn = SMALL.advance(FRESH, Pressed(0))
    assert turn.session == Session("a.end", "en", {"mood": "good"}, 0, (Past("a.ask", {"mood": "unknown"}),))


def test_a_branch_decides_by_what_is_known() -> None:
    """A branch shows nothing: the person comes out at the step its facts lead to."""
    assert SMALL.advance(FRESH, Pressed(1)).session.at == "a.where"  # type: ignore[union-attr]
    knowing = Session("a.ask", "en", {"place": "here"})
    assert SMALL.advance(knowing, Pressed(1)).session.at == "a.end"  # type: ignore[union-attr]


@pytest.mark.parametrize("number", [-1, 3, 99])
def test_a_number_that_is_not_there_changes_nothing(number: int) -> None:
    """A forged number shows the same screen with a gentle hint."""
    turn = SMALL.advance(FRESH, Pressed(number))
    assert (turn.session, turn.hint) == (FRESH, Hint.UNCLEAR)


def test_a_way_to_the_same_screen_leaves_no_trace() -> None:
    """Going nowhere adds nothing for Back to undo."""
    assert SMALL.advance(FRESH, Pressed(2)).session == FRESH


def test_a_name_leads_to_its_door() -> None:
    """A country typed anywhere is learnt and leads where the guide says."""
    turn = SMALL.advance(FRESH, Named("place", "here"))
    assert turn.session is not None
    assert (turn.session.at, turn.session.facts) == ("a.where", {"place": "here"})
    again = SMALL.advance(turn.session, Named("place", "other"))
    assert again.hint is Hint.NOTED


def test_a_name_does_not_lead_away_from_help() -> None:
    """Who types a country where help in danger stands stays there, with that country known."""
    danger = SMALL.advance(FRESH, Asked(Command.DANGER)).session
    assert danger is not None
    turn = SMALL.advance(danger, Named("place", "here"))
    assert turn.session is not None
    assert (turn.session.at, turn.session.facts, turn.hint) == (danger.at, {"place": "here"}, Hint.NOTED)


@pytest.mark.parametrize(("fact", "value"), [("mood", "good"), ("place", "mars"), ("size", "big")])
def test_a_name_nobody_declared_is_not_learnt(fact: str, value: str) -> None:
    """Only declared values of nameable facts are understood."""
    assert SMALL.advance(FRESH, Named(fact, value)).hint is Hint.UNCLEAR


def test_leaving_forgets_everything() -> None:
    """After Leave there is no session."""
    assert SMALL.advance(FRESH, Asked(Command.LEAVE)).session is None


def test_back_without_a_trail_goes_to_the_start_or_the_menu() -> None:
    """Where nothing is left to undo, Back still leads somewhere calm."""
    assert SMALL.advance(FRESH, Asked(Command.BACK)).session == FRESH
    assert SMALL.advance(Session("a.end", "en"), Asked(Command.BACK)).session == Session("menu.open", "en")


def test_a_lost_button_shows_the_menu() -> None:
    """A button that cannot be used leads to the menu, with a calm word."""
    turn = SMALL.advance(FRESH, Lost())
    assert turn.session is not None
    assert (turn.session.at, turn.hint) == ("menu.open", Hint.LOST)


def test_danger_inside_danger_goes_back_to_its_first_screen() -> None:
    """Pressing danger twice does not lose the place the person came from."""
    first = SMALL.advance(FRESH, Asked(Command.DANGER)).session
    assert first is not None
    second = SMALL.advance(first, Pressed(0)).session
    assert second is not None
    again = SMALL.advance(second, Asked(Command.DANGER)).session
    assert again == first
    assert SMALL.advance(first, Asked(Command.DANGER)).session == first


def test_another_door_of_the_same_side_journey_is_a_step_onward() -> None:
    """From one screen of a side journey, its other door opens without losing the way back."""
    first = SMALL.advance(FRESH, Asked(Command.DANGER)).session
    assert first is not None
    other = SMALL.advance(first, Asked(Command.PERSON)).session
    assert other is not None
    assert other.at == "side.two"
    assert SMALL.advance(other, Pressed(0)).session == FRESH


def test_the_language_changes_without_losing_the_place() -> None:
    """Choosing a language returns to the same screen in that language."""
    aside = SMALL.advance(FRESH, Asked(Command.LANGUAGE)).session
    assert aside is not None
    back = SMALL.advance(aside, Pressed(0)).session
    assert back == Session("a.ask", "hi")


def test_pages_turn_and_stay_in_bounds() -> None:
    """A page number is kept within what a session can hold."""
    turn = SMALL.advance(FRESH, Turned(3))
    assert turn.session == FRESH.turned(3)
    assert SMALL.advance(FRESH, Turned(PAGES + 1)).session == FRESH.turned(1)


def test_hints_keep_the_screen() -> None:
    """Words not understood and pictures show the same screen with a gentle hint."""
    assert SMALL.advance(FRESH, Unclear()).hint is Hint.UNCLEAR
    assert SMALL.advance(FRESH, Unclear((1,))).guesses == (1,)
    assert SMALL.advance(FRESH, Unclear((1,))).hint is Hint.GUESS
    assert SMALL.advance(FRESH, Shared()).hint is Hint.SHARED


def test_a_branch_has_no_screen() -> None:
    """Asking for the screen of a branch is a mistake of the program."""
    with pytest.raises(LookupError):
        BOOK.spoken("a.turn")
