"""A town of processes on one bus, whose time jumps, with people, helpers, and everything that can go wrong between them."""

import asyncio
import functools
import selectors
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ParamSpec

from bot.core.private import Private
from bot.stores.memory import Memory
from bot.talk.handoff.back import Closed, Seat, Words
from bot.talk.handoff.brief import Brief
from bot.talk.handoff.exchange import Clocks, Exchange
from bot.talk.handoff.front import State
from bot.talk.keys import Keys
from bot.talk.ports import Address

P = ParamSpec("P")
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MOMENT = 0.01  # seconds in which everything that was sent has been heard
SECRET = b"a secret that is only for tests!"


class Jumping(selectors.SelectSelector):
    """Waits for nothing: where nothing is to be done, time jumps to the next call."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        """Jump."""
        assert timeout is not None, "nothing will ever happen again"
        self.now += max(timeout, 0)
        return super().select(0)


class TimelessLoop(asyncio.SelectorEventLoop):
    """A loop in which hours pass in no time."""

    def __init__(self) -> None:
        """Begin at zero."""
        self._jumping = Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Give the seconds that have passed."""
        return self._jumping.now


def timeless(test: Callable[P, Coroutine[object, object, None]]) -> Callable[P, None]:
    """Run a test in a loop whose time jumps."""

    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        with asyncio.Runner(loop_factory=TimelessLoop) as runner:
            runner.run(test(*args, **kwargs))

    return run


def seconds() -> float:
    """Give the time of the loop."""
    return asyncio.get_running_loop().time()


@dataclass
class Air:
    """What all buses of a town share. `log` is everything that was sent; `loses` tells what nobody hears."""

    wires: "list[Wire]" = field(default_factory=list)
    log: list[bytes] = field(default_factory=list)
    loses: Callable[[bytes], bool] = lambda _: False
    times: int = 1  # that each event comes


class Wire:
    """The bus of one process. It can be cut."""

    def __init__(self, air: Air) -> None:
        """Join the air."""
        self._air = air
        self.up = True
        self.queue: asyncio.Queue[bytes] = asyncio.Queue()
        air.wires.append(self)

    async def open(self) -> None:
        """Do nothing."""

    async def send(self, sealed: bytes) -> bool:
        """Send to every process that can hear."""
        if not self.up:
            return False
        self._air.log.append(sealed)
        if not self._air.loses(sealed):
            for wire in self._air.wires:
                for _ in range(self._air.times if wire.up else 0):
                    wire.queue.put_nowait(sealed)
        return True

    @asynccontextmanager
    async def listen(self) -> AsyncIterator[AsyncIterator[bytes]]:
        """Hear everything."""
        yield self._each()

    async def close(self) -> None:
        """Do nothing."""

    async def _each(self) -> AsyncIterator[bytes]:
        while True:
            yield await self.queue.get()


@dataclass(eq=False)
class Chat:
    """A person's chat: what they saw, and when."""

    name: str
    words: list[str] = field(default_factory=list)
    states: list[tuple[float, State]] = field(default_factory=list)
    cleared: int = 0
    fails: bool = False
    breaks: bool = False
    hangs: bool = False

    @property
    def address(self) -> Address:
        """Give where it is."""
        return Address("telegram", "7", Private(self.name))

    @property
    def last(self) -> State:
        """Give what was shown last."""
        return self.states[-1][1]

    async def tell(self, words: Private[str]) -> bool:
        """Take a helper's words, if all is well."""
        if self.hangs:
            await asyncio.Event().wait()
        if self.breaks:
            raise RuntimeError(words.reveal())
        if not self.fails:
            self.words.append(words.reveal())
        return not self.fails

    async def show(self, state: State) -> None:
        """Take a state."""
        if self.breaks:
            raise RuntimeError(self.name)
        self.states.append((seconds(), state))

    async def clear(self) -> None:
        """Count."""
        self.cleared += 1


