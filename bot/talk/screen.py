"""Draws a session as a screen: text, cards, choices, controls; turned into pages where a channel is small."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Final, TypeAlias

from bot.content.library import Library
from bot.content.phrases import Phrase
from bot.content.reader import is_point
from bot.core.book import OTHER, Card, Contacts, Doors, Facts, Pick, Ref, Reviewed, Spoken, Way
from bot.core.events import Command, Hint
from bot.core.session import Session
from bot.talk.cards import Cards
from bot.talk.codes import CODES, KEEP, number_code, page_code
from bot.talk.plain import text_of
from bot.talk.ports import Block, Farewell, Frame, Offer, Points, Say, Screen
from bot.talk.speech import Speech

CONTROLS: Final = (
    (Command.DANGER, Phrase.DANGER),
    (Command.PERSON, Phrase.PERSON),
    (Command.BACK, Phrase.BACK),
    (Command.MENU, Phrase.MENU),
    (Command.LANGUAGE, Phrase.LANGUAGE),
    (Command.LEAVE, Phrase.LEAVE),
)
GUESSES: Final = 3  # the most near choices that are named


@dataclass(frozen=True, slots=True)
class Told:
    """A hint to say above the screen, with near choices if there are any."""

    hint: Hint | None = None
    guesses: tuple[int, ...] = ()


Labels: TypeAlias = tuple[tuple[str, str, str | None], ...]  # of each way: label, short label, language of the label


@dataclass(frozen=True, slots=True)
class Still:
    """What a step says in one language whoever asks: text, labels, controls. Kept once drawn; nothing in it is a person's.

    `longest` is what has the longest notice, and `notice` that notice: pages leave room for it, so that they are the same with
    any.
    """

    blocks: tuple[Block, ...]
    labels: Labels
    controls: tuple[tuple[str, str], ...]
    longest: Told
    notice: str


@dataclass(frozen=True, slots=True)
class Content:
    """All that stands on a screen, before it is laid on pages, and the line below it."""

    blocks: tuple[Block, ...]
    footnote: str | None


class Drawer:
    """Draws the screens of one library."""

    def __init__(self, library: Library) -> None:
        """Take the content."""
        self._library = library
        self._speech = {tag: Speech(library, language) for tag, language in library.languages.items()}
        self._still = cache(self._write)

    def draw(self, session: Session, token: str, frame: Frame, now: datetime, told: Told | None = None) -> Screen:
        """Draw a session; `token` is its sealed form, carried by every button."""
        return self.lay(session, token, frame, self.compose(session, now), told)

    def compose(self, session: Session, now: datetime) -> Content:
        """Say what stands on the screen: the step's words, then its cards, for what is known."""
        cards = self.cards(session.locale, self._library.book.spoken(session.at).show, session.facts, now)
        return self.below(session.locale, session.at, cards)

    def below(self, locale: str, ref: Ref, cards: Content) -> Content:
        """Put cards below the words of a step."""
        return replace(cards, blocks=(*self._still(locale, ref).blocks, *cards.blocks))

    def cards(self, locale: str, show: Sequence[Card], facts: Facts, now: datetime) -> Content:
        """Say what stands on some cards, for what is known."""
        speech = self._speech[locale]
        cards = Cards(speech, facts, now)
        blocks = tuple(block for card in show for block in cards.compose(card))
        return Content(blocks, speech.phrase(Phrase.CHECKED, date=speech.day(cards.checked)) if cards.checked else None)

    def lay(self, session: Session, token: str, frame: Frame, content: Content, told: Told | None = None) -> Screen:
        """Lay what stands on the screen on pages that fit a frame, and give the session's page with its buttons."""
        speech, step = self._speech[session.locale], self._library.book.spoken(session.at)
        still = self._still(session.locale, session.at)
        pages = _pages(content.blocks, frame, still.notice, content.footnote)
        sheets = _sheets(len(step.ways), frame, len(pages))
        last = len(pages) - 1 + max(len(sheets) - 1, 0)
        page = min(session.page, last)
        sheet = sheets[page - len(pages) + 1] if sheets and page >= len(pages) - 1 else range(0)
        offers = [*_sheet(still, token, sheet), *self._turning(speech, token, page, last)]
        front = speech.phrase(Phrase.NEXT_PART) if frame.parted and page else None
        notice = "\n\n".join(filter(None, (front, _notice(speech, still.labels, told)))) or None
        return Screen(
            session.at, token, speech.language.tag, speech.language.rtl, speech.phrase(Phrase.TITLE), notice,
            tuple(pages[min(page, len(pages) - 1)]), tuple(offers),
            _controls(still, token), content.footnote, self._keep(speech, token) if set(step.show) - {Reviewed()} else None,
            any(isinstance(card, Contacts | Doors) for card in step.show),
        )  # fmt: skip

    def gate(self, session: Session, token: str) -> Screen:
        """Stand before a shared page: neutral words, as somebody else may be looking on, and a button that opens it."""
        speech = self._speech[session.locale]
        still, label = self._still(session.locale, session.at), speech.phrase(Phrase.PLAN_OPEN)
        return Screen(
            session.at, token, speech.language.tag, speech.language.rtl, speech.phrase(Phrase.TITLE), None,
            (Say(speech.phrase(Phrase.PLAN_HERE)),), (Offer(token + page_code(0), label, label, 1),), _controls(still, token),
        )  # fmt: skip

    def farewell(self, locale: str, phrase: Phrase) -> Farewell:
        """Draw the neutral last line."""
        speech = self._speech[locale]
        return Farewell(locale, speech.language.rtl, speech.phrase(Phrase.TITLE), speech.phrase(phrase))

    def label(self, speech: Speech, step: Spoken, way: Way) -> tuple[str, str]:
        """Give the label and short label of a way."""
        if way.label is not None:
            label = speech.say(way.label)
            return label, speech.say(way.short) if way.short else label
        if way.speaks is not None:
            name = self._library.languages[way.speaks].name
            return name, name
        name = self.name(speech, step.among if isinstance(step, Pick) else "", way.id)
        return name, name

    def name(self, speech: Speech, fact: str, value: str) -> str:
        """Name a value of a picked fact: a country by CLDR, a platform by its own name."""
        if value == OTHER:
            return speech.phrase(Phrase.OTHER_COUNTRY if fact == "country" else Phrase.OTHER_PLATFORM)
        if fact == "country":
            return speech.territory(value)
        platform = self._library.platforms[value]
        return speech.say(platform.title) if platform.title else platform.name or value

    def speech(self, locale: str) -> Speech:
        """Give the speech of a language."""
        return self._speech[locale]

    def longest(self, locale: str, ref: Ref) -> Told:
        """Give what has the longest notice above a step, for those who measure."""
        return self._still(locale, ref).longest

    def _keep(self, speech: Speech, token: str) -> Offer:
        label = speech.phrase(Phrase.KEEP)
        return Offer(token + KEEP, label, label)

    def _turning(self, speech: Speech, token: str, page: int, last: int) -> Iterator[Offer]:
        """Give the buttons that turn pages."""
        if page < last:
            more = speech.phrase(Phrase.MORE)
            yield Offer(token + page_code(page + 1), more, more)
        if page > 0:
            earlier = speech.phrase(Phrase.EARLIER)
            yield Offer(token + page_code(page - 1), earlier, earlier)

    def _write(self, locale: str, ref: Ref) -> Still:
        speech, step = self._speech[locale], self._library.book.spoken(ref)
        labels = tuple((*self.label(speech, step, way), way.speaks) for way in step.ways)
        longest = _longest(speech, labels)
        notice = "\n\n".join((speech.phrase(Phrase.NEXT_PART), _notice(speech, labels, longest) or ""))
        return Still(
            tuple(paragraphs(speech.say(step.text))), labels,
            tuple((CODES[command], speech.phrase(phrase)) for command, phrase in CONTROLS), longest, notice,
        )  # fmt: skip


