"""A helpers' group on the local Bot API, a desk that serves it, and people who come."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any, Final, TypeVar

from bot.content.library import Library
from bot.core.private import Private
from bot.desks.telegram_group import Kept, TelegramGroup
from bot.desks.telegram_group.window import Window
from bot.settings import TelegramDesk
from bot.stores.memory import Memory
from bot.talk.handoff.brief import Brief
from bot.talk.handoff.cards import Cards
from bot.talk.handoff.exchange import Clocks, Exchange
from bot.talk.handoff.front import Over, Own, State
from bot.talk.handoff.local import Local
from bot.talk.keys import Keys
from bot.talk.ports import Address
from bot.talk.screen import Drawer
from bot.talk.storing import Store
from tests.peers.bot_api import BotApi
from tests.peers.chats import Message
from tests.peers.forum_group import ForumGroup

GROUP: Final = -1001234567890
PATIENCE: Final = 20.0
THREATENED: Final = Brief("hi", {"country": "IN", "who": "me", "what": "threatened", "platform": "instagram"}, urgent=True)
SECRET: Final = Keys(Private(b"a secret that is only for tests!"))
NUMBERS: Final = count(1)
Result = TypeVar("Result")


def now() -> datetime:
    """Give the time."""
    return datetime.now(UTC)


async def until(happened: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "It did not happen."
        await asyncio.sleep(0.02)


@dataclass
class Somebody:
    """Somebody who asks for a helper, in a chat that is always reachable; `words` and `states` are what they were shown."""

    exchange: Exchange
    address: Address
    words: list[str] = field(default_factory=list)
    states: list[State] = field(default_factory=list)
    reached: bool = True
    number: int = 0
    _said: Any = field(default_factory=lambda: count(1))

    async def tell(self, words: Private[str]) -> bool:
        """Take a helper's words."""
        if self.reached:
            self.words.append(words.reveal())
        return self.reached

    async def show(self, state: State) -> None:
        """Take where they stand."""
        self.states.append(state)

    async def clear(self) -> None:
        """Forget the talk."""
        self.words.clear()

    async def ask(self, brief: Brief = THREATENED) -> None:
        """Ask for a helper."""
        await self.exchange.ask(self.address, self, brief)
        self.number = self.own.number

    async def say(self, words: str) -> bool:
        """Say something."""
        return await self.exchange.say(self.address, f"p{next(self._said)}", Private(words))

    async def stop(self) -> None:
        """End it."""
        await self.exchange.stop(self.address)

    @property
    def own(self) -> Own:
        """Give what the exchange knows."""
        own = self.exchange.front.of(self.address)
        assert own
        return own

    @property
    def over(self) -> Over | None:
        """Tell why it is over, if it is."""
        return self.states[-1].over if self.states else None

    @property
    def title(self) -> str:
        """Give the name of their topic."""
        return f"Person {self.number}"


@dataclass
class Stage:
    """A desk at work. Asha and Ben are members of the group."""

    api: BotApi
    group: ForumGroup
    exchange: Exchange
    stopped: list[str]
    store: Store
    asha: dict[str, Any] = field(init=False)
    ben: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        """Let them join."""
        self.asha, self.ben = self.group.join(7100001, "Asha"), self.group.join(7100002, "Ben")

    async def duty(self, *who: dict[str, Any]) -> None:
        """Let helpers be on duty, so that the exchange knows."""
        for user in who:
            assert "You are on duty" in await self.tap(user, None, "On duty")
        await until(lambda: self.exchange.back.staffed(time.monotonic()))

    def somebody(self) -> Somebody:
        """Let somebody come."""
        return Somebody(self.exchange, Address("web", "1", Private(f"somebody-{next(NUMBERS)}")))

    async def waiting(self, brief: Brief = THREATENED) -> tuple[Somebody, int]:
        """Let somebody come and ask; give their topic."""
        person = self.somebody()
        await person.ask(brief)
        return person, await self.do(self.group.wait_for_topic, person.title)

    async def talking(self, by: dict[str, Any] | None = None) -> tuple[Somebody, int]:
        """Let somebody talk with Asha."""
        person, thread = await self.waiting()
        assert "You have person" in await self.tap(by or self.asha, thread, "Take")
        await self.talks(person)
        return person, thread

    async def talks(self, person: Somebody) -> None:
        """Wait until somebody knows that a helper is there."""
        await until(lambda: person.states and person.states[-1].talks)

    async def tap(self, by: dict[str, Any], thread: int | None, label: str) -> str:
        """Tap a button, and give the line that answers."""
        return await self.do(self.group.tap, by, thread, label)

    async def end(self, by: dict[str, Any], thread: int, label: str = "End") -> None:
        """Press a button that ends a talk, twice."""
        assert "once more" in await self.tap(by, thread, label)
        await self.tap(by, thread, label)

    async def shown(self, thread: int | None, words: str) -> Message:
        """Wait for words in a topic."""
        return await self.do(self.group.wait_in, thread, words)

    async def gone(self, thread: int) -> None:
        """Wait until a topic is gone."""
        await until(lambda: thread not in self.group.topics())

    async def do(self, work: Callable[..., Result], *given: object) -> Result:
        """Do something that waits, without holding the desk up."""
        return await asyncio.to_thread(work, *given)

    def texts(self, thread: int | None) -> list[str]:
        """Give what a topic shows."""
        return [message.text for message in self.group.inside(thread) if message.text]


@asynccontextmanager
async def staging(
    api: BotApi, library: Library, *, store: Store | None = None, window: Window | None = None, exchange: Exchange | None = None
) -> AsyncIterator[Stage]:
    """Run a desk for the group of the peer."""
    minutes = store or Memory()
    group = ForumGroup(api.telegram, api._send, api.telegram.chats[GROUP]) if GROUP in api.telegram.chats else api.forum(GROUP)  # noqa: SLF001
    meeting = exchange or Exchange(Local(), minutes, SECRET, Clocks(now, time.monotonic))
    stage = Stage(api, group, meeting, [], minutes)
    drawer = Drawer(library)
    desk = TelegramGroup(
        TelegramDesk(Private(api.token), GROUP, api.url), meeting, library, drawer,
        kept=Kept(minutes, SECRET, now), shelf=Cards(library, drawer, now), window=window or Window(500, 60.0),
    )  # fmt: skip
    async with meeting.running(), desk.running(stage.stopped.append):
        yield stage
