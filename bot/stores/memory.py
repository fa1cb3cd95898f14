"""A store in this process, which ends with it."""

import asyncio
from collections.abc import Callable
from heapq import heapify, heappop, heappush
from typing import Final, Protocol

MOST: Final = 100_000  # entries; about 45 MB
SLACK: Final = 64


class Timer(Protocol):
    """A call to come, which can be called off."""

    def cancel(self) -> None:
        """Call it off."""


class Loop(Protocol):
    """What is needed of an event loop: its time, and calls at a time."""

    def time(self) -> float:
        """Give the time in seconds."""

    def call_at(self, when: float, callback: Callable[[], None], /) -> Timer:
        """Call back at a time."""


class Memory:
    """Holds at most so many entries; above that, the one nearest to its end goes first."""

    def __init__(self, most: int = MOST, loop: Callable[[], Loop] = asyncio.get_running_loop) -> None:
        """Take the most entries to hold, and where the loop is to be found."""
        self._most = most
        self._loop = loop
        self._entries: dict[bytes, tuple[float, bytes]] = {}
        self._ends: list[tuple[float, bytes]] = []  # a heap; entries that were replaced or dropped are still in it
        self._timer: Timer | None = None

    async def open(self) -> None:
        """Do nothing: memory is always ready."""

    async def put(self, key: bytes, value: bytes, seconds: float) -> None:
        """Hold a value for some seconds, in place of what was there."""
        end = self._loop().time() + seconds
        self._entries[key] = (end, value)
        heappush(self._ends, (end, key))
        if len(self._ends) > 2 * len(self._entries) + SLACK:
            self._ends = [(end, key) for key, (end, _) in self._entries.items()]
            heapify(self._ends)
        self._sweep()

    async def get(self, key: bytes) -> bytes | None:
        """Give a value, if it is still there."""
        self._sweep()
        entry = self._entries.get(key)
        return entry[1] if entry else None

    async def drop(self, key: bytes) -> None:
        """Forget a value now."""
        self._entries.pop(key, None)
        self._sweep()

    async def claim(self, key: bytes, seconds: float) -> bool:
        """Take a key for some seconds, if nobody has it."""
        self._sweep()
        if key in self._entries:
            return False
        await self.put(key, b"", seconds)
        return True

    async def close(self) -> None:
        """Forget everything."""
        self._entries.clear()
        self._sweep()

    def _sweep(self) -> None:
        """Forget what is over or too much, and be called again when the next entry ends."""
        now = self._loop().time()
        while self._ends and self._is_over(*self._ends[0], now):
            end, key = heappop(self._ends)
            if self._holds(key, end):
                del self._entries[key]
        if self._timer:
            self._timer.cancel()
        self._timer = self._loop().call_at(self._ends[0][0], self._sweep) if self._ends else None

    def _is_over(self, end: float, key: bytes, now: float) -> bool:
        return end <= now or len(self._entries) > self._most or not self._holds(key, end)

    def _holds(self, key: bytes, end: float) -> bool:
        return key in self._entries and self._entries[key][0] == end