def _controls(still: Still, token: str) -> tuple[Offer, ...]:
    return tuple(Offer(token + code, label, label) for code, label in still.controls)


def _notice(speech: Speech, labels: Labels, told: Told | None) -> str | None:
    if told is None or told.hint is None:
        return None
    guesses = [labels[number][0] for number in told.guesses if number < len(labels)]
    values = {"guesses": ", ".join(guesses)} if told.hint is Hint.GUESS else {}
    return speech.phrase(Phrase(told.hint.value), **values)


def _longest(speech: Speech, labels: Labels) -> Told:
    """Find what has the longest notice: of all hints, and of the guesses those with the longest labels."""
    guesses = tuple(sorted(range(len(labels)), key=lambda number: -len(labels[number][0]))[:GUESSES])
    return max((Told(hint, guesses) for hint in Hint), key=lambda told: len(_notice(speech, labels, told) or ""))


def _sheet(still: Still, token: str, numbers: range) -> Iterator[Offer]:
    for number in numbers:
        label, short, lang = still.labels[number]
        yield Offer(token + number_code(number), label, short, number + 1, lang)


def _sheets(ways: int, frame: Frame, pages: int) -> list[range]:
    """Lay the numbers of the ways on sheets below the last page of text; where pages turn, two rows are for turning."""
    whole = frame.rows is None or (ways <= frame.rows and pages == 1)
    size = max(ways, 1) if whole or frame.rows is None else frame.rows - 2
    return [range(first, min(first + size, ways)) for first in range(0, ways, size)]


def _pages(blocks: Sequence[Block], frame: Frame, notice: str | None, footnote: str | None) -> list[list[Block]]:
    """Lay blocks on pages so that each fits its frame; a single block is never cut (the proof refuses one too long)."""
    if frame.room is None:
        return [list(blocks)]
    pages: list[list[Block]] = [[]]
    for block in blocks:
        if pages[-1] and frame.unit.measure(text_of([*pages[-1], block], notice, footnote)) > frame.room:
            pages.append([])
        pages[-1].append(block)
    return pages


def paragraphs(text: str) -> Iterator[Block]:
    """Split a text into paragraphs and lists."""
    for part in text.split("\n\n"):
        lines = part.split("\n")
        plain = [line for line in lines if not is_point(line)]
        points = [line for line in lines if is_point(line)]
        if plain:
            yield Say("\n".join(plain))
        if points:
            yield Points(tuple(line.partition(" ")[2] for line in points), numbered=points[0][0] != "-")
