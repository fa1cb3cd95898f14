"""The whole content, read once: the book, the directory, the words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from bot.content.catalogs import Catalogs, load
from bot.content.countries import read_country
from bot.content.desk_phrases import DeskPhrase, read_desk_phrases
from bot.content.directory import ANYWHERE, Country
from bot.content.form import Form
from bot.content.hosts import Hosts, read_hosts
from bot.content.journeys import Journeys, Known
from bot.content.languages import Language, read_languages
from bot.content.lexicon import Lexicon, read_lexicon
from bot.content.opening import Opening, read_opening
from bot.content.phrases import Phrase, read_phrases, same_fields
from bot.content.platforms import Platform, read_platform
from bot.content.problems import Spot, UnsoundError
from bot.content.reader import Desk, Map, Message
from bot.content.records import Proof, Shelf, read_shelves
from bot.content.vocabulary import Vocabulary, read_vocabulary
from bot.content.words import read_words
from bot.core.book import OTHER, UNKNOWN, Book, Facts, Ref, Text
from bot.core.events import Command

LISTS: Final = ("countries", "platforms")
OFFERED: Final = ("messenger", "social", "adult", "website", "search", "archive")  # kinds of platforms, as they are listed


@dataclass(frozen=True, slots=True)
class Library:
    """Everything an installation can say. `messages` are what people read, `translatable` also what helpers read."""

    book: Book
    countries: Mapping[str, Country]
    platforms: Mapping[str, Platform]
    vocabulary: Vocabulary
    phrases: Mapping[Phrase, Text]
    languages: Mapping[str, Language]
    words: Mapping[str, Mapping[str, tuple[str, ...]]]
    lexicon: Lexicon
    catalogs: Catalogs
    messages: tuple[Message, ...]
    spots: Mapping[Ref, Spot]
    shelves: Mapping[str, Shelf]
    hosts: Hosts
    opening: Opening
    desk: Mapping[DeskPhrase, Text]
    translatable: tuple[Message, ...]

    def country(self, facts: Facts) -> Country:
        """Give the person's country, or what is true anywhere."""
        return self.countries.get(facts.get("country", ANYWHERE), self.countries[ANYWHERE])

    def platform(self, facts: Facts, of: str | None = None) -> Platform:
        """Give the platform of a card: the fixed one, else the person's, else what is true for any."""
        return self.platforms.get(of or facts.get("platform", ANYWHERE), self.platforms[ANYWHERE])

    def doubtful(self, proof: Proof, today: date) -> bool:
        """Tell whether a record should say "check first"."""
        return proof.doubtful(today, self.shelves[proof.kind])

    def proofs(self) -> Iterator[tuple[str, Proof]]:
        """List every record's name and proof."""
        for country in self.countries.values():
            yield from country.proofs()
        for platform in self.platforms.values():
            yield from platform.proofs()


