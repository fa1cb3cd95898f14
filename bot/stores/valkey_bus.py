"""A bus between processes, on the pub/sub of the operator's own Valkey server, which stores nothing of what passes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from time import monotonic
from typing import Final

from valkey.asyncio import Connection
from valkey.exceptions import ValkeyError

from bot.stores import valkey
from bot.stores.valkey import PREFIX
from bot.talk.storing import StoreDownError

CHANNEL: Final = PREFIX + b"handoff"
PATIENCE: Final = 2.0  # seconds that the server has for an answer, with connecting and looking at it
AGAIN: Final = 0.5  # seconds until it is tried again
QUIET: Final = 1.0  # seconds without anything heard until the server is asked whether it is there
FULL: Final = 10_000  # events that wait for a listener who is slow; more are not taken


@dataclass(slots=True, eq=False)
class Letter:
    """What is to be sent, and how many heard it; None as long as it waits."""

    sealed: bytes
    heard: int | None = None


class Valkey:
    """Keeps the port `Bus`. What holds for the store holds here: an unsafe server gets nothing."""

    def __init__(self, url: str, clock: Callable[[], float] = monotonic, patience: float = PATIENCE) -> None:
        """Take the address, which may hold a password, a clock, and how many seconds an answer may take. Send nothing yet."""
        self._server = valkey.Valkey(url, clock, patience, AGAIN)
        self._patience = patience
        self._letters: list[Letter] = []
        self._turn = asyncio.Lock()

    async def open(self) -> None:
        """Reach the server and look at it.

        Raises:
            UnsafeStoreError: with what is wrong, and the remedy.
            StoreDownError: if it cannot be reached now.
        """
        await self._server.open()

    async def send(self, sealed: bytes) -> bool:
        """Send to everybody, in order, together with what others send meanwhile; False if nobody is known to have heard it."""
        letter = Letter(sealed)
        self._letters.append(letter)
        async with self._turn:
            if letter.heard is None:
                await self._post()
        return bool(letter.heard)

    @asynccontextmanager
    async def listen(self) -> AsyncIterator[AsyncIterator[bytes]]:
        """Hear everything from now on; where the server is down now, from when it is back."""
        heard: asyncio.Queue[bytes] = asyncio.Queue(FULL)
        ready = asyncio.Event()
        task = asyncio.create_task(self._keep_hearing(heard, ready))
        try:
            await ready.wait()
            yield _each(heard)
        finally:
            task.cancel()
            await asyncio.wait([task])

    async def close(self) -> None:
        """Let go of the server."""
        await self._server.close()

    async def _post(self) -> None:
        """Send all that waits, in one go."""
        letters, self._letters = self._letters, []
        heard = [0] * len(letters)
        try:
            heard = await self._server.ask_all([("PUBLISH", CHANNEL, letter.sealed) for letter in letters])
        except StoreDownError:
            pass
        finally:  # whoever gives up waiting decides for nobody else
            for letter, listeners in zip(letters, heard, strict=True):
                letter.heard = listeners

    async def _keep_hearing(self, heard: asyncio.Queue[bytes], ready: asyncio.Event) -> None:
        while True:
            with suppress(ValkeyError, OSError, StoreDownError):
                async with AsyncExitStack() as stack:
                    async with asyncio.timeout(self._patience):
                        connection = await stack.enter_async_context(self._server.connection())
                        await connection.send_command("SUBSCRIBE", CHANNEL)
                        await connection.read_response()
                    ready.set()
                    await self._hear(connection, heard)
            ready.set()  # nobody is kept from starting
            await asyncio.sleep(AGAIN)

    async def _hear(self, connection: Connection, heard: asyncio.Queue[bytes]) -> None:
        """Hear until the server is silent even when asked.

        Raises:
            OSError: then.
        """
        asked = False
        while True:
            answer = await connection.read_response(timeout=QUIET)
            asked = await _knock(connection, asked) if answer is None else _take(answer, heard)


async def _knock(connection: Connection, asked: object) -> bool:
    if asked:
        raise TimeoutError
    await connection.send_command("PING")
    return True


def _take(answer: object, heard: asyncio.Queue[bytes]) -> bool:
    match answer:
        case [b"message", _, bytes(sealed)] if not heard.full():
            heard.put_nowait(sealed)
        case _:
            pass
    return False


async def _each(heard: asyncio.Queue[bytes]) -> AsyncIterator[bytes]:
    while True:
        yield await heard.get()
