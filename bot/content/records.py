"""A record that can be wrong in the world: it carries its proof, or it is not shown."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.content.form import Form
from bot.content.problems import Spot

CONFIDENCES: Final = ("verified", "high", "medium")
CHECK_FIRST_DAYS: Final = 90  # R16: then it says "check first"
EXPIRED_DAYS: Final = 180  # R16: then `dhaal check` fails
PROOF_KEYS: Final = ("source", "source_date", "checked", "confidence", "valid_until")
OWN: Final = "own judgement"  # design advice that claims no fact


@dataclass(frozen=True, slots=True)
class Proof:
    """Where a fact was read, when, how sure that is, and how long it holds."""

    source: str
    source_date: str | None
    checked: date
    confidence: str
    valid_until: date | None
    spot: Spot

    def shown(self, today: date) -> bool:
        """Tell whether the record may be shown at all."""
        return self.valid_until is None or today <= self.valid_until

    def doubtful(self, today: date) -> bool:
        """Tell whether the card should say "check first"."""
        return self.confidence == "medium" or (today - self.checked).days > CHECK_FIRST_DAYS


def read_proof(form: Form, above: Proof | None = None) -> Proof | None:
    """Read `source`, `source_date`, `checked`, `confidence`, `valid_until`; `above` lends what a part leaves out."""
    if above is not None and not set(PROOF_KEYS) & set(form.left):
        return above
    source = form.scalar("source")
    said = form.scalar("source_date", needed=False)
    checked = read_date(form, "checked", needed=True)
    confidence = form.word("confidence", CONFIDENCES)
    until = read_date(form, "valid_until", needed=False)
    if source and not (source.value.startswith(("http://", "https://", "stored-file:", "github-file:")) or source.value == OWN):
        form.desk.wrong(source.spot, f'"{source.value}" is no source. Give the web address it was read at, or write: {OWN}.')
    if source is None or checked is None or confidence is None:
        return None
    return Proof(source.value, said.value if said else None, checked, confidence, until, form.spot)


def read_date(form: Form, key: str, *, needed: bool) -> date | None:
    """Read a day, written 2026-11-22."""
    scalar = form.scalar(key, needed=needed)
    if scalar is None:
        return None
    try:
        return date.fromisoformat(scalar.value)
    except ValueError:
        form.desk.wrong(scalar.spot, f'"{scalar.value}" is no date. Write it like 2026-11-22.')
        return None
