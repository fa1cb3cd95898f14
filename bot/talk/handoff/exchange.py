"""Where people and helpers meet: one stream of sealed events, heard by every process; each takes what concerns it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.core.private import Private
from bot.log import Moment, note
from bot.talk.handoff.back import LONGEST, Back
from bot.talk.handoff.brief import Brief
from bot.talk.handoff.front import Front, Over, Own, State, Voice
from bot.talk.handoff.wire import Bus, Event, Spoke, Stops, Talks, Waits, seal, unseal
from bot.talk.keys import Keys
from bot.talk.ports import Address
from bot.talk.recall import Recall
from bot.talk.storing import Store, StoreDownError

BEAT: Final = 2.0  # seconds between two signs of life
HELD: Final = 3600  # seconds that a claim lasts at most; it is dropped as soon as the case is over
KNOWN: Final = 10  # seconds that other processes know without a new sign that somebody waits or talks
AWAY: Final = 3600  # seconds that somebody who was abusive cannot ask again
FINISH: Final = 5.0  # seconds until everybody has been told that it is over
WAIT: Final = 120.0  # seconds until it is said that nobody is free (R68)


@dataclass(frozen=True, slots=True)
class Clocks:
    """The time of day, and seconds that never go back."""

    now: Callable[[], datetime]
    seconds: Callable[[], float]


class Exchange:
    """Both sides of one process, and the stream between them and all others."""

    def __init__(self, bus: Bus, store: Store, keys: Keys, clocks: Clocks, wait: float = WAIT) -> None:
        """Take the bus, the store (for who was first), the keys, the clocks, and how long somebody waits at most."""
        self._bus = bus
        self._store = store
        self._keys = keys
        self._clocks = clocks
        self._recall = Recall(store, keys, clocks.now)
        self.front = Front(self.send, wait)
        self.back = Back(self.send, self._win, self._release)

    async def send(self, event: Event) -> None:
        """Send an event to every process, this one included."""
        await self._bus.send(seal(event, self._keys, self._clocks.now()))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run; when it ends, everybody who is here is told."""
        async with self._bus.listen() as heard:
            tasks = [asyncio.create_task(self._hear(heard)), asyncio.create_task(self._beat())]
            try:
                yield
            finally:
                await self.front.finish(FINISH)
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    async def ask(self, address: Address, voice: Voice, brief: Brief) -> State:
        """Begin to wait for a helper. Who waits or talks already goes on with that."""
        now = self._clocks.seconds()
        own = self.front.of(address)
        if own is None:
            if await self._away(address):
                return State(0, over=Over.BLOCKED)
            own = await self.front.ask(address, voice, brief, self._clocks.now().timestamp(), now)
        if own is None:
            return State(0, over=Over.NOBODY)
        await self._mark(own)
        own.shown = self.front.state(own, self._ahead(own))
        return own.shown

    async def state(self, address: Address) -> State | None:
        """Tell where somebody stands; None if they neither wait nor talk. Another process may know them."""
        own = self.front.of(address)
        if own is not None:
            return self.front.state(own, self._ahead(own))
        seen = self.back.seen(await self._case(address))
        if seen is None:
            return None
        if seen.agent:
            return State(0, len(seen.readers))
        return State(self.back.ahead(seen.case, seen.since, urgent=bool(seen.brief.urgent)) + 1)

    async def say(self, address: Address, ident: str, words: Private[str]) -> bool:
        """Bring a person's words to their helper; False if they talk with nobody."""
        words = Private(words.reveal()[:LONGEST])
        own = self.front.of(address)
        if own is not None:
            if own.agent:
                await self.front.say(own, ident, words, self._clocks.seconds())
            return bool(own.agent)
        seen = self.back.seen(await self._case(address))
        if seen is None or not seen.agent:
            return False
        await self.send(Spoke(seen.case, ident, words))
        return True

    async def stop(self, address: Address) -> bool:
        """End it, from the person's side; False if there was nothing to end."""
        own = self.front.of(address)
        if own is not None:
            own.shown = State(0, over=Over.STOPPED)  # who stopped it is shown what comes next by the channel itself
            await self.front.end(own, Over.STOPPED)
            await self._forget(own)
            return True
        case = await self._case(address)
        if case:
            await self.send(Stops(case, Over.STOPPED.value))
        return bool(case)

    def _ahead(self, own: Own) -> int:
        return self.back.ahead(own.case, own.since, urgent=bool(own.brief.urgent))

    async def _hear(self, heard: AsyncIterator[bytes]) -> None:
        async for sealed in heard:
            event = unseal(sealed, self._keys, self._clocks.now())
            if event is None:
                continue
            try:
                await self._take(event)
            except Exception:  # noqa: BLE001 - one bad event must not end the stream, and its words go nowhere
                note(Moment.FAILED)

    async def _take(self, event: Event) -> None:
        now = self._clocks.seconds()
        own = self.front.named(event.case) if isinstance(event, Stops) else None
        self.back.hear(event, now)
        await self.front.take(event, now)
        if own is not None and self.front.named(own.case) is None:
            if isinstance(event, Stops) and event.why == Over.BLOCKED.value:
                await self._block(own.address)
            await self._forget(own)
        if isinstance(event, Waits | Talks) and (mine := self.front.named(event.case)):
            await self._mark(mine)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT)
            try:
                await self.back.tick(self._clocks.seconds())
                before = self.front.cases
                await self.front.tick(self._clocks.seconds(), self._ahead)
                for own in before:
                    if self.front.named(own.case) is None:
                        await self._forget(own)
            except Exception:  # noqa: BLE001 - the signs of life go on
                note(Moment.FAILED)

    async def _win(self, case: str) -> bool:
        """Be the first to claim a case. Without the store nobody can tell, so nobody takes it."""
        try:
            return await self._store.claim(self._named(b"win", case), HELD)
        except StoreDownError:
            return False

    async def _release(self, case: str) -> None:
        await self._tried(self._store.drop(self._named(b"win", case)))

    async def _mark(self, own: Own) -> None:
        """Let other processes know which case a chat has."""
        await self._tried(self._store.put(self._named(b"of", self._who(own.address)), own.case.encode(), KNOWN))

    async def _forget(self, own: Own) -> None:
        await self._release(own.case)
        await self._tried(self._store.drop(self._named(b"of", self._who(own.address))))

    async def _case(self, address: Address) -> str:
        """Look up the case of a chat of another process; empty if there is none."""
        try:
            found = await self._store.get(self._named(b"of", self._who(address)))
        except StoreDownError:
            return ""
        return found.decode() if found else ""

    async def _block(self, address: Address) -> None:
        await self._tried(self._store.put(self._named(b"away", self._who(address)), b"1", AWAY))

    async def _away(self, address: Address) -> bool:
        try:
            return await self._store.get(self._named(b"away", self._who(address))) is not None
        except StoreDownError:
            return False

    def _who(self, address: Address) -> str:
        return self._recall.who(address).hex()

    def _named(self, purpose: bytes, what: str) -> bytes:
        return self._recall.named(purpose, what.encode())

    async def _tried(self, call: Coroutine[object, object, None]) -> None:
        try:
            await call
        except StoreDownError:
            return
