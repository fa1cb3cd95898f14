"""The guide as plain data: facts, steps, journeys, the whole book.

Everything here is frozen and small. Words are `Text`: an English source with the context a translator sees.
A step offers *ways*: numbered moves to another step that may teach facts. The machine, the seal and the
proof need nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

Ref: TypeAlias = str  # "journey.step"
Facts: TypeAlias = Mapping[str, str]  # what is known; a missing name is unknown

UNKNOWN: Final = "unknown"
OTHER: Final = "other"  # a country or platform that is not listed
RETURN: Final = "return"  # the target that ends a side journey
LANGUAGE: Final = "language"  # the one thing a pick may choose that is not a fact


@dataclass(frozen=True, slots=True)
class Text:
    """An English sentence or more, and the context it stands in (`threatened.first`)."""

    context: str
    english: str


@dataclass(frozen=True, slots=True)
class Contacts:
    """A card of contacts, picked by a selection of the vocabulary."""

    selection: str


@dataclass(frozen=True, slots=True)
class Doors:
    """One line each: removal, a person, police, legal help (R12)."""


@dataclass(frozen=True, slots=True)
class Note:
    """What the country's file says on one topic."""

    topic: str


@dataclass(frozen=True, slots=True)
class Laws:
    """The country's laws that cover what happened."""


@dataclass(frozen=True, slots=True)
class Duties:
    """How fast platforms must act in the country."""


@dataclass(frozen=True, slots=True)
class Route:
    """One part of a platform's route; `of` fixes the platform, else the fact decides."""

    part: str
    of: str | None = None


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Whether a native speaker has read the words of this language."""


Card: TypeAlias = Contacts | Doors | Note | Laws | Duties | Route | Reviewed


@dataclass(frozen=True, slots=True)
class Way:
    """One numbered move: where it leads and what it teaches.

    `label` is None where the label is a name that the drawing knows (a country, a platform, a language).
    `speaks` is the language that a way of a language list switches to.
    """

    id: str
    to: Ref
    learns: Facts = field(default_factory=dict)
    label: Text | None = None
    short: Text | None = None
    speaks: str | None = None


@dataclass(frozen=True, slots=True)
class Tell:
    """Says something; one way on."""

    ref: Ref
    text: Text
    ways: tuple[Way, ...]
    show: tuple[Card, ...] = ()
    holds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Ask:
    """Asks with choices."""

    ref: Ref
    text: Text
    ways: tuple[Way, ...]
    show: tuple[Card, ...] = ()
    holds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Pick:
    """Asks with a list that grows by itself: a fact's values, or the languages."""

    ref: Ref
    text: Text
    among: str
    ways: tuple[Way, ...]
    show: tuple[Card, ...] = ()
    holds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Person:
    """Hands over to a human being; the one way on is for when nobody is on duty."""

    ref: Ref
    text: Text
    ways: tuple[Way, ...]
    show: tuple[Card, ...] = ()
    holds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class End:
    """The last screen of a path."""

    ref: Ref
    text: Text
    show: tuple[Card, ...] = ()
    holds: frozenset[str] = frozenset()
    ways: tuple[Way, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One line of a branch: if all of `when` holds, go `to`. An `unknown` value asks that nothing is known."""

    when: Facts
    to: Ref


@dataclass(frozen=True, slots=True)
class Branch:
    """Decides by facts alone; shows nothing. The last case has no condition."""

    ref: Ref
    cases: tuple[Case, ...]


Spoken: TypeAlias = Tell | Ask | Pick | Person | End  # steps that have a screen
Step: TypeAlias = Spoken | Branch


@dataclass(frozen=True, slots=True)
class Book:
    """The whole guide: declared facts, steps, languages, and where the fixed doors lead.

    `doors` maps a command (menu, person, self_harm, in_danger, danger, language) to its step; `named` maps a fact to
    the step that a typed name of it leads to.
    """

    facts: Mapping[str, tuple[str, ...]]
    steps: Mapping[Ref, Step]
    locales: tuple[str, ...]
    start: Ref
    doors: Mapping[str, Ref]
    named: Mapping[str, Ref] = field(default_factory=dict)

    def spoken(self, ref: Ref) -> Spoken:
        """Give the step with a screen called `ref`.

        Raises:
            LookupError: if it is a branch.
        """
        step = self.steps[ref]
        if not isinstance(step, Branch):
            return step
        message = f"{ref} has no screen"
        raise LookupError(message)

    def leads(self, at: Ref, fact: str) -> Ref:
        """Give where a typed name of a fact leads from a step. Where help in danger stands, it is noted and help stays."""
        return at if journey(at) == journey(self.doors["danger"]) else self.named[fact]


def journey(ref: Ref) -> str:
    """Name the journey a step belongs to."""
    return ref.partition(".")[0]


def holds(facts: Facts, when: Facts) -> bool:
    """Tell whether `facts` agree with every entry of `when`; equality is the only operator (DESIGN §1)."""
    return all(facts.get(name, UNKNOWN) == value for name, value in when.items())


def learn(facts: Facts, lesson: Facts) -> Facts:
    """Add a lesson to what is known; a value `unknown` unlearns."""
    return {name: value for name, value in {**facts, **lesson}.items() if value != UNKNOWN}
