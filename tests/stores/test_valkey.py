"""The store on a server: nobody waits for it, what it holds ends, and nothing of it comes to a disk."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from bot.stores.valkey import CONNECTIONS, DOWN, PATIENCE, PREFIX, REST, UNREADABLE, Valkey, examine
from bot.talk.storing import StoreDownError, UnsafeStoreError

from .driven import DrivenClock
from .server import Server, serving_valkey

LONG = 60  # seconds
SOON = PATIENCE * 4  # the machine may be busy
PASSWORD = "a-password-that-nobody-may-see"  # noqa: S105 - of this file only
MARK = b"sealed bytes that come to no disk"


@pytest.fixture
def clock() -> DrivenClock:
    """Give a clock that the test drives."""
    return DrivenClock()


@pytest.fixture
async def store(server: Server, clock: DrivenClock) -> AsyncIterator[Valkey]:
    """Give a store on a server, not opened yet, that is in no hurry: the machine may be busy."""
    store = Valkey(server.url, clock, patience=LONG)
    yield store
    await store.close()


@pytest.fixture
async def hurried(server: Server, clock: DrivenClock) -> AsyncIterator[Valkey]:
    """Give a store as the guide has it, which has written once."""
    store = Valkey(server.url, clock)
    for _ in range(20):
        if not await is_down(store):
            break
        clock.now += REST  # the machine is busy
    yield store
    await store.close()


async def is_down(store: Valkey) -> bool:
    """Tell whether the store refuses, with an error that says nothing and has no story."""
    error = await refusal(store)
    assert error is None or (error.args, error.__context__) == ((), None)
    return error is not None


async def refusal(store: Valkey) -> StoreDownError | None:
    """Write, and catch the refusal."""
    try:
        await store.put(b"key", MARK, LONG)
    except StoreDownError as error:
        return error
    return None


async def taking(act: Callable[[], Awaitable[object]]) -> float:
    """Give the seconds that something takes."""
    start = time.monotonic()
    await act()
    return time.monotonic() - start


async def test_every_key_ends(store: Valkey, server: Server) -> None:
    """Whatever is written has an end, also when it is written again; and all of it bears our prefix."""
    await store.put(b"put", MARK, LONG)
    await store.put(b"put", MARK, LONG * 2)
    await store.claim(b"claimed", LONG)
    await store.claim(b"claimed", LONG)
    keys = server.ask("KEYS", "*")
    assert sorted(keys) == [PREFIX + b"claimed", PREFIX + b"put"]
    assert all(0 < server.ask("PTTL", key) <= LONG * 2000 for key in keys)


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
async def test_nothing_comes_to_the_disk(store: Valkey, server: Server, end: signal.Signals) -> None:
    """However the server ends, its folder is as empty as before."""
    for number in range(100):
        await store.put(str(number).encode(), MARK, LONG)
    assert server.ask("DBSIZE") == 100
    server.stop(end)
    assert list(server.folder.iterdir()) == []


async def test_a_restart_forgets(store: Valkey, server: Server, clock: DrivenClock) -> None:
    """A server that was started again holds nothing of before, and is used again."""
    await store.put(b"key", MARK, LONG)
    server.stop()
    server.start()
    if await is_down(store):
        clock.now += REST
    assert await store.get(b"other") is None
    assert server.ask("DBSIZE") <= 1


async def test_down_at_the_start(store: Valkey, server: Server, clock: DrivenClock) -> None:
    """A server that is not there yet is told as down, and used by itself once it is there."""
    server.stop()
    with pytest.raises(StoreDownError):
        await store.open()
    assert await examine(server.url) == [DOWN]
    assert store.unsafe is None
    server.start()
    clock.now += REST
    await store.put(b"key", MARK, LONG)
    assert await store.get(b"key") == MARK


async def test_down_in_the_middle(store: Valkey, server: Server, clock: DrivenClock) -> None:
    """A store that failed is left alone for some seconds, even if it is back; then it is used again."""
    await store.open()
    server.stop()
    assert await is_down(store)
    server.start()
    clock.now += REST - 0.1
    assert await is_down(store)
    assert "cmdstat_set" not in server.ask("INFO", "commandstats")
    clock.now += 0.2
    assert not await is_down(store)


async def test_nobody_waits(hurried: Valkey, server: Server) -> None:
    """A server that hangs costs one person a moment, and the next ones nothing; nor does it hold up the end."""
    server.pause()
    assert PATIENCE * 0.9 < await taking(lambda: refusal(hurried)) < SOON
    assert await taking(lambda: asyncio.gather(*(refusal(hurried) for _ in range(100)))) < PATIENCE * 0.9
    assert await is_down(hurried)
    assert await taking(hurried.close) < SOON


async def test_a_crowd_waits_no_longer(hurried: Valkey, server: Server) -> None:
    """A thousand at once before a server that hangs wait as long as one."""
    server.pause()
    assert await taking(lambda: asyncio.gather(*(refusal(hurried) for _ in range(1000)))) < SOON


async def test_answers_are_never_mixed_up(store: Valkey, server: Server) -> None:
    """Who gives up while the server answers leaves no answer behind for somebody else."""
    for key in (b"one", b"two"):
        await store.put(key, key, LONG)
    for _ in range(20):
        server.pause()
        given_up = asyncio.create_task(store.get(b"one"))
        for _ in range(5):
            await asyncio.sleep(0)
        given_up.cancel()
        server.resume()
        assert await store.get(b"two") == b"two"
        with pytest.raises(asyncio.CancelledError):
            await given_up


async def test_a_crowd_shares_few_connections(store: Valkey, server: Server) -> None:
    """A thousand at once do not open a thousand connections."""
    await asyncio.gather(*(store.put(number.to_bytes(2), MARK, LONG) for number in range(1000)))
    assert 1 <= server.ask("INFO", "clients")["connected_clients"] <= CONNECTIONS + 1


async def test_after_the_end_nothing_is_sent(store: Valkey, server: Server) -> None:
    """A turn that is late finds the store down and opens no connection."""
    await store.open()
    await store.close()
    assert await is_down(store)
    assert server.ask("INFO", "clients")["connected_clients"] == 1


async def test_the_password_opens_and_is_never_told() -> None:
    """With the password the store works. Without, or with a wrong one, it is down; no message, no name shows one."""
    with serving_valkey() as server:
        server.ask("CONFIG", "SET", "requirepass", PASSWORD)
        for password, right in ((PASSWORD, True), (PASSWORD + "-wrong", False), ("", False)):
            url = server.url.replace("//", f"//:{password}@")
            store = Valkey(url, patience=LONG)
            assert await is_down(store) is not right
            told = [*(await examine(url)), str(store.unsafe), repr(store), repr(store._pool)]  # noqa: SLF001
            assert not any(PASSWORD in one for one in told)
            assert told[0] == (DOWN if not right else "None")
            await store.close()


@pytest.mark.parametrize(
    "rest",
    [
        "valkey://:{}/with/slashes@127.0.0.1:6379/0",
        "valkey://:{}#hash@127.0.0.1:6379/0",
        "valkey://:{}@127.0.0.1:port/0",
        "valkey://:{}@127.0.0.1:99999/0",
        "valkey://:{}@[::1/0",
        "postgres://:{}@127.0.0.1/0",
        "valkey://:{}@127.0.0.1:6379/0?decode_responses=yes",
        "valkey://:{}@127.0.0.1:6379/0?socket_timeout=60",
        "valkeys://:{}@127.0.0.1:6379/0?ssl_cert_reqs=none",
        "valkeys://:{}@127.0.0.1:6379/0?ssl_check_hostname=no",
    ],
)
async def test_an_unreadable_address_is_refused(rest: str) -> None:
    """An address that cannot be read, or that would make the client less careful, is refused without being told."""
    store = Valkey(rest.format(PASSWORD))
    with pytest.raises(UnsafeStoreError) as refused:
        await store.open()
    assert str(refused.value) == UNREADABLE
    assert refused.value.__context__ is None
    assert await is_down(store)
    assert await examine(rest.format(PASSWORD)) == [UNREADABLE]
    await store.close()


@pytest.mark.parametrize("scheme", ["valkeys", "rediss"])
def test_over_tls_the_name_is_checked(scheme: str) -> None:
    """Over TLS the certificate must be good, and for this very host."""
    pool = Valkey(f"{scheme}://store.example:6379/0?ssl_ca_certs=/etc/ssl/ours.pem")._pool  # noqa: SLF001
    context = pool.make_connection().ssl_context  # type: ignore[no-untyped-call]
    assert context.check_hostname
    assert context.cert_reqs is None or context.cert_reqs.name == "CERT_REQUIRED"
    assert context.ca_certs == "/etc/ssl/ours.pem"
