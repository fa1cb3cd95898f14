"""`dhaal check`: reads everything, visits every reachable state, holds every law, fits every screen."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.channels.limits import ALL
from bot.content.library import Library
from bot.content.problems import Problem
from bot.core.space import Space
from bot.proof.findings import Case
from bot.proof.fit import fits
from bot.proof.laws import LAWS
from bot.proof.states import States
from bot.proof.views import Views

Progress = Callable[[str, float], None]


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
    laws: tuple[str, ...] = field(default=tuple(LAWS))
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
    progress("drawing every screen", 0.1)
    case = Case(library, states, views, list(views.of("en")), as_of)
    problems = list(_laws(case, progress))
    screens = 0
    for place, locale in enumerate(library.languages):
        progress(f"fitting every screen in {locale}", 0.4 + 0.6 * place / len(library.languages))
        for view in case.english if locale == "en" else views.of(locale):
            screens += 1
            problems.extend(fits(case, view))
    progress("done", 1.0)
    return Report(
        states.count(), screens, case.checks, tuple(library.languages), untranslated(library),
        tuple(sorted(set(problems))), Space(library.book).depth,
    )  # fmt: skip


def untranslated(library: Library) -> dict[str, int]:
    """Count the texts of each language that still fall back to English."""
    return {tag: sum(not library.catalogs.has(message.text, tag) for message in library.messages) for tag in library.languages}


def _laws(case: Case, progress: Progress) -> Iterator[Problem]:
    for place, (name, law) in enumerate(LAWS.items()):
        progress(name.replace("_", " "), 0.2 + 0.2 * place / len(LAWS))
        seen = set()
        for problem in law(case):
            if problem.spot not in seen:  # one story a step and law is enough to mend it
                seen.add(problem.spot)
                yield problem
