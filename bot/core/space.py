"""Every session of a book as one number, and back: mixed radix, no bit wasted.

A button has room for 29 bytes of state (Telegram's 64 bytes, less seal and choice), of which the seal keeps
three for the hour. What a book needs is known when it is read, so whether it fits is a fact, not a hope.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import prod
from typing import Final

from bot.core.book import UNKNOWN, Book, Branch, Facts, Ref
from bot.core.engine import PAGES
from bot.core.session import Past, Session

ROOM: Final = 26 * 8  # bits for a session inside a token
DEEPEST: Final = 12  # the longest trail worth carrying
SHALLOWEST: Final = 6  # a side journey must always find its way back


@dataclass(frozen=True, slots=True)
class Slot:
    """A kind of trail entry: a step left by a move that teaches exactly these facts."""

    at: Ref
    names: tuple[str, ...]


class Space:
    """The numbering of all sessions of one book."""

    def __init__(self, book: Book) -> None:
        """Lay out the radices once.

        Raises:
            OverflowError: if a session of this book does not fit a button.
        """
        self._values = {name: (UNKNOWN, *values) for name, values in book.facts.items()}
        self._index = {name: {value: i for i, value in enumerate(values)} for name, values in self._values.items()}
        self._steps = tuple(ref for ref, step in book.steps.items() if not isinstance(step, Branch))
        self._step = {ref: i for i, ref in enumerate(self._steps)}
        self._locales = book.locales
        self._slots = tuple(_slots(book))
        sizes = [prod(len(self._values[name]) for name in slot.names) for slot in self._slots]
        self._starts = (1, *(1 + total for total in accumulate(sizes)))  # 0 means: no entry
        self._slot = {(slot.at, slot.names): i for i, slot in enumerate(self._slots)}
        self._head = len(self._locales) * PAGES * len(self._steps) * prod(map(len, self._values.values()))
        self.depth = self._deepest()
        self.fingerprint = hashlib.blake2b(repr(self._shape(book)).encode(), digest_size=16).digest()

    def number(self, session: Session) -> int:
        """Give a session its number.

        Raises:
            KeyError: if it is not a session of this book.
        """
        number = 0
        for past in session.trail[-self.depth :]:
            number = number * self._starts[-1] + self._entry(past)
        number = number * len(self._steps) + self._step[session.at]
        number = self._facts_in(number, session.facts, self._values)
        return (number * PAGES + session.page) * len(self._locales) + self._locales.index(session.locale)

    def session(self, number: int) -> Session:
        """Give the session a number stands for.

        Raises:
            ValueError: if the number is none of this book's.
        """
        number, locale = divmod(number, len(self._locales))
        number, page = divmod(number, PAGES)
        number, facts = self._facts_out(number, tuple(self._values))
        number, step = divmod(number, len(self._steps))
        return Session(self._steps[step], self._locales[locale], facts, page, self._trail(number))

    def _entry(self, past: Past) -> int:
        names = tuple(sorted(past.undo))
        slot = self._slot[past.at, names]
        return self._starts[slot] + self._facts_in(0, past.undo, names)

    def _trail(self, number: int) -> tuple[Past, ...]:
        trail: list[Past] = []
        while number:
            number, entry = divmod(number, self._starts[-1])
            if entry == 0 or len(trail) == self.depth:
                message = "no such trail"
                raise ValueError(message)
            trail.append(self._past(entry))
        return tuple(reversed(trail))

    def _past(self, entry: int) -> Past:
        i = bisect_right(self._starts, entry) - 1
        slot = self._slots[i]
        number, values = entry - self._starts[i], {}
        for name in reversed(slot.names):
            number, value = divmod(number, len(self._values[name]))
            values[name] = self._values[name][value]
        return Past(slot.at, values)

    def _facts_in(self, number: int, facts: Facts, names: Sequence[str] | Mapping[str, object]) -> int:
        for name in names:
            number = number * len(self._values[name]) + self._index[name][facts.get(name, UNKNOWN)]
        return number

    def _facts_out(self, number: int, names: Sequence[str]) -> tuple[int, Facts]:
        known: dict[str, str] = {}
        for name in reversed(names):
            number, value = divmod(number, len(self._values[name]))
            if value:
                known[name] = self._values[name][value]
        return number, known

    def _deepest(self) -> int:
        for depth in range(DEEPEST, SHALLOWEST - 1, -1):
            if (self._head * self._starts[-1] ** depth).bit_length() <= ROOM:
                return depth
        message = "the facts and steps of this guide do not fit a button"
        raise OverflowError(message)

    def _shape(self, book: Book) -> tuple[object, ...]:
        """Give all that a token and a choice number rely on; words may change without harm to old buttons."""
        ways = [(ref, [way.id for way in book.spoken(ref).ways]) for ref in self._steps]
        return self._values, self._locales, self._slots, ways


def _slots(book: Book) -> Iterator[Slot]:
    for ref, step in book.steps.items():
        if isinstance(step, Branch):
            continue
        lessons = {tuple(sorted(way.learns)) for way in step.ways} | {()} | {(name,) for name in book.named}
        yield from (Slot(ref, names) for names in sorted(lessons))
