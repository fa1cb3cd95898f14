"""What every bus must do: the same truths within one process and between several, and what only a server can do to one."""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime
from itertools import groupby
from time import monotonic

import pytest
import valkey

from bot.core.private import Private
from bot.stores import valkey_bus
from bot.stores.safety import WANTED
from bot.stores.valkey import TRUST
from bot.stores.valkey import Valkey as Store
from bot.stores.valkey_bus import CHANNEL, Valkey
from bot.talk.handoff.back import Words
from bot.talk.handoff.brief import Brief
from bot.talk.handoff.exchange import Clocks, Exchange
from bot.talk.handoff.front import State
from bot.talk.handoff.local import Local
from bot.talk.handoff.wire import Bus
from bot.talk.keys import Keys
from bot.talk.ports import Address
from bot.talk.storing import StoreDownError, UnsafeStoreError

from .conftest import Serve
from .driven import DrivenClock
from .server import KINDS, Server

PATIENCE = 15.0  # seconds that a test waits for a truth
EVERY_BYTE = bytes(range(256)) + b"\r\n$-1\r\n"
Buses = Callable[[], Bus]


@pytest.fixture(params=["local", *KINDS])
async def another(request: pytest.FixtureRequest, serve: Serve) -> AsyncIterator[Buses]:
    """Give what makes the bus of one more process; within one process it is one and the same."""
    made: list[Bus] = []
    local = Local()

    def make() -> Bus:
        made.append(local if request.param == "local" else Valkey(serve(request.param).url, patience=PATIENCE))
        return made[-1]

    yield make
    for bus in made:
        await bus.close()


async def some(heard: AsyncIterator[bytes], number: int) -> list[bytes]:
    """Hear so many."""
    async with asyncio.timeout(PATIENCE):
        return [await anext(heard) for _ in range(number)]


async def until(truth: Callable[[], Awaitable[object]]) -> None:
    """Wait until something is true."""
    async with asyncio.timeout(PATIENCE):
        while not await truth():  # noqa: ASYNC110 - a server tells nobody
            await asyncio.sleep(0.02)


async def test_everybody_hears_everything(another: Buses) -> None:
    """What one sends all hear, whoever sent it among them, whatever bytes it has."""
    buses = [another() for _ in range(3)]
    async with AsyncExitStack() as stack:
        for bus in buses:
            await bus.open()
        heard = [await stack.enter_async_context(bus.listen()) for bus in buses]
        for data in (EVERY_BYTE, b"", b"x" * 100_000):
            assert await buses[0].send(data)
            assert [await some(one, 1) for one in heard] == [[data]] * 3


async def test_order_holds(another: Buses) -> None:
    """What one process sends is heard in the order in which it began to be sent, by everybody."""
    one, two = another(), another()
    async with one.listen() as here, two.listen() as there:
        sent = [number.to_bytes(2) for number in range(500)]
        mixed = [asyncio.create_task(one.send(b"a" + it)) for it in sent] + [
            asyncio.create_task(two.send(b"b" + it)) for it in sent
        ]
        assert all(await asyncio.gather(*mixed))
        for heard in (here, there):
            found = sorted(await some(heard, 1000), key=lambda it: it[:1])
            assert {name: [it[1:] for it in its] for name, its in groupby(found, lambda it: it[:1])} == {b"a": sent, b"b": sent}


async def test_only_what_comes_is_heard(another: Buses) -> None:
    """Nothing of before is heard, and nothing is heard twice; where nobody listens, that is told."""
    bus = another()
    assert not await bus.send(b"before")
    async with bus.listen() as heard, bus.listen() as beside:
        assert await bus.send(b"now")
        assert await some(heard, 1) == await some(beside, 1) == [b"now"]
        assert await bus.send(b"then")
        assert await some(heard, 1) == [b"then"]
    assert not await bus.send(b"after")


async def test_who_gives_up_listening_does_not_disturb(another: Buses) -> None:
    """A listener that is cancelled while it waits leaves the others as they are."""
    bus = another()
    async with bus.listen() as heard:
        async with bus.listen() as beside:
            waits = asyncio.ensure_future(anext(beside))
            await asyncio.sleep(0)
            waits.cancel()
            with suppress(asyncio.CancelledError):
                await waits
        await until(lambda: bus.send(b"x"))
        assert (await some(heard, 1)) == [b"x"]


async def test_a_closed_bus_sends_nothing(another: Buses) -> None:
    """After the end nothing is sent; to close twice is no mistake."""
    bus = another()
    async with bus.listen():
        await bus.close()
        await bus.close()
        assert not await bus.send(b"x")


