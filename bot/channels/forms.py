"""Which form a screen takes where buttons are few: three buttons, one list, or numbered text. Pure, and of no one channel.

Six controls stand on every screen. In a list with room they all have a row. Elsewhere two places are kept for them: "I need
help now" is never behind anything, and "More options" opens all six as a list of their own (`others`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self, TypeAlias

from bot.channels.limits import Menus
from bot.content.phrases import Phrase
from bot.core.events import Command
from bot.talk.codes import CODES, LENGTH
from bot.talk.plain import text_of
from bot.talk.ports import Offer, Screen
from bot.talk.speech import Speech

OTHERS: Final = "ot"  # the code of "More options": a channel draws the screen's first page anew and sends `others` of it
GAP: Final = "\n\n"


@dataclass(frozen=True, slots=True)
class Openers:
    """What opens a list, what opens the other controls, and what makes a link to the page, in the screen's language."""

    choose: str
    others: str
    share: str

    @classmethod
    def of(cls, speech: Speech) -> Self:
        """Say them in a language."""
        return cls(speech.phrase(Phrase.CHOOSE), speech.phrase(Phrase.OTHERS), speech.phrase(Phrase.PLAN_SHARE))


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
    """Text alone: a choice is made by typing its number, a control by typing its label."""

    text: str


Form: TypeAlias = Buttons | Rows | Numbered


def form(screen: Screen, menus: Menus, openers: Openers, *, spelled: bool = False) -> Form:
    """Choose the form of a screen: buttons if all are few and short, else a list, else numbered text. Nothing is ever cut.

    `spelled` writes the choices below the text too, each with its number: whoever types may not be able to tap.
    """
    help_now = next(offer for offer in screen.controls if offer.data[-LENGTH:] == CODES[Command.DANGER])
    few = (help_now, Offer(screen.token + OTHERS, openers.others, openers.others))
    text = spell_out(screen) if spelled else text_of(screen.blocks, screen.notice, screen.footnote)
    some, every = (((openers.choose, screen.offers), (openers.others, controls)) for controls in (few, screen.controls))
    return (
        _buttons(text, some, menus)
        or _rows(text, every, menus, openers.choose)
        or _rows(text, some, menus, openers.choose)
        or numbered(screen)
    )


def others(screen: Screen, menus: Menus, openers: Openers) -> Form:
    """Lay out all controls of a screen, behind "More options", and the link to its page where there is one."""
    share = [Offer(screen.keep.data, openers.share, openers.share)] if screen.keep else []
    parts = ((openers.others, (*screen.controls, *share)),)
    return _rows(openers.others, parts, menus, openers.choose) or numbered(screen)


def numbered(screen: Screen) -> Numbered:
    """Write a page as text alone."""
    return Numbered(spell_out(screen))


def spell_out(screen: Screen) -> str:
    """Write a page with its choices and controls: what it says, each choice with its number, the words for the controls."""
    choices = [offer.shown for offer in screen.offers]
    controls = " · ".join(offer.label for offer in screen.controls)
    text = text_of(screen.blocks, screen.notice, screen.footnote)
    return GAP.join(filter(None, (text, "\n".join(choices), controls)))


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
