"""Countries: from an editor's file to the directory."""

from collections.abc import Sequence
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale

from bot.content.directory import ANYWHERE, AUDIENCES, RISKS, TOPICS, WHO, Contact, Country, Duty, Law, Remark, Sms
from bot.content.form import Form
from bot.content.hours import read_hours, read_zone
from bot.content.reader import Desk, Map
from bot.content.records import DUTY, EMERGENCY, LAW, LINE, NOTE, PAGE, PROOF_KEYS, read_proof
from bot.core.book import Text

CONTACT_KEYS: Final = (
    "id", "name", "kind", "does", "phone", "shown", "whatsapp", "sms", "url", "email", "hours", "zone",
    "languages", "who", "women", "region", "cost", "note", *PROOF_KEYS,
)  # fmt: skip


def read_country(desk: Desk, page: Map, kinds: Sequence[str], does: Sequence[str], whats: Sequence[str]) -> Country | None:
    """Read one country's file."""
    form = Form(desk, page)
    code = _code(form)
    zone = read_zone(form, None)
    also = form.words("also")
    emergency = form.form("emergency", needed=code is not None and code != ANYWHERE)
    number = emergency.scalar("number") if emergency else None
    proof = read_proof(emergency, EMERGENCY) if emergency else None
    if emergency:
        emergency.done(lambda: ("number", *PROOF_KEYS))
    contacts = tuple(filter(None, (_contact(entry, zone, kinds, does) for entry in form.forms("contacts"))))
    laws = tuple(filter(None, (_law(entry, whats) for entry in form.forms("laws"))))
    duties = tuple(filter(None, (_duty(entry) for entry in form.forms("duties"))))
    notes = _notes(form.form("notes", needed=False), code or "")
    risky = form.word("risk", RISKS, needed=False) is not None
    form.done(lambda: ("country", "zone", "also", "risk", "emergency", "contacts", "laws", "duties", "notes"))
    if code is None:
        return None
    return Country(code, zone, also, number.value if number else None, contacts, laws, duties, notes, proof, risky)


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
    answered = LINE if plain["phone"] or plain["whatsapp"] or sms else PAGE
    proof = read_proof(form, EMERGENCY if kind == EMERGENCY else answered)
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
    proof = read_proof(form, LAW)
    form.done(lambda: ("id", "name", "section", "says", "covers", "for", *PROOF_KEYS))
    if ident is None or name is None or says is None or proof is None:
        return None
    text = form.desk.text(f"law.{ident.value}", says, most=220)
    return Law(ident.value, name.value, section.value if section else "", text, covers, audience or "everyone", proof)


def _duty(form: Form) -> Duty | None:
    ident, hours, says = form.scalar("id"), form.scalar("hours"), form.scalar("says")
    status = form.word("status", ("in_force", "announced"))
    include = read_texts(form, "include", f"duty.{ident.value if ident else ''}")
    proof = read_proof(form, DUTY)
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
            says, proof = entry.scalar("says"), read_proof(entry, NOTE)
            entry.done(lambda: ("says", *PROOF_KEYS))
            if says and proof:
                remarks.append(Remark(entry.desk.text(f"note.{code}.{topic}.{number}", says, most=260), proof))
        notes[topic] = tuple(remarks)
    form.done(lambda: TOPICS)
    return notes
