"""The proof visits what a person can come to, exactly: held against a slow and simple walk."""

from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.library import Library
from bot.core.book import UNKNOWN, Ask, Book, Branch, Case, End, Facts, Pick, Ref, Text, Way, learn
from bot.core.engine import Engine
from bot.core.events import Asked, Command, Event, Named, Pressed
from bot.core.session import Session
from bot.core.space import Space
from bot.proof.check import check
from bot.proof.laws import LAWS
from bot.proof.states import States, Universe
from bot.proof.story import sentence, story
from bot.proof.views import reads
from tests.strategies import events, sessions

TEXT = Text("t", "Text")
FACTS = {"mood": ("good", "bad"), "place": ("here", "there", "other"), "size": ("big", "small")}


def a_way(to: Ref, **learns: str) -> Way:
    """Make a way."""
    return Way(to, to, learns, TEXT)


SMALL = Book(
    facts=FACTS,
    steps={
        "a.one": Ask("a.one", TEXT, (a_way("a.turn", mood="good"), a_way("a.turn", mood="bad"))),
        "a.turn": Branch("a.turn", (Case({"place": UNKNOWN}, "a.where"), Case({"mood": "bad"}, "a.two"), Case({}, "a.end"))),
        "a.where": Pick("a.where", TEXT, "place", tuple(Way(it, "a.turn", {"place": it}) for it in FACTS["place"])),
        "a.two": Ask("a.two", TEXT, (a_way("a.end", size="big"), a_way("a.turn", mood="good", place="unknown"))),
        "a.end": End("a.end", TEXT),
        "aside.one": Ask("aside.one", TEXT, (Way("x", "return", {}, TEXT), a_way("aside.two"))),
        "aside.two": Pick("aside.two", TEXT, "place", tuple(Way(it, "aside.one", {"place": it}) for it in FACTS["place"])),
    },
    locales=("en",),
    start="a.one",
    doors={command.value: "aside.one" for command in Command},
    named={"place": "a.turn"},
)


def slow(book: Book) -> set[tuple[Ref, frozenset[tuple[str, str]]]]:
    """Walk every event of every session, trail and all, with the real engine, one by one."""
    engine = Engine(book, 3)
    moves: list[Event] = [
        *(Pressed(number) for number in range(4)),
        *(Asked(command) for command in Command if command is not Command.LEAVE),
        *(Named("place", value) for value in FACTS["place"]),
    ]
    start = Session.fresh(book, "en")
    queue, seen = [start], {repr(start): start}
    while queue:
        session = queue.pop()
        for move in moves:
            after = engine.advance(session, move).session
            assert after is not None
            if repr(after) not in seen:
                seen[repr(after)] = after
                queue.append(after)
    return {(session.at, frozenset(session.facts.items())) for session in seen.values()}


def fast(states: States) -> set[tuple[Ref, frozenset[tuple[str, str]]]]:
    """List the states that the bit sets hold."""
    facts = list(states.book.facts)
    return {
        (ref, frozenset(known.items()))
        for ref in states.spoken()
        for known in states.universe.values(states.reached[ref], facts)
    }


def test_bit_sets_hold_every_state_that_the_engine_can_come_to() -> None:
    """Nothing that the engine reaches is missing from the proof, and the proof invents nothing."""
    states = States(SMALL)
    assert fast(states) == slow(SMALL)
    assert states.count() == len(slow(SMALL))


def test_values_nobody_tells_apart_share_a_bit_and_are_counted_each() -> None:
    """Three places make one bit, and three states."""
    universe = Universe(SMALL)
    assert [len(values) for values in universe.axes["place"].classes] == [1, 3]
    assert universe.count(universe.where({"place": "here"})) == 3 * universe.count(universe.where({"place": UNKNOWN}))


@given(lesson=st.fixed_dictionaries({}, optional={"mood": st.sampled_from(["good", "bad", UNKNOWN]), "size": st.just("big")}))
def test_learning_a_set_is_learning_each_of_it(lesson: Facts) -> None:
    """A shift of bits teaches exactly what the engine teaches."""
    universe = Universe(SMALL)
    for mood, size in product(("good", "bad", None), ("big", "small", None)):
        known = {"mood": mood, "size": size}
        facts = {fact: value for fact, value in known.items() if value}
        start = universe.where({fact: facts.get(fact, UNKNOWN) for fact in FACTS})
        after = learn(facts, lesson)
        assert universe.learn(start, lesson) == universe.where({fact: after.get(fact, UNKNOWN) for fact in FACTS})


@given(data=st.data())
def test_the_real_engine_stays_inside_the_proof(data: st.DataObject, library: Library, states: States, space: Space) -> None:
    """Any state that random events come to is one the proof has visited."""
    engine = Engine(library.book, space.depth)
    session = data.draw(sessions(library.book, engine))
    turn = engine.advance(session, data.draw(events(library.book)))
    if turn.session is not None:
        known = {fact: turn.session.facts.get(fact, UNKNOWN) for fact in library.book.facts}
        assert states.reached[turn.session.at] & states.universe.where(known)


def test_a_story_can_be_replayed() -> None:
    """The shortest story to a state is real: each tap leads to the next screen."""
    states = States(SMALL)
    told = story(states, "a.end", states.universe.where({"size": "big"}))
    assert [ref for ref, _ in told] == ["a.one", "a.where", "a.two", "a.end"]
    assert sentence(told).startswith('a.one: "Text" > a.where')
    assert story(states, "a.end", 0) == []


def test_the_real_guide_holds_every_law_on_every_screen(library: Library) -> None:
    """`dhaal check` finds nothing, and says how much it looked at."""
    report = check(library, datetime(2026, 11, 24, tzinfo=UTC))
    assert report.problems == ()
    assert report.states > 1_000_000
    assert report.screens > 1_000
    assert report.laws == LAWS


@pytest.mark.parametrize("day", ["2026-11-22", "2027-02-27", "2027-03-20"])
def test_the_guide_holds_on_later_days(library: Library, day: str) -> None:
    """While its facts are within their shelf lives, the guide stays sound; it only says "check first" more often."""
    assert check(library, datetime.fromisoformat(day).replace(tzinfo=UTC)).problems == ()


def test_stale_facts_fail_the_check(library: Library) -> None:
    """Beyond its shelf life without a check, every old fact is named."""
    report = check(library, datetime(2027, 6, 1, tzinfo=UTC))
    assert not report.ok
    assert all("last checked" in problem.say for problem in report.problems)


def test_screens_say_which_facts_they_look_at(library: Library, states: States) -> None:
    """Drawing a screen with another value of a fact it does not look at changes nothing (so each screen is drawn once)."""
    step = library.book.spoken("law.rights")
    assert reads(step) == ("country", "minor", "what")
    assert reads(library.book.spoken("start.who")) == ()
