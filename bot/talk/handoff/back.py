"""The helpers' side: what waits, who has whom, and the seats at which helpers sit."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from bot.talk.handoff.person import Over
from bot.talk.handoff.seat import Arrived, Change, Closed, Colleague, Listed, Seat, Seen, Words
from bot.talk.handoff.wire import (
    LONGEST,
    Duty,
    Event,
    Gone,
    Heard,
    Holds,
    Passes,
    Spoke,
    Takes,
    Talks,
    Told,
    Waits,
)

__all__ = ["LONGEST", "Arrived", "Back", "Change", "Closed", "Colleague", "Listed", "Seat", "Seen", "Words"]

LOST: Final = 8.0  # seconds without a word of a person's process until it counts as broken off
PATIENCE: Final = 2.0  # seconds that a person's process has to say who has won a case, or that it has their words

Send = Callable[[Event], Awaitable[bool]]


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
    ident: str = field(default_factory=lambda: secrets.token_hex(8))  # of the desks of this process
    room: bool = True  # whether the helpers here can take one more
    _cases: dict[str, Seen] = field(default_factory=dict)
    _seats: set[Seat] = field(default_factory=set)
    _rooms: dict[str, Room] = field(default_factory=dict)
    _taken: dict[str, asyncio.Future[str]] = field(default_factory=dict)  # who has won what somebody here tries to take

    def sit(self, agent: str) -> Seat:
        """Let a helper sit down."""
        seat = Seat(self, agent)
        self._seats.add(seat)
        return seat

    def rise(self, seat: Seat) -> None:
        """Let a helper go. Their cases break off after a while, unless they have another seat or come back."""
        self._seats.discard(seat)
        seat.rise()

    @property
    def agents(self) -> set[str]:
        """Name the helpers who sit here."""
        return {seat.agent for seat in self._seats}

    @property
    def numbers(self) -> set[int]:
        """List the numbers under which people wait or talk."""
        return {seen.number for seen in self._cases.values()}

    @property
    def quiet(self) -> bool:
        """Tell whether nobody at all waits or talks."""
        return not self._cases

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
        """Try to win a waiting case: the process that the person came to says who was the first. One's own case is won."""
        seen = self._cases.get(case)
        if seen is None or seen.agent or seen.wanted not in {"", agent}:
            return seen is not None and seen.agent == agent
        answer = self._taken.setdefault(case, asyncio.get_running_loop().create_future())
        if not await self.send(Takes(case, agent)):
            return False
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                return await asyncio.shield(answer) == agent
        await self.send(Passes(case, agent))  # should the answer have been lost, the case waits again
        return False

    def hear(self, event: Event, now: float) -> None:
        """Take what concerns helpers."""
        match event:
            case Waits(case, number, brief, since, wanted):
                self._list(Seen(case, number, brief, since, now, "", wanted))
            case Talks(case, number, brief, since, agent, readers):
                self._list(Seen(case, number, brief, since, now, agent, "", readers))
                self._decide(case, agent)
            case Gone(case, why):
                self._close(case, Over(why))
            case Spoke(case, ident, words):
                self._pass(case, Words(case, ident, words))
            case Told(case, _, words, agent) if self.held(case, agent):
                self._pass(case, Colleague(case, words), but=agent)
            case Heard(case, ident):
                self._pass(case, Arrived(case, ident))
            case Duty(desk, agents, room):
                self._rooms[desk] = Room(agents, room, now)
            case _:
                pass

    async def tick(self, now: float) -> None:
        """Say who is here, and close what has not been heard of for too long."""
        here = self.agents
        for seen in list(self._cases.values()):
            if now - seen.beat > LOST:
                self._close(seen.case, Over.BROKEN)
                continue
            for agent in here & {seen.agent, *seen.readers}:
                await self.send(Holds(seen.case, agent))
        self._rooms = {desk: room for desk, room in self._rooms.items() if now - room.beat <= LOST}
        if here:
            await self.send(Duty(self.ident, len(here), self.room))

    def _list(self, new: Seen) -> None:
        old = self._cases.get(new.case)
        self._cases[new.case] = new
        shown = (new.agent, new.wanted, new.readers, new.number)
        if old is None or (old.agent, old.wanted, old.readers, old.number) != shown:
            self._announce()

    def _decide(self, case: str, agent: str) -> None:
        """Tell those here who try to take a case who has it."""
        answer = self._taken.pop(case, None)
        if answer is not None:
            answer.set_result(agent)

    def _close(self, case: str, why: Over) -> None:
        self._decide(case, "")
        seen = self._cases.pop(case, None)
        if seen is None:
            return
        for seat in self._seats:
            if seat.met(case) or seat.agent in {seen.agent, *seen.readers}:
                seat.put(Closed(case, why))
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
