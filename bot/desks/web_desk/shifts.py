"""Who was at the desk, from when to when, and with how many people they talked. Never with whom, never what was said."""

import csv
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Final

from bot.desks.web_desk import files

SHOWN: Final = 50  # the newest shifts on the leads' page


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift, to the minute."""

    name: str
    start: str
    end: str
    chats: int


class Shifts:
    """A file of shifts beside the file of accounts; in memory for a trial."""

    def __init__(self, accounts: Path | None) -> None:
        """Take the path of the accounts."""
        self.path = accounts.with_suffix(".audit.csv") if accounts else None
        self._memory: list[Shift] = []

    def add(self, name: str, start: datetime, end: datetime, chats: int) -> None:
        """Add a shift that is over.

        Raises:
            OSError: if it cannot be written.
        """
        shift = Shift(name, _minute(start), _minute(end), chats)
        if self.path is None:
            self._memory.append(shift)
            return
        line = StringIO()
        csv.writer(line, lineterminator="\n").writerow((shift.name, shift.start, shift.end, shift.chats))
        files.append(self.path, line.getvalue())

    def last(self) -> list[Shift]:
        """List the newest shifts, the newest first.

        Raises:
            OSError: if they cannot be read.
        """
        shifts = self._memory if self.path is None else [_shift(row) for row in csv.reader(files.read(self.path).splitlines())]
        return shifts[: -SHOWN - 1 : -1]


def _minute(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%d %H:%M")


def _shift(row: list[str]) -> Shift:
    name, start, end, chats = row
    return Shift(name, start, end, int(chats))
