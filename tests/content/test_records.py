"""A record shows how sure it is, and goes when its time is over."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.library import Library
from bot.content.problems import Spot
from bot.content.records import ADVICE, CONFIDENCES, KINDS, LINE, LONGEST, OWN, STRICT, Proof, Shelf

TODAY = date(2026, 11, 24)
DAYS = st.dates(date(2026, 1, 1), date(2030, 1, 1))
SHELF = Shelf(60, 120)


def proof(checked: date = TODAY, confidence: str = "verified", until: date | None = None) -> Proof:
    """Give a proof."""
    return Proof("https://source.example", None, checked, confidence, until, Spot("flows/x.yaml", 1), LINE)


@pytest.mark.parametrize(
    ("age", "doubtful", "stale"), [(0, 0, 0), (60, 0, 0), (61, 1, 0), (120, 1, 0), (121, 1, 1), (400, 1, 1)]
)
def test_a_shelf_says_how_long(age: int, doubtful: int, stale: int) -> None:
    """A record is trusted up to the last day of its shelf and no day longer, and so it is with the failing of the check."""
    record = proof(TODAY - timedelta(days=age))
    assert record.doubtful(TODAY, SHELF) is bool(doubtful)
    assert record.stale(TODAY, SHELF) is bool(stale)


@pytest.mark.parametrize("confidence", CONFIDENCES)
def test_medium_always_says_check_first(confidence: str) -> None:
    """What was never quite sure says so from the first day."""
    assert proof(confidence=confidence).doubtful(TODAY, SHELF) is (confidence == "medium")


def test_the_last_day_still_counts() -> None:
    """A record is shown through the day it ends on, and gone on the next; gone, nobody need check it."""
    ending = proof(TODAY - timedelta(days=300), until=TODAY)
    assert ending.shown(TODAY)
    assert ending.stale(TODAY, SHELF)
    assert not ending.shown(TODAY + timedelta(days=1))
    assert not ending.stale(TODAY + timedelta(days=1), SHELF)


@given(DAYS, DAYS, DAYS)
def test_time_only_takes_away(checked: date, one: date, other: date) -> None:
    """Once doubtful, always doubtful; once gone, gone for good."""
    early, late = sorted((one, other))
    record = proof(checked, until=checked + timedelta(days=200))
    assert record.doubtful(late, SHELF) or not record.doubtful(early, SHELF)
    assert record.shown(early) or not record.shown(late)


def test_every_real_record_says_where_it_was_read(library: Library) -> None:
    """No record of the guide is without a source, a day, and enough confidence."""
    for name, record in library.proofs():
        assert record.source, name
        assert record.confidence in CONFIDENCES, name
        assert record.valid_until is None or record.valid_until >= record.checked, name


def test_every_kind_has_a_shelf(library: Library) -> None:
    """Each kind of record has a shelf, and where people are sent, it is no longer than 90 and 180 days."""
    assert set(library.shelves) == set(KINDS)
    assert max(library.shelves[kind].check_first for kind in STRICT) <= LONGEST.check_first
    assert max(library.shelves[kind].fail for kind in STRICT) <= LONGEST.fail


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("gb-999", "emergency"), ("GB.emergency", "emergency"), ("gb-rph", "line"), ("gb-shout", "line"),
        ("glb-stopncii", "page"), ("bing", "route"), ("bing.form", "route"),
    ],
)  # fmt: skip
def test_a_record_stands_on_the_right_shelf(library: Library, name: str, kind: str) -> None:
    """Whoever answers a call or a text is a line; emergency numbers, pages and routes have shelves of their own."""
    assert {record.kind for key, record in library.proofs() if key == name} == {kind}


def test_own_judgement_is_advice(library: Library) -> None:
    """What claims no fact of the world stands on the longest shelf, and nothing else does."""
    for name, record in library.proofs():
        assert (record.kind == ADVICE) is (record.source == OWN), name
