"""One turn at a time for each chat, and a bound on how many wait. Help and leaving are never held back (R70)."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

WAITING: Final = 4  # ordinary turns of one chat that may wait; further ones are let go
MANY: Final = 50  # words of one chat to a helper that may wait; further ones are let go
CROWD: Final = 1000  # ordinary turns of all chats that may be under way


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How fast one chat may go on: `every` so many seconds one more ordinary turn, after a `burst` of so many at once.

    As it is here, it is what Telegram itself allows (LIMITS.md).
    """

    every: float = 1.0
    burst: float = 8.0


class Slot:
    """A turn's leave to go on, until something urgent overtakes it."""

    def __init__(self, overtaken: asyncio.Event | None = None) -> None:
        """Take the event that tells of it; without one, nothing ever does."""
        self._overtaken = overtaken or asyncio.Event()

    async def pause(self, seconds: float) -> bool:
        """Wait; True if the turn still counts then, False as soon as something urgent has overtaken it."""
        try:
            await asyncio.wait_for(self._overtaken.wait(), max(seconds, 0))
        except TimeoutError:
            return True
        return False


@dataclass(slots=True)
class Lane:
    """The turns of one chat; `rested` is when its burst is whole again."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    overtaken: asyncio.Event = field(default_factory=asyncio.Event)
    rested: float = 0.0
    inside: int = 0
    ordinary: int = 0
    urgent: set[str] = field(default_factory=set)


class Pace:
    """Lets turns pass. It knows chats by the day's pseudonym alone, and forgets each as soon as it has rested."""

    def __init__(self, clock: Callable[[], float], rhythm: Rhythm = Rhythm()) -> None:
        """Take a clock of seconds that never goes back, and how fast one chat may go on."""
        self._clock = clock
        self._every = rhythm.every
        self._burst = rhythm.burst * rhythm.every
        self._lanes: dict[bytes, Lane] = {}
        self._crowd = 0

    def busy(self, who: bytes) -> bool:
        """Tell whether an ordinary turn of this chat would have to wait, or would be let go."""
        lane = self._lanes.get(who)
        return self._crowd >= CROWD or (lane is not None and (lane.ordinary >= WAITING or self._wait(lane) > 0))

    def taken(self, who: bytes) -> bool:
        """Tell whether a turn of this chat is under way or waits."""
        return who in self._lanes and self._lanes[who].inside > 0

    @asynccontextmanager
    async def turn(self, who: bytes, urgent: str | None = None, *, free: bool = False) -> AsyncIterator[Slot | None]:
        """Wait for this chat's turn; None if it is let go.

        `urgent` names a turn that is never held back: it overtakes what waits, and only a second one of the same name, while
        the first still waits, is let go. A `free` turn keeps its place in the row and nothing else: it gets no answer.
        """
        lane = self._lanes.setdefault(who, Lane())
        lane.inside += 1
        try:
            async with self._queue(lane, free=free) if urgent is None else self._overtake(lane, urgent) as slot:
                yield slot
        finally:
            lane.inside -= 1
            self._rest(who, lane)

    @asynccontextmanager
    async def _queue(self, lane: Lane, *, free: bool) -> AsyncIterator[Slot | None]:
        if self._crowd >= CROWD or lane.ordinary >= (MANY if free else WAITING):
            yield None
            return
        lane.ordinary += 1
        self._crowd += 1
        slot, overtaken = Slot(lane.overtaken), lane.overtaken
        try:
            wait = 0.0 if free else self._wait(lane)
            lane.rested = max(lane.rested, self._clock()) + (0.0 if free else self._every)
            held = wait > 0 and not await slot.pause(wait)
            async with lane.lock:
                yield None if held or overtaken.is_set() else slot
        finally:
            lane.ordinary -= 1
            self._crowd -= 1

    @asynccontextmanager
    async def _overtake(self, lane: Lane, name: str) -> AsyncIterator[Slot | None]:
        if name in lane.urgent:
            yield None
            return
        lane.urgent.add(name)
        lane.overtaken.set()
        lane.overtaken = asyncio.Event()
        slot = Slot(lane.overtaken)
        try:
            async with lane.lock:
                lane.urgent.discard(name)
                yield slot
        finally:
            lane.urgent.discard(name)

    def _wait(self, lane: Lane) -> float:
        """Give the seconds until the chat may take one more ordinary turn."""
        return lane.rested + self._every - self._burst - self._clock()

    def _rest(self, who: bytes, lane: Lane) -> None:
        """Forget a lane that nobody is in; if its burst is not whole yet, as soon as it is."""
        left = lane.rested - self._clock()
        if lane.inside or self._lanes.get(who) is not lane:
            return
        if left > 0:
            asyncio.get_running_loop().call_later(left, self._rest, who, lane)
        else:
            del self._lanes[who]
