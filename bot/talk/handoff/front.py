"""The people's side: who waits, who talks, and that nobody ever waits in silence (R68)."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Collection
from functools import partial
from typing import Final, assert_never

from bot.core.private import Private
from bot.talk.handoff.brief import Brief
from bot.talk.handoff.person import Line, Over, Own, State, Voice
from bot.talk.handoff.wire import (
    Begins,
    Duty,
    Event,
    Gone,
    Heard,
    Holds,
    Move,
    Noted,
    Passes,
    Reads,
    Said,
    Shown,
    Spoke,
    Stops,
    Takes,
    Talks,
    Told,
    Waits,
    pieces,
)
from bot.talk.ports import Address

__all__ = ["Front", "Over", "Own", "State", "Voice"]

LOST: Final = 8.0  # seconds without a word of the helper's desk until it counts as broken off
SILENT: Final = 900.0  # seconds without a word of either side until the talk ends
UNHEARD: Final = 5.0  # seconds until words count as not arrived
MOST: Final = 500  # people of one process who wait or talk
NUMBERS: Final = range(100, 1000)  # a person is a number, drawn anew each time

Send = Callable[[Event], Awaitable[bool]]
Ended = Callable[[Own, Over], Awaitable[None]]
Left = Callable[[Address, str], Awaitable[bool]]


class Front:
    """The people of one process."""

    def __init__(self, send: Send, wait: float, ended: Ended, left: Left) -> None:
        """Take the bus, how many seconds somebody waits at most, what else is to be done when it is over for somebody.

        `left` tells whether a chat's case is over where this process could not hear it: nothing is shown of it any more.
        """
        self._send = send
        self._wait = wait
        self._ended = ended
        self._left = left
        self._most = MOST
        self._own: dict[str, Own] = {}
        self._lines: set[asyncio.Task[None]] = set()

    async def finish(self, seconds: float) -> None:
        """Make it over for everybody, take nobody any more, and wait until they have been told."""
        self._most = 0
        for own in self.cases:
            await self.end(own, Over.BROKEN)
        if self._lines:
            _, late = await asyncio.wait(self._lines, timeout=seconds)
            for task in late:
                task.cancel()

    def of(self, address: Address) -> Own | None:
        """Find a person by their chat."""
        chat, at = address.chat.reveal(), (address.channel, address.bot)
        alike = (own for own in self._own.values() if own.address.chat.reveal() == chat)
        return next((own for own in alike if (own.address.channel, own.address.bot) == at), None)

    def named(self, case: str) -> Own | None:
        """Find a person by their case."""
        return self._own.get(case)

    @property
    def cases(self) -> tuple[Own, ...]:
        """List everybody."""
        return tuple(self._own.values())

    async def ask(  # noqa: PLR0913 - a person has no fewer sides
        self, address: Address, voice: Voice, brief: Brief, since: float, now: float, *, taken: Collection[int] = ()
    ) -> Own | None:
        """Begin to wait, under none of the numbers that are taken; None if too many do already, or if nobody can hear of it."""
        number = self._draw(taken)
        if len(self._own) >= self._most or number is None:
            return None
        case = secrets.token_hex(8)
        own = Own(case, number, address, Line(voice, partial(self._left, address, case)), brief, since, now, now)
        self._own[case] = own
        self._lines.add(own.line.task)
        own.line.task.add_done_callback(self._lines.discard)
        if await self._beat(own):
            return own
        await self.vanish(own)
        return None

    async def say(self, own: Own, ident: str, words: Private[str], now: float) -> None:
        """Send the person's words to the helper."""
        own.moved = now
        for name, piece in pieces(ident, words):
            own.pending[name] = now
            await self._send(Spoke(own.case, name, piece))

    async def end(self, own: Own, why: Over) -> None:
        """Make it over, and tell both sides."""
        if self._own.pop(own.case, None) is None:
            return
        own.pending.clear()
        self._show(own, State(0, over=why))
        own.line.close()
        await self._send(Gone(own.case, why.value))
        await self._ended(own, why)

    async def vanish(self, own: Own) -> None:
        """Make it over without a word, because the person is told by somebody else."""
        own.shown = State(0, over=Over.STOPPED)
        await self.end(own, Over.STOPPED)

    def state(self, own: Own, ahead: int) -> State:
        """Tell where a person stands, with so many before them."""
        return State(0, len(own.readers)) if own.agent else State(ahead + 1)

    async def take(self, event: Event, now: float) -> None:
        """Take what concerns the people of this process."""
        own = None if isinstance(event, Duty | Begins) else self._own.get(event.case)
        if own is None:
            return
        if isinstance(event, Shown):
            own.shown = State(event.place, event.along)
        elif isinstance(event, Stops):
            why = Over(event.why)
            if not event.agent:
                await self.vanish(own)
            elif event.agent == own.agent:
                await self.end(own, why)
        elif isinstance(event, Move):
            if self._moves(own, event, now):
                await self._beat(own)
        elif isinstance(event, Said) and self._relays(own, event, now):
            await self._send(Noted(own.case, event.id))

    def yields(self, case: str, number: int, *, talks: bool, taken: Collection[int]) -> None:
        """Give another number to whoever waits here under that of somebody else, unless that one gives way."""
        for own in self._own.values():
            if own.number == number and own.case != case and not own.agent and (talks or own.case > case):
                own.number = self._draw(taken) or number

    async def tick(self, now: float, ahead: Callable[[Own], int]) -> None:
        """Say who is here, and end what has lasted too long. `ahead` counts those who wait before somebody."""
        for own in self.cases:
            why = self._late(own, now)
            if why is not None:
                await self.end(own, why)
            elif own.case in self._own:
                self._age(own, now, ahead)
                await self._beat(own)

    def _late(self, own: Own, now: float) -> Over | None:
        if own.agent and now - own.held > LOST:
            return Over.BROKEN
        if own.agent and now - own.moved > SILENT:
            return Over.SILENT
        return Over.NOBODY if not own.agent and now - own.asked > self._wait else None

    def _age(self, own: Own, now: float, ahead: Callable[[Own], int]) -> None:
        """Let go of readers whose desk is gone, and tell where somebody stands, and of words that did not arrive."""
        own.readers = {agent: held for agent, held in own.readers.items() if now - held <= LOST}
        state = self.state(own, 0 if own.agent else ahead(own))
        self._show(own, state)
        late = [ident for ident, sent in own.pending.items() if now - sent > UNHEARD]
        for ident in late:
            del own.pending[ident]
        if late:
            own.line.show(State(state.place, state.readers, unheard=True))

    def _relays(self, own: Own, event: Said, now: float) -> bool:
        """Note what becomes of words; True for words of the person that another process sent, which should know it."""
        match event:
            case Spoke(id=ident) if ident not in own.pending:
                own.moved = own.pending[ident] = now
                return True
            case Spoke() | Noted():
                pass
            case Heard(id=ident):
                own.pending.pop(ident, None)
            case Told(id=ident, words=words, agent=agent):
                if agent == own.agent:
                    own.moved = own.held = now
                    own.line.tell(ident, words, partial(self._send, Heard(own.case, ident)))
            case _:
                assert_never(event)
        return False

    def _moves(self, own: Own, event: Move, now: float) -> bool:
        """Note what helpers do; True if others should know at once."""
        match event:
            case Takes(agent=agent) if not own.agent and own.wanted in {"", agent}:
                own.agent, own.wanted, own.held, own.moved = agent, "", now, now
                self._show(own, self.state(own, 0))
                return True
            case Passes(agent=agent, to=to) if agent and agent == own.agent:
                own.agent, own.wanted, own.asked, own.readers, own.shown = "", to, now, {}, None
                return True
            case Reads(agent=agent, along=True) if own.agent not in {"", agent}:
                own.line.do(partial(self._admit, own, agent, now))
            case Reads(agent=agent, along=False) if own.readers.pop(agent, None) is not None:
                self._show(own, self.state(own, 0))
                return True
            case Holds(agent=agent) if agent == own.agent:
                own.held = now
            case Holds(agent=agent) if agent in own.readers:
                own.readers[agent] = now
            case _:
                pass
        return False

    async def _admit(self, own: Own, agent: str, now: float) -> None:
        """Let somebody read along, once the person has been told."""
        state = State(0, len({*own.readers, agent}))
        if own.case in self._own and own.agent and state != own.shown:
            own.shown = state
            await own.line.voice.show(state)
        if own.case in self._own and own.agent not in {"", agent}:
            own.readers[agent] = now
            await self._beat(own)

    async def _beat(self, own: Own) -> bool:
        if own.agent:
            return await self._send(Talks(own.case, own.number, own.brief, own.since, own.agent, tuple(own.readers)))
        return await self._send(Waits(own.case, own.number, own.brief, own.since, own.wanted))

    def _draw(self, taken: Collection[int]) -> int | None:
        used = {*taken, *(own.number for own in self._own.values())}
        free = [number for number in NUMBERS if number not in used]
        return secrets.choice(free) if free else None

    def _show(self, own: Own, state: State) -> None:
        """Show a state that is new."""
        if state != own.shown:
            own.shown = state
            own.line.show(state)
