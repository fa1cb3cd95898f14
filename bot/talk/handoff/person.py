"""One person who asked for a helper: where they stand, and the line to their chat."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from math import inf
from typing import Final, Protocol, TypeAlias

from bot.core.private import Private
from bot.log import Moment, note
from bot.talk.handoff.brief import Brief
from bot.talk.ports import Address

TELL: Final = 5.0  # seconds that a channel has to bring a helper's words, and at most that long after the end
SHOW: Final = 60.0  # the same for showing where somebody stands; a platform may ask to wait before the next message
ROOM: Final = 100  # words of a helper that wait for a slow channel; more are not taken, so they never count as arrived
SEEN: Final = 100  # words that are known when they come twice


class Over(Enum):
    """Why it is over; the values are keys of flows/phrases.yaml."""

    ENDED = "handoff_ended"  # the helper ended it
    STOPPED = "handoff_stopped"  # the person did
    NOBODY = "handoff_nobody"  # no helper was free in time
    BROKEN = "handoff_broken"  # the line between the two broke
    SILENT = "handoff_silent"  # nobody said anything for long
    BLOCKED = "handoff_blocked"  # the helpers do not go on with this person today


@dataclass(frozen=True, slots=True)
class State:
    """Where a person stands: `place` in the queue from 1, or with a helper (0), or over. `readers` read along."""

    place: int
    readers: int = 0
    over: Over | None = None
    unheard: bool = False  # the last words did not arrive

    @property
    def talks(self) -> bool:
        """Tell whether a helper is there."""
        return self.over is None and self.place == 0


class Voice(Protocol):
    """How a channel reaches one person who asked for a helper, for as long as that lasts. Nothing else may use it (R60)."""

    async def tell(self, words: Private[str]) -> bool:
        """Bring a helper's words; False if that failed."""

    async def show(self, state: State) -> None:
        """Show where they stand now, because it has changed."""

    async def clear(self) -> None:
        """Take away, as far as the channel can, what was said between the two: it is over."""


Job: TypeAlias = Callable[[], Awaitable[object]]


class Line:
    """What one channel is to do for one person, in order. What fails there, or hangs, holds nobody else up."""

    def __init__(self, voice: Voice, left: Callable[[], Awaitable[bool]]) -> None:
        """Take the voice, and what tells whether the person has left elsewhere; begin to wait for something to do."""
        self.voice = voice
        self._left = left
        self._jobs: asyncio.Queue[Job | None] = asyncio.Queue()
        self._came: dict[str, None] = {}
        self._end = inf
        self.task = asyncio.create_task(self._work())

    def do(self, job: Job) -> None:
        """Do something when its turn has come, unless the person has left."""
        self._jobs.put_nowait(job)

    def show(self, state: State) -> None:
        """Show a state."""
        self.do(partial(self.voice.show, state))

    def tell(self, ident: str, words: Private[str], arrived: Job) -> None:
        """Bring a helper's words once, and say that they are here; words that come twice are only said to be here."""
        if self._jobs.qsize() < ROOM:
            self.do(partial(self._tell, ident, words, arrived))

    def close(self) -> None:
        """Do what is still to be done, clear up, and end."""
        self._end = asyncio.get_running_loop().time() + TELL
        self._jobs.put_nowait(None)

    async def _tell(self, ident: str, words: Private[str], arrived: Job) -> None:
        if ident not in self._came:
            async with asyncio.timeout(min(TELL, self._end - asyncio.get_running_loop().time())):
                if not await self.voice.tell(words):
                    return
            self._came[ident] = None
            if len(self._came) > SEEN:
                del self._came[next(iter(self._came))]
        await arrived()

    async def _work(self) -> None:
        while await self._next():
            pass
        await self._do(self.voice.clear)

    async def _next(self) -> bool:
        """Do one thing; False at the end. Nothing of it is held while the next one is awaited."""
        job = await self._jobs.get()
        if job is None:
            return False
        await self._do(partial(self._unless_left, job))
        return True

    async def _unless_left(self, job: Job) -> None:
        if not await self._left():
            await job()

    async def _do(self, job: Job) -> None:
        try:
            async with asyncio.timeout(SHOW):
                await job()
        except Exception:  # noqa: BLE001 - its words go nowhere (DESIGN §4)
            note(Moment.FAILED)


@dataclass(slots=True, eq=False)
class Own:
    """A person of this process who waits or talks."""

    case: str
    number: int
    address: Address
    line: Line
    brief: Brief
    since: float
    asked: float  # when the wait began, or began anew
    moved: float  # when either side last said something
    wanted: str = ""
    agent: str = ""
    held: float = 0.0  # when the helper's desk was last heard
    readers: dict[str, float] = field(default_factory=dict)  # who reads along, and when their desk was last heard
    shown: State | None = None
    pending: dict[str, float] = field(default_factory=dict)  # words of the person that are on their way, and since when
