"""A bus within one process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

FULL: Final = 10_000  # events that wait for a listener who is slow; more are not taken, so that whoever sent them is told


class Local:
    """Carries bytes from this process to itself."""

    def __init__(self, full: int = FULL) -> None:
        """Begin with nobody listening; take how many events may wait for each listener."""
        self._full = full
        self._queues: set[asyncio.Queue[bytes]] = set()

    async def open(self) -> None:
        """Do nothing: it is always ready."""

    async def send(self, sealed: bytes) -> bool:
        """Send to everybody who listens."""
        free = [queue for queue in self._queues if not queue.full()]
        for queue in free:
            queue.put_nowait(sealed)
        return bool(free)

    @asynccontextmanager
    async def listen(self) -> AsyncIterator[AsyncIterator[bytes]]:
        """Hear everything from now on."""
        queue: asyncio.Queue[bytes] = asyncio.Queue(self._full)
        self._queues.add(queue)
        try:
            yield self._each(queue)
        finally:
            self._queues.discard(queue)

    async def close(self) -> None:
        """Forget who listens."""
        self._queues.clear()

    async def _each(self, queue: asyncio.Queue[bytes]) -> AsyncIterator[bytes]:
        while True:
            yield await queue.get()
