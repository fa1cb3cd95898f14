"""A street: people at one process, desks at others, and a bus between them that can be cut, slow, and say things again."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Final, TypeAlias

from bot.content.library import Library
from bot.core.private import Private
from bot.stores.memory import Memory
from bot.talk.handoff.brief import Brief
from bot.talk.handoff.exchange import Clocks, Exchange
from bot.talk.handoff.front import Over, State
from bot.talk.handoff.wire import Said, unseal
from bot.talk.keys import Keys
from bot.talk.ports import Address
from bot.talk.storing import Store

from .helper import DeskUnderTest, until

SECRET: Final = Private(b"a secret that is only for tests!")
KEYS: Final = Keys(SECRET)
THREATENED: Final = Brief("hi", {"country": "IN", "who": "me", "what": "threatened", "platform": "instagram"}, urgent=True)
ECHO: Final = 0.3  # seconds after which old words come once more


def now() -> datetime:
    """Give the time."""
    return datetime.now(UTC)


@dataclass
class Air:
    """What all processes of a street share, and its habits."""

    wires: "list[Wire]" = field(default_factory=list)
    times: int = 1  # that each event comes
    echoes: bool = False  # words come once more, after what was said later
    lags: Callable[[], float] | None = None  # seconds that each pair of processes is apart


class Wire:
    """The bus of one process. What one process sends comes in order, as every bus promises; nothing else is sure."""

    def __init__(self, air: Air) -> None:
        """Join the street."""
        self.up = True
        self.queue: asyncio.Queue[bytes] = asyncio.Queue()
        self._air = air
        self._lags: dict[Wire, float] = {}
        air.wires.append(self)

    async def open(self) -> None:
        """Do nothing."""

    async def send(self, sealed: bytes) -> bool:
        """Send to every process that can hear."""
        if not self.up:
            return False
        for wire in self._air.wires:
            for _ in range(self._air.times):
                self._carry(wire, sealed)
            if self._air.echoes and isinstance(unseal(sealed, KEYS, now()), Said):
                asyncio.get_running_loop().call_later(ECHO, wire.hear, sealed)
        return True

    def hear(self, sealed: bytes) -> None:
        """Take an event, unless this process is cut off."""
        if self.up:
            self.queue.put_nowait(sealed)

    @asynccontextmanager
    async def listen(self) -> AsyncIterator[AsyncIterator[bytes]]:
        """Hear everything."""
        yield self._each()

    async def close(self) -> None:
        """Do nothing."""

    def _carry(self, wire: "Wire", sealed: bytes) -> None:
        if self._air.lags is None:
            wire.hear(sealed)
        else:
            lag = self._lags.setdefault(wire, self._air.lags())
            asyncio.get_running_loop().call_later(lag, wire.hear, sealed)

    async def _each(self) -> AsyncIterator[bytes]:
        while True:
            yield await self.queue.get()


@dataclass
class Process:
    """One process of the guide."""

    wire: Wire
    store: Store
    exchange: Exchange

    def die(self) -> None:
        """Fall silent, as a process that was killed."""
        self.wire.up = False


@dataclass
class Somebody:
    """Somebody who asks for a helper; `words` and `states` are what their chat showed them."""

    exchange: Exchange
    address: Address
    number: int = 0
    words: list[str] = field(default_factory=list)
    states: list[State] = field(default_factory=list)
    reached: bool = True
    said: list[str] = field(default_factory=list)
    _names: "count[int]" = field(default_factory=count)

    async def tell(self, words: Private[str]) -> bool:
        """Take a helper's words."""
        if self.reached:
            self.words.append(words.reveal())
        return self.reached

    async def show(self, state: State) -> None:
        """Take where they stand."""
        self.states.append(state)

    async def clear(self) -> None:
        """Let go of the talk."""
        self.words.clear()

    async def say(self, words: str) -> None:
        """Say something."""
        self.said.append(words)
        assert await self.exchange.say(self.address, f"p{next(self._names)}", Private(words))

    async def stop(self) -> None:
        """End it."""
        await self.exchange.stop(self.address)

    @property
    def talks(self) -> bool:
        """Tell whether they were told that a helper is there."""
        return bool(self.states) and self.states[-1].talks

    @property
    def waits(self) -> bool:
        """Tell whether they were told their place in the queue."""
        return bool(self.states) and self.states[-1].place > 0

    @property
    def over(self) -> Over | None:
        """Tell why it is over, if it is."""
        return self.states[-1].over if self.states else None

    @property
    def warned(self) -> bool:
        """Tell whether they were told that words did not arrive, or that the line broke."""
        return self.over is Over.BROKEN or any(state.unheard for state in self.states)


Open: TypeAlias = Callable[[Process, Library], AbstractAsyncContextManager[DeskUnderTest]]


class Street:
    """Everything of one test."""

    def __init__(self, library: Library, stack: AsyncExitStack) -> None:
        """Take the content, and what ends everything."""
        self.air = Air()
        self.store = Memory()
        self.desks: list[Process] = []
        self._library = library
        self._stack = stack
        self.people = Process(Wire(self.air), self.store, self._exchange(self.air.wires[0]))

    async def desk(self, opens: Open) -> DeskUnderTest:
        """Let a desk run at a process of its own."""
        wire = Wire(self.air)
        process = Process(wire, self.store, self._exchange(wire))
        self.desks.append(process)
        await self._stack.enter_async_context(process.exchange.running())
        return await self._stack.enter_async_context(opens(process, self._library))

    async def comes(self, brief: Brief = THREATENED) -> Somebody:
        """Let somebody come and ask."""
        address = Address("web", "1", Private(f"chat-{secrets.token_hex(8)}"))
        person = Somebody(self.people.exchange, address)
        person.states.append(await person.exchange.ask(address, person, brief))
        own = person.exchange.front.of(address)
        assert own, person.states
        person.number = own.number
        return person

    async def staffed(self, *, so: bool = True) -> None:
        """Wait until the people's process knows that a helper has room, or that none has."""
        await until(lambda: self.people.exchange.back.staffed(time.monotonic()) is so)

    def _exchange(self, wire: Wire) -> Exchange:
        return Exchange(wire, self.store, KEYS, Clocks(now, time.monotonic))


@asynccontextmanager
async def street(library: Library) -> AsyncIterator[Street]:
    """Run a street, and end it."""
    async with AsyncExitStack() as stack:
        made = Street(library, stack)
        await stack.enter_async_context(made.people.exchange.running())
        yield made
        for wire in made.air.wires:
            wire.up = True  # so that the end is heard
