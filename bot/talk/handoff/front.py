"""The people's side: who waits, who talks, and that nobody ever waits in silence (R68)."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from typing import Final, Protocol, TypeAlias

from bot.core.private import Private
from bot.log import Moment, note
from bot.talk.handoff.brief import Brief
from bot.talk.handoff.wire import Event, Gone, Heard, Holds, Passes, Reads, Spoke, Stops, Takes, Talks, Told, Waits
from bot.talk.ports import Address

LOST: Final = 8.0  # seconds without a word of the helper's desk until it counts as broken off
SILENT: Final = 900.0  # seconds without a word of either side until the talk ends
UNHEARD: Final = 5.0  # seconds until words count as not arrived
MOST: Final = 500  # people of one process who wait or talk
NUMBERS: Final = 900  # a person is a number from 100 to 999, drawn anew each time


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


Job: TypeAlias = Callable[[], Coroutine[object, object, None]]


@dataclass(slots=True)
class Own:
    """A person of this process who waits or talks."""

    case: str
    number: int
    address: Address
    voice: Voice
    brief: Brief
    since: float
    asked: float  # when the wait began, or began anew
    moved: float  # when either side last said something
    wanted: str = ""
    agent: str = ""
    held: float = 0.0  # when the helper's desk was last heard
    readers: tuple[str, ...] = ()
    shown: State | None = None
    seen: dict[str, None] = field(default_factory=dict)  # words of the helper that are here already
    pending: dict[str, float] = field(default_factory=dict)  # words of the person that are on their way, and since when
    jobs: asyncio.Queue[Job | None] = field(default_factory=asyncio.Queue)  # what the channel is to do, one after the other


Send = Callable[[Event], Awaitable[None]]


class Front:
    """The people of one process."""

    def __init__(self, send: Send, wait: float) -> None:
        """Take the bus, and how many seconds somebody waits at most."""
        self._send = send
        self._wait = wait
        self._own: dict[str, Own] = {}
        self._workers: set[asyncio.Task[None]] = set()

    async def finish(self, seconds: float) -> None:
        """Make it over for everybody, and wait until they have been told."""
        for own in self.cases:
            await self.end(own, Over.BROKEN)
        if self._workers:
            _, late = await asyncio.wait(self._workers, timeout=seconds)
            for task in late:
                task.cancel()

    def of(self, address: Address) -> Own | None:
        """Find a person by their chat."""
        return next((own for own in self._own.values() if _same(own.address, address)), None)

    def named(self, case: str) -> Own | None:
        """Find a person by their case."""
        return self._own.get(case)

    @property
    def cases(self) -> tuple[Own, ...]:
        """List everybody."""
        return tuple(self._own.values())

    async def ask(self, address: Address, voice: Voice, brief: Brief, since: float, now: float) -> Own | None:
        """Begin to wait; None if there are too many already."""
        if len(self._own) >= MOST:
            return None
        taken = {own.number for own in self._own.values()}
        number = next((n for n in (100 + secrets.randbelow(NUMBERS) for _ in range(NUMBERS)) if n not in taken), 0)
        own = Own(secrets.token_hex(8), number, address, voice, brief, since, now, now)
        self._own[own.case] = own
        worker = asyncio.create_task(_work(own))
        self._workers.add(worker)
        worker.add_done_callback(self._workers.discard)
        await self._beat(own)
        return own

    async def say(self, own: Own, ident: str, words: Private[str], now: float) -> None:
        """Send the person's words to the helper."""
        own.pending[ident] = own.moved = now
        await self._send(Spoke(own.case, ident, words))

    async def end(self, own: Own, why: Over) -> None:
        """Make it over, and tell both sides."""
        if self._own.pop(own.case, None) is None:
            return
        await self._send(Gone(own.case, why.value))
        own.pending.clear()
        self._show(own, State(0, over=why))
        own.jobs.put_nowait(None)

    def state(self, own: Own, ahead: int) -> State:
        """Tell where a person stands, with so many before them."""
        return State(0, len(own.readers)) if own.agent else State(ahead + 1)

    async def take(self, event: Event, now: float) -> None:
        """Take what concerns the people of this process."""
        own = self._own.get(event.case) if not isinstance(event, (Waits, Talks, Gone)) and hasattr(event, "case") else None
        if own is None:
            return
        match event:
            case Takes(agent=agent) if not own.agent and own.wanted in {"", agent}:
                own.agent, own.held, own.moved = agent, now, now
            case Holds(agent=agent) if agent == own.agent:
                own.held = now
            case Reads(agent=agent, along=along) if agent != own.agent:
                own.readers = (
                    tuple(dict.fromkeys((*own.readers, agent))) if along else tuple(r for r in own.readers if r != agent)
                )
            case Passes(agent=agent, to=to) if agent == own.agent:
                own.agent, own.wanted, own.asked, own.readers = "", to, now, ()
            case Told(id=ident, words=words, agent=agent) if agent == own.agent:
                own.moved = own.held = now
                own.jobs.put_nowait(partial(self._told, own, ident, words))
                return
            case Heard(id=ident):
                own.pending.pop(ident, None)
                return
            case Spoke():
                own.moved = now
                return
            case Stops(why=why, agent=agent) if agent in {"", own.agent}:
                await self.end(own, Over(why))
                return
            case _:
                return
        await self._beat(own)
        if own.agent:
            self._show(own, self.state(own, 0))

    async def tick(self, now: float, ahead: Callable[[Own], int]) -> None:
        """Say who is here, and end what has lasted too long. `ahead` counts those who wait before somebody."""
        for own in self.cases:
            unheard = any(now - sent > UNHEARD for sent in own.pending.values())
            if own.agent and now - own.held > LOST:
                await self.end(own, Over.BROKEN)
            elif own.agent and now - own.moved > SILENT:
                await self.end(own, Over.SILENT)
            elif not own.agent and now - own.asked > self._wait:
                await self.end(own, Over.NOBODY)
            else:
                state = self.state(own, ahead(own))
                self._show(own, State(state.place, state.readers, unheard=True) if unheard else state)
                await self._beat(own)
            if unheard:
                own.pending.clear()

    async def _told(self, own: Own, ident: str, words: Private[str]) -> None:
        """Bring a helper's words once, and say that they are here."""
        arrived = ident in own.seen or await own.voice.tell(words)
        if arrived:
            own.seen[ident] = None
            for old in list(own.seen)[:-100]:
                del own.seen[old]
            await self._send(Heard(own.case, ident))

    async def _beat(self, own: Own) -> None:
        if own.agent:
            await self._send(Talks(own.case, own.number, own.brief, own.since, own.agent, own.readers))
        else:
            await self._send(Waits(own.case, own.number, own.brief, own.since, own.wanted))

    def _show(self, own: Own, state: State) -> None:
        """Show a state that is new."""
        if state != own.shown:
            own.shown = state
            own.jobs.put_nowait(partial(own.voice.show, state))


async def _work(own: Own) -> None:
    """Do what a channel is to do for one person, in order. What fails there, or takes long, holds nobody else up."""
    while job := await own.jobs.get():
        try:
            await job()
        except Exception:  # noqa: BLE001 - its words go nowhere (DESIGN §4)
            note(Moment.FAILED)


def _same(one: Address, other: Address) -> bool:
    return (one.channel, one.bot, one.chat.reveal()) == (other.channel, other.bot, other.chat.reveal())
