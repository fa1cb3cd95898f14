"""A Graph API for the benchmark: it takes its time over each message, then the person it is for sees it."""

import asyncio
import re
from typing import Final, Protocol, cast

from bench.telegram.wire import Inbox, ok
from bench.whatsapp.hooks import wamid

TO: Final = re.compile(rb'"to": ?"(\d+)"')
IDS: Final = re.compile(rb'"id": ?"([\w-]{64})"')
SENT: Final = b'{"messaging_product":"whatsapp","contacts":[{"input":"%d","wa_id":"%d"}],"messages":[{"id":"%b"}]}'
KNOWN: Final = b'{"id":"106540352242922"}'


class Reader(Protocol):
    """Somebody who gets messages."""

    def letter(self, choices: list[bytes]) -> None:
        """Get a message with these choices, each named by what its button carries."""


class Api:
    """One Graph API; `delay` is how many seconds it takes over each message."""

    def __init__(self, delay: float) -> None:
        """Start with nobody."""
        self.delay = delay
        self.readers: dict[int, Reader] = {}
        self.taken = 0
        self.strange = 0
        self.url = ""

    async def open(self) -> asyncio.Server:
        """Listen on a port of its own."""
        server = await asyncio.get_running_loop().create_server(lambda: Line(self), "127.0.0.1", 0, backlog=1024)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v23.0"
        return server

    def deliver(self, body: bytes) -> bytes:
        """Bring a message to its reader; give the answer to the call."""
        found = TO.search(body)
        chat = int(found[1]) if found else 0
        reader = self.readers.get(chat)
        self.taken += 1
        if reader is None:
            self.strange += 1
        else:
            reader.letter(IDS.findall(body))
        return ok(SENT % (chat, chat, wamid()))


class Line(asyncio.Protocol):
    """One connection of a server that sends messages."""

    def __init__(self, api: Api) -> None:
        """Belong to an API."""
        self._api = api
        self._inbox = Inbox()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._out = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer each message after the delay, and what else is asked at once."""
        for head, body in self._inbox.feed(data):
            if head.startswith(b"POST "):
                asyncio.get_running_loop().call_later(self._api.delay, self._answer, body)
            else:
                self._out.write(ok(KNOWN))

    def _answer(self, body: bytes) -> None:
        self._out.write(self._api.deliver(body))
