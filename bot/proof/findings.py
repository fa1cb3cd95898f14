"""What the proof works with, and what it finds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from bot.content.library import Library
from bot.content.problems import Problem, Spot
from bot.core.book import Facts, Ref
from bot.proof.states import Bits, States
from bot.proof.story import sentence, story
from bot.proof.views import View, Views

Law: TypeAlias = Callable[["Case"], Iterator[Problem]]
ScreenLaw: TypeAlias = Callable[["Case", View], Iterator[Problem]]


@dataclass(slots=True)
class Case:
    """Everything a law may look at."""

    library: Library
    states: States
    views: Views
    as_of: datetime
    checks: int = field(default=0)
    told: dict[tuple[str, Ref], Problem] = field(default_factory=dict)

    def spot(self, ref: Ref) -> Spot:
        """Find a step in its file."""
        return self.library.spots[ref]

    def can(self, bits: Bits, *alternatives: Facts) -> bool:
        """Tell whether a set holds a combination that agrees with one of the alternatives."""
        self.checks += 1
        return any(bits & self.states.universe.where(facts) for facts in alternatives)

    def broken(self, ref: Ref, say: str, facts: Facts) -> Problem:
        """Report a broken law at a step, with a shortest story that shows it."""
        if (say, ref) not in self.told:
            told = story(self.states, ref, self.states.universe.where(facts))
            self.told[say, ref] = Problem(self.spot(ref), f"{say} For example: {sentence(told)}." if told else say)
        return self.told[say, ref]
