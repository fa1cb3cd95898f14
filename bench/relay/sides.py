"""The two sides of many talks: people who asked, and helpers who came, with as little around them as can be."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from itertools import count

import valkey.asyncio

from bench.relay.pulse import Hand, Say
from bot.core.private import Private
from bot.stores.memory import Memory
from bot.stores.valkey import Valkey as Store
from bot.stores.valkey_bus import Valkey
from bot.talk.handoff.back import Seat, Words
from bot.talk.handoff.brief import Brief
from bot.talk.handoff.exchange import Clocks, Exchange
from bot.talk.handoff.front import State
from bot.talk.handoff.local import Local
from bot.talk.keys import Keys
from bot.talk.ports import Address

HELPERS = 20  # each with an equal part of the talks
PATIENCE = 20.0  # seconds until everybody talks
Side = Callable[[Exchange, Hand, int], Awaitable[list[Say]]]


class Voice:
    """A channel that costs nothing."""

    def __init__(self, hand: Hand) -> None:
        """Take where words arrive."""
        self._hand = hand

    async def tell(self, words: Private[str]) -> bool:
        """Take words."""
        self._hand.take(words.reveal())
        return True

    async def show(self, state: State) -> None:
        """Do nothing."""

    async def clear(self) -> None:
        """Do nothing."""


@asynccontextmanager
async def exchange(url: str) -> AsyncIterator[Exchange]:
    """Run an exchange within this process, or on a server."""
    bus, store = (Valkey(url), Store(url)) if url else (Local(), Memory())
    keys = Keys(Private(b"only for the benchmarks of Dhaal!"))
    made = Exchange(bus, store, keys, Clocks(lambda: datetime.now(UTC), time.monotonic))
    async with AsyncExitStack() as stack:
        stack.push_async_callback(bus.close)
        stack.push_async_callback(store.close)
        await stack.enter_async_context(made.running())
        yield made


async def people(here: Exchange, hand: Hand, talks: int) -> list[Say]:
    """Let so many people ask, and wait until each has a helper."""
    addresses = [Address("bench", "1", Private(str(number))) for number in range(talks)]
    for address in addresses:
        await here.ask(address, Voice(hand), Brief("en", {"country": "IN"}))
    async with asyncio.timeout(PATIENCE):
        while not all(own.agent for own in here.front.cases):  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.05)
    idents = count()

    def saying(address: Address) -> Say:
        return lambda words: here.say(address, str(next(idents)), Private(words))

    return [saying(address) for address in addresses]


async def helpers(here: Exchange, hand: Hand, talks: int) -> list[Say]:
    """Let helpers come, who take so many cases."""
    seats = [here.back.sit(f"helper {number}") for number in range(HELPERS)]
    here.listeners = [asyncio.create_task(_listen(seat, hand)) for seat in seats]  # type: ignore[attr-defined] # held as long
    has: dict[str, Seat] = {}
    async with asyncio.timeout(PATIENCE):
        while len(has) < talks:
            for seen in seats[0].cases:
                seat = seats[len(has) % HELPERS]
                if not seen.agent and seen.case not in has and await seat.take(seen.case):
                    has[seen.case] = seat
            await asyncio.sleep(0.02)

    def telling(case: str, seat: Seat) -> Say:
        return lambda words: seat.tell(case, Private(words))

    return [telling(case, seat) for case, seat in has.items()]


async def _listen(seat: Seat, hand: Hand) -> None:
    while True:
        change = await seat.next()
        if isinstance(change, Words):
            hand.take(change.words.reveal())


@asynccontextmanager
async def queues(hand: Hand, talks: int) -> AsyncIterator[list[Say]]:
    """Give bare queues of one process: the floor."""
    lines: list[asyncio.Queue[str]] = [asyncio.Queue() for _ in range(talks)]

    async def listen(line: asyncio.Queue[str]) -> None:
        while True:
            hand.take(await line.get())

    tasks = [asyncio.create_task(listen(line)) for line in lines]
    yield [line.put for line in lines]
    for task in tasks:
        task.cancel()


@asynccontextmanager
async def bare(url: str, mine: str, theirs: str, hand: Hand) -> AsyncIterator[Say]:
    """Publish on one channel of a server and listen on another, with the client as it is: the floor."""
    client = valkey.asyncio.Valkey.from_url(url)
    async with client.pubsub() as heard:
        await heard.subscribe(mine)

        async def listen() -> None:
            async for message in heard.listen():
                if message["type"] == "message":
                    hand.take(message["data"].decode())

        task = asyncio.create_task(listen())
        yield lambda words: client.publish(theirs, words)
        task.cancel()
    await client.aclose()
