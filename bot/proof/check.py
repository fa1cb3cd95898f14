"""`dhaal check`: reads everything, visits every reachable state, holds every law, fits every screen."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bot.channels.limits import ALL
from bot.content.library import Library
from bot.content.problems import Problem, Spot
from bot.core.space import Space
from bot.proof.findings import Case, Law
from bot.proof.fit import Fit
from bot.proof.laws import BOOK_LAWS, LAWS, SCREEN_LAWS
from bot.proof.states import States
from bot.proof.views import View, Views

Progress = Callable[[str, float], None]
STRIDE: Final = 100  # screens between two strokes of the progress bar


@dataclass(frozen=True, slots=True)
class Report:
    """What was checked, and what was found."""

    states: int
    screens: int
    checks: int
    locales: tuple[str, ...]
    untranslated: Mapping[str, int]
    problems: tuple[Problem, ...]
    depth: int
    laws: tuple[str, ...] = field(default=LAWS)
    channels: tuple[str, ...] = field(default=tuple(limits.channel for limits in ALL))

    @property
    def ok(self) -> bool:
        """Tell whether nothing was found."""
        return not self.problems


def check(library: Library, as_of: datetime, progress: Progress = lambda _what, _share: None) -> Report:
    """Prove one library on one day; `progress` is told what is being done and how far it is, 0 to 1."""
    progress("visiting every state", 0.0)
    states = States(library.book)
    views = Views(library, states, as_of)
    case = Case(library, states, views, as_of)
    problems = list(_once(case, BOOK_LAWS, progress))
    screens = 0
    fit, each = Fit(case), sum(len(views.cells(library.book.spoken(ref))) for ref in states.spoken())
    for locale in library.languages:
        seen: set[tuple[str, Spot]] = set()
        problems.extend(fit.beside(locale))
        for view in views.of(locale):
            if screens % STRIDE == 0:
                progress(f"every screen in {locale}", 0.3 + 0.7 * screens / (each * len(library.languages)))
            screens += 1
            problems.extend(fit.screen(view))
            problems.extend(_fresh(case, view, seen))
    progress("done", 1.0)
    return Report(
        states.count(), screens, case.checks, tuple(library.languages), untranslated(library),
        tuple(sorted(set(problems))), Space(library.book).depth,
    )  # fmt: skip


def untranslated(library: Library) -> dict[str, int]:
    """Count the texts of each language that still fall back to English."""
    return {tag: sum(not library.catalogs.has(it.text, tag) for it in library.translatable) for tag in library.languages}


def _once(case: Case, laws: Mapping[str, Law], progress: Progress) -> Iterator[Problem]:
    for place, (name, law) in enumerate(laws.items()):
        progress(name.replace("_", " "), 0.1 + 0.2 * place / len(laws))
        seen = set()
        for problem in law(case):
            if problem.spot not in seen:  # one story a step and law is enough to mend it
                seen.add(problem.spot)
                yield problem


def _fresh(case: Case, view: View, seen: set[tuple[str, Spot]]) -> Iterator[Problem]:
    for name, law in SCREEN_LAWS.items():
        for problem in law(case, view):
            if (name, problem.spot) not in seen:
                seen.add((name, problem.spot))
                yield problem
