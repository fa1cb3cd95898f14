"""What the proof works with, and what it finds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from bot.content.library import Library
from bot.content.problems import Problem, Spot
from bot.core.book import UNKNOWN, Facts, Ref
from bot.proof.states import Bits, States, knows
from bot.proof.story import sentence, story
from bot.proof.views import View, Views

Law: TypeAlias = Callable[["Case"], Iterator[Problem]]


@dataclass(slots=True)
class Case:
    """Everything a law may look at."""

    library: Library
    states: States
    views: Views
    english: list[View]
    as_of: datetime
    checks: int = field(default=0)

    def spot(self, ref: Ref) -> Spot:
        """Find a step in its file."""
        return self.library.spots[ref]

    def can(self, bits: Bits, *alternatives: Facts) -> bool:
        """Tell whether a set holds a combination that agrees with one of the alternatives."""
        self.checks += 1
        return any(bits & self.states.universe.where(facts) for facts in alternatives)

    def broken(self, ref: Ref, say: str, facts: Facts) -> Problem:
        """Report a broken law at a step, with the shortest story that shows it."""
        told = story(
            self.library.book, lambda here, known: here == ref and knows(known, facts), frozenset(facts) - {UNKNOWN}
        )
        return Problem(self.spot(ref), f"{say} For example: {sentence(told)}." if told else say)
