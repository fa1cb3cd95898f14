"""Countries: contacts, laws, duties and notes, each with its proof."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale

from bot.content.hours import Hours, read_hours, read_zone
from bot.content.reader import Desk, Form, Map
from bot.content.records import PROOF_KEYS, Proof, read_proof
from bot.core.book import Facts, Text

ANYWHERE: Final = "any"
WHO: Final = ("adults", "minors", "all")
AUDIENCES: Final = ("everyone", "women", "minors")
TOPICS: Final = ("police", "cost", "confidentiality", "money", "minors", "bystander", "press", "safety", "escalation")
CONTACT_KEYS: Final = (
    "id", "name", "kind", "does", "phone", "shown", "whatsapp", "sms", "url", "email", "hours", "zone",
    "languages", "who", "women", "region", "cost", "note", *PROOF_KEYS,
)  # fmt: skip


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
    """All that is known for one country, or (`any`) for everywhere."""

    code: str
    zone: ZoneInfo | None
    also: tuple[str, ...]
    emergency: str | None
    contacts: tuple[Contact, ...]
    laws: tuple[Law, ...]
    duties: tuple[Duty, ...]
    notes: Mapping[str, tuple[Remark, ...]]
    emergency_proof: Proof | None = None

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


def read_country(desk: Desk, page: Map, kinds: Sequence[str], does: Sequence[str], whats: Sequence[str]) -> Country | None:
    """Read one country's file."""
    form = Form(desk, page)
    code = _code(form)
    zone = read_zone(form, None)
    also = form.words("also")
    emergency = form.form("emergency", needed=code is not None and code != ANYWHERE)
    number = emergency.scalar("number") if emergency else None
    proof = read_proof(emergency) if emergency else None
    if emergency:
        emergency.done(lambda: ("number", *PROOF_KEYS))
    contacts = tuple(filter(None, (_contact(entry, zone, kinds, does) for entry in form.forms("contacts"))))
    laws = tuple(filter(None, (_law(entry, whats) for entry in form.forms("laws"))))
    duties = tuple(filter(None, (_duty(entry) for entry in form.forms("duties"))))
    notes = _notes(form.form("notes", needed=False), code or "")
    form.done(lambda: ("country", "zone", "also", "emergency", "contacts", "laws", "duties", "notes"))
    if code is None:
        return None
    return Country(code, zone, also, number.value if number else None, contacts, laws, duties, notes, proof)


def _code(form: Form) -> str | None:
    scalar = form.scalar("country")
    if scalar and scalar.value != ANYWHERE and scalar.value not in Locale("en").territories:
        form.desk.wrong(scalar.spot, f'"{scalar.value}" is no country code. Use the two letters of ISO 3166, such as GB or IN.')
    return scalar.value if scalar else None


def _contact(form: Form, zone: ZoneInfo | None, kinds: Sequence[str], does: Sequence[str]) -> Contact | None:
    ident, name, kind = form.scalar("id"), form.scalar("name"), form.word("kind", kinds)
    own_zone = read_zone(form, zone)
    hours = read_hours(form, own_zone)
    note = form.scalar("note", needed=False)
    plain = {key: _plain(form, key) for key in ("phone", "shown", "whatsapp", "url", "email", "region")}
    sms, cost = _sms(form), form.word("cost", ("free", "standard"), needed=False)
    who, women = form.word("who", WHO, needed=False), form.word("women", ("yes", "no"), needed=False)
    what, languages = form.words("does", does), form.words("languages")
    proof = read_proof(form)
    form.done(lambda: CONTACT_KEYS)
    if not (plain["phone"] or plain["whatsapp"] or plain["url"] or plain["email"] or sms):
        form.desk.wrong(form.spot, "This contact cannot be reached. Add a phone, whatsapp, sms, url or email.")
    if ident is None or name is None or kind is None or proof is None:
        return None
    text = form.desk.text(f"contact.{ident.value}", note, most=160) if note else None
    return Contact(
        ident.value, name.value, kind, what, proof, plain["phone"], plain["shown"], plain["whatsapp"], sms,
        plain["url"], plain["email"], hours, languages, who or "all", women == "yes", plain["region"], cost, text,
    )  # fmt: skip


def _plain(form: Form, key: str) -> str | None:
    scalar = form.scalar(key, needed=False)
    if scalar and key in {"phone", "whatsapp"} and not scalar.value.lstrip("+").replace(" ", "").isdecimal():
        form.desk.wrong(scalar.spot, f'"{scalar.value}" is no number. Use digits, with + and the country code in front.')
    if scalar and key == "url" and not scalar.value.startswith(("https://", "http://")):
        form.desk.wrong(scalar.spot, f'"{scalar.value}" is no web address. It should start with https://.')
    return scalar.value if scalar else None


def _sms(form: Form) -> Sms | None:
    sms = form.form("sms", needed=False)
    if sms is None:
        return None
    to, word = sms.scalar("to"), sms.scalar("word")
    sms.done(lambda: ("to", "word"))
    return Sms(to.value, word.value) if to and word else None


def _law(form: Form, whats: Sequence[str]) -> Law | None:
    ident, name, section, says = (
        form.scalar("id"),
        form.scalar("name"),
        form.scalar("section", needed=False),
        form.scalar("says"),
    )
    covers, audience = form.words("covers", whats, needed=True), form.word("for", AUDIENCES, needed=False)
    proof = read_proof(form)
    form.done(lambda: ("id", "name", "section", "says", "covers", "for", *PROOF_KEYS))
    if ident is None or name is None or says is None or proof is None:
        return None
    text = form.desk.text(f"law.{ident.value}", says, most=220)
    return Law(ident.value, name.value, section.value if section else "", text, covers, audience or "everyone", proof)


def _duty(form: Form) -> Duty | None:
    ident, hours, says = form.scalar("id"), form.scalar("hours"), form.scalar("says")
    status = form.word("status", ("in_force", "announced"))
    include = read_texts(form, "include", f"duty.{ident.value if ident else ''}")
    proof = read_proof(form)
    form.done(lambda: ("id", "hours", "says", "include", "status", *PROOF_KEYS))
    if hours and not hours.value.isdecimal():
        form.desk.wrong(hours.spot, f'"{hours.value}" is no number of hours. Write a whole number, such as 48.')
        return None
    if ident is None or hours is None or says is None or proof is None:
        return None
    text = form.desk.text(f"duty.{ident.value}", says, most=300)
    return Duty(ident.value, int(hours.value), text, include, status == "announced", proof)


def read_texts(form: Form, key: str, context: str) -> tuple[Text, ...]:
    """Take a list of plain sentences."""
    return tuple(
        form.desk.text(f"{context}.{key}.{number}", form.desk.scalar(item), most=160)
        for number, item in enumerate(form.rows(key), start=1)
    )


def _notes(form: Form | None, code: str) -> dict[str, tuple[Remark, ...]]:
    notes: dict[str, tuple[Remark, ...]] = {}
    if form is None:
        return notes
    for topic in TOPICS:
        remarks = []
        for number, entry in enumerate(form.forms(topic), start=1):
            says, proof = entry.scalar("says"), read_proof(entry)
            entry.done(lambda: ("says", *PROOF_KEYS))
            if says and proof:
                remarks.append(Remark(entry.desk.text(f"note.{code}.{topic}.{number}", says, most=260), proof))
        notes[topic] = tuple(remarks)
    form.done(lambda: TOPICS)
    return notes
