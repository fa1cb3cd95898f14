"""What every store must do: the same truths for the one in memory and for the one on a server."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

import pytest

from bot.stores.memory import Memory
from bot.stores.valkey import Valkey
from bot.talk.storing import Store, StoreDownError

from .conftest import Serve
from .driven import DrivenLoop
from .server import KINDS

SHORT, LONG = 0.05, 60  # seconds
EVERY_BYTE = bytes(range(256)) + b"\r\n$-1\r\n"


@dataclass(frozen=True)
class Case:
    """A store, and a way to let a little time pass."""

    store: Memory | Valkey
    tick: Callable[[], Awaitable[None]]

    async def sees(self, truth: Callable[[], Awaitable[bool]]) -> bool:
        """Tell whether something comes true within five seconds."""
        for _ in range(250):
            if await truth():
                return True
            await self.tick()
        return False


def in_memory() -> Case:
    """Make a store in memory, whose time the test drives."""
    loop = DrivenLoop()

    async def tick() -> None:
        loop.pass_time(0.02)

    return Case(Memory(loop=lambda: loop), tick)


def on_server(url: str) -> Case:
    """Make a store on a server, whose time nobody drives."""

    async def tick() -> None:
        await asyncio.sleep(0.02)

    return Case(Valkey(url, patience=LONG), tick)


@pytest.fixture(params=["memory", *KINDS])
async def case(request: pytest.FixtureRequest, serve: Serve) -> AsyncIterator[Case]:
    """Open an empty store of each kind."""
    if request.param == "memory":
        case = in_memory()
    else:
        server = serve(request.param)
        server.ask("FLUSHALL")
        case = on_server(server.url)
    await case.store.open()
    yield case
    await case.store.close()


@pytest.fixture
def store(case: Case) -> Store:
    """Give the store alone, as the port that it keeps."""
    return case.store


async def test_what_is_put_is_there(store: Store) -> None:
    """A value comes back under its key, and under no other."""
    await store.put(b"key", b"value", LONG)
    assert await store.get(b"key") == b"value"
    assert await store.get(b"other") is None


async def test_the_last_value_counts(store: Store) -> None:
    """A value takes the place of the one before."""
    for value in (b"first", b"second", b""):
        await store.put(b"key", value, LONG)
        assert await store.get(b"key") == value


@pytest.mark.parametrize("data", [EVERY_BYTE, b"\x00", b"\xff\xfe", "ਪੰਜਾਬੀ".encode(), b"x" * 100_000])
async def test_bytes_are_bytes(store: Store, data: bytes) -> None:
    """Keys and values may hold any byte, also those of the server's own protocol."""
    await store.put(data, data, LONG)
    assert await store.get(data) == data
    await store.drop(data)
    assert await store.get(data) is None


async def test_an_entry_ends_by_itself(case: Case) -> None:
    """At its time an entry is gone; another one is still there."""
    await case.store.put(b"short", b"value", SHORT)
    await case.store.put(b"long", b"value", LONG)

    async def gone() -> bool:
        return await case.store.get(b"short") is None

    assert await case.sees(gone)
    assert await case.store.get(b"long") == b"value"


async def test_the_last_time_counts(case: Case) -> None:
    """An entry that is put again lives for its new time, be it longer or shorter."""
    await case.store.put(b"longer", b"value", SHORT)
    await case.store.put(b"longer", b"value", LONG)
    await case.store.put(b"shorter", b"value", LONG)
    await case.store.put(b"shorter", b"value", SHORT)

    async def gone() -> bool:
        return await case.store.get(b"shorter") is None

    assert await case.sees(gone)
    assert await case.store.get(b"longer") == b"value"


async def test_what_is_dropped_is_gone(store: Store) -> None:
    """A dropped value is gone; to drop what is not there is no mistake; it may be put again."""
    await store.put(b"key", b"value", LONG)
    for _ in range(2):
        await store.drop(b"key")
        assert await store.get(b"key") is None
    await store.put(b"key", b"again", LONG)
    assert await store.get(b"key") == b"again"


async def test_one_takes_a_key(store: Store) -> None:
    """The first who claims a key has it; of many at once it is one."""
    assert await store.claim(b"key", LONG)
    assert not await store.claim(b"key", LONG)
    taken = await asyncio.gather(*(store.claim(b"crowd", LONG) for _ in range(200)))
    assert taken.count(True) == 1


async def test_a_claim_ends(case: Case) -> None:
    """After its time, or when it was dropped, a key may be claimed again."""
    assert await case.store.claim(b"dropped", LONG)
    await case.store.drop(b"dropped")
    assert await case.store.claim(b"dropped", LONG)
    assert await case.store.claim(b"key", SHORT)
    assert await case.sees(lambda: case.store.claim(b"key", LONG))
    assert not await case.store.claim(b"key", LONG)


async def test_many_at_once(store: Store) -> None:
    """Hundreds of chats at once each find their own."""
    keys = [number.to_bytes(2) for number in range(500)]
    await asyncio.gather(*(store.put(key, key * 3, LONG) for key in keys))
    assert await asyncio.gather(*(store.get(key) for key in keys)) == [key * 3 for key in keys]


async def test_a_closed_store_forgets_or_refuses(store: Store) -> None:
    """After the end a store gives nothing back; to close it twice is no mistake, and it may be opened again."""
    await store.put(b"key", b"value", LONG)
    for _ in range(2):
        await store.close()
    with suppress(StoreDownError):
        assert await store.get(b"key") is None
    await store.open()
    await store.put(b"key", b"again", LONG)
    assert await store.get(b"key") == b"again"
