"""Who was at the desk, from when to when, and with how many people they talked. Never with whom, never what was said."""

import csv
from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Final

from bot.desks.web_desk import files

SHOWN: Final = 50  # the newest shifts on the leads' page


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift, to the minute. It has no `end` while it lasts, and none ever if the machine stopped in it."""

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

    def begin(self, name: str, start: datetime) -> None:
        """Write down that somebody has come.

        Raises:
            OSError: if it cannot be written.
        """
        self._write(Shift(name, _minute(start), "", 0))

    def add(self, name: str, start: datetime, end: datetime, chats: int) -> None:
        """Add a shift that is over.

        Raises:
            OSError: if it cannot be written.
        """
        self._write(Shift(name, _minute(start), _minute(end), chats))

    def last(self) -> list[Shift]:
        """List the newest shifts, the newest first; one that is over stands where it began.

        Raises:
            OSError: if they cannot be read.
        """
        rows = self._memory if self.path is None else [_shift(row) for row in csv.reader(files.read(self.path).splitlines())]
        shifts: list[Shift] = []
        lasting: defaultdict[tuple[str, str], deque[int]] = defaultdict(deque)  # where those without an end stand
        for row in rows:
            begun = lasting[row.name, row.start]
            if row.end and begun:
                shifts[begun.popleft()] = row
                continue
            if not row.end:
                begun.append(len(shifts))
            shifts.append(row)
        return shifts[: -SHOWN - 1 : -1]

    def _write(self, shift: Shift) -> None:
        if self.path is None:
            self._memory.append(shift)
            return
        line = StringIO()
        csv.writer(line, lineterminator="\n").writerow((shift.name, shift.start, shift.end, shift.chats))
        files.append(self.path, line.getvalue())


def _minute(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%d %H:%M")


def _shift(row: list[str]) -> Shift:
    name, start, end, chats = row
    return Shift(name, start, end, int(chats))
