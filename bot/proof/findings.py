"""What the proof works with, and what it finds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeAlias

from bot.content.library import Library
from bot.content.problems import Problem, Spot
from bot.core.book import Facts, Ref
from bot.proof.ahead import Ahead
from bot.proof.landmarks import Landmarks
from bot.proof.states import Bits, States
from bot.proof.story import sentence, story
from bot.proof.views import View, Views

FIRST: Final = 60  # characters of a message that a notification shows (R59)

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
    drawn: dict[tuple[Ref, tuple[tuple[str, str], ...]], object] = field(default_factory=dict)  # in the first language
    marks: Landmarks = field(init=False)

    def __post_init__(self) -> None:
        """Find the places of the guide that laws on screens ask for."""
        self.marks = Landmarks(self.library, self.states, self.as_of.date())

    def spot(self, ref: Ref) -> Spot:
        """Find a step in its file."""
        return self.library.spots[ref]

    def can(self, bits: Bits, *alternatives: Facts) -> bool:
        """Tell whether a set holds a combination that agrees with one of the alternatives."""
        self.checks += 1
        return any(bits & self.states.universe.where(facts) for facts in alternatives)

    def broken(self, ref: Ref, say: str, facts: Facts, bits: Bits | None = None) -> Problem:
        """Report a broken law at a step, with a shortest story to these facts there, and to one of `bits` if they are given."""
        if (say, ref) not in self.told:
            where = self.states.universe.where(facts)
            told = story(self.states, ref, where if bits is None else where & bits, facts)
            self.told[say, ref] = Problem(self.spot(ref), f"{say} For example: {sentence(told)}." if told else say)
        return self.told[say, ref]

    def astray(self, ahead: Ahead, ref: Ref, say: str, bits: Bits) -> Problem:
        """Report a law that is broken on the way: a shortest story from the start, through where `ahead` began, to the step."""
        onward = story(ahead, ref, bits)
        first = onward[0][0] if onward else ref
        before = story(self.states, first, ahead.layers[0].get(first, 0))
        told = [*before[:-1], *onward]
        return Problem(self.spot(ref), f"{say} For example: {sentence(told)}.")
