"""Which form a screen takes where buttons are few: three buttons, one list, or numbered text. Pure, and of no one channel.

Six controls stand on every screen. Where rows are scarce, two are kept for them: "I need help now" is never behind anything,
and "More options" opens all six as a list of their own (`others`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Self, TypeAlias

from bot.channels.limits import Menus
from bot.content.phrases import Phrase
from bot.core.events import Command
from bot.talk.codes import CODES, LENGTH
from bot.talk.plain import block_text, text_of
from bot.talk.ports import Offer, Screen
from bot.talk.speech import Speech

OTHERS: Final = "ot"  # the code of "More options": a channel draws the screen's first page anew and sends `others` of it
GAP: Final = "\n\n"


@dataclass(frozen=True, slots=True)
class Openers:
    """What opens a list, and what opens the other controls, in the screen's language."""

    choose: str
    others: str

    @classmethod
    def of(cls, speech: Speech) -> Self:
        """Say them in a language."""
        return cls(speech.phrase(Phrase.CHOOSE), speech.phrase(Phrase.OTHERS))


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to tap: what it carries, its title, and in a list the whole label where the title is a short one."""

    data: str
    title: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a list under a title."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Buttons:
    """A text with a few buttons."""

    text: str
    buttons: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """A text with one button, which opens a list."""

    text: str
    opener: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Numbered:
    """Text alone, in as many messages as it takes: a choice is made by typing its number, a control by typing its label."""

    texts: tuple[str, ...]


Form: TypeAlias = Buttons | Rows | Numbered


def form(screen: Screen, menus: Menus, openers: Openers) -> Form:
    """Choose the form of a screen: buttons if all are few and short, else a list, else numbered text. Nothing is ever cut."""
    help_now = next(offer for offer in screen.controls if offer.data[-LENGTH:] == CODES[Command.DANGER])
    more = Offer(screen.token + OTHERS, openers.others, openers.others)
    parts = ((openers.choose, screen.offers), (openers.others, (help_now, more)))
    text = text_of(screen.blocks, screen.notice, screen.footnote)
    return _buttons(text, parts, menus) or _rows(text, parts, menus, openers.choose) or numbered(screen, menus)


def others(screen: Screen, menus: Menus, openers: Openers) -> Form:
    """Lay out all controls of a screen, behind "More options"."""
    parts = ((openers.others, screen.controls),)
    return _rows(openers.others, parts, menus, openers.choose) or numbered(screen, menus)


def numbered(screen: Screen, menus: Menus) -> Numbered:
    """Write a whole screen, drawn in a frame without an end, as text: what it says, its choices, its controls.

    Paragraphs are laid into messages and never split.
    """
    choices = [f"{offer.number}. {offer.label}" if offer.number else offer.label for offer in screen.offers]
    controls = " · ".join(offer.label for offer in screen.controls)
    blocks = (screen.notice, *map(block_text, screen.blocks), screen.footnote)
    lines = [*(block for block in blocks if block), *_together(choices), controls]
    texts: list[str] = []
    for line in lines:
        longer = GAP.join((*texts[-1:], line))
        if menus.unit.measure(longer) <= menus.plain:
            texts[-1:] = [longer]
        else:
            texts.append(line)
    return Numbered(tuple(texts))


def _together(choices: Sequence[str], size: int = 20) -> Iterable[str]:
    """Put choices line under line, some in a paragraph, so that a long list can go on in the next message."""
    return ("\n".join(choices[first : first + size]) for first in range(0, len(choices), size))


Parts: TypeAlias = Sequence[tuple[str, Sequence[Offer]]]


def _buttons(text: str, parts: Parts, menus: Menus) -> Buttons | None:
    measure = menus.unit.measure
    found = tuple(Row(offer.data, _title(offer, menus.button, menus)) for _, offers in parts for offer in offers)
    fits = len(found) <= menus.buttons and measure(text) <= menus.body and _apart(found)
    return Buttons(text, found) if fits else None


def _rows(text: str, parts: Parts, menus: Menus, opener: str) -> Rows | None:
    measure = menus.unit.measure
    sections = tuple(Section(title, tuple(_row(offer, menus) for offer in offers)) for title, offers in parts if offers)
    rows = tuple(row for section in sections for row in section.rows)
    fits = (
        len(rows) <= menus.rows
        and measure(text) <= menus.body
        and measure(opener) <= menus.opener
        and all(measure(section.title) <= menus.section for section in sections)
        and all(measure(row.description) <= menus.description for row in rows)
        and _apart(rows)
    )
    return Rows(text, opener, sections) if fits else None


def _row(offer: Offer, menus: Menus) -> Row:
    title = _title(offer, menus.title, menus)
    return Row(offer.data, title, offer.label if title != offer.label else "")


def _title(offer: Offer, most: int, menus: Menus) -> str:
    """Give the longest name of an offer that fits, or nothing."""
    return next((name for name in (offer.label, offer.short) if menus.unit.measure(name) <= most), "")


def _apart(rows: Sequence[Row]) -> bool:
    """Tell whether every row has a title, and no two the same."""
    return all(row.title for row in rows) and len({row.title for row in rows}) == len(rows)
