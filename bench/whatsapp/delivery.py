"""Meta's end of the webhook: so many connections, and how long each webhook waits for its answer."""

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Final, cast

from bench.telegram.wire import Inbox

LINES: Final = 100


@dataclass(slots=True)
class Delivery:
    """Delivers webhooks in the order in which they came. `waits` are the seconds from then to each answer.

    `queue` holds those for which no line is free yet.
    """

    waits: list[float] = field(default_factory=list)
    sent: int = 0
    refused: int = 0
    queue: deque[tuple[float, bytes]] = field(default_factory=deque)
    _free: "deque[Line]" = field(default_factory=deque)

    async def open(self, port: int) -> None:
        """Connect to a server."""
        for _ in range(LINES):
            _, line = await asyncio.get_running_loop().create_connection(lambda: Line(self), "127.0.0.1", port)
            self._free.append(line)

    def send(self, request: bytes) -> None:
        """Deliver a webhook as soon as a line is free."""
        self.sent += 1
        self.queue.append((time.perf_counter(), request))
        self._on()

    def answered(self, line: "Line", wait: float, *, well: bool) -> None:
        """Take a line back that has had its answer."""
        self.waits.append(wait)
        self.refused += not well
        self._free.append(line)
        self._on()

    def done(self) -> bool:
        """Tell whether every webhook was answered."""
        return len(self.waits) == self.sent

    def again(self) -> None:
        """Count anew."""
        self.waits, self.sent, self.refused = [], 0, 0

    def close(self) -> None:
        """Hang up."""
        while self._free:
            self._free.pop().close()

    def _on(self) -> None:
        while self.queue and self._free:
            self._free.popleft().write(*self.queue.popleft())


class Line(asyncio.Protocol):
    """One connection of Meta's."""

    def __init__(self, delivery: Delivery) -> None:
        """Belong to a delivery."""
        self._delivery = delivery
        self._inbox = Inbox()
        self._begin = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._out = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Take an answer."""
        for head, _ in self._inbox.feed(data):
            self._delivery.answered(self, time.perf_counter() - self._begin, well=head.startswith(b"HTTP/1.1 200"))

    def write(self, begin: float, request: bytes) -> None:
        """Send a webhook that has waited since `begin`."""
        self._begin = begin
        self._out.write(request)

    def close(self) -> None:
        """Hang up."""
        self._out.abort()
