"""Counting without people: whatever happened in an hour, nobody can be found in what is shown of it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.library import Library
from bot.core.book import UNKNOWN
from bot.core.engine import Engine
from bot.core.events import Asked, Command, Event, Pressed
from bot.core.session import Past, Session
from bot.talk.tally import SMALL, Cell, Tally, arrives, group_of
from tests.conftest import NOON
from tests.strategies import events

A_MINUTE, AN_HOUR = timedelta(minutes=1), timedelta(hours=1)
START = Cell("start", "en", UNKNOWN)
Trace = Sequence[Cell]  # where one person arrived, in order

cells = st.builds(
    Cell, st.sampled_from(["start", "law", "minor"]), st.sampled_from(["en", "hi"]), st.sampled_from(["Asia", UNKNOWN])
)
traces = st.lists(cells, max_size=30)
crowds = st.lists(traces, max_size=8)


@dataclass
class Clock:
    """A clock that is set by hand."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        """Give the time."""
        return self.now


class Hall:
    """A tally, its clock, and an hour to fill."""

    def __init__(self, library: Library) -> None:
        """Begin at noon."""
        self.clock = Clock()
        self.tally = Tally(library, self.clock)

    def fill(self, arrivals: Iterable[Cell]) -> "Hall":
        """Let people arrive."""
        for cell in arrivals:
            self.tally.count(*cell)
        return self

    def later(self, time: timedelta = AN_HOUR) -> "Hall":
        """Let time pass."""
        self.clock.now += time
        return self

    def held(self) -> str:
        """Show everything that it counts with, in the order in which memory has it."""
        return repr([value for value in vars(self.tally).values() if isinstance(value, dict)])


def shown(library: Library, arrivals: Iterable[Cell]) -> object:
    """Show what an hour of arrivals looks like afterwards."""
    return Hall(library).fill(arrivals).later().tally.ended()


def together(crowd: Iterable[Trace]) -> list[Cell]:
    """Lay the traces of several people one behind the other."""
    return [cell for trace in crowd for cell in trace]


@given(crowd=crowds, data=st.data())
def test_the_order_of_events_changes_nothing(library: Library, crowd: list[Trace], data: st.DataObject) -> None:
    """However the arrivals of an hour are ordered, the same is shown, and the same is held in memory."""
    arrivals = together(crowd)
    otherwise = data.draw(st.permutations(arrivals))
    one, other = Hall(library).fill(arrivals), Hall(library).fill(otherwise)
    assert one.held() == other.held()
    assert one.later().tally.ended() == other.later().tally.ended()


@given(one=traces, other=traces, data=st.data())
def test_two_people_cannot_be_told_apart(library: Library, one: list[Cell], other: list[Cell], data: st.DataObject) -> None:
    """If two people swap the rest of their ways at any point, the same is shown: no way belongs to anybody."""
    cut, cut_other = data.draw(st.integers(0, len(one))), data.draw(st.integers(0, len(other)))
    swapped = [one[:cut] + other[cut_other:], other[:cut_other] + one[cut:]]
    assert shown(library, together([one, other])) == shown(library, together(swapped))


@given(crowd=crowds, other=crowds)
def test_only_how_many_counts(library: Library, crowd: list[Trace], other: list[Trace]) -> None:
    """Two crowds look the same exactly if each cell has the same whole tens, whoever came and whatever else they did."""
    tens = [{cell: n // SMALL for cell, n in Counter(together(it)).items() if n >= SMALL} for it in (crowd, other)]
    same = shown(library, together(crowd)) == shown(library, together(other))
    assert same == (tens[0] == tens[1])


@given(many=st.integers(0, 60), crowd=crowds)
def test_one_person_more_changes_nothing_below_the_next_ten(library: Library, many: int, crowd: list[Trace]) -> None:
    """Up to the next ten, one arrival more is not seen, in no cell."""
    people = [cell for cell in together(crowd) if cell != START] + [START] * many
    same = shown(library, people) == shown(library, [*people, START])
    assert same == bool((many + 1) % SMALL)


@pytest.mark.parametrize(("many", "number"), [(0, None), (1, None), (9, None), (10, 10), (19, 10), (20, 20), (101, 100)])
def test_few_are_left_out_and_many_are_rounded_down(library: Library, many: int, number: int | None) -> None:
    """Below ten, a cell looks like an empty one; above, only whole tens are shown."""
    ended = Hall(library).fill([START] * many).later().tally.ended()
    assert ended.get(START) == number
    assert set(ended) <= {START}


def test_an_hour_is_shown_when_it_is_over(library: Library) -> None:
    """While an hour runs, nothing of it is seen, however often somebody asks; then it stays the same for an hour."""
    hall = Hall(library)
    for minute in range(60):
        assert hall.tally.ended() == {}
        hall.fill([START] * 2).later(A_MINUTE)
        assert (hall.tally.ended() == {}) == (minute < 59)
    for _ in range(60):
        assert hall.tally.ended() == {START: 120}
        hall.fill([START]).later(A_MINUTE)
    assert hall.tally.ended() == {START: 60}


def test_older_hours_are_gone(library: Library) -> None:
    """After an hour with nobody in it, nothing of the one before is held."""
    hall, empty = Hall(library).fill([START] * 50), Hall(library)
    hall.later(2 * AN_HOUR)
    assert hall.tally.ended() == {}
    assert hall.held() == empty.held()


@pytest.mark.parametrize("jump", [-AN_HOUR, -A_MINUTE, timedelta(days=1)])
def test_a_clock_that_jumps_shows_nothing(library: Library, jump: timedelta) -> None:
    """If the clock is set to another hour, what was counted is forgotten and never shown as another hour's."""
    hall = Hall(library).fill([START] * 50).later(jump)
    assert hall.tally.ended() == {}
    assert hall.later().tally.ended() == {}