class Reading:
    """One reading of flows/: what was found, and every mistake."""

    def __init__(self, flows: Path) -> None:
        """Point at a folder."""
        self.flows = flows
        self.desk = Desk(flows)

    def library(self, locales: Path) -> Library:
        """Read everything.

        Raises:
            UnsoundError: with all mistakes, if there is any.
        """
        languages = read_languages(self.desk, self._page("languages.yaml"))
        vocabulary = read_vocabulary(self.desk, self._page("vocabulary.yaml"))
        phrases = read_phrases(self.desk, self._page("phrases.yaml"))
        declared = self._declared(Form(self.desk, self._page("facts.yaml")))
        countries = self._countries(vocabulary, declared.get("what", ()))
        platforms = self._platforms(frozenset(countries) - {ANYWHERE})
        facts, listed = _resolve(declared, countries, platforms)
        known = Known(facts, listed, tuple(languages), tuple(vocabulary.selections), tuple(platforms))
        journeys = self._journeys(known, phrases)
        words = {tag: read_words(self.desk, page) for tag, page in self._folder("words")}
        lexicon = read_lexicon(self.desk, self._page("laws.yaml"), tuple(languages))
        shelves = read_shelves(self.desk, self._page("shelf.yaml"))
        hosts = read_hosts(self.desk, self._page("hosts.yaml"))
        opening = read_opening(self.desk, self._page("desk.yaml"))
        book = self._book(Form(self.desk, self._page("guide.yaml")), journeys, facts, tuple(languages))
        messages = tuple(self.desk.messages)
        desk = read_desk_phrases(self.desk, self._page("desk/phrases.yaml"))
        catalogs = load(locales, tuple(languages))
        self._placeholders(catalogs, tuple(languages))
        if self.desk.problems or book is None:
            raise UnsoundError(self.desk.problems)
        return Library(
            book, countries, platforms, vocabulary, phrases, languages, words, lexicon,
            catalogs, messages, journeys.spots, shelves, hosts, opening, desk, tuple(self.desk.messages),
        )  # fmt: skip

    def _placeholders(self, catalogs: Catalogs, tags: tuple[str, ...]) -> None:
        """Refuse a translation that lost or changed a {placeholder}: it could not be said."""
        for message in self.desk.messages:
            for tag in tags:
                if not same_fields(catalogs.say(message.text, tag), message.text.english):
                    say = (
                        f"The {tag} translation of this text must hold the same {{placeholders}}. Correct it in its catalogue."
                    )
                    self.desk.wrong(message.spot, say)

    def _page(self, name: str) -> Map:
        path = self.flows / name
        here = Spot(f"{self.flows.name}/{name}", 1)
        if not path.exists():
            self.desk.wrong(here, "This file is missing. The guide cannot be read without it.")
        return (self.desk.open(path) if path.exists() else None) or Map(here, {}, {})

    def _folder(self, name: str) -> Iterator[tuple[str, Map]]:
        for path in sorted((self.flows / name).glob("*.yaml")):
            page = self.desk.open(path)
            if page is not None:
                yield path.stem, page

    def _countries(self, vocabulary: Vocabulary, whats: Sequence[str]) -> dict[str, Country]:
        found: dict[str, Country] = {}
        for stem, page in self._folder("countries"):
            country = read_country(self.desk, page, tuple(vocabulary.kinds), tuple(vocabulary.does), whats)
            if country is not None:
                self._named_as(stem, country.code, page)
                found[country.code] = country
        self._unique(found)
        self._needs_any("countries", found)
        return found

    def _needs_any(self, folder: str, found: Mapping[str, object]) -> None:
        if ANYWHERE not in found:
            spot = Spot(f"{self.flows.name}/{folder}/{ANYWHERE}.yaml", 1)
            self.desk.wrong(spot, "This file is missing. The guide cannot be read without it.")

    def _unique(self, countries: Mapping[str, Country]) -> None:
        seen: dict[str, Spot] = {}
        for country in countries.values():
            for key, proof in country.records():
                spot = proof.spot
                if key in seen:
                    first = seen[key]
                    self.desk.wrong(spot, f'The id "{key}" is taken ({first.file}:{first.line}). Choose another.')
                seen.setdefault(key, spot)

    def _platforms(self, countries: frozenset[str]) -> dict[str, Platform]:
        found: dict[str, Platform] = {}
        for stem, page in self._folder("platforms"):
            platform = read_platform(self.desk, page, countries)
            if platform is not None:
                self._named_as(stem, platform.id, page)
                found[platform.id] = platform
        self._needs_any("platforms", found)
        return found

    def _named_as(self, stem: str, key: str, page: Map) -> None:
        if stem != key:
            self.desk.wrong(page.spot, f'This file is about "{key}", so its name should be {key}.yaml.')

    def _declared(self, form: Form) -> dict[str, Sequence[str]]:
        """Read facts.yaml: for each fact its values, or (a string) the list that its values come from."""
        facts = form.form("facts")
        found: dict[str, Sequence[str]] = {}
        for name in tuple(facts.left) if facts else ():
            if facts and isinstance(facts.left[name], Map):
                source = facts.form(name)
                found[name] = (source and source.word("from", LISTS)) or ""
            elif facts:
                found[name] = facts.words(name)
                if UNKNOWN in found[name]:
                    self.desk.wrong(facts.at(name), f'"{UNKNOWN}" is always possible and never written. Take it out.')
        form.done(lambda: ("facts",))
        return found

    def _journeys(self, known: Known, phrases: Mapping[Phrase, Text]) -> Journeys:
        onward = phrases.get(Phrase.NEXT, Text("phrases.next", "Next"))
        journeys = Journeys(self.desk, known, onward, {}, {}, [])
        for _, page in self._folder("journeys"):
            journeys.read(page)
        journeys.settle()
        return journeys

    def _book(
        self, form: Form, journeys: Journeys, facts: Mapping[str, tuple[str, ...]], locales: tuple[str, ...]
    ) -> Book | None:
        start = form.word("start", journeys.steps)
        wanted = [command.value for command in Command if command not in {Command.BACK, Command.LEAVE}]
        doors = self._refs(form.form("doors"), wanted, journeys)
        named = self._refs(form.form("named"), [name for name in facts if name in journeys.known.listed], journeys)
        form.done(lambda: ("start", "doors", "named"))
        return Book(facts, journeys.steps, locales, start, doors, named) if start else None

    def _refs(self, form: Form | None, keys: list[str], journeys: Journeys) -> dict[str, Ref]:
        if form is None:
            return {}
        found = {key: form.word(key, journeys.steps) for key in keys}
        form.done(lambda: keys)
        return {key: ref for key, ref in found.items() if ref}


def _resolve(
    declared: Mapping[str, Sequence[str]], countries: Mapping[str, Country], platforms: Mapping[str, Platform]
) -> tuple[dict[str, tuple[str, ...]], frozenset[str]]:
    """Fill the facts whose values come from files, and name those."""
    sources = {
        "countries": tuple(code for code in countries if code != ANYWHERE),
        "platforms": tuple(
            sorted(
                (key for key, it in platforms.items() if key != ANYWHERE and it.kind in OFFERED),
                key=lambda key: OFFERED.index(platforms[key].kind),  # what most people need comes first
            )
        ),
    }
    listed = frozenset(name for name, values in declared.items() if isinstance(values, str))
    facts = {
        name: (*sources.get(values, ()), OTHER) if isinstance(values, str) else tuple(values)
        for name, values in declared.items()
    }
    return facts, listed


def read(flows: Path, locales: Path) -> Library:
    """Read flows/ and locales/.

    Raises:
        UnsoundError: with every mistake of the files, as `file:line: sentence`.
    """
    return Reading(flows).library(locales)
