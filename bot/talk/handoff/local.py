"""A bus within one process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Local:
    """Carries bytes from this process to itself."""

    def __init__(self) -> None:
        """Begin with nobody listening."""
        self._queues: set[asyncio.Queue[bytes]] = set()

    async def open(self) -> None:
        """Do nothing: it is always ready."""

    async def send(self, sealed: bytes) -> bool:
        """Send to everybody who listens."""
        for queue in self._queues:
            queue.put_nowait(sealed)
        return bool(self._queues)

    @asynccontextmanager
    async def listen(self) -> AsyncIterator[AsyncIterator[bytes]]:
        """Hear everything from now on."""
        queue: asyncio.Queue[bytes] = asyncio.Queue()
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
