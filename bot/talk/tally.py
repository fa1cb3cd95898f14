"""How many arrived in each journey in the hour before this one, so coarsely that nobody can be seen in it (R64).

An operator should see which help is looked for, and in which languages. So arrivals are counted, not people: a person
has no number here, and nothing tells which two arrivals were one person's, or which came first.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import product
from typing import Final, NamedTuple

from bot.content.directory import Country
from bot.content.library import Library
from bot.core.book import UNKNOWN, journey
from bot.core.session import Session

SMALL: Final = 10  # R64: a cell below this is not shown; above, only whole tens are
HOUR: Final = 3600  # seconds


class Cell(NamedTuple):
    """What is told apart: a journey, a language, and the part of the world that the person named."""

    journey: str
    locale: str
    group: str


def group_of(country: Country) -> str:
    """Name the country's part of the world, as the IANA time zones do (`Asia/Kolkata`); UNKNOWN where it has no zone."""
    return country.zone.key.partition("/")[0] if country.zone else UNKNOWN


def arrives(before: Session | None, after: Session) -> bool:
    """Tell whether a turn led into a journey that the person was not in before, as far as their trail reaches.

    So a person counts about once in each journey, however often they press, turn pages or go back. `before` is None
    when they open the chat.
    """
    if before is None:
        return True
    return journey(after.at) not in {journey(before.at), *(journey(past.at) for past in before.trail)}


class Tally:
    """Counts the hour that runs, and shows the one that has ended. Older ones are gone.

    Every cell that can be is there from the start, so neither the memory it takes nor its order tells what happened.
    There are no sums over cells: with them, a cell that is not shown could be worked out.
    """

    def __init__(self, library: Library, clock: Callable[[], datetime]) -> None:
        """Take what may be a label, and a clock that gives aware datetimes."""
        self._library = library
        self._clock = clock
        journeys = {journey(ref) for ref in library.book.steps}
        groups = {UNKNOWN, *map(group_of, library.countries.values())}
        self._cells = [Cell(*labels) for labels in product(sorted(journeys), sorted(library.book.locales), sorted(groups))]
        self._hour = self._this_hour()
        self._running, self._ended = self._zeros(), self._zeros()

    def turned(self, before: Session | None, after: Session) -> None:
        """Count a turn, if somebody arrived by it; `before` is None when they open the chat."""
        if arrives(before, after):
            self.count(journey(after.at), after.locale, group_of(self._library.country(after.facts)))

    def count(self, journey: str, locale: str, group: str) -> None:
        """Count an arrival.

        Raises:
            ValueError: if a label is not of the book; it is not repeated, as it might be somebody's word.
        """
        cell = Cell(journey, locale, group)
        if cell not in self._running:
            message = "only what is in the book is counted"
            raise ValueError(message)
        self._roll()
        self._running[cell] += 1

    def ended(self) -> Mapping[Cell, int]:
        """Give the whole tens of the hour that ended last; cells below ten are left out. Nothing changes until the next."""
        self._roll()
        return {cell: number - number % SMALL for cell, number in self._ended.items() if number >= SMALL}

    def _roll(self) -> None:
        """Begin a new hour if the clock has. If it jumped, forget everything: part of an hour is never shown as another."""
        hour = self._this_hour()
        if hour != self._hour:
            self._ended = self._running if hour == self._hour + 1 else self._zeros()
            self._running, self._hour = self._zeros(), hour

    def _this_hour(self) -> int:
        return int(self._clock().timestamp()) // HOUR

    def _zeros(self) -> dict[Cell, int]:
        return dict.fromkeys(self._cells, 0)
