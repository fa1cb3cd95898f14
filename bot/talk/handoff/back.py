"""The helpers' side: what waits, who has whom, and the seats at which helpers sit."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from bot.core.private import Private
from bot.talk.handoff.brief import Brief
from bot.talk.handoff.front import Over
from bot.talk.handoff.wire import Duty, Event, Gone, Heard, Holds, Passes, Reads, Spoke, Stops, Takes, Talks, Told, Waits

LOST: Final = 8.0  # seconds without a word of a person's process until it counts as broken off
FULL: Final = 500  # changes that wait for a slow helper; more are not taken, so the person is told that words did not arrive
LONGEST: Final = 2000  # characters of one message


@dataclass(slots=True)
class Seen:
    """A case as helpers see it. `agent` is empty while it waits."""

    case: str
    number: int
    brief: Brief
    since: float
    beat: float
    agent: str = ""
    wanted: str = ""
    readers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """The list of cases has changed: ask for it."""


@dataclass(frozen=True, slots=True)
class Words:
    """The person of a case said something."""

    case: str
    id: str
    words: Private[str]


@dataclass(frozen=True, slots=True)
class Colleague:
    """Whom one reads along with said something."""

    case: str
    words: Private[str]


@dataclass(frozen=True, slots=True)
class Arrived:
    """What one said is before the person now."""

    case: str
    id: str


@dataclass(frozen=True, slots=True)
class Closed:
    """A case is over: everything of it must go from the helper's screen."""

    case: str
    why: Over


Change: TypeAlias = Listed | Words | Colleague | Arrived | Closed
Send = Callable[[Event], Awaitable[None]]
Win = Callable[[str], Awaitable[bool]]  # be the first to claim a case


class Seat:
    """One helper at one desk. Several desks give the same helper several seats."""

    def __init__(self, back: "Back", agent: str) -> None:
        """Take where the cases are, and the helper's name, which is unique and which no person sees."""
        self._back = back
        self.agent = agent
        self._changes: asyncio.Queue[Change] = asyncio.Queue(FULL)

    async def next(self) -> Change:
        """Wait for the next change. Words count as arrived when they are given here."""
        change = await self._changes.get()
        if isinstance(change, Words):
            await self._back.send(Heard(change.case, change.id))
        return change

    def put(self, change: Change) -> None:
        """Take a change; what does not fit any more is not taken."""
        if isinstance(change, Listed) and self._changes.qsize() > FULL // 2:
            return
        if not self._changes.full():
            self._changes.put_nowait(change)

    @property
    def cases(self) -> list[Seen]:
        """List what waits, the most urgent and longest first, and what this helper has or reads."""
        return self._back.listed(self.agent)

    async def take(self, case: str) -> bool:
        """Try to win a waiting case; False if somebody else has it, or it is gone."""
        return await self._back.take(case, self.agent)

    async def tell(self, case: str, words: Private[str], ident: str = "") -> str | None:
        """Say something to the person of one's own case; gives its id, None if it is not one's own."""
        seen = self._back.held(case, self.agent)
        if seen is None:
            return None
        ident = ident or secrets.token_hex(8)
        await self._back.send(Told(case, ident, Private(words.reveal()[:LONGEST]), self.agent))
        return ident

    async def end(self, case: str, why: Over = Over.ENDED) -> bool:
        """End one's own case; `Over.BLOCKED` keeps the person from asking again for an hour."""
        return await self._mine(case, Stops(case, why.value, self.agent))

    async def pass_on(self, case: str, to: str = "") -> bool:
        """Pass one's own case on, to a colleague by name, or to whoever is free."""
        done = await self._mine(case, Passes(case, self.agent, to))
        if done:
            await self._back.release(case)
        return done

    async def read(self, case: str, *, along: bool = True) -> bool:
        """Read along with a colleague, or stop; the person is told."""
        seen = self._back.seen(case)
        if seen is None or not seen.agent or seen.agent == self.agent:
            return False
        await self._back.send(Reads(case, self.agent, along))
        return True

    async def _mine(self, case: str, event: Event) -> bool:
        if self._back.held(case, self.agent) is None:
            return False
        await self._back.send(event)
        return True


@dataclass(slots=True)
class Room:
    """How many helpers a desk has there, and whether they can take one more."""

    agents: int
    room: bool
    beat: float


