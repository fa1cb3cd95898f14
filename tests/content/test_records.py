"""A record shows how sure it is, and goes when its time is over."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.library import Library
from bot.content.problems import Spot
from bot.content.records import CONFIDENCES, Proof

TODAY = date(2026, 11, 24)
DAYS = st.dates(date(2026, 1, 1), date(2030, 1, 1))


def proof(checked: date = TODAY, confidence: str = "verified", until: date | None = None) -> Proof:
    """Give a proof."""
    return Proof("https://source.example", None, checked, confidence, until, Spot("flows/x.yaml", 1))


@pytest.mark.parametrize(("age", "doubtful"), [(0, False), (90, False), (91, True), (400, True)])
def test_after_ninety_days_it_says_check_first(age: int, doubtful: bool) -> None:  # noqa: FBT001 - a table's column
    """A record is trusted up to the ninetieth day after its check, and no day longer."""
    assert proof(TODAY - timedelta(days=age)).doubtful(TODAY) is doubtful


@pytest.mark.parametrize("confidence", CONFIDENCES)
def test_medium_always_says_check_first(confidence: str) -> None:
    """What was never quite sure says so from the first day."""
    assert proof(confidence=confidence).doubtful(TODAY) is (confidence == "medium")


def test_the_last_day_still_counts() -> None:
    """A record is shown through the day it ends on, and gone on the next."""
    ending = proof(until=TODAY)
    assert ending.shown(TODAY)
    assert not ending.shown(TODAY + timedelta(days=1))


@given(DAYS, DAYS, DAYS)
def test_time_only_takes_away(checked: date, one: date, other: date) -> None:
    """Once doubtful, always doubtful; once gone, gone for good."""
    early, late = sorted((one, other))
    record = proof(checked, until=checked + timedelta(days=200))
    assert record.doubtful(late) or not record.doubtful(early)
    assert record.shown(early) or not record.shown(late)


def test_every_real_record_says_where_it_was_read(library: Library) -> None:
    """No record of the guide is without a source, a day, and enough confidence."""
    for name, record in library.proofs():
        assert record.source, name
        assert record.confidence in CONFIDENCES, name
        assert record.valid_until is None or record.valid_until >= record.checked, name
