"""Many people at once: each taps through the talk, and taps again when the answer is there."""

import asyncio
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count, cycle
from typing import Final, cast

from bench.load import WrongAnswerError
from bench.server import PATIENCE
from bench.telegram.api import LETTERS, Api
from bench.telegram.pages import Page, opening, tap
from bench.telegram.wire import Inbox, post
from bot.talk.seal import LENGTH

CHATS: Final = count(4815162342)
DATA: Final = re.compile(rb'callback_data(?:%22|%3A|%20|[+":\s])+([\w-]{64})')  # in JSON, and in a form
Talks = Mapping[str, Sequence[Page]]


@dataclass(slots=True)
class Crowd:
    """Everybody who talks at the same time. `left` talks may still begin; each has `most` updates."""

    talks: Talks
    api: Api
    left: float = float("inf")
    most: int | None = None
    waits: list[float] = field(default_factory=list)
    answers: int = 0
    people: list["Person"] = field(default_factory=list)
    over: bool = False
    wrong: str | None = None

    def begins(self) -> bool:
        """Ask for another talk."""
        self.left -= 1
        return self.left >= 0 and not self.over

    def stop(self, wrong: str | None = None) -> None:
        """Break everything off."""
        self.over = True
        self.wrong = self.wrong or wrong
        for person in self.people:
            person.stop()


class Person(asyncio.Protocol):
    """One connection of Telegram's to the bot, and the person whose updates it carries: one talk after the other."""

    def __init__(self, crowd: Crowd, locale: str, done: asyncio.Future[None]) -> None:
        """Join a crowd."""
        self._crowd, self._locale, self._done = crowd, locale, done
        self._pages = crowd.talks[locale][: crowd.most]
        self._inbox = Inbox()
        self._chat = self._place = 0
        self._token = b""
        self._sent = 0.0
        self._replied = self._answered = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._line = cast("asyncio.Transport", transport)
        self._open()

    def data_received(self, data: bytes) -> None:
        """Take a reply to the webhook, which may hold the answer."""
        for head, body in self._inbox.feed(data):
            self._replied = True
            if not head.startswith(b"HTTP/1.1 200"):
                self._crowd.stop(f"The server said: {(head + body)[:200]!r}")
            elif any(method in body for method in LETTERS):
                self.letter(body)
            else:
                self._on()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """End; while the talk goes on, that is wrong."""
        self._crowd.api.chats.pop(self._chat, None)
        if not self._done.done():
            self._done.set_result(None)
        if not self._crowd.over and self._sent:
            self._crowd.stop("The connection was closed.")

    def letter(self, body: bytes) -> None:
        """See the answer: it must have the buttons of the page that is due."""
        found = DATA.findall(body)
        if self._answered or tuple(data[LENGTH:] for data in found) != self._pages[self._place].codes:
            self._crowd.stop(f"This is not page {self._place} of the talk ({self._locale}): {body[:200]!r}")
            return
        self._crowd.waits.append(time.perf_counter() - self._sent)
        self._crowd.answers += 1
        self._token = found[0][:LENGTH]
        self._answered = True
        self._on()

    def shown(self) -> bytes:
        """Tell what the living message shows."""
        return self._pages[self._place].json(self._token)

    def stop(self) -> None:
        """Break off. Who still waits has waited at least this long."""
        if not self._answered:
            self._crowd.waits.append(time.perf_counter() - self._sent)
        self._sent = 0.0
        self._line.abort()

    def _on(self) -> None:
        """Go on, once the reply and the answer are there."""
        if self._replied and self._answered:
            asyncio.get_running_loop().call_soon(self._next)

    def _next(self) -> None:
        if self._crowd.over:
            return
        if self._place + 1 == len(self._pages):
            self._open()
            return
        here, shown = self._pages[self._place], self.shown()
        self._place += 1
        self._send(tap(self._chat, self._locale, shown, self._token + here.code))

    def _open(self) -> None:
        self._crowd.api.chats.pop(self._chat, None)
        self._chat, self._place = next(CHATS), 0
        if self._crowd.begins():
            self._crowd.api.chats[self._chat] = self
            self._send(opening(self._chat, self._locale))
        else:
            self._sent = 0.0
            self._line.close()

    def _send(self, update: bytes) -> None:
        self._replied = self._answered = False
        self._sent = time.perf_counter()
        self._line.write(post(update))


async def talk(port: int, crowd: Crowd, users: int, seconds: float | None = None) -> float:
    """Let a crowd talk until the time is over or no talk is left; the seconds it took.

    Raises:
        WrongAnswerError: at the first answer that is not what it should be.
    """
    loop = asyncio.get_running_loop()
    begin = time.perf_counter()
    ends: list[asyncio.Future[None]] = []
    for _, locale in zip(range(users), cycle(crowd.talks), strict=False):
        end: asyncio.Future[None] = loop.create_future()
        person = Person(crowd, locale, end)
        crowd.people.append(person)
        ends.append(end)
        await loop.create_connection(lambda person=person: person, "127.0.0.1", port)  # type: ignore[misc]
    _, late = await asyncio.wait(ends, timeout=seconds or PATIENCE)
    took = time.perf_counter() - begin
    crowd.stop("An answer did not come." if late and seconds is None else None)
    if crowd.wrong is not None:
        message = f"A bot went wrong on the walk. {crowd.wrong}"
        raise WrongAnswerError(message)
    return took