class Process:
    """One process of the guide."""

    def __init__(self, town: "Town") -> None:
        """Start it."""
        self.wire = Wire(town.air)
        clocks = Clocks(town.now, seconds)
        self.exchange = Exchange(self.wire, town.store, town.keys, clocks, town.wait)
        self.stopping = asyncio.Event()
        self.task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        async with self.exchange.running():
            await self.stopping.wait()

    async def stop(self) -> None:
        """End it politely."""
        self.stopping.set()
        await self.task
        self.wire.up = False

    async def kill(self) -> None:
        """End it as SIGKILL would: nothing more is sent or shown."""
        self.wire.up = False
        for own in self.exchange.front.cases:
            own.line.task.cancel()
        self.exchange.front._own.clear()  # noqa: SLF001 - what a killed process holds is gone
        await self.stop()


@dataclass(eq=False)
class Helper:
    """A helper at a desk, who takes what comes as soon as it comes, unless they are slow."""

    seat: Seat
    process: Process
    changes: list[object] = field(default_factory=list)
    slow: bool = False
    task: "asyncio.Task[None] | None" = None

    def begin(self) -> None:
        """Begin to listen."""
        self.task = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        while True:
            self.changes.append(await self.seat.next())

    async def leave(self) -> None:
        """Get up and go."""
        self.process.exchange.back.rise(self.seat)
        if self.task is not None:
            self.task.cancel()

    def words(self, case: str) -> list[str]:
        """Give what the person of a case said."""
        return [it.words.reveal() for it in self.changes if isinstance(it, Words) and it.case == case]

    def closed(self, case: str) -> list[Closed]:
        """Give the ends of a case."""
        return [it for it in self.changes if isinstance(it, Closed) and it.case == case]

    @property
    def waiting(self) -> list[str]:
        """Give the cases that wait."""
        return [seen.case for seen in self.seat.cases if not seen.agent]


class Town:
    """Everything of one test."""

    def __init__(self, processes: int = 2, wait: float = 120.0, begin: datetime = NOON) -> None:
        """Start so many processes."""
        self.air = Air()
        self.store = Memory()
        self.keys = Keys(Private(SECRET))
        self.wait = wait
        self._begin = begin
        self.processes = [Process(self) for _ in range(processes)]

    def now(self) -> datetime:
        """Give the time of day."""
        return self._begin + timedelta(seconds=seconds())

    @property
    def here(self) -> Exchange:
        """Give the first process."""
        return self.processes[0].exchange

    @property
    def there(self) -> Exchange:
        """Give the last one."""
        return self.processes[-1].exchange

    def sit(self, agent: str, process: int = -1, *, slow: bool = False) -> Helper:
        """Let a helper sit down."""
        where = self.processes[process]
        helper = Helper(where.exchange.back.sit(agent), where)
        if not slow:
            helper.begin()
        return helper

    async def ask(self, name: str, process: int = 0, brief: Brief | None = None) -> Chat:
        """Let somebody ask for a helper."""
        chat = Chat(name)
        state = await self.processes[process].exchange.ask(chat.address, chat, brief or Brief("en", {"country": "IN"}))
        chat.states.append((seconds(), state))
        await moment()
        return chat

    async def talk(self, name: str = "ana", agent: str = "asha") -> tuple[Chat, Helper, str]:
        """Let somebody ask for a helper, and one come."""
        helper = self.sit(agent)
        await moment()
        chat = await self.ask(name)
        (case,) = helper.waiting
        assert await helper.seat.take(case)
        await moment()
        return chat, helper, case

    def held(self) -> int:
        """Count what the store holds."""
        return len(self.store._entries)  # noqa: SLF001 - nobody else can tell


async def moment(seconds: float = MOMENT) -> None:
    """Let everything be heard that was sent; or let more time pass."""
    await asyncio.sleep(seconds)


@asynccontextmanager
async def town(processes: int = 2, wait: float = 120.0, begin: datetime = NOON) -> AsyncIterator[Town]:
    """Run a town, and end it."""
    made = Town(processes, wait, begin)
    await moment()
    try:
        yield made
    finally:
        for process in made.processes:
            await process.stop()
        await made.store.close()
        rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
