"""One chat sends a flood of updates; others want to leave meanwhile, and must not wait long."""

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from statistics import median
from typing import Final, cast

from bench.load import WrongAnswerError
from bench.server import PATIENCE
from bench.telegram.api import Api
from bench.telegram.pages import Page, opening, tap
from bench.telegram.people import CHATS, DATA
from bench.telegram.wire import Inbox, post
from bot.core.events import Command
from bot.talk.codes import CODES
from bot.talk.seal import LENGTH

LINES: Final = 40  # connections that Telegram opens to a webhook (setWebhook, max_connections)
RATE: Final = 1000  # updates a second from one chat
TICK: Final = 0.01  # seconds
EVERY: Final = 0.25  # seconds between two people who leave
CALM: Final = 0.5  # seconds of flood before the first of them
LEAVE: Final = CODES[Command.LEAVE].encode()
BLANK: Final = b'"text":"Good-bye."'


class Post:
    """Delivers updates as Telegram does: in the order in which they came, over so many connections."""

    def __init__(self) -> None:
        """Start with no line."""
        self._free: deque[Line] = deque()
        self._queue: deque[bytes] = deque()
        self.taken = 0

    async def open(self, port: int, lines: int) -> None:
        """Connect to a server."""
        for _ in range(lines):
            _, line = await asyncio.get_running_loop().create_connection(lambda: Line(self), "127.0.0.1", port)
            self._free.append(line)

    def send(self, update: bytes) -> None:
        """Deliver an update as soon as a line is free."""
        self._queue.append(post(update))
        self._on()

    def free(self, line: "Line") -> None:
        """Take a line back that has had its reply."""
        self.taken += 1
        self._free.append(line)
        self._on()

    def close(self) -> None:
        """Hang up."""
        while self._free:
            self._free.pop().write(None)

    def _on(self) -> None:
        while self._queue and self._free:
            self._free.popleft().write(self._queue.popleft())


class Line(asyncio.Protocol):
    """One connection of Telegram's."""

    def __init__(self, office: Post) -> None:
        """Belong to a post."""
        self._office = office
        self._inbox = Inbox()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._out = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Take a reply."""
        for _ in self._inbox.feed(data):
            self._office.free(self)

    def write(self, request: bytes | None) -> None:
        """Send a request, or hang up."""
        if request is None:
            self._out.abort()
        else:
            self._out.write(request)


class Chat:
    """Somebody's chat with the bot, which shows what it was sent last."""

    def __init__(self, api: Api, page: Page) -> None:
        """Begin with nothing."""
        self.number = next(CHATS)
        self._page = page
        self._token: bytes | None = None
        self._seen = asyncio.Event()
        self.letters = 0
        api.chats[self.number] = self

    def letter(self, body: bytes) -> None:
        """See a message."""
        found = DATA.findall(body)
        self._token = found[0][:LENGTH] if found else None
        self.letters += 1
        self._seen.set()

    def shown(self) -> bytes:
        """Tell what it shows."""
        return self._page.json(self._token) if self._token else BLANK

    async def open(self, office: Post) -> None:
        """Open the chat, and wait for the first page."""
        self._seen.clear()
        office.send(opening(self.number, "en"))
        await asyncio.wait_for(self._seen.wait(), PATIENCE)

    def press(self, code: bytes) -> bytes:
        """Write the update of a tap under the page that it shows."""
        token = self._token or b""
        return tap(self.number, "en", self._page.json(token), token + code)

    async def leave(self, office: Post) -> float:
        """Press Leave; the seconds until the message is neutral."""
        self._seen.clear()
        begin = time.perf_counter()
        office.send(self.press(LEAVE))
        await asyncio.wait_for(self._seen.wait(), PATIENCE)
        return time.perf_counter() - begin


async def flood(port: int, api: Api, page: Page, seconds: float) -> dict[str, object]:
    """Let one chat send without end, and others leave meanwhile.

    Raises:
        WrongAnswerError: if somebody could not leave.
    """
    office = Post()
    await office.open(port, LINES)
    loud = Chat(api, page)
    people = [Chat(api, page) for _ in range(max(int((seconds - CALM) / EVERY), 1))]
    try:
        for chat in (loud, *people):
            await chat.open(office)
        return await _measured(office, loud, people, seconds)
    except TimeoutError:
        message = "A chat could not leave while another one sent without end."
        raise WrongAnswerError(message) from None
    finally:
        for chat in (loud, *people):
            del api.chats[chat.number]
        office.close()


async def _measured(office: Post, loud: Chat, people: Sequence[Chat], seconds: float) -> dict[str, object]:
    before, shown = office.taken, loud.letters
    pouring = asyncio.create_task(_pour(office, loud, seconds))
    await asyncio.sleep(CALM)
    leaving = []
    for chat in people:
        leaving.append(asyncio.create_task(chat.leave(office)))
        await asyncio.sleep(EVERY)
    waits = await asyncio.gather(*leaving)
    sent = await pouring
    return {
        "updates_per_second": RATE,
        "updates_sent": sent,
        "updates_taken": min(office.taken - before - len(people), sent),
        "edits": loud.letters - shown,
        "leaves": len(waits),
        "median_ms": round(median(waits) * 1000, 3),
        "most_ms": round(max(waits) * 1000, 3),
    }


async def _pour(office: Post, loud: Chat, seconds: float) -> int:
    """Send at the rate, whether or not the server keeps up; how many were sent."""
    begin, sent = time.perf_counter(), 0
    while (past := time.perf_counter() - begin) < seconds:
        for _ in range(int(past * RATE) - sent):
            office.send(loud.press(b"00"))
            sent += 1
        await asyncio.sleep(TICK)
    return sent
