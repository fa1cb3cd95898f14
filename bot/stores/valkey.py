"""A store on the operator's own Valkey server. Each connection looks at the server first; nothing is written before that."""

from asyncio import Semaphore, timeout
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from math import inf
from time import monotonic
from typing import Any, Final

from valkey.asyncio import Connection, ConnectionPool, SSLConnection
from valkey.asyncio.connection import parse_url
from valkey.exceptions import ValkeyError

from bot.stores import safety
from bot.talk.storing import StoreDownError, UnsafeStoreError

PREFIX: Final = b"dhaal:"
PATIENCE: Final = 0.5  # seconds that the server has for an answer, with connecting and looking at it
UNHURRIED: Final = 3.0  # the same, where nobody waits
REST: Final = 3.0  # seconds that a store which failed is left alone
TRUST: Final = 60.0  # seconds until the server is looked at again
CONNECTIONS: Final = 128
MILLISECONDS: Final = 1000

UNREADABLE: Final = (
    "DHAAL_STORE cannot be read as an address. Give valkey://USER:PASSWORD@HOST:PORT/0, with each sign of the password that is"
    " no letter or digit written as %XX. After valkeys:// it may end in ?ssl_ca_certs=FILE, ssl_certfile and ssl_keyfile."
)
DOWN: Final = (
    "The store of DHAAL_STORE does not answer in time, or does not let Dhaal in. Start the server, or correct the address, the"
    " user and the password. Until then a typed word is understood without what was said before; buttons work."
)
ADDRESS: Final = {  # what an address may say; nothing in it can make the client less careful
    "connection_class", "db", "host", "password", "path", "port", "ssl_ca_certs", "ssl_certfile", "ssl_keyfile", "username",
}  # fmt: skip


class Valkey:
    """Keeps the port `Store`. A server that was found unsafe once gets nothing more from this process."""

    def __init__(
        self, url: str, clock: Callable[[], float] = monotonic, patience: float = PATIENCE, rest: float = REST
    ) -> None:
        """Take the address, which may hold a password, a clock, and how many seconds an answer may take; send nothing yet.

        `rest` is how many seconds a server that failed is left alone.
        """
        self.faults: tuple[str, ...] = ()
        self._clock = clock
        self._patience = patience
        self._rest = rest
        self._closed_until = -inf
        self._looked: dict[Connection, float] = {}
        self._room = Semaphore(CONNECTIONS)
        self._pool = ConnectionPool()
        try:
            self._pool = ConnectionPool(**_options(url), valkey_connect_func=self._greet)
        except ValueError:
            self.faults = (UNREADABLE,)

    @property
    def unsafe(self) -> str | None:
        """Say to the operator why nothing is written, if the server was found unsafe."""
        return " ".join(self.faults) or None

    async def open(self) -> None:
        """Reach the server and look at it.

        Raises:
            UnsafeStoreError: with what is wrong, and the remedy.
            StoreDownError: if it cannot be reached now.
        """
        self._closed_until = -inf
        with suppress(StoreDownError):
            await self.get(b"")
            return
        if self.unsafe:
            raise UnsafeStoreError(self.unsafe)
        raise StoreDownError

    async def put(self, key: bytes, value: bytes, seconds: float) -> None:
        """Hold a value for some seconds, in place of what was there.

        Raises:
            StoreDownError: if the server does not answer, or has not been found safe.
        """
        await self.ask("SET", PREFIX + key, value, "PX", int(seconds * MILLISECONDS))

    async def get(self, key: bytes) -> bytes | None:
        """Give a value, if it is still there.

        Raises:
            StoreDownError: as above.
        """
        value: bytes | None = await self.ask("GET", PREFIX + key)
        return value

    async def drop(self, key: bytes) -> None:
        """Forget a value now.

        Raises:
            StoreDownError: as above.
        """
        await self.ask("DEL", PREFIX + key)

    async def claim(self, key: bytes, seconds: float) -> bool:
        """Take a key for some seconds, if nobody has it.

        Raises:
            StoreDownError: as above.
        """
        return bool(await self.ask("SET", PREFIX + key, b"", "NX", "PX", int(seconds * MILLISECONDS)))

    async def close(self) -> None:
        """Let go of the server."""
        self._closed_until = inf
        with suppress(Exception):
            async with timeout(self._patience):
                await self._pool.disconnect()

    async def ask(self, *command: bytes | str | int) -> Any:  # noqa: ANN401 - whatever the command answers
        """Send one command, in time or not at all. No error of the client leaves here: it may quote what was sent.

        Raises:
            StoreDownError: as above.
        """
        (answer,) = await self.ask_all([command])
        return answer

    async def ask_all(self, commands: Sequence[Sequence[bytes | str | int]]) -> list[Any]:
        """Send several commands in one go; as above.

        Raises:
            StoreDownError: as above.
        """
        async with self._room:
            if self.faults or self._clock() < self._closed_until:
                raise StoreDownError
            with suppress(ValkeyError, OSError, StoreDownError):
                async with timeout(self._patience), self.connection() as connection:
                    await connection.send_packed_command(connection.pack_commands(commands))
                    return [await connection.read_response() for _ in commands]
            self._closed_until = max(self._closed_until, self._clock() + self._rest)
        raise StoreDownError

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """Lend a connection to a server that was looked at lately. Who fails or gives up leaves no answer behind in it."""
        connection = await self._pool.get_connection("")  # type: ignore[no-untyped-call]
        try:
            if self._clock() >= self._looked[connection] + TRUST:
                await self._look(connection)
            yield connection
        except BaseException:
            await connection.disconnect(nowait=True)
            raise
        finally:
            await self._pool.release(connection)

    async def _greet(self, connection: Connection) -> None:
        """Log in and look, before a new connection is lent."""
        try:
            await connection.on_connect()
            await self._look(connection)
        except BaseException:
            await connection.disconnect(nowait=True)  # the pool would lend it otherwise
            raise

    async def _look(self, connection: Connection) -> None:
        self._looked[connection] = self._clock()
        found = await safety.faults(connection)
        self.faults = self.faults or found
        if self.faults:
            raise StoreDownError


async def examine(url: str) -> list[str]:
    """Say what is wrong with the server at an address, in sentences with the remedy; none if it may be used."""
    store = Valkey(url, patience=UNHURRIED)
    try:
        await store.open()
    except UnsafeStoreError:
        return list(store.faults)
    except StoreDownError:
        return [DOWN]
    finally:
        await store.close()
    return []


def _options(url: str) -> dict[str, Any]:
    """Read an address.

    Raises:
        ValueError: if it cannot be read, or says more than it may.
    """
    options = dict(parse_url(url))
    if not options.keys() <= ADDRESS:
        raise ValueError
    if options.get("connection_class") is SSLConnection:
        options["ssl_check_hostname"] = True
    return {**options, "socket_timeout": None, "lib_name": None, "lib_version": None}  # `ask` minds the time
