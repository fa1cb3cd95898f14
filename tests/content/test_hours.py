"""Opening hours: open now or opens next, over midnight, weekends and the change of the clocks."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.hours import Hours, Span
from bot.content.library import Library

LONDON = ZoneInfo("Europe/London")
KOLKATA = ZoneInfo("Asia/Kolkata")
WEEK = tuple(range(7))
WEEKDAYS = tuple(range(5))
OFFICE = Hours((Span(WEEKDAYS, time(10), time(16)),), LONDON)
NIGHT = Hours((Span((4,), time(22), time(2)),), LONDON)  # Friday night
EVENING = Hours((Span(WEEK, time(18), time(0)),), KOLKATA)


def london(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """Give a moment of 2026 on London's clock; 23 November is a Monday."""
    return datetime(2026, month, day, hour, minute, tzinfo=LONDON).astimezone(UTC)


@st.composite
def timetables(draw: st.DrawFn) -> Hours:
    """Any timetable that has a span; the hour the clock may skip is left to a test of its own."""
    quarters = st.integers(0, 95).filter(lambda quarter: not 4 <= quarter <= 12)
    clock = quarters.map(lambda quarter: time(quarter // 4, quarter % 4 * 15))
    days = st.lists(st.integers(0, 6), min_size=1, unique=True).map(tuple)
    spans = draw(st.lists(st.builds(Span, days, clock, clock), min_size=1, max_size=3))
    return Hours(
        tuple(spans), draw(st.sampled_from([LONDON, KOLKATA, ZoneInfo("Australia/Sydney"), ZoneInfo("America/New_York")]))
    )


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - `timezones` adds it


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (london(23, 9, 59), False),
        (london(23, 10), True),
        (london(23, 15, 59), True),
        (london(23, 16), False),
        (london(28, 12), False),
    ],
)
def test_a_line_is_open_in_its_hours_only(moment: datetime, is_open: bool) -> None:  # noqa: FBT001 - a table's column
    """A line is open from its first minute on, no more in its last, and never at a weekend it does not work."""
    assert OFFICE.open_at(moment) is is_open


def test_a_closed_line_says_when_it_opens() -> None:
    """The next opening is later today, tomorrow, or after the weekend."""
    assert OFFICE.opens(london(23, 9)) == london(23, 10)
    assert OFFICE.opens(london(23, 16)) == london(24, 10)
    assert OFFICE.opens(london(27, 16)) == london(30, 10)


def test_a_line_of_one_day_opens_in_a_week() -> None:
    """A line that works one day a week and has just opened opens next after seven days."""
    monday = Hours((Span((0,), time(10), time(16)),), LONDON)
    assert monday.opens(london(23, 10)) == london(30, 10)


def test_a_night_line_is_open_after_midnight() -> None:
    """Friday 22:00 to 02:00 is open early on Saturday and closed early on Friday."""
    assert NIGHT.open_at(london(27, 23))
    assert NIGHT.open_at(london(28, 1, 59))
    assert not NIGHT.open_at(london(28, 2))
    assert not NIGHT.open_at(london(27, 1))
    assert not NIGHT.open_at(london(28, 22))


def test_an_end_of_midnight_ends_the_day() -> None:
    """18:00 to 00:00 is open until the last minute of the day, and closed at midnight."""
    assert EVENING.open_at(datetime(2026, 11, 23, 23, 59, tzinfo=KOLKATA))
    assert not EVENING.open_at(datetime(2026, 11, 24, 0, 0, tzinfo=KOLKATA))


def test_a_whole_day_never_closes() -> None:
    """00:00 to 24:00 on all days is open at any time."""
    whole = Hours((Span(WEEK, time(0), time(0)),), LONDON)
    assert all(whole.open_at(london(23, 0) + timedelta(minutes=minute)) for minute in range(0, 8 * 24 * 60, 30))


