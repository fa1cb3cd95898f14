"""The pinned message of General: who is on duty in numbers, the buttons for it, and what every helper should know."""

import asyncio
from typing import Final

from bot.desks.telegram_group.letter import Letter
from bot.desks.telegram_group.line import Line, Refused

PAUSE: Final = 5.0  # seconds until the next try
CALM: Final = 1.0  # seconds in which changes are gathered


class Board:
    """Keeps one message as it should be."""

    def __init__(self, line: Line) -> None:
        """Take the line to the group."""
        self.number: int | None = None
        self._line = line
        self._wanted: Letter | None = None
        self._some = asyncio.Event()

    def show(self, letter: Letter) -> None:
        """Let it be this."""
        if letter != self._wanted:
            self._wanted = letter
            self._some.set()

    async def run(self) -> None:
        """Write it, and write it anew when it changes, until cancelled."""
        while True:
            await self._some.wait()
            await asyncio.sleep(CALM)
            self._some.clear()
            await self._line.turn()
            if self._wanted and not await self._write(self._wanted):  # it is tried again
                self._some.set()
                await asyncio.sleep(PAUSE)

    async def last(self, letter: Letter) -> None:
        """Write it for the last time."""
        if self.number is not None:
            await self._line.edit(self.number, letter)

    async def _write(self, letter: Letter) -> bool:
        """Write it; a message that somebody deleted is sent again, and pinned."""
        if self.number is not None:
            failed = await self._line.edit(self.number, letter)
            if failed is not Refused.GONE:
                return failed is None
        sent = await self._line.send(None, letter)
        if isinstance(sent, Refused):
            return False
        self.number = sent
        await self._line.pin(sent)
        return True
