"""What a helper sees of a person: a few facts, each of which can be left out; never a name, a number or an account (R66)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from bot.core.session import Session

LETTERS: Final = "abcdefghijklmnopqrstuvwxyz234567"  # one for each set of parts that can be left out
PRESSING: Final = (
    {"safe": "no"},
    {"what": "threatened"},
    {"what": "paid"},
    {"minor": "yes"},
)  # who should not wait behind others


class Part(Enum):
    """One line of a brief; the values are keys of flows/phrases.yaml."""

    LANGUAGE = "brief_language"
    COUNTRY = "brief_country"
    SITUATION = "brief_situation"
    PLACE = "brief_place"
    URGENCY = "brief_urgency"


FACTS: Final[Mapping[Part, tuple[str, ...]]] = {
    Part.LANGUAGE: (),
    Part.COUNTRY: ("country",),
    Part.SITUATION: ("who", "minor", "what"),
    Part.PLACE: ("platform",),
    Part.URGENCY: (),
}


UNSAID: Final = {("minor", "no")}  # no line of the screen says these, so no helper sees them


@dataclass(frozen=True, slots=True)
class Brief:
    """The facts that a person agreed to show. `locale` and `urgent` are None where they were left out."""

    locale: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    urgent: bool | None = None


def brief(session: Session, left_out: frozenset[Part] = frozenset()) -> Brief:
    """Take what a helper may see from a session."""
    names = [name for part, some in FACTS.items() if part not in left_out for name in some]
    return Brief(
        None if Part.LANGUAGE in left_out else session.locale,
        {name: session.facts[name] for name in names if name in session.facts and (name, session.facts[name]) not in UNSAID},
        None if Part.URGENCY in left_out else pressing(session.facts),
    )


def pressing(facts: Mapping[str, str]) -> bool:
    """Tell whether somebody should not wait behind others."""
    return any(all(facts.get(name) == value for name, value in case.items()) for case in PRESSING)


def letter(left_out: frozenset[Part]) -> str:
    """Write which parts are left out, as one letter of a button."""
    return LETTERS[sum(1 << place for place, part in enumerate(Part) if part in left_out)]


def parts(written: str) -> frozenset[Part] | None:
    """Read such a letter; None if it is none."""
    number = LETTERS.find(written) if len(written) == 1 else -1
    return frozenset(part for place, part in enumerate(Part) if number >> place & 1) if number >= 0 else None
