"""Where people and helpers meet: one stream of sealed events, heard by every process; each takes what concerns it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from math import inf
from typing import Final

from bot.core.private import Private
from bot.log import Moment, note
from bot.talk.handoff.back import LOST, PATIENCE, Back, Seen
from bot.talk.handoff.brief import Brief
from bot.talk.handoff.front import Front, Over, Own, State, Voice
from bot.talk.handoff.marks import Marks
from bot.talk.handoff.wire import Begins, Bus, Event, Noted, Shown, Spoke, Stops, Talks, Waits, pieces, seal, unseal
from bot.talk.keys import Keys
from bot.talk.ports import Address
from bot.talk.storing import Store

BEAT: Final = 2.0  # seconds between two signs of life
MARK: Final = 30.0  # seconds between two marks, for a store that has lost them
FINISH: Final = 5.0  # seconds until everybody has been told that it is over
WAIT: Final = 120.0  # seconds until it is said that nobody is free (R68)
LEFT: Final = "left "  # before the case of a chat that was left, until the process that has it knows
BLOCKED: Final = State(0, over=Over.BLOCKED)
NOBODY: Final = State(0, over=Over.NOBODY)


@dataclass(frozen=True, slots=True)
class Clocks:
    """The time of day, and seconds that never go back."""

    now: Callable[[], datetime]
    seconds: Callable[[], float]


class Exchange:
    """Both sides of one process, and the stream between them and all others."""

    def __init__(self, bus: Bus, store: Store, keys: Keys, clocks: Clocks, wait: float = WAIT) -> None:
        """Take the bus, the store (for which case a chat has), the keys, the clocks, and how long somebody waits at most."""
        self._bus = bus
        self._keys = keys
        self._clocks = clocks
        self._marks = Marks(store, keys, clocks.now)
        self._begun = inf
        self._marked = -inf
        self._noted: dict[tuple[str, str], asyncio.Future[None]] = {}
        self.front = Front(self.send, wait, self._ended, self._left)
        self.back = Back(self.send)

    async def send(self, event: Event) -> bool:
        """Send an event to every process, this one included; False if it cannot be known that anybody heard it."""
        return await self._bus.send(seal(event, self._keys, self._clocks.now()))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run; when it ends, everybody who is here is told."""
        async with self._bus.listen() as heard:
            self._begun = self._clocks.seconds()
            tasks = [asyncio.create_task(self._hear(heard)), asyncio.create_task(self._beat())]
            await self.send(Begins())
            try:
                yield
            finally:
                await self.front.finish(FINISH)
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    async def ask(self, address: Address, voice: Voice, brief: Brief) -> State:
        """Begin to wait for a helper. Who waits or talks already, here or elsewhere, goes on with that."""
        known = await self.look(address)
        if known is not None:
            return known
        if await self._marks.shunned(address):
            return BLOCKED
        since = self._clocks.now().timestamp()
        if not await self._marks.first(address) or self.front.of(address) is not None:  # they ask twice, at this moment
            return State(self.back.ahead("", since, urgent=bool(brief.urgent)) + 1)
        own = await self.front.ask(address, voice, brief, since, self._clocks.seconds(), taken=self.back.numbers)
        if own is None:
            await self._marks.unask(address)
            return NOBODY
        await self._mark(own)
        if own.shown is None:
            own.shown = self._stand(own)
        return own.shown

    async def state(self, address: Address) -> State | None:
        """Tell where somebody stands; None if they do neither. Of whom another process has, it is what was heard last."""
        own, seen = await self._find(address)
        if own is not None:
            return self._stand(own)
        return self._seen(seen) if seen else None

    async def look(self, address: Address) -> State | None:
        """Tell where somebody stands, to show it to them now; the process that they came to hears of it."""
        own, seen = await self._find(address)
        if own is not None:
            own.shown = self._stand(own)
            return own.shown
        if seen is None:
            return None
        state = self._seen(seen)
        await self.send(Shown(seen.case, state.place, state.readers))
        return state

    async def broke(self, address: Address) -> bool:
        """Tell, once, whether somebody's wait or talk ended together with its process, so that nobody told them."""
        case = await self._marks.case(address)
        told = self.front.named(case) or self.back.seen(case) or self._clocks.seconds() - self._begun <= LOST
        if not case or case.startswith(LEFT) or told:
            return False
        await self._marks.forget(address)
        return True

    async def say(self, address: Address, ident: str, words: Private[str]) -> bool:
        """Bring a person's words to their helper; False if they talk with nobody, or the words cannot be sent."""
        own, seen = await self._find(address)
        if own is not None and own.agent:
            await self.front.say(own, ident, words, self._clocks.seconds())
            return True
        if seen is None or not seen.agent:
            return False
        return all([await self._brought(Spoke(seen.case, name, piece)) for name, piece in pieces(ident, words)])

    async def stop(self, address: Address) -> bool:
        """End it, from the person's side; False if there was nothing to end."""
        own, case = self.front.of(address), await self._marks.case(address)
        if own is not None:
            await self.front.vanish(own)  # who stopped it is shown what comes next by the channel itself
        if not case or case.startswith(LEFT) or (own and case == own.case):
            return own is not None
        await self._marks.forget(address)
        await self._marks.keep(address, LEFT + case)  # where the case is, this is found if it cannot be heard now
        await self.send(Stops(case, Over.STOPPED.value))
        return True

    async def _find(self, address: Address) -> tuple[Own, None] | tuple[None, Seen | None]:
        """Find a person who is here, unless they have left or began anew elsewhere; or what is known of one elsewhere."""
        own = self.front.of(address)
        if own is None and self.back.quiet:
            return None, None
        case = await self._marks.case(address)
        if own is not None and not self._newer(case, own.case):
            return own, None
        if own is not None:
            await self.front.vanish(own)
        return None, self.back.seen(case)

    async def _brought(self, spoke: Spoke) -> bool:
        """Send words to whom the person is, there; False if nobody there says that they are noted."""
        name = (spoke.case, spoke.id)
        noted = self._noted.setdefault(name, asyncio.get_running_loop().create_future())
        try:
            async with asyncio.timeout(PATIENCE):
                if await self.send(spoke):
                    await asyncio.shield(noted)
        except TimeoutError:
            pass
        finally:
            self._noted.pop(name, None)
        return noted.done()

    async def _left(self, address: Address, case: str) -> bool:
        return self._newer(await self._marks.case(address), case)

    def _newer(self, known: str, case: str) -> bool:
        """Tell whether what is known of a chat means that its case here is no more: it was left, or began anew elsewhere.

        Of a case that has ended here another one's mark is enough.
        """
        if known in {"", case}:
            return False
        return known == LEFT + case or self.back.seen(known) is not None or self.front.named(case) is None

    def _stand(self, own: Own) -> State:
        return self.front.state(own, 0 if own.agent else self._ahead(own))

    def _seen(self, seen: Seen) -> State:
        if seen.agent:
            return State(0, len(seen.readers))
        return State(self.back.ahead(seen.case, seen.since, urgent=bool(seen.brief.urgent)) + 1)

    def _ahead(self, own: Own) -> int:
        return self.back.ahead(own.case, own.since, urgent=bool(own.brief.urgent))

    async def _hear(self, heard: AsyncIterator[bytes]) -> None:
        async for sealed in heard:
            try:
                await self._take(sealed)
            except Exception:  # noqa: BLE001 - one bad event must not end the stream, and its words go nowhere
                note(Moment.FAILED)

    async def _take(self, sealed: bytes) -> None:
        event = unseal(sealed, self._keys, self._clocks.now())
        if event is None:
            return
        now = self._clocks.seconds()
        if isinstance(event, Noted) and (noted := self._noted.pop((event.case, event.id), None)):
            noted.set_result(None)
        self.back.hear(event, now)
        await self.front.take(event, now)
        if isinstance(event, Begins):
            await self.back.tick(now)
            await self._tick_front(now)
        if isinstance(event, Waits | Talks):
            self.front.yields(event.case, event.number, talks=isinstance(event, Talks), taken=self.back.numbers)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT)
            for tick in (self.back.tick, self._tick_front, self._tick_marks):
                try:
                    await tick(self._clocks.seconds())
                except Exception:  # noqa: BLE001 - the signs of life go on
                    note(Moment.FAILED)

    async def _tick_front(self, now: float) -> None:
        await self.front.tick(now, self._ahead)

    async def _tick_marks(self, now: float) -> None:
        """Mark everybody again. After a cut of the bus a chat may have been left, or have another case: then ours is over."""
        if now - self._marked < MARK:
            return
        self._marked = now
        for own in self.front.cases:
            known = await self._marks.case(own.address)
            if self._newer(known, own.case):
                await self.front.vanish(own)
            elif known in {"", own.case}:
                await self._mark(own)

    async def _mark(self, own: Own) -> None:
        """Let every process know the case of a chat."""
        await self._marks.keep(own.address, own.case)
        if self.front.named(own.case) is None:  # it ended meanwhile
            await self._marks.forget(own.address)

    async def _ended(self, own: Own, why: Over) -> None:
        if why is Over.BLOCKED:
            await self._marks.shun(own.address)
        if await self._marks.case(own.address) in {"", own.case, LEFT + own.case}:
            await self._marks.forget(own.address)