def test_hours_are_those_of_the_line() -> None:
    """Five in the morning in London is half past ten in India, so an Indian line is open."""
    day = Hours((Span(WEEKDAYS, time(10), time(16)),), KOLKATA)
    assert day.open_at(london(23, 5))
    assert not day.open_at(london(23, 12))


def test_summer_time_moves_the_hours() -> None:
    """Ten in London is 09:00 UTC in summer and 10:00 UTC in winter, on the days around the change too."""
    daily = Hours((Span(WEEK, time(10), time(16)),), LONDON)
    assert [daily.open_at(datetime(2026, 3, day, 9, 30, tzinfo=UTC)) for day in (28, 29)] == [False, True]
    assert [daily.open_at(datetime(2026, 10, day, 9, 30, tzinfo=UTC)) for day in (24, 25)] == [True, False]
    assert daily.opens(datetime(2026, 3, 28, 17, tzinfo=UTC)).astimezone(UTC) == datetime(2026, 3, 29, 9, tzinfo=UTC)


def test_a_night_of_the_change_is_as_long_as_it_is() -> None:
    """A night line that ends at 06:00 ends then by the clock, though the night is an hour shorter or longer."""
    night = Hours((Span(WEEK, time(22), time(6)),), LONDON)
    for month, day, last in ((3, 29, 5), (10, 25, 6)):
        end = datetime(2026, month, day, last, tzinfo=UTC)
        assert night.open_at(end - timedelta(minutes=1))
        assert not night.open_at(end)


def test_an_hour_that_the_clock_skips_is_not_announced() -> None:
    """A line that only works while the clocks go forward does not work that night; the next night is announced."""
    hours = Hours((Span(WEEK, time(1), time(2)),), LONDON)
    opens = hours.opens(datetime(2026, 3, 28, 12, tzinfo=UTC))
    assert opens.astimezone(UTC) == datetime(2026, 3, 30, 0, tzinfo=UTC)
    assert hours.open_at(opens.astimezone(UTC))


@given(timetables(), MOMENTS)
def test_the_next_opening_is_true(hours: Hours, now: datetime) -> None:
    """What is announced as the next opening lies in the coming week, and the line is open then."""
    opens = hours.opens(now).astimezone(UTC)
    assert now < opens <= now + timedelta(days=8)
    assert hours.open_at(opens)


@given(timetables(), MOMENTS)
def test_a_closed_line_stays_closed_until_it_opens(hours: Hours, now: datetime) -> None:
    """Between a closed moment and the announced opening there is no open quarter of an hour."""
    if not hours.open_at(now):
        opens = hours.opens(now).astimezone(UTC)
        quarters = int((opens - now) / timedelta(minutes=15))
        assert not any(hours.open_at(now + timedelta(minutes=15 * quarter)) for quarter in range(quarters))


@given(timetables(), MOMENTS, st.sampled_from([LONDON, KOLKATA, UTC]))
def test_the_asking_clock_does_not_matter(hours: Hours, now: datetime, clock: ZoneInfo) -> None:
    """The same moment told on another clock gives the same answer."""
    other = now.astimezone(clock)
    assert hours.open_at(other) == hours.open_at(now)


@given(MOMENTS)
def test_day_and_night_is_always(now: datetime) -> None:
    """A line without spans never closes."""
    always = Hours((), LONDON)
    assert always.always
    assert always.open_at(now)


def test_no_real_line_announces_what_is_not_true(library: Library) -> None:
    """Every line of the guide is open at the opening it announces, at any hour of the weeks of both changes."""
    lines = [it.hours for country in library.countries.values() for it in country.contacts if it.hours and not it.hours.always]
    starts = datetime(2026, 3, 23, 0, 7, tzinfo=UTC), datetime(2026, 10, 19, 0, 7, tzinfo=UTC)
    moments = [start + timedelta(hours=hour) for start in starts for hour in range(0, 14 * 24, 3)]
    assert lines
    for hours in lines:
        for now in moments:
            opens = hours.opens(now).astimezone(UTC)
            assert opens > now
            assert hours.open_at(opens)
