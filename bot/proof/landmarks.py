"""Places and words of a guide that many screens are held against; found once."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Final

from bot.content.directory import ANYWHERE, Contact, Country
from bot.content.library import Library
from bot.core.book import UNKNOWN, Facts, Ref, Text
from bot.core.events import Command
from bot.proof.ahead import answers
from bot.proof.states import Bits, States

DANGER: Final = (Command.DANGER, Command.SELF_HARM, Command.IN_DANGER)
THREATS: Final = frozenset({"threatened", "paid"})
OWN: Final = ("me", "beside")
CAUGHT_UP: Final = ("me", "beside", "saw", "shared", UNKNOWN)  # journalists only report on it, until they say "under 18"


@dataclass(slots=True)
class Landmarks:
    """What is found once for a library."""

    library: Library
    states: States
    today: date
    opening: frozenset[Ref] = field(init=False)  # the first two screens
    helping: frozenset[Ref] = field(init=False)  # where "I need help now", or words of danger, lead
    threatened: frozenset[Ref] = field(init=False)  # the answer to a threat
    believed: frozenset[Ref] = field(init=False)  # the answer to somebody who tells what was done to them
    young: Bits = field(init=False)  # the facts with which the person in the picture is, or may be, under 18
    sure: Bits = field(init=False)  # ... and is
    asked: Bits = field(init=False)  # the facts with which danger was asked about
    adult: frozenset[str] = field(init=False)  # addresses and numbers of those who help adults alone
    legal: dict[str, dict[str, frozenset[str]]] = field(init=False)  # by language: a sentence of the law, and whose it is

    def __post_init__(self) -> None:
        """Look them up."""
        book, states = self.library.book, self.states
        anything = states.universe.full
        first = [book.start, *(way.to for way in book.spoken(book.start).ways)]
        self.opening = frozenset(ref for to in first for ref, _ in states.settle(to, states.reached[book.start]))
        doors = {book.doors[command.value] for command in DANGER}
        self.helping = frozenset(ref for door in doors for ref, _ in states.settle(door, anything))
        self.threatened = frozenset(ref for who in OWN for ref in self._after("what", {"who": who}, THREATS))
        told = frozenset(book.facts.get("what", ()))
        self.believed = frozenset(self._after("what", {"who": "me"}, told)) | frozenset(
            self._after("minor", {"who": "me"}, frozenset({"yes"}))
        )
        where = states.universe.where
        self.sure = self.young = where({"minor": "yes"})
        for who in CAUGHT_UP:
            self.young |= where({"minor": UNKNOWN, "who": who})
        self.asked = anything & ~where({"safe": UNKNOWN})
        self.adult = frozenset(self._adult())
        self.legal = {locale: self._legal(locale) for locale in self.library.languages}

    def country(self, facts: Facts) -> Country:
        """Give the country of a screen."""
        return self.library.country(facts)

    def lines(self, facts: Facts) -> list[Contact]:
        """List those who can be shown in a country: its own, and the ones that are true anywhere."""
        own, world = self.library.country(facts), self.library.countries[ANYWHERE]
        return [*own.contacts, *(world.contacts if own is not world else ())]

    def _after(self, fact: str, where: Facts, values: frozenset[str]) -> Iterator[Ref]:
        for answer in answers(self.states, fact, where):
            if answer.value in values:
                yield from (ref for ref, _ in answer.after)

    def _adult(self) -> Iterator[str]:
        for contact in chain.from_iterable(country.contacts for country in self.library.countries.values()):
            if contact.who == "adults":
                yield from filter(None, (contact.url, contact.phone and f"tel:{contact.phone.replace(' ', '')}"))
        for platform in self.library.platforms.values():
            yield from (link.url for link in platform.links if link.who == "adults")

    def _legal(self, locale: str) -> dict[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for country in self.library.countries.values():
            for text in _sentences(country):
                said = self.library.catalogs.say(text, locale)
                found[said] = found.get(said, frozenset()) | {country.code}
        return found


def _sentences(country: Country) -> Iterator[Text]:
    """List what a country's file says on its law: laws, duties, and notes."""
    yield from (law.says for law in country.laws)
    yield from chain.from_iterable((duty.says, *duty.include) for duty in country.duties)
    yield from (remark.says for remarks in country.notes.values() for remark in remarks)
