"""The laws on what a screen shows in each country: lines that exist there, its own law, and lawyers before police."""

from collections.abc import Iterable, Iterator
from typing import Final

from bot.content.directory import ANYWHERE, LEGAL, POLICE, Contact, suits
from bot.content.phrases import Phrase
from bot.content.problems import Problem
from bot.core.book import Contacts, journey
from bot.proof.findings import Case, ScreenLaw
from bot.proof.views import View
from bot.talk.ports import Block, Card, Points, Say

FEWEST_LINES: Final = 2
PREFIX: Final = ": "  # "For women: ..."
SUFFIX: Final = " ("  # "... (the Act s. 1)"


def danger_has_lines(case: Case, view: View) -> Iterator[Problem]:
    """Danger help shows the emergency number and two lines that exist in the country, or in every country (R29, R30)."""
    first = view.step.ref in case.marks.helping
    shows = {card.selection for card in view.step.show if isinstance(card, Contacts)}
    if not first and (journey(view.step.ref) not in map(journey, case.marks.helping) or not shows):
        return
    case.checks += 1
    country = case.marks.country(view.facts)
    known = f"tel:{country.emergency}" in view.links if country.emergency else _unknown(case, view)
    if not known:
        yield case.broken(view.step.ref, "This danger screen has no emergency number.", view.facts, view.bits)
    if len(_usable(case, view)) < FEWEST_LINES:
        say = "This danger screen has fewer than two ways to reach someone."
        yield case.broken(view.step.ref, say, view.facts, view.bits)


def _unknown(case: Case, view: View) -> bool:
    """Tell whether it is said that each country has a number of its own."""
    return case.library.catalogs.say(case.library.phrases[Phrase.EMERGENCY_UNKNOWN], view.screen.locale) in view.text


def _usable(case: Case, view: View) -> set[str]:
    """Name the lines on a screen that this very person can use: in their country, for anybody, for their age."""
    headings = {block.heading for block in view.screen.blocks if isinstance(block, Card)}
    return {
        contact.name
        for contact in case.marks.lines(view.facts)
        if contact.name in headings and not contact.women and not contact.region and suits(contact.who, view.facts.get("minor"))
    }


def laws_of_the_country(case: Case, view: View) -> Iterator[Problem]:
    """A sentence of a country's law, deadline or practice stands only where that country was chosen (R16, T17)."""
    country = case.marks.country(view.facts).code
    for piece in _pieces(view.screen.blocks):
        case.checks += 1
        for said in {
            piece,
            piece.partition(PREFIX)[2],
            piece.rpartition(SUFFIX)[0],
            piece.partition(PREFIX)[2].rpartition(SUFFIX)[0],
        }:
            owners = case.marks.legal[view.screen.locale].get(said)
            if owners and not owners & {country, ANYWHERE}:
                say = f"This is true in {', '.join(sorted(owners))} alone, and stands here for {country}: {said[:40]}…"
                yield case.broken(view.step.ref, say, view.facts, view.bits)


def _pieces(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Say(text):
                yield text
            case Points(items):
                yield from items
            case Card(heading, lines):
                yield heading
                yield from (line.text for line in lines)


def lawyers_before_police(case: Case, view: View) -> Iterator[Problem]:
    """Where a report can turn against the person who makes it, legal advice stands above every police contact (R13)."""
    country = case.marks.country(view.facts)
    if not country.risky:
        return
    pieces = list(_pieces(view.screen.blocks))
    police, legal = (_first(pieces, country.contacts, kinds) for kinds in (POLICE, LEGAL))
    case.checks += 1
    if police is not None and (legal is None or legal > police):
        say = f"In {country.code} a report can harm the person. Legal advice must stand above the police; add such a contact."
        yield case.broken(view.step.ref, say, view.facts, view.bits)


def _first(pieces: list[str], contacts: Iterable[Contact], kinds: frozenset[str]) -> int | None:
    """Find the first place on a screen where one of these is named."""
    names = [contact.name for contact in contacts if contact.kind in kinds]
    return next((place for place, piece in enumerate(pieces) if any(name in piece for name in names)), None)


COUNTRY_LAWS: Final[dict[str, ScreenLaw]] = {
    law.__name__: law for law in (danger_has_lines, laws_of_the_country, lawyers_before_police)
}
