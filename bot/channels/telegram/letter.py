"""Writes a screen as a Telegram message: plain text with bold headings, and a keyboard under it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from aiogram.enums import MessageEntityType
from aiogram.types import InlineKeyboardMarkup, MessageEntity

from bot.talk.plain import block_text
from bot.talk.ports import Card, Farewell, Offer, Screen, Unit

GAP: Final = "\n\n"
NARROW: Final = 16  # characters of a label that has room for a neighbour, even on a small phone
MANY: Final = 6  # choices from which narrow ones stand side by side


@dataclass(frozen=True, slots=True)
class Letter:
    """What one message shows."""

    text: str
    entities: tuple[MessageEntity, ...] = ()
    keyboard: InlineKeyboardMarkup | None = None


def screen_letter(screen: Screen) -> Letter:
    """Write the living message."""
    text, bold = _text(screen, screen.notice, screen.footnote)
    return Letter(text, bold, _keyboard(_rows(screen)))


def card_letter(screen: Screen, last: str | None) -> Letter:
    """Write a page that stays in the chat: the same words without a notice and buttons, and a last line."""
    return Letter(*_text(screen, None, GAP.join(part for part in (screen.footnote, last) if part)))


def farewell_letter(reply: Farewell) -> Letter:
    """Write the neutral end."""
    return Letter(reply.text)


def trouble_letter(words: str, retry: Offer) -> Letter:
    """Write that something went wrong on our side, with a button that tries again."""
    return Letter(words, (), _keyboard([[retry]]))


def _text(screen: Screen, notice: str | None, footnote: str | None) -> tuple[str, tuple[MessageEntity, ...]]:
    """Write the same text as `plain.text_of`, and mark the headings of its cards; Telegram counts UTF-16 units."""
    parts, bold, at = [], [], 0
    for block in (notice, *screen.blocks, footnote):
        text = block if isinstance(block, str) else block_text(block) if block is not None else ""
        if isinstance(block, Card) and block.heading:
            length = Unit.UTF16.measure(block.heading)
            bold.append(MessageEntity(type=MessageEntityType.BOLD, offset=at, length=length))
        if text:
            parts.append(text)
            at += Unit.UTF16.measure(text + GAP)
    return GAP.join(parts), tuple(bold)


def _rows(screen: Screen) -> Iterator[Sequence[Offer]]:
    """Lay out the buttons: choices from top to bottom, then what stands on every screen, two by two."""
    yield from _pairs(screen.offers)
    if screen.keep is not None:
        yield (screen.keep,)
    yield from (screen.controls[first : first + 2] for first in range(0, len(screen.controls), 2))


def _keyboard(rows: Iterable[Sequence[Offer]]) -> InlineKeyboardMarkup:
    """Build the keyboard in one call: pydantic checks it as a whole four times as fast as button by button."""
    return InlineKeyboardMarkup.model_validate(
        {"inline_keyboard": [[{"text": offer.shown, "callback_data": offer.data} for offer in row] for row in rows]}
    )


def _pairs(offers: Sequence[Offer]) -> Iterator[Sequence[Offer]]:
    """Put two narrow choices beside one another where there are many."""
    at = 0
    while at < len(offers):
        two = offers[at : at + 2]
        width = 2 if len(offers) > MANY and all(len(offer.shown) <= NARROW for offer in two) else 1
        yield offers[at : at + width]
        at += width
