"""A server that would keep what it is given, or send it on, gets nothing: at the start, and whenever it changes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from time import monotonic

import pytest

from bot.stores.safety import COPIED, REPLICA, SILENT, WANTED
from bot.stores.valkey import REST, TRUST, Valkey, examine
from bot.talk.storing import StoreDownError, UnsafeStoreError

from .driven import DrivenClock
from .server import Server, serving_valkey

LONG = 60  # seconds
FAULTS = {name: fault for name, (_, fault) in WANTED.items()}


@asynccontextmanager
async def opening(url: str, clock: Callable[[], float] = monotonic) -> AsyncIterator[Valkey]:
    """Make a store, and close it at the end."""
    store = Valkey(url, clock, patience=LONG)
    try:
        yield store
    finally:
        await store.close()


async def assert_refused(server: Server, *faults: str) -> None:
    """The store does not open and tells these faults; then it writes nothing."""
    async with opening(server.url) as store:
        with pytest.raises(UnsafeStoreError) as refused:
            await store.open()
        assert str(refused.value) == store.unsafe == " ".join(faults)
        assert refused.value.__context__ is None
        await assert_dead(store, server)
    assert await examine(server.url) == list(faults)


async def assert_dead(store: Valkey, server: Server) -> None:
    """Nothing reaches the server, whatever is asked of the store."""
    for call in (store.put(b"key", b"value", LONG), store.get(b"key"), store.claim(b"key", LONG), store.drop(b"key")):
        with pytest.raises(StoreDownError):
            await call
    assert server.ask("DBSIZE") == 0
    assert not {"cmdstat_set", "cmdstat_get", "cmdstat_del"} & server.ask("INFO", "commandstats").keys()


@pytest.mark.parametrize(
    ("options", "faults"),
    [
        (("--save", "3600 1"), ["save"]),
        (("--appendonly", "yes"), ["appendonly"]),
        (("--maxmemory-policy", "noeviction"), ["maxmemory-policy"]),
        (("--maxmemory-policy", "allkeys-lru"), ["maxmemory-policy"]),
        (("--cluster-enabled", "yes"), ["cluster-enabled"]),
        (
            ("--save", "60 1", "--appendonly", "yes", "--maxmemory-policy", "noeviction"),
            ["save", "appendonly", "maxmemory-policy"],
        ),
    ],
    ids="_".join,
)
async def test_an_unsafe_server_is_refused(server: Server, options: tuple[str, ...], faults: list[str]) -> None:
    """Each fault has its sentence with the remedy, and all of them are told at once."""
    server.stop()
    server.start(*options)
    await assert_refused(server, *(FAULTS[name] for name in faults))


async def test_a_server_as_it_comes_is_refused(server: Server) -> None:
    """A server that nobody set up saves to disk by itself, and is refused."""
    server.stop()
    server.start(safe=False)
    await assert_refused(server, FAULTS["save"], FAULTS["maxmemory-policy"])


async def test_replicas_are_refused(server: Server) -> None:
    """Neither a replica nor a server that has one is used."""
    with serving_valkey("--replicaof", f"127.0.0.1 {server.port}") as replica:
        await assert_refused(replica, REPLICA)
        for _ in range(500):
            if server.ask("INFO", "replication")["connected_slaves"]:
                break
            await asyncio.sleep(0.02)
        await assert_refused(server, COPIED)


@pytest.mark.parametrize("rights", [["+get", "+set", "+del"], ["+get", "+set", "+del", "+info"], ["+@all", "-config"]])
async def test_a_server_that_does_not_tell_is_refused(server: Server, rights: list[str]) -> None:
    """A server whose ways cannot be asked may not be used."""
    server.ask("ACL", "SETUSER", "guide", "on", ">word", "~dhaal:*", *rights)
    url = server.url.replace("//", "//guide:word@")
    assert await examine(url) == [SILENT]


async def test_few_rights_suffice(server: Server) -> None:
    """A user with five commands on our own keys can do all that is needed."""
    server.ask("ACL", "SETUSER", "guide", "on", ">word", "~dhaal:*", "+get", "+set", "+del", "+info", "+config|get")
    url = server.url.replace("//", "//guide:word@")
    assert await examine(url) == []
    async with opening(url) as store:
        await store.put(b"key", b"value", LONG)
        assert await store.get(b"key") == b"value"
        assert not await store.claim(b"key", LONG)
        await store.drop(b"key")


async def test_a_swapped_server_gets_nothing(server: Server) -> None:
    """Behind the same address another server comes up that persists: nothing is written to it, and nothing ever after."""
    clock = DrivenClock()
    async with opening(server.url, clock) as store:
        await store.put(b"key", b"value", LONG)
        server.stop()
        server.start("--save", "3600 1")
        with pytest.raises(StoreDownError):
            await store.put(b"key", b"value", LONG)
        clock.now += REST
        await assert_dead(store, server)
        assert store.unsafe == FAULTS["save"]
        server.stop()
        server.start()
        clock.now += TRUST
        await assert_dead(store, server)


async def test_a_server_that_comes_later_is_looked_at_first(server: Server) -> None:
    """A server that was down at the start and comes up unsafe gets nothing."""
    server.stop()
    clock = DrivenClock()
    async with opening(server.url, clock) as store:
        with pytest.raises(StoreDownError):
            await store.open()
        server.start("--appendonly", "yes")
        clock.now += REST
        await assert_dead(store, server)
        assert store.unsafe == FAULTS["appendonly"]


async def test_a_server_that_changes_is_found_out(server: Server) -> None:
    """A server that is told to persist while it runs is found out within a minute."""
    clock = DrivenClock()
    async with opening(server.url, clock) as store:
        await store.put(b"key", b"value", LONG)
        server.ask("CONFIG", "SET", "save", "3600 1")
        server.ask("FLUSHALL")
        server.ask("CONFIG", "RESETSTAT")
        clock.now += TRUST
        await assert_dead(store, server)
        assert store.unsafe == FAULTS["save"]


async def test_a_server_that_refuses_is_looked_at_soon(server: Server) -> None:
    """A server that was made a replica refuses to be written to, and is found out at the next contact."""
    clock = DrivenClock()
    async with opening(server.url, clock) as store:
        await store.open()
        server.ask("REPLICAOF", "127.0.0.1", server.port)
        with pytest.raises(StoreDownError):
            await store.put(b"key", b"value", LONG)
        assert store.unsafe is None
        clock.now += REST
        with pytest.raises(StoreDownError):
            await store.get(b"key")
        assert store.unsafe == REPLICA


async def test_one_look_lasts_a_minute(server: Server) -> None:
    """The server is not asked about itself at every turn."""
    clock = DrivenClock()
    async with opening(server.url, clock) as store:
        for _ in range(50):
            clock.now += TRUST / 100
            await store.put(b"key", b"value", LONG)
        assert server.ask("INFO", "commandstats")["cmdstat_info"]["calls"] == 1


async def test_the_first_verdict_stands(server: Server) -> None:
    """Of two connections that look at the same time, one that found a fault is believed, whoever comes last."""
    async with opening(server.url) as store:
        await store.open()
        server.ask("CONFIG", "SET", "save", "3600 1")
        with pytest.raises(StoreDownError):
            await _fresh(store)
        server.ask("CONFIG", "SET", "save", "")
        with pytest.raises(StoreDownError):
            await _fresh(store)
        assert store.unsafe == FAULTS["save"]


async def _fresh(store: Valkey) -> None:
    connection = store._pool.make_connection()  # type: ignore[no-untyped-call] # noqa: SLF001 - as the client makes one
    try:
        await connection.connect()
    finally:
        assert not connection.is_connected


@pytest.mark.parametrize(
    "answer", [b"+OK\r\n", b"*0\r\n", b"*2\r\n+save\r\n:1\r\n", b"$-1\r\n", b":1\r\n", b"HTTP/1.1 400 \r\n\r\n"]
)
async def test_something_else_gets_nothing(answer: bytes) -> None:
    """What only pretends to be a server, and answers anything to everything, is never written to."""
    heard = bytearray()

    async def pretend(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while some := await reader.read(4096):
            heard.extend(some)
            writer.write(answer * some.count(b"*"))
        writer.close()

    async with await asyncio.start_server(pretend, "127.0.0.1", 0) as door:
        port = door.sockets[0].getsockname()[1]
        async with opening(f"valkey://127.0.0.1:{port}/0") as store:
            with pytest.raises((StoreDownError, UnsafeStoreError)):
                await store.open()
            with pytest.raises(StoreDownError):
                await store.put(b"key", b"value", LONG)
    assert b"INFO" in heard
    assert b"SET" not in heard
    assert b"dhaal:" not in heard