@pytest.mark.parametrize("labels", [("my name", "en", UNKNOWN), ("start", "my name", UNKNOWN), ("start", "en", "my name")])
def test_no_word_can_become_a_label(library: Library, labels: tuple[str, str, str]) -> None:
    """What is not in the book is refused, and the refusal does not repeat it."""
    hall = Hall(library)
    with pytest.raises(ValueError, match="only what is in the book") as refusal:
        hall.tally.count(*labels)
    assert "my name" not in str(refusal.value)
    assert "my name" not in hall.fill([START] * 50).held()


def test_a_country_is_never_a_label(library: Library) -> None:
    """What is shown is a part of the world, as the country's time zone names it; what is not told is unknown."""
    assert group_of(library.countries["IN"]) == group_of(library.countries["PK"]) == "Asia"
    assert group_of(library.country({})) == group_of(library.country({"country": "other"})) == UNKNOWN
    assert {group_of(country) for country in library.countries.values()}.isdisjoint(library.countries)


def talk(engine: Engine, happened: Iterable[Event]) -> list[tuple[Session | None, Session]]:
    """Take the turns of one talk, from its opening."""
    session = Session.fresh(engine.book, "en")
    turns: list[tuple[Session | None, Session]] = [(None, session)]
    for event in happened:
        after = engine.advance(session, event).session
        if after is None:
            break
        turns.append((session, after))
        session = after
    return turns


@pytest.fixture(scope="module")
def engine(library: Library) -> Engine:
    """Give an engine for the real guide."""
    return Engine(library.book, 9)


@given(data=st.data())
def test_any_turn_can_be_counted(library: Library, engine: Engine, data: st.DataObject) -> None:
    """Whatever a person does, their turns are counted without complaint, and in any order with the same result."""
    turns = talk(engine, data.draw(st.lists(events(library.book), max_size=25)))
    one, other = Hall(library), Hall(library)
    for hall, order in ((one, turns), (other, data.draw(st.permutations(turns)))):
        for before, after in order:
            hall.tally.turned(before, after)
    assert one.held() == other.held()


def test_a_person_counts_once_in_a_journey(engine: Engine) -> None:
    """Pressing on, going back and asking for the same door again do not count; coming again after Back does."""
    happened: list[Event] = [
        Pressed(0), Asked(Command.MENU), Asked(Command.MENU), Pressed(99), Asked(Command.PERSON), Asked(Command.BACK),
        Asked(Command.BACK), Asked(Command.BACK), Asked(Command.MENU),
    ]  # fmt: skip
    arrived = [after.at.partition(".")[0] for before, after in talk(engine, happened) if arrives(before, after)]
    assert arrived == ["start", "menu", "person", "menu"]


def test_who_was_there_before_does_not_arrive() -> None:
    """A journey on the trail, or under one's feet, is no arrival; a new one is."""
    here = Session("law.rights", "en", trail=(Past("menu.first"),))
    assert not arrives(here, Session("law.next", "en"))
    assert not arrives(here, Session("menu.first", "en"))
    assert arrives(here, Session("report.first", "en"))
    assert arrives(None, here)
