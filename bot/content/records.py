"""A record that can be wrong in the world: it carries its proof, or it is not shown; and how long each kind is trusted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.content.form import Form
from bot.content.problems import Spot
from bot.content.reader import Desk, Map

CONFIDENCES: Final = ("verified", "high", "medium")
PROOF_KEYS: Final = ("source", "source_date", "checked", "confidence", "valid_until")
OWN: Final = "own judgement"  # design advice that claims no fact
EMERGENCY, LINE, PAGE, ROUTE, DUTY, LAW, NOTE, ADVICE = KINDS = (
    "emergency", "line", "page", "route", "duty", "law", "note", "advice",
)  # fmt: skip
STRICT: Final = (EMERGENCY, LINE, PAGE, ROUTE)  # people are sent there


@dataclass(frozen=True, slots=True)
class Shelf:
    """How many days after its check a kind of record is shown as sure, and how many until `dhaal check` fails."""

    check_first: int
    fail: int


LONGEST: Final = Shelf(90, 180)  # R16, for contacts and routes


@dataclass(frozen=True, slots=True)
class Proof:
    """Where a fact was read, when, how sure that is, how long it holds, and what kind of fact it is."""

    source: str
    source_date: str | None
    checked: date
    confidence: str
    valid_until: date | None
    spot: Spot
    kind: str = PAGE

    def age(self, today: date) -> int:
        """Count the days since the check."""
        return (today - self.checked).days

    def shown(self, today: date) -> bool:
        """Tell whether the record may be shown at all."""
        return self.valid_until is None or today <= self.valid_until

    def old(self, today: date, shelf: Shelf) -> bool:
        """Tell whether the check is too long ago to be sure."""
        return self.age(today) > shelf.check_first

    def doubtful(self, today: date, shelf: Shelf) -> bool:
        """Tell whether the card should say "check first"."""
        return self.confidence == "medium" or self.old(today, shelf)

    def stale(self, today: date, shelf: Shelf) -> bool:
        """Tell whether the record is shown although nobody has checked it for too long."""
        return self.age(today) > shelf.fail and self.shown(today)


def read_shelves(desk: Desk, page: Map) -> Mapping[str, Shelf]:
    """Read shelf.yaml: the shelf of every kind of record."""
    form = Form(desk, page)
    table = form.form("shelf")
    found = {kind: shelf for kind in KINDS if table and (shelf := _shelf(table, kind))}
    if table:
        table.done(lambda: KINDS)
    form.done(lambda: ("shelf",))
    return found


def _shelf(table: Form, kind: str) -> Shelf | None:
    form = table.form(kind)
    first, fail = (form.scalar("check_first"), form.scalar("fail")) if form else (None, None)
    if form:
        form.done(lambda: ("check_first", "fail"))
    if form is None or first is None or fail is None:
        return None
    if not (first.value.isdecimal() and fail.value.isdecimal() and int(first.value) < int(fail.value)):
        form.desk.wrong(form.spot, f'"{kind}" needs two whole numbers of days, `check_first` the smaller. Correct them.')
        return None
    shelf = Shelf(int(first.value), int(fail.value))
    if kind in STRICT and (shelf.check_first > LONGEST.check_first or shelf.fail > LONGEST.fail):
        most = f"{LONGEST.check_first} and {LONGEST.fail} days are the most"
        form.desk.wrong(form.spot, f'People are sent there, so for "{kind}" {most}. Write smaller numbers.')
    return shelf


def read_proof(form: Form, kind: str, above: Proof | None = None) -> Proof | None:
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
    kind = ADVICE if source.value == OWN else kind
    return Proof(source.value, said.value if said else None, checked, confidence, until, form.spot, kind)


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
