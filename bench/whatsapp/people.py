"""Thousands of people, each of whom taps what the last message offered, and then waits for the next one."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Final

from bench.whatsapp.api import Api
from bench.whatsapp.delivery import Delivery
from bench.whatsapp.hooks import status, tapped, typed
from bot.core.events import Command
from bot.talk.codes import CODES
from bot.talk.seal import LENGTH

EVERY: Final = 6.0  # seconds in which one person taps at most once (the pair rate)
ROUND: Final = 8.0  # seconds until it is a person's turn again
TICK: Final = 0.005
PATIENCE: Final = 30.0  # seconds until what is still owed is lost
CHATS: Final = count(919900000000)
LEAVE: Final = CODES[Command.LEAVE].encode()
STATES: Final = {b"sent": 0.05, b"delivered": 0.5, b"read": 2.0}  # seconds after the message


@dataclass(slots=True)
class Crowd:
    """Everybody who talks with one number. `waits` are the seconds from each tap to its message."""

    api: Api
    delivery: Delivery
    statuses: bool = False
    random: Random = field(default_factory=lambda: Random(8))  # noqa: S311 - the same choices in each run
    waits: list[float] = field(default_factory=list)
    doubled: int = 0
    troubled: int = 0
    starved: int = 0
    coming: int = 0
    people: "list[Person]" = field(default_factory=list)
    rested: "deque[Person]" = field(default_factory=deque)

    def again(self) -> None:
        """Count anew."""
        self.delivery.again()
        self.waits = []
        self.doubled = self.troubled = self.starved = 0

    async def open(self, most: int, rate: float) -> None:
        """Let so many people open the chat."""
        self.people = [Person(self) for _ in range(most)]
        waiting = iter(self.people)
        await steadily(rate, most, lambda: next(waiting).begin())

    async def talk(self, rate: float, seconds: float) -> None:
        """Let people tap at a steady rate, each in turn."""
        await steadily(rate, int(rate * seconds), self._next)

    def _next(self) -> None:
        if self.rested and self.rested[0].rests():
            self.rested.popleft().tap()
        else:
            self.starved += 1

    async def settle(self) -> None:
        """Wait until nobody waits any more, or for as long as anybody would."""
        for _ in range(int(PATIENCE / TICK)):
            if self._settled():
                return
            await asyncio.sleep(TICK)

    def _settled(self) -> bool:
        return self.delivery.done() and not self.coming and not self.lost()

    def lost(self) -> int:
        """Count those who still wait for a message."""
        return sum(person.waits for person in self.people)

    def leave(self) -> None:
        """Let everybody go."""
        for person in self.people:
            person.leave()

    def tell(self, chat: int) -> None:
        """Let Meta say how far a message has come."""
        for state, after in STATES.items() if self.statuses else ():
            self.coming += 1
            asyncio.get_running_loop().call_later(after, self._tell, chat, state)

    def _tell(self, chat: int, state: bytes) -> None:
        self.coming -= 1
        self.delivery.send(status(chat, state))


class Person:
    """One chat with the number."""

    def __init__(self, crowd: Crowd) -> None:
        """Join a crowd."""
        self._crowd = crowd
        self.chat = next(CHATS)
        self.waits = False
        self.choices: list[bytes] = []
        self._since = 0.0
        self._rests = 0.0  # until then
        crowd.api.readers[self.chat] = self

    def begin(self) -> None:
        """Open the chat."""
        self._send(typed(self.chat, b"hi"))

    def rests(self) -> bool:
        """Tell whether this person may tap again."""
        return time.perf_counter() >= self._rests

    def tap(self) -> None:
        """Tap one of the choices; who was given none writes again."""
        self._rests = time.perf_counter() + EVERY
        choices = [data for data in self.choices if data[LENGTH:] != LEAVE]
        if choices:
            self.press(self._crowd.random.choice(choices))
        else:
            self.begin()

    def press(self, data: bytes) -> None:
        """Tap this button."""
        self._send(tapped(self.chat, data))

    def letter(self, choices: list[bytes]) -> None:
        """Get a message; an apology for a fault has one button alone, and no screen has."""
        if self.waits:
            self._crowd.waits.append(time.perf_counter() - self._since)
            self.waits = False
            self._crowd.rested.append(self)
        else:
            self._crowd.doubled += 1
        self._crowd.troubled += len(choices) == 1
        self.choices = choices or self.choices
        self._crowd.tell(self.chat)

    def leave(self) -> None:
        """Go, and read nothing more."""
        self._crowd.api.readers.pop(self.chat, None)

    def _send(self, request: bytes) -> None:
        self.waits = True
        self._since = time.perf_counter()
        self._crowd.delivery.send(request)


async def steadily(rate: float, times: int, act: Callable[[], None]) -> None:
    """Do something so often, at a steady rate, whether or not anybody keeps up."""
    begin, done = time.perf_counter(), 0
    while done < times:
        due = min(int((time.perf_counter() - begin) * rate) + 1, times)
        for _ in range(due - done):
            act()
        done = due
        await asyncio.sleep(TICK)
