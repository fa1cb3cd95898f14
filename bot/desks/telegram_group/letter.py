"""One message of the bot in the helpers' group."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity

from bot.talk.ports import Unit

ROOM: Final = 4096  # UTF-16 units of a message (LIMITS.md)
GAP: Final = "\n"


@dataclass(frozen=True, slots=True)
class Letter:
    """A text, what is marked in it, and rows of buttons, each a label and what it carries."""

    text: str
    quotes: tuple[tuple[int, int], ...] = ()  # from where on, how long, in UTF-16 units
    rows: tuple[tuple[tuple[str, str], ...], ...] = ()

    @property
    def entities(self) -> list[MessageEntity]:
        """Give the marks as Telegram takes them."""
        return [MessageEntity(MessageEntity.BLOCKQUOTE, at, length) for at, length in self.quotes]

    @property
    def keyboard(self) -> InlineKeyboardMarkup | None:
        """Give the buttons as Telegram takes them."""
        rows = [[InlineKeyboardButton(label, callback_data=data) for label, data in row] for row in self.rows]
        return InlineKeyboardMarkup(rows) if rows else None


def size(text: str) -> int:
    """Count as Telegram does."""
    return Unit.UTF16.measure(text)


def quoted(words: Sequence[str]) -> Letter:
    """Write what a person said: each message as a quotation, so that nothing else in the topic looks like it."""
    return Letter(GAP.join(words), tuple(_places(words)))


def _places(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    at = 0
    for text in words:
        yield at, size(text)
        at += size(text) + size(GAP)
