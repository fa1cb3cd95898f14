"""Everything proved again on each day of the years to come on which the guide turns into another."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from bot.content.library import Library
from bot.content.problems import Problem
from bot.proof.check import Progress, Report
from bot.proof.findings import Case
from bot.proof.fit import Fit
from bot.proof.fresh_laws import YEAR, noon, on, then, turning_days
from bot.proof.laws import BOOK_LAWS, SCREEN_LAWS
from bot.proof.states import States
from bot.proof.views import Views

NOW: Final = (
    "contacts_are_fresh",
    "help_lasts",
)  # that facts wait for a check by then is expected; what lasts is asked of today


def ahead(library: Library, as_of: datetime, years: int, today: Report, progress: Progress) -> tuple[Problem, ...]:
    """Hold every law and every fit in every language on those days; leave out what the report of today tells."""
    first, states = as_of.date(), States(library.book)
    views = Views(library, states, as_of)
    days = turning_days(library, first, first + years * YEAR)
    found: set[Problem] = set()
    for place, day in enumerate(days):
        progress(f"as on {day}", place / len(days))
        case = Case(library, states, then(views, day), noon(day))
        found |= {on(day, problem) for problem in _broken(case) if problem not in today.problems}
    progress("done", 1.0)
    return tuple(sorted(found))


def _broken(case: Case) -> Iterator[Problem]:
    fit = Fit(case)
    for name, law in BOOK_LAWS.items():
        yield from law(case) if name not in NOW else ()
    for locale in case.library.languages:
        for view in case.views.of(locale):
            yield from fit.screen(view)
            for hold in SCREEN_LAWS.values():
                yield from hold(case, view)