async def test_a_slow_listener_is_not_waited_for() -> None:
    """Above so many events that nobody took, whoever sends is told; later ones are heard again."""
    bus = Local(full=2)
    async with bus.listen() as heard:
        assert [await bus.send(bytes([number])) for number in range(4)] == [True, True, False, False]
        assert await some(heard, 1) == [b"\0"]
        assert await bus.send(b"later")
        assert await some(heard, 2) == [b"\1", b"later"]


async def test_a_slow_listener_holds_little(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a server too, what is too much for a listener is let go, and what follows is heard."""
    monkeypatch.setattr(valkey_bus, "FULL", 2)
    async with linked(server) as bus, bus.listen() as heard, bus.listen() as eager:
        for number in range(4):
            assert await bus.send(bytes([number]))
            assert await some(eager, 1) == [bytes([number])]
        assert await some(heard, 2) == [b"\0", b"\1"]
        assert await bus.send(b"later")
        assert await some(heard, 1) == [b"later"]


@asynccontextmanager
async def linked(server: Server, clock: Callable[[], float] = monotonic, patience: float = PATIENCE) -> AsyncIterator[Valkey]:
    """Make a bus on a server, and close it."""
    bus = Valkey(server.url, clock, patience)
    try:
        yield bus
    finally:
        await bus.close()


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
async def test_after_a_restart_everybody_is_heard_again(server: Server, end: signal.Signals) -> None:
    """While the server is away that is told; when it is back, all hear again by themselves."""
    async with linked(server) as one, linked(server) as two, one.listen() as here, two.listen() as there:
        for _ in range(2):
            assert await one.send(b"x")
            assert await some(here, 1) == await some(there, 1) == [b"x"]
            server.stop(end)
            assert not await one.send(b"nobody hears")
            assert not await two.send(b"nobody hears")
            server.start()

            async def both() -> bool:
                return bool(server.ask("PUBSUB", "NUMSUB", CHANNEL) == [CHANNEL, 2])

            await until(both)
            await until(lambda: one.send(b"again"))
            assert await some(there, 1) == await some(here, 1) == [b"again"]


async def test_a_server_that_comes_later_is_heard(server: Server) -> None:
    """Listening begins also while the server is down, and is heard when it is up."""
    server.stop()
    async with linked(server, patience=1) as bus, bus.listen() as heard:
        with pytest.raises(StoreDownError):
            await bus.open()
        assert not await bus.send(b"x")
        server.start()
        await until(lambda: bus.send(b"y"))
        assert await some(heard, 1) == [b"y"]


async def test_a_server_that_hangs_is_found_out(server: Server) -> None:
    """A server that answers nothing any more costs one moment, is told as away, and is heard when it goes on."""
    async with linked(server, patience=0.5) as bus, bus.listen() as heard:
        await until(lambda: bus.send(b"x"))
        await some(heard, 1)
        server.pause()
        begin = monotonic()
        assert await asyncio.gather(*(bus.send(b"y") for _ in range(50))) == [False] * 50
        assert monotonic() - begin < 5
        await asyncio.sleep(valkey_bus.QUIET * 2.5)  # so long that the listener asks, and gives up
        server.resume()
        await until(lambda: bus.send(b"z"))

        async def hears() -> bool:
            return (await some(heard, 1)) == [b"z"]

        await until(hears)


async def test_silence_is_not_taken_for_the_end(server: Server) -> None:
    """Where nobody says anything for long, the same connection goes on."""
    async with linked(server) as bus, bus.listen() as heard:
        clients = {it["id"] for it in listeners(server)}
        await asyncio.sleep(valkey_bus.QUIET * 2.5)  # so long that the listener asks twice
        assert {it["id"] for it in listeners(server)} == clients
        assert await bus.send(b"x")
        assert await some(heard, 1) == [b"x"]


def listeners(server: Server) -> list[dict[str, str]]:
    """List the clients that listen."""
    with valkey.Valkey(port=server.port) as client:
        return [it for it in client.client_list() if it["sub"] == "1"]


@pytest.mark.parametrize("option", ["save", "appendonly"])
async def test_an_unsafe_server_gets_nothing(server: Server, option: str) -> None:
    """A server that would keep what it is given is refused, and nothing is sent there, nor heard from it."""
    server.ask("CONFIG", "SET", option, {"save": "3600 1", "appendonly": "yes"}[option])
    server.ask("CONFIG", "RESETSTAT")
    async with linked(server) as bus:
        with pytest.raises(UnsafeStoreError, match=WANTED[option][1].split(".", maxsplit=1)[0]):
            await bus.open()
        async with bus.listen():
            assert not await bus.send(b"x")
        assert not {"cmdstat_publish", "cmdstat_subscribe"} & server.ask("INFO", "commandstats").keys()


async def test_a_server_that_changes_is_found_out(server: Server) -> None:
    """A server that is told to persist while it runs gets nothing more within a minute, whatever is undone later."""
    clock = DrivenClock()
    async with linked(server, clock) as bus, bus.listen():
        assert await bus.send(b"x")
        server.ask("CONFIG", "SET", "save", "3600 1")
        clock.now += TRUST
        assert not await bus.send(b"y")
        server.ask("CONFIG", "SET", "save", "")
        clock.now += TRUST
        assert not await bus.send(b"z")


async def test_few_rights_suffice(server: Server) -> None:
    """A user with eight commands on our own keys and our own channel can do all that is needed."""
    rights = ["~dhaal:*", "&dhaal:*", "+get", "+set", "+del", "+info", "+config|get", "+publish", "+subscribe", "+ping"]
    server.ask("ACL", "SETUSER", "guide", "on", ">word", "resetchannels", *rights)
    bus = Valkey(server.url.replace("//", "//guide:word@"), patience=PATIENCE)
    async with bus.listen() as heard:
        await bus.open()
        assert await bus.send(b"x")
        assert await some(heard, 1) == [b"x"]
        await asyncio.sleep(valkey_bus.QUIET * 1.5)  # so long that the listener asks
        assert await bus.send(b"y")
        assert await some(heard, 1) == [b"y"]
    await bus.close()


class Chat:
    """A person's chat."""

    def __init__(self) -> None:
        """Begin empty."""
        self.words: list[str] = []
        self.states: list[State] = []

    async def tell(self, words: Private[str]) -> bool:
        """Take words."""
        self.words.append(words.reveal())
        return True

    async def show(self, state: State) -> None:
        """Take a state."""
        self.states.append(state)

    async def clear(self) -> None:
        """Do nothing."""


class Watch:
    """Everything that a server is told, as its own monitor shows it."""

    def __init__(self, server: Server) -> None:
        """Begin to watch."""
        self._client = valkey.Valkey(port=server.port)
        self._monitor = self._client.monitor()  # type: ignore[no-untyped-call]
        self._monitor.__enter__()

    def commands(self) -> list[str]:
        """Give what was told since."""
        self._client.publish("end of the watch", "x")
        found = []
        while not (line := self._monitor.next_command()["command"]).startswith("PUBLISH end"):
            found.append(line)
        self._monitor.__exit__(None, None, None)
        self._client.close()  # type: ignore[no-untyped-call]
        return found


async def test_a_server_sees_sealed_bytes_and_keeps_none(server: Server) -> None:
    """Two processes, one talk: the server is told no word, no chat, no fact; at the end it holds no key."""
    keys = Keys(Private(b"a secret that is only for tests!"))
    clocks = Clocks(lambda: datetime.now(UTC), monotonic)
    watch = Watch(server)
    async with AsyncExitStack() as stack:
        both = []
        for _ in range(2):
            bus, store = Valkey(server.url, patience=PATIENCE), Store(server.url, patience=PATIENCE)
            stack.push_async_callback(bus.close)
            stack.push_async_callback(store.close)
            both.append(Exchange(bus, store, keys, clocks))
            await stack.enter_async_context(both[-1].running())
        here, there = both
        chat, address = Chat(), Address("telegram", "7", Private("markedchat"))
        seat = there.back.sit("markedhelper")
        assert (await here.ask(address, chat, Brief("hi", {"country": "markedfact"}, urgent=True))).place == 1

        async def waits() -> bool:
            return bool(seat.cases)

        await until(waits)
        (case,) = [seen.case for seen in seat.cases]
        assert await seat.take(case)
        assert await here.say(address, "1", Private("markedwords"))
        async with asyncio.timeout(PATIENCE):
            while not isinstance(change := await seat.next(), Words):
                pass
        assert change.words.reveal() == "markedwords"
        assert await seat.tell(case, Private("markedanswer"))

        async def told() -> bool:
            return chat.words == ["markedanswer"]

        await until(told)
        held = [server.ask("KEYS", "*"), *(server.ask("DUMP", key) for key in server.ask("KEYS", "*"))]
        assert 1 <= len(held[0]) <= 2
        assert all(0 < server.ask("PTTL", key) <= 900_000 for key in held[0])
        assert b"marked" not in repr(held).encode()
        await seat.end(case)

        async def over() -> bool:
            return not seat.cases and chat.states[-1].over is not None and server.ask("DBSIZE") == 0

        await until(over)
    said = watch.commands()
    assert sum(line.startswith("PUBLISH dhaal:handoff") for line in said) >= 8
    assert not [line for line in said if any(word in line for word in ("marked", case, "Spoke", "country"))]
    assert {line.split()[0] for line in said if "dhaal:" in line} - {"DUMP", "PTTL"} == {
        "PUBLISH", "SUBSCRIBE", "SET", "GET", "DEL",
    }  # fmt: skip
    assert list(server.folder.iterdir()) == []
