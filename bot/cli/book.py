"""The guide as a book for a native reviewer: a page a screen, English beside it, with room to tick and to remark.

One HTML file that needs no network: every text once, with its place in the catalogue, in the order in which people meet it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot import wiring
from bot.cli.out import complain, say
from bot.content.catalogs import SOURCE
from bot.content.languages import Language
from bot.content.library import Library
from bot.content.reader import Message
from bot.core.book import Book, Branch, Facts, Ref, Spoken, Text, journey
from bot.proof.states import States
from bot.proof.views import Views
from bot.talk.cards import Cards
from bot.talk.ports import Block
from bot.talk.screen import paragraphs
from bot.talk.speech import Speech

TEMPLATES: Final = Path(__file__).parent
USUAL: Final = {"minor": "no", "who": "me", "what": "posted"}  # of what a card can be shown for, the example that is taken


@dataclass(frozen=True, slots=True)
class Entry:
    """One text to read: as a paragraph, a button, or the short form of a button."""

    context: str
    form: str
    english: tuple[Block, ...]
    said: tuple[Block, ...]
    note: str = ""
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One screen, or one file of records: its texts, and its cards as they look."""

    title: str
    place: str
    entries: tuple[Entry, ...]
    example: str = ""
    names: tuple[tuple[str, str], ...] = ()
    english: tuple[Block, ...] = ()
    said: tuple[Block, ...] = ()


def run(tag: str, now: datetime) -> int:
    """Write the book of a language to standard output; 2 if there is no such language."""
    library = wiring.library()
    if tag not in library.languages:
        complain(f'There is no language "{tag}". Choose one of these: {", ".join(library.languages)}.')
        return 2
    say(write(library, library.languages[tag], now))
    return 0


def write(library: Library, language: Language, now: datetime) -> str:
    """Write the book of one language."""
    env = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    env.trim_blocks = env.lstrip_blocks = True
    env.filters["kind"] = _kind
    screens, records = Writer(library, language, now).pages()
    return env.get_template("book.html").render(
        language=language, english=library.languages.get(SOURCE, language), screens=screens, records=records,
        day=now.date(), total=sum(len(page.entries) for page in (*screens, *records)),
    )  # fmt: skip


class Writer:
    """Lays out one book; each text stands where it is met first."""

    def __init__(self, library: Library, language: Language, now: datetime) -> None:
        """Take the content and the language to be reviewed."""
        self.library, self.language, self.now = library, language, now
        self.views = Views(library, States(library.book), now)
        self.english, self.speech = self.views.drawer.speech(SOURCE), self.views.drawer.speech(language.tag)
        self.left = {message.text.context: message for message in library.translatable}

    def pages(self) -> tuple[list[Page], list[Page]]:
        """Lay out the screens, then what cards and small buttons are made of."""
        screens = [self._screen(self.library.book.spoken(ref)) for ref in met(self.library.book)]
        files: dict[str, list[Message]] = {}
        for message in self.left.values():
            files.setdefault(message.spot.file, []).append(message)
        names = _names(self.library)
        return screens, [
            Page(file, file, tuple(self._entry(message, "text", names) for message in files[file])) for file in files
        ]

    def _screen(self, step: Spoken) -> Page:
        spot = self.library.spots[step.ref]
        forms = [
            (step.text, "text"),
            *((way.label, "button") for way in step.ways),
            *((way.short, "short") for way in step.ways),
        ]
        taken = [self._entry(message, form, {}) for text, form in forms if text and (message := self._take(text))]
        drawer, unnamed = self.views.drawer, [way for way in step.ways if way.label is None]
        names = tuple((drawer.label(self.english, step, way)[0], drawer.label(self.speech, step, way)[0]) for way in unnamed)
        facts = self._example(step)
        cards = (tuple(self._cards(speech, step, facts)) for speech in (self.english, self.speech))
        example = ", ".join(f"{name} {value}" for name, value in facts.items())
        return Page(step.ref, f"{spot.file}:{spot.line}", tuple(taken), example, names, *cards)

    def _take(self, text: Text) -> Message | None:
        """Take a text, if no earlier page has it."""
        return self.left.pop(text.context, None)

    def _entry(self, message: Message, form: str, names: Mapping[str, str]) -> Entry:
        text, catalogs = message.text, self.library.catalogs
        said, note = self.speech.say(text), message.note or names.get(text.context, "")
        missing = not catalogs.has(text, self.language.tag)
        return Entry(text.context, form, tuple(paragraphs(text.english)), tuple(paragraphs(said)), note, missing)

    def _cards(self, speech: Speech, step: Spoken, facts: Facts) -> Iterator[Block]:
        cards = Cards(speech, facts, self.now)
        return (block for card in step.show for block in cards.compose(card))

    def _example(self, step: Spoken) -> Facts:
        """Choose, of what the cards can be shown for, what is likely where the language is spoken."""
        usual = {**USUAL, "country": home(self.language), "platform": self.library.book.facts.get("platform", ("",))[0]}
        cells = [facts for facts, _ in self.views.cells(step)] if step.show else [{}]
        return max(cells, key=lambda facts: sum(facts.get(name) == value for name, value in usual.items()))


def met(book: Book) -> list[Ref]:
    """List the screens: journeys as one comes to them from the start, the steps of each as they are written."""
    seen: dict[Ref, None] = {}
    for root in (book.start, *book.doors.values()):
        queue = [root]
        for ref in queue:
            step = book.steps.get(ref)
            if step is not None and ref not in seen:
                seen[ref] = None
                queue.extend(way.to for way in (step.cases if isinstance(step, Branch) else step.ways))
    order = list(dict.fromkeys(journey(ref) for ref in (*seen, *book.steps)))
    spoken = [ref for ref, step in book.steps.items() if not isinstance(step, Branch)]
    return sorted(spoken, key=lambda ref: order.index(journey(ref)))


def home(language: Language) -> str:
    """Name the country where a language is most likely spoken."""
    known = get_global("likely_subtags")
    likely = known.get(str(language.locale)) or known.get(language.locale.language) or ""
    try:
        return Locale.parse(likely).territory or ""
    except (UnknownLocaleError, ValueError):
        return ""


def _names(library: Library) -> dict[str, str]:
    """Name the contact or law that a note belongs to."""
    countries = library.countries.values()
    contacts = {f"contact.{contact.id}": contact.name for country in countries for contact in country.contacts}
    return contacts | {f"law.{law.id}": f"{law.name} {law.section}" for country in countries for law in country.laws}


def _kind(block: Block) -> str:
    return type(block).__name__
