"""Cards: contacts, laws, duties, notes and routes, composed from records. Nothing here is written by hand per country."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, assert_never

from bot.content.directory import LAWYER, POLICE, Contact, Law, Remark, pick
from bot.content.phrases import Phrase
from bot.content.platforms import LINKS
from bot.content.records import Proof
from bot.core.book import Card, Contacts, Doors, Duties, Facts, Laws, Note, Reviewed, Route
from bot.talk.ports import Block, Line, Points, Say
from bot.talk.ports import Card as Shown
from bot.talk.speech import Speech

NUMBERED: Final = {"steps", "minors"}
EMERGENCY: Final = "emergency"


@dataclass(slots=True)
class Cards:
    """Composes the cards of one screen and remembers the oldest check among the records shown."""

    speech: Speech
    facts: Facts
    now: datetime
    checked: date | None = field(default=None, init=False)

    def compose(self, card: Card) -> list[Block]:
        """Compose one card."""
        return list(self._composed(card))

    def _composed(self, card: Card) -> Iterable[Block]:
        blocks: Iterable[Block]
        match card:
            case Contacts(selection):
                blocks = self._contacts(selection)
            case Doors():
                blocks = [Shown("", tuple(self._doors()))]
            case Note(topic):
                blocks = self._note(topic)
            case Laws():
                blocks = self._laws()
            case Duties():
                blocks = self._duties()
            case Route(part, of):
                blocks = self._route(part, of)
            case Reviewed():
                blocks = [] if self.speech.language.reviewed else [Say(self.speech.phrase(Phrase.UNREVIEWED))]
            case _:
                assert_never(card)
        return blocks

    @property
    def _today(self) -> date:
        return self.now.date()

    def _doubtful(self, proof: Proof) -> bool:
        """Note that a record is shown, and tell whether it should say "check first"."""
        self.checked = min(self.checked or proof.checked, proof.checked)
        return self.speech.library.doubtful(proof, self._today)

    def _chosen(self, name: str, *, doors: bool = False) -> Sequence[Contact]:
        library = self.speech.library
        selection = (library.vocabulary.doors if doors else library.vocabulary.selections)[name]
        return pick(selection, library.country(self.facts), library.country({}), self.facts, self._today)

    def _advised(self, contacts: Sequence[Contact]) -> Sequence[Contact]:
        """Put legal advice in front of police, where a report can turn against the person who makes it (R13)."""
        if not (self._risky and any(contact.kind in POLICE for contact in contacts)):
            return contacts
        library = self.speech.library
        return [*pick(LAWYER, library.country(self.facts), library.country({}), self.facts, self._today), *contacts]

    @property
    def _risky(self) -> bool:
        return self.speech.library.country(self.facts).risky

    def _contacts(self, name: str) -> Iterator[Block]:
        selection, contacts = self.speech.library.vocabulary.selections[name], self._chosen(name)
        for contact in self._advised(sorted(contacts, key=self._closed)):
            lines = (self._emergency(contact),) if contact.kind == EMERGENCY else tuple(self._lines(contact))
            yield Shown("" if contact.kind == EMERGENCY else contact.name, lines)
        if not contacts and selection.kinds[:1] == (EMERGENCY,):
            yield Say(self.speech.phrase(Phrase.EMERGENCY_UNKNOWN))
        elif not contacts and selection.at_least:
            yield Say(self.speech.phrase(Phrase.NONE_KNOWN))

    def _emergency(self, contact: Contact) -> Line:
        number = contact.shown or contact.phone or ""
        return Line(self.speech.phrase(Phrase.EMERGENCY, number=self.speech.apart(number)), f"tel:{contact.phone}")

    def _lines(self, contact: Contact) -> Iterator[Line]:
        speech, words = self.speech, self.speech.library.vocabulary
        kind = speech.say(words.kinds[contact.kind])
        what = speech.row([speech.say(words.does[key]) for key in contact.does])
        yield Line(speech.phrase(Phrase.DOES, kind=kind, what=what) if what else kind)
        yield from self._reach(contact)
        if contact.phone or contact.whatsapp or contact.sms:
            yield Line(self._hours(contact))
        limits = list(self._limits(contact))
        if limits:
            yield Line(" · ".join(limits))
        if contact.note:
            yield Line(speech.say(contact.note))
        yield from self._doubted(contact.proof)

    def _reach(self, contact: Contact) -> Iterator[Line]:
        say, apart = self.speech.phrase, self.speech.apart
        if contact.phone:
            yield Line(say(Phrase.CALL, number=apart(contact.shown or contact.phone)), f"tel:{contact.phone.replace(' ', '')}")
        if contact.whatsapp:
            yield Line(say(Phrase.WHATSAPP, number=apart(contact.whatsapp)), f"https://wa.me/{contact.whatsapp.lstrip('+')}")
        if contact.sms:
            word, number = apart(contact.sms.word), apart(contact.sms.to)
            yield Line(say(Phrase.SMS, word=word, number=number), f"sms:{contact.sms.to}")
        if contact.email:
            yield Line(say(Phrase.EMAIL, address=apart(contact.email)), f"mailto:{contact.email}")
        if contact.url:
            yield Line(say(Phrase.WEB, address=apart(contact.url)), contact.url)

    def _hours(self, contact: Contact) -> str:
        say, hours = self.speech.phrase, contact.hours
        if hours is None:
            return say(Phrase.HOURS_UNKNOWN)
        if hours.always or hours.open_at(self.now):
            return say(Phrase.OPEN_ALWAYS if hours.always else Phrase.OPEN_NOW)
        opens = hours.opens(self.now)
        return say(Phrase.OPENS, when=self.speech.moment(opens), zone=self.speech.city(opens))

    def _limits(self, contact: Contact) -> Iterator[str]:
        say = self.speech.phrase
        if contact.cost:
            yield say(Phrase.FREE if contact.cost == "free" else Phrase.STANDARD)
        yield from self._audience(contact)
        if contact.languages:
            yield say(Phrase.SPEAKS, languages=self.speech.tongues(contact.languages))

    def _audience(self, contact: Contact) -> Iterator[str]:
        """Say whom a line is for, if not for everybody."""
        say = self.speech.phrase
        if contact.women:
            yield say(Phrase.FOR_WOMEN)
        if contact.who != "all":
            yield say(Phrase.FOR_ADULTS if contact.who == "adults" else Phrase.FOR_MINORS)
        if contact.region:
            yield say(Phrase.ONLY_IN, region=contact.region)

    def _closed(self, contact: Contact) -> bool:
        """Tell whether nobody answers now; who answers comes first (R19)."""
        return contact.hours is not None and not contact.hours.open_at(self.now)

    def _doors(self) -> Iterator[Line]:
        words, doubtful = self.speech.library.vocabulary, False
        for name in sorted(words.doors, key=lambda door: self._risky and door == "police"):  # there it stands last
            door = self.speech.say(words.door_labels[name])
            contacts = self._chosen(name, doors=True)
            doubtful |= any(self._doubtful(contact.proof) for contact in contacts[:1])
            yield self._door(door, contacts[0]) if contacts else Line(self.speech.phrase(Phrase.DOOR_NONE, door=door))
        if doubtful:
            yield Line(self.speech.phrase(Phrase.CHECK_FIRST))

    def _door(self, door: str, contact: Contact) -> Line:
        way, audience = next(self._reach(contact)), " · ".join(self._audience(contact))
        return Line(f"{door}: {self.speech.apart(contact.name)}. {way.text}" + f" · {audience}" * bool(audience), way.href)

    def _note(self, topic: str) -> Iterator[Block]:
        library = self.speech.library
        remarks = self._remarks(library.country(self.facts).notes.get(topic, ()))
        remarks = remarks or self._remarks(library.country({}).notes.get(topic, ()))
        if remarks:
            yield Points(tuple(self.speech.say(remark.says) for remark in remarks))
            yield from self._doubt([remark.proof for remark in remarks])
        else:
            yield Say(self.speech.phrase(Phrase.NOTE_NONE))

    def _remarks(self, remarks: Sequence[Remark]) -> list[Remark]:
        return [remark for remark in remarks if remark.proof.shown(self._today)]

    def _doubt(self, proofs: Sequence[Proof]) -> Iterator[Block]:
        """Say once, below what was said, that it should be checked first; never behind a warning such as "do not pay"."""
        doubts = [self._doubtful(proof) for proof in proofs]
        if any(doubts):
            yield Say(self.speech.phrase(Phrase.CHECK_FIRST))

    def _laws(self) -> Iterator[Block]:
        laws = [law for law in self.speech.library.country(self.facts).laws if self._covers(law)]
        yield from (Say(self._law(law)) for law in laws)
        yield from self._doubt([law.proof for law in laws])
        if not laws:
            yield Say(self.speech.phrase(Phrase.LAW_NONE))

    def _covers(self, law: Law) -> bool:
        what = self.facts.get("what")
        fits = what is None or what in law.covers or what in {"unsure", "again", "search", "account"}
        aged = law.audience != "minors" or self.facts.get("minor") == "yes"
        return fits and aged and law.proof.shown(self._today)

    def _law(self, law: Law) -> str:
        phrases = {"women": Phrase.LAW_WOMEN, "minors": Phrase.LAW_MINORS}
        says = self.speech.say(law.says)
        text = self.speech.phrase(
            phrases.get(law.audience, Phrase.LAW),
            says=says,
            name=self.speech.apart(law.name),
            section=self.speech.apart(law.section),
        )
        return text.replace(" )", ")")

    def _duties(self) -> Iterator[Block]:
        duties = [duty for duty in self.speech.library.country(self.facts).duties if duty.proof.shown(self._today)]
        for duty in duties:
            says = self.speech.say(duty.says)
            yield Say(f"{self.speech.phrase(Phrase.DUTY_ANNOUNCED)} {says}" if duty.announced else says)
            if duty.include:
                yield Say(self.speech.phrase(Phrase.DUTY_INCLUDE))
                yield Points(tuple(map(self.speech.say, duty.include)))
        yield from self._doubt([duty.proof for duty in duties])
        if not duties:
            yield Say(self.speech.phrase(Phrase.DUTY_NONE))

    def _route(self, part: str, of: str | None) -> Iterator[Block]:
        blocks = list(self._links(of) if part == LINKS else self._route_lines(part, of))
        yield from blocks or [Say(self.speech.phrase(Phrase.ROUTE_NONE))]

    def _links(self, of: str | None) -> Iterator[Block]:
        pages = self.speech.library.platform(self.facts, of).pages(self.facts, self._today)
        for link in pages:
            address = self.speech.apart(link.url.removeprefix("mailto:").removeprefix("tel:"))
            text = self.speech.phrase(Phrase.LINK, says=self.speech.say(link.says), address=address)
            yield Shown("", (Line(text, link.url), *self._doubted(link.proof)))

    def _doubted(self, proof: Proof) -> tuple[Line, ...]:
        return (Line(self.speech.phrase(Phrase.CHECK_FIRST)),) if self._doubtful(proof) else ()

    def _route_lines(self, part: str, of: str | None) -> Iterator[Block]:
        lines = self.speech.library.platform(self.facts, of).lines(part, self.facts, self._today)
        if lines:
            yield Points(tuple(self.speech.say(line.says) for line in lines), numbered=part in NUMBERED)
            yield from self._doubt([line.proof for line in lines])