@dataclass(slots=True)
class Back:
    """Everything that helpers of this process can see and do."""

    send: Send
    win: Win
    release: Callable[[str], Awaitable[None]]
    ident: str = field(default_factory=lambda: secrets.token_hex(8))  # of the desks of this process
    room: bool = True  # whether the helpers here can take one more
    _cases: dict[str, Seen] = field(default_factory=dict)
    _seats: set[Seat] = field(default_factory=set)
    _rooms: dict[str, Room] = field(default_factory=dict)

    def sit(self, agent: str) -> Seat:
        """Let a helper sit down."""
        seat = Seat(self, agent)
        self._seats.add(seat)
        return seat

    def rise(self, seat: Seat) -> None:
        """Let a helper go. Their cases break off after a while, unless they have another seat or come back."""
        self._seats.discard(seat)

    @property
    def agents(self) -> set[str]:
        """Name the helpers who sit here."""
        return {seat.agent for seat in self._seats}

    def staffed(self, now: float) -> bool:
        """Tell whether anywhere a helper is there who can take one more."""
        return any(room.agents > 0 and room.room and now - room.beat <= LOST for room in self._rooms.values())

    def seen(self, case: str) -> Seen | None:
        """Find a case."""
        return self._cases.get(case)

    def held(self, case: str, agent: str) -> Seen | None:
        """Find a case that a helper has."""
        seen = self._cases.get(case)
        return seen if seen and seen.agent == agent else None

    def listed(self, agent: str) -> list[Seen]:
        """List what a helper may see: what waits for anybody or for them, the urgent first, and what others talk about."""
        shown = [seen for seen in self._cases.values() if seen.agent or seen.wanted in {"", agent}]
        return sorted(shown, key=lambda seen: (bool(seen.agent), not seen.brief.urgent, seen.since))

    def ahead(self, case: str, since: float, *, urgent: bool) -> int:
        """Count those who wait before somebody."""
        waiting = (seen for seen in self._cases.values() if not seen.agent and seen.case != case)
        return sum((not seen.brief.urgent, seen.since) < (not urgent, since) for seen in waiting)

    async def take(self, case: str, agent: str) -> bool:
        """Try to win a waiting case."""
        seen = self._cases.get(case)
        if seen is None or seen.agent or seen.wanted not in {"", agent} or not await self.win(case):
            return False
        seen.agent = agent
        await self.send(Takes(case, agent))
        return True

    def hear(self, event: Event, now: float) -> None:
        """Take what concerns helpers."""
        match event:
            case Waits(case, number, brief, since, wanted):
                self._list(Seen(case, number, brief, since, now, "", wanted))
            case Talks(case, number, brief, since, agent, readers):
                self._list(Seen(case, number, brief, since, now, agent, "", readers))
            case Gone(case, why):
                self._close(case, Over(why))
            case Spoke(case, ident, words):
                self._pass(case, Words(case, ident, words))
            case Told(case, _, words, agent):
                self._pass(case, Colleague(case, words), but=agent)
            case Heard(case, ident):
                self._pass(case, Arrived(case, ident))
            case Duty(desk, agents, room):
                self._rooms[desk] = Room(agents, room, now)
            case _:
                pass

    async def tick(self, now: float) -> None:
        """Say who is here, and close what has not been heard of for too long."""
        for seen in list(self._cases.values()):
            if now - seen.beat > LOST:
                self._close(seen.case, Over.BROKEN)
            elif seen.agent in self.agents:
                await self.send(Holds(seen.case, seen.agent))
        self._rooms = {desk: room for desk, room in self._rooms.items() if now - room.beat <= LOST}
        if self.agents:
            await self.send(Duty(self.ident, len(self.agents), self.room))

    def _list(self, new: Seen) -> None:
        old = self._cases.get(new.case)
        self._cases[new.case] = new
        if old is None or (old.agent, old.wanted, old.readers) != (new.agent, new.wanted, new.readers):
            self._announce()

    def _close(self, case: str, why: Over) -> None:
        seen = self._cases.get(case)
        if seen is not None:
            self._pass(case, Closed(case, why))
            del self._cases[case]
            self._announce()

    def _announce(self) -> None:
        for seat in self._seats:
            seat.put(Listed())

    def _pass(self, case: str, change: Change, but: str = "") -> None:
        """Give a change to the helper who has the case and to those who read along."""
        seen = self._cases.get(case)
        if seen is None:
            return
        for seat in self._seats:
            if seat.agent != but and seat.agent in {seen.agent, *seen.readers}:
                seat.put(change)
