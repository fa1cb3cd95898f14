"""How fast a bot may write into one group: twenty messages a minute (LIMITS.md), talks before all else."""

import asyncio
import time
from collections import deque
from typing import Final

MOST: Final = 20
SECONDS: Final = 60.0


class Window:
    """Lets messages pass. Whoever waits is let through as soon as one more fits."""

    def __init__(self, most: int = MOST, seconds: float = SECONDS) -> None:
        """Take how many messages pass in how many seconds."""
        self._passed: deque[float] = deque(maxlen=most)
        self._seconds = seconds
        self._until = 0.0
        self._lock = asyncio.Lock()
        self._rest = asyncio.Lock()

    async def turn(self, *, talk: bool = False) -> None:
        """Wait for one's turn. What belongs to a talk waits for other talks, and for one of all the rest at most."""
        if talk:
            await self._pass()
        else:
            async with self._rest:
                await self._pass()

    def rest(self, seconds: float) -> None:
        """Let nothing pass for some seconds: Telegram asked for it."""
        self._until = max(self._until, time.monotonic() + seconds)

    async def _pass(self) -> None:
        async with self._lock:
            wait = self._wait()
            while wait > 0:
                await asyncio.sleep(wait)
                wait = self._wait()  # Telegram may have asked for more meanwhile
            self._passed.append(time.monotonic())

    def _wait(self) -> float:
        full = len(self._passed) == self._passed.maxlen
        free = self._passed[0] + self._seconds if full else 0.0
        return max(free, self._until) - time.monotonic()
