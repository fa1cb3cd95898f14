"""What is known of countries: contacts, laws, duties and notes, each with its proof; and who is picked for a card."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from bot.content.hours import Hours
from bot.content.records import Proof
from bot.core.book import Facts, Text

ANYWHERE: Final = "any"
WHO: Final = ("adults", "minors", "all")
AUDIENCES: Final = ("everyone", "women", "minors")
POLICE: Final = frozenset({"police", "cyber_police"})
LEGAL: Final = frozenset({"legal_aid"})
RISKS: Final = ("reporting",)  # what can put the person at risk in a country
TOPICS: Final = ("police", "cost", "confidentiality", "money", "minors", "bystander", "press", "safety", "escalation")


@dataclass(frozen=True, slots=True)
class Sms:
    """A text-message service: send `word` to `to`."""

    to: str
    word: str


@dataclass(frozen=True, slots=True)
class Contact:
    """Someone who can help, and how to reach them."""

    id: str
    name: str
    kind: str
    does: tuple[str, ...]
    proof: Proof
    phone: str | None = None
    shown: str | None = None
    whatsapp: str | None = None
    sms: Sms | None = None
    url: str | None = None
    email: str | None = None
    hours: Hours | None = None
    languages: tuple[str, ...] = ()
    who: str = "all"
    women: bool = False
    region: str | None = None
    cost: str | None = None
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Law:
    """One law in plain words."""

    id: str
    name: str
    section: str
    says: Text
    covers: tuple[str, ...]
    audience: str
    proof: Proof


@dataclass(frozen=True, slots=True)
class Duty:
    """How fast someone must act, from which moment, and what a complete request holds."""

    id: str
    hours: int
    says: Text
    include: tuple[Text, ...]
    announced: bool
    proof: Proof


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to know on a topic."""

    says: Text
    proof: Proof


@dataclass(frozen=True, slots=True)
class Country:
    """All that is known for one country, or (`any`) for everywhere.

    `risky`: the law there can be turned against the person who reports, so legal advice stands before the police.
    """

    code: str
    zone: ZoneInfo | None
    also: tuple[str, ...]
    emergency: str | None
    contacts: tuple[Contact, ...]
    laws: tuple[Law, ...]
    duties: tuple[Duty, ...]
    notes: Mapping[str, tuple[Remark, ...]]
    emergency_proof: Proof | None = None
    risky: bool = False

    def records(self) -> Iterator[tuple[str, Proof]]:
        """List the records that have an id of their own."""
        yield from ((contact.id, contact.proof) for contact in self.contacts)
        yield from ((law.id, law.proof) for law in self.laws)
        yield from ((duty.id, duty.proof) for duty in self.duties)

    def proofs(self) -> Iterator[tuple[str, Proof]]:
        """List every record's name and proof."""
        yield from self.records()
        if self.emergency_proof:
            yield f"{self.code}.emergency", self.emergency_proof
        for topic, remarks in self.notes.items():
            yield from ((f"{self.code}.{topic}", remark.proof) for remark in remarks)


@dataclass(frozen=True, slots=True)
class Selection:
    """How a card picks contacts: by kind in this order, or by what they do.

    `at_least` counts only lines for everybody in the whole country; the rest is filled from what is true anywhere.
    `both_ages` shows lines for adults and lines for under-18s, each with its label, while the age is not known.
    `everybody_first` puts lines for women only behind those for all.
    """

    kinds: tuple[str, ...]
    does: tuple[str, ...]
    most: int
    at_least: int = 0
    both_ages: bool = False
    everybody_first: bool = False


LAWYER: Final = Selection(kinds=tuple(LEGAL), does=("legal_advice",), most=1)


def suits(who: str, minor: str | None) -> bool:
    """Tell whether a service for `who` may be shown; where age is not known, only what is for everyone."""
    return who == "all" or (who, minor) in {("adults", "no"), ("minors", "yes")}


def pick(selection: Selection, country: Country, anywhere: Country, facts: Facts, today: date) -> Sequence[Contact]:
    """Choose contacts for a card: the country's best first, then those that are true everywhere if too few."""
    local = _fitting(selection, country, facts, today)
    world = _fitting(selection, anywhere, facts, today) if country is not anywhere else []
    for_all = sum(contact.region is None and not contact.women for contact in local[: selection.most])
    missing = max(0, max(selection.at_least, 1) - for_all)
    return [*local[: selection.most], *world[:missing]] if local else world[: selection.most]


def _fitting(selection: Selection, country: Country, facts: Facts, today: date) -> list[Contact]:
    minor = facts.get("minor")
    fit = [
        contact
        for contact in country.contacts
        if (suits(contact.who, minor) or (selection.both_ages and minor is None))
        and contact.proof.shown(today)
        and (contact.kind in selection.kinds or set(contact.does) & set(selection.does))
    ]
    rank = {kind: place for place, kind in enumerate(selection.kinds)}
    last = selection.everybody_first
    return sorted(fit, key=lambda it: (it.region is not None, last and it.women, rank.get(it.kind, len(rank))))
