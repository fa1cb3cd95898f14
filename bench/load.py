"""Many people at once: whole conversations over keep-alive connections, each press with the token of the page before."""

import asyncio
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, cast

from markupsafe import escape

from bench.walk import LOCALES, Taken

END: Final = b"\r\n\r\n"
SIZE: Final = re.compile(rb"\ncontent-length: (\d+)")
CHAT: Final = re.compile(rb'name="chat" value="([^"]+)"')
TOKEN: Final = re.compile(rb'name="token" value="([^"]+)"')
LOST: Final = b'id="notice"'  # a hint above a screen: no press of the walk earns one


class WrongAnswerError(Exception):
    """A server answered, but not with the page it should."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What one person does: the codes to press, in order, in one language."""

    locale: str
    codes: tuple[str, ...]

    def opening(self) -> bytes:
        """Write the request of the first page."""
        return f"GET / HTTP/1.1\r\nhost: bench\r\naccept-language: {self.locale}\r\n\r\n".encode()

    def press(self, place: int, chat: bytes, token: bytes) -> bytes:
        """Write the request of a press."""
        body = b"chat=%b&lang=%b&press=%b%b" % (chat, self.locale.encode(), token, self.codes[place].encode())
        head = f"POST / HTTP/1.1\r\nhost: bench\r\naccept-language: {self.locale}\r\n"
        return f"{head}content-type: application/x-www-form-urlencoded\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body


def plans(walks: Mapping[str, Sequence[Taken]], presses: int | None = None) -> list[Plan]:
    """Plan the walks, or only their first presses."""
    return [Plan(tag, tuple(turn.code for turn in walks[tag][1:][:presses])) for tag in LOCALES]


@dataclass(slots=True)
class Crowd:
    """Everybody who talks at the same time, and what they saw. `left` conversations may still begin."""

    plans: Sequence[Plan]
    left: float
    pages: Callable[[str, int, bytes], None] | None = None  # sees every answer: language, place, head and body
    waits: list[float] = field(default_factory=list)
    over: bool = False
    wrong: bytes | None = None

    def begins(self) -> bool:
        """Ask for another conversation."""
        self.left -= 1
        return self.left >= 0 and not self.over


class Person(asyncio.Protocol):
    """One connection: one conversation after the other."""

    def __init__(self, crowd: Crowd, plan: Plan, done: asyncio.Future[None]) -> None:
        """Join a crowd."""
        self._crowd, self._plan, self._done = crowd, plan, done
        self._got = bytearray()
        self._size = self._place = 0
        self._sent = 0.0
        self._chat = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._line = cast("asyncio.Transport", transport)
        self._open()

    def data_received(self, data: bytes) -> None:
        """Take a piece of an answer; when it is whole, go on."""
        self._got += data
        if not self._size:
            end = self._got.find(END)
            if end < 0:
                return
            found = SIZE.search(self._got, 0, end)
            self._size = end + len(END) + int(found[1] if found else 0)
        if len(self._got) >= self._size:
            self._crowd.waits.append(time.perf_counter() - self._sent)
            self._turn(bytes(self._got))

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """End; an answer that is still owed counts as wrong."""
        if self._sent:
            self._crowd.wrong = self._crowd.wrong or b"The connection was closed."
        if not self._done.done():
            self._done.set_result(None)

    def _turn(self, answer: bytes) -> None:
        token = TOKEN.search(answer)
        if not answer.startswith(b"HTTP/1.1 200") or token is None or LOST in answer:
            self._crowd.wrong, self._crowd.over = answer[:200], True
        elif self._crowd.pages:
            self._crowd.pages(self._plan.locale, self._place, answer)
        if self._crowd.over:
            self._leave()
        elif self._place == len(self._plan.codes):
            self._open()
        elif token is not None:
            self._press(answer, token[1])

    def _press(self, answer: bytes, token: bytes) -> None:
        if self._place == 0:
            chat = CHAT.search(answer)
            self._chat = chat[1] if chat else b""
        self._place += 1
        self._send(self._plan.press(self._place - 1, self._chat, token))

    def _open(self) -> None:
        self._place = 0
        if self._crowd.begins():
            self._send(self._plan.opening())
        else:
            self._leave()

    def _send(self, request: bytes) -> None:
        self._got.clear()
        self._size = 0
        self._sent = time.perf_counter()
        self._line.write(request)

    def _leave(self) -> None:
        self._sent = 0.0
        self._line.close()


async def talk(port: int, crowd: Crowd, connections: int, seconds: float | None = None) -> float:
    """Let a crowd talk until the time is over or no conversation is left; the seconds it took.

    Raises:
        WrongAnswerError: at the first page that is not what it should be.
    """
    loop = asyncio.get_running_loop()
    begin = time.perf_counter()
    if seconds is not None:
        loop.call_later(seconds, setattr, crowd, "over", True)  # noqa: FBT003 - setattr takes no names
    ends: list[asyncio.Future[None]] = []
    for number in range(connections):
        end: asyncio.Future[None] = loop.create_future()
        plan = crowd.plans[number % len(crowd.plans)]
        await loop.create_connection(lambda plan=plan, end=end: Person(crowd, plan, end), "127.0.0.1", port)  # type: ignore[misc]
        ends.append(end)
    await asyncio.gather(*ends)
    if crowd.wrong is not None:
        message = f"A server gave a wrong answer: {crowd.wrong.decode(errors='replace')}"
        raise WrongAnswerError(message)
    return time.perf_counter() - begin


def shows(answer: bytes, turn: Taken) -> bool:
    """Tell whether a page has all the choices of the screen it should show."""
    page = answer.decode()
    return all(str(escape(offer.label)) in page for offer in turn.screen.offers)
