"""Time passes: records end, others grow old, and on every day of the years to come the guide still helps."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.content.library import Library, read
from bot.core.book import Contacts
from bot.proof.check import check
from bot.proof.findings import Case
from bot.proof.fresh_laws import YEAR, lasting, noon, stale, turning_days
from bot.proof.laws import BOOK_LAWS, SCREEN_LAWS
from bot.proof.states import States
from bot.proof.views import Views
from bot.proof.years import ahead
from tests.mistakes.mistake import guide

TODAY = date(2026, 12, 1)
END = date(2027, 3, 1)


@pytest.fixture
def small(tmp_path: Path) -> Library:
    """Read the small guide."""
    return read(guide(tmp_path), tmp_path / "locales")


def case_on(library: Library, day: date) -> Case:
    """Give what a law may look at on a day."""
    states = States(library.book)
    return Case(library, states, Views(library, states, noon(day)), noon(day))


def ending(library: Library, kind: str, until: date = END) -> Library:
    """Let all contacts of a kind end."""
    countries = {
        code: replace(
            country,
            contacts=tuple(
                replace(one, proof=replace(one.proof, valid_until=until)) if one.kind == kind else one
                for one in country.contacts
            ),
        )
        for code, country in library.countries.items()
    }
    return replace(library, countries=countries)


def test_without_an_end_one_day_stands_for_all(library: Library) -> None:
    """If no record ends, the last day says "check first" the most and shows the same; it is the one to look at."""
    endless = [proof for _, proof in library.proofs() if proof.valid_until is None]
    if len(endless) == len(list(library.proofs())):
        assert turning_days(library, TODAY, TODAY + YEAR) == [TODAY + YEAR]


def test_the_last_day_of_each_stretch_is_looked_at(small: Library) -> None:
    """A record is shown through its last day, so that day closes a stretch; ends outside of the years do not count."""
    assert turning_days(ending(small, "police"), TODAY, TODAY + YEAR) == [END, TODAY + YEAR]
    assert turning_days(ending(small, "police", TODAY), TODAY, TODAY + YEAR) == [TODAY + YEAR]
    assert turning_days(ending(small, "police", TODAY + 2 * YEAR), TODAY, TODAY + YEAR) == [TODAY + YEAR]


def flags(library: Library, day: date) -> tuple[frozenset[int], frozenset[int]]:
    """Tell which records are shown on a day, and which of those say "check first"."""
    proofs = [proof for _, proof in library.proofs()]
    shown = frozenset(place for place, proof in enumerate(proofs) if proof.shown(day))
    return shown, frozenset(place for place in shown if library.doubtful(proofs[place], day))


def test_every_day_is_covered(library: Library) -> None:
    """Each day of two years shows the same records as the day that stands for it, which says "check first" no less."""
    last = TODAY + 2 * YEAR
    some = ending(ending(library, "police"), "legal_aid", END + timedelta(days=40))
    days = turning_days(some, TODAY, last)
    assert len(days) == 3
    for count in range(1, 2 * YEAR.days + 1):
        day = TODAY + timedelta(days=count)
        shown, doubted = flags(some, day)
        then_shown, then_doubted = flags(some, next(one for one in days if one >= day))
        assert then_shown == shown
        assert then_doubted >= doubted


def test_the_guide_helps_on_every_day_of_two_years(library: Library) -> None:
    """On no day of the next two years does a screen of the real guide break a law, fall silent or lose its emergency number."""
    today = max(proof.checked for _, proof in library.proofs())
    assert list(BOOK_LAWS["help_lasts"](case_on(library, today))) == []


def test_a_card_that_falls_silent_is_found(small: Library) -> None:
    """A screen whose only card has nothing more to show, and says nothing instead, is told with the day."""
    steps = dict(small.book.steps)
    steps["help.police"] = replace(small.book.spoken("help.police"), show=(Contacts("police"),))
    alone = ending(replace(small, book=replace(small.book, steps=steps)), "police")
    found = list(lasting({})(case_on(alone, TODAY)))
    assert {problem.spot for problem in found} == {small.spots["help.police"]}
    assert all(problem.say.startswith(f"On {TODAY + 2 * YEAR}: The cards of this screen") for problem in found)


def test_what_is_broken_today_is_not_told_again(small: Library) -> None:
    """A law that does not hold today is today's problem, and is not told once more for a later day."""
    case = case_on(ending(small, "crisis", TODAY - timedelta(days=1)), TODAY)
    assert any(law(case, view) for law in (SCREEN_LAWS["danger_has_lines"],) for view in case.views.of("en"))
    assert not list(lasting({"danger_has_lines": SCREEN_LAWS["danger_has_lines"]})(case))


def test_years_leave_out_what_only_waits_for_a_check(small: Library) -> None:
    """That facts grow stale if nobody works is expected and left out; a screen that breaks is not."""
    now = datetime(2026, 12, 1, 12, tzinfo=UTC)
    assert list(stale(small, TODAY + YEAR))
    assert not check(small, noon(TODAY + YEAR)).ok
    today = check(small, now)
    assert ahead(small, now, 1, today, lambda _what, _share: None) == ()
    broken = ahead(ending(small, "crisis"), now, 1, today, lambda _what, _share: None)
    assert broken
    assert all(problem.say.startswith(f"On {TODAY + YEAR}: ") for problem in broken)


def test_a_stale_fact_is_told_by_its_own_shelf(library: Library) -> None:
    """Lines go stale first, laws after them, advice last."""

    def kinds(days: int) -> set[str]:
        newest = max(proof.checked for _, proof in library.proofs())
        spots = {problem.spot for problem in stale(library, newest + timedelta(days=days))}
        return {proof.kind for proof in proofs if proof.spot in spots}

    proofs = [proof for _, proof in library.proofs()]
    newest_only = {proof.checked for proof in proofs}
    if len(newest_only) == 1:
        assert kinds(120) == set()
        assert kinds(121) == {"line"}
        assert "law" not in kinds(365)
        assert "law" in kinds(366)
        assert "advice" not in kinds(366)
