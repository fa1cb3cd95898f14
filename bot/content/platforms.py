"""Platforms: how to report there, what a complete request holds, what to avoid."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.content.directory import WHO, suits
from bot.content.form import Form
from bot.content.reader import Desk, Map
from bot.content.records import PROOF_KEYS, ROUTE, Proof, read_proof
from bot.core.book import Facts, Text

KINDS: Final = ("social", "messenger", "adult", "search", "archive", "website", "hash_service")
PARTS: Final = ("steps", "include", "avoid", "after", "minors")
LINKS: Final = "links"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a route, for whom."""

    says: Text
    who: str
    proof: Proof


@dataclass(frozen=True, slots=True)
class Link:
    """An official page, for whom and where."""

    id: str
    url: str
    says: Text
    country: str | None
    who: str
    proof: Proof


@dataclass(frozen=True, slots=True)
class Platform:
    """One place where images appear, or a service that stops them."""

    id: str
    name: str | None
    title: Text | None
    also: tuple[str, ...]
    kind: str
    links: tuple[Link, ...]
    parts: Mapping[str, tuple[Line, ...]]
    proof: Proof

    def lines(self, part: str, facts: Facts, today: date) -> list[Line]:
        """Give the lines of a part that suit the person's age; a minor gets the minors' steps where there are some."""
        minor = facts.get("minor")
        if part == "steps" and minor == "yes" and self.parts["minors"]:
            part = "minors"
        return [line for line in self.parts[part] if suits(line.who, minor) and line.proof.shown(today)]

    def pages(self, facts: Facts, today: date) -> list[Link]:
        """Give the official pages that suit age and country."""
        minor, country = facts.get("minor"), facts.get("country")
        return [
            link
            for link in self.links
            if link.country in {None, country} and suits(link.who, minor) and link.proof.shown(today)
        ]

    def proofs(self) -> Iterator[tuple[str, Proof]]:
        """List every record's name and proof."""
        yield self.id, self.proof
        yield from ((f"{self.id}.{link.id}", link.proof) for link in self.links)
        for part, lines in self.parts.items():
            yield from ((f"{self.id}.{part}", line.proof) for line in lines if line.proof is not self.proof)


def read_platform(desk: Desk, page: Map, countries: frozenset[str]) -> Platform | None:
    """Read one platform's file."""
    form = Form(desk, page)
    ident, name, title = form.scalar("platform"), form.scalar("name", needed=False), form.scalar("title", needed=False)
    if not name and not title:
        desk.wrong(form.spot, "A platform needs a `name` (its proper name) or a `title` (plain words, translated). Add one.")
    kind, also = form.word("kind", KINDS), form.words("also")
    proof = read_proof(form, ROUTE)
    key = ident.value if ident else ""
    links = tuple(filter(None, (_link(entry, key, countries, proof) for entry in form.forms(LINKS))))
    parts = {part: tuple(filter(None, _lines(form, part, key, proof))) for part in PARTS}
    form.done(lambda: ("platform", "name", "title", "kind", "also", LINKS, *PARTS, *PROOF_KEYS))
    if ident is None or kind is None or proof is None:
        return None
    words = desk.text(f"platform.{key}.title", title, most=40) if title else None
    return Platform(key, name.value if name else None, words, also, kind, links, parts, proof)


def _lines(form: Form, part: str, key: str, above: Proof | None) -> Iterator[Line | None]:
    for number, entry in enumerate(form.forms(part), start=1):
        says, who, proof = entry.scalar("says"), entry.word("who", WHO, needed=False), read_proof(entry, ROUTE, above)
        entry.done(lambda: ("says", "who", *PROOF_KEYS))
        if says and proof:
            text = entry.desk.text(f"platform.{key}.{part}.{number}", says, most=180)
            yield Line(text, who or "all", proof)


def _link(form: Form, key: str, countries: frozenset[str], above: Proof | None) -> Link | None:
    ident, url, says = form.scalar("id"), form.scalar("url"), form.scalar("says")
    country, who = form.word("country", countries, needed=False), form.word("who", WHO, needed=False)
    proof = read_proof(form, ROUTE, above)
    form.done(lambda: ("id", "url", "says", "country", "who", *PROOF_KEYS))
    if url and not url.value.startswith(("https://", "mailto:", "tel:")):
        form.desk.wrong(url.spot, f'"{url.value}" is no address a person can open. Start it with https:// or mailto:.')
    if ident is None or url is None or says is None or proof is None:
        return None
    text = form.desk.text(f"platform.{key}.link.{ident.value}", says, most=120)
    return Link(ident.value, url.value, text, country, who or "all", proof)
