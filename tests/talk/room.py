"""Helpers behind a channel, in this process: where people and helpers meet, a seat, and everything that passes between."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.content.library import Library
from bot.core.private import Private
from bot.stores.memory import Memory
from bot.talk.conversation import Conversation, Desk
from bot.talk.handoff.back import Change, Closed, Seat, Words
from bot.talk.handoff.counter import Access, Rules
from bot.talk.handoff.exchange import Clocks, Exchange
from bot.talk.handoff.local import Local
from bot.talk.handoff.wire import Event, unseal
from bot.talk.keys import Keys
from tests.conftest import NOON
from tests.talk.handoff.town import moment, seconds

SECRET = Private(b"a secret that is only for tests!")


class Heard(Local):
    """A bus that remembers what was sent; while it is `down` nobody hears anything."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__()
        self.sent: list[bytes] = []
        self.down = False

    async def send(self, sealed: bytes) -> bool:
        """Send."""
        if self.down:
            return False
        self.sent.append(sealed)
        return await super().send(sealed)


@dataclass(eq=False)
class Helper:
    """Somebody at a desk, who takes what comes."""

    seat: Seat
    changes: list[Change] = field(default_factory=list)

    async def listen(self) -> None:
        """Take what comes."""
        while True:
            self.changes.append(await self.seat.next())

    @property
    def case(self) -> str:
        """Give the only case."""
        (seen,) = self.seat.cases
        return seen.case

    @property
    def words(self) -> list[str]:
        """Give what people said."""
        return [it.words.reveal() for it in self.changes if isinstance(it, Words)]

    @property
    def closed(self) -> list[str]:
        """Give why cases were closed."""
        return [it.why.name for it in self.changes if isinstance(it, Closed)]

    async def take(self) -> str:
        """Take the only case."""
        assert await self.seat.take(self.case)
        await moment()
        return self.case

    async def says(self, words: str) -> None:
        """Say something to the only person."""
        assert await self.seat.tell(self.case, Private(words))
        await moment()


@dataclass(eq=False)
class Room:
    """What stands behind a channel."""

    library: Library
    bus: Heard = field(default_factory=Heard)
    store: Memory = field(default_factory=Memory)
    keys: Keys = field(default_factory=lambda: Keys(SECRET))
    access: Access | None = None  # else it depends on who sits there
    wait: float = 120.0

    def __post_init__(self) -> None:
        """Build."""
        self.exchange = self.meeting()
        self.talk = Conversation(self.library, self.keys, self.now, None, Desk(self.open, Rules(self.wait, telegram=True)))
        self.tasks: list[asyncio.Task[None]] = []

    def meeting(self) -> Exchange:
        """Build where people and helpers meet, as a new process would."""
        return Exchange(self.bus, self.store, self.keys, Clocks(self.now, seconds), self.wait)

    def kill(self) -> None:
        """Let the process die as SIGKILL would, and build another one."""
        for own in self.exchange.front.cases:
            own.line.task.cancel()
        self.exchange.front._own.clear()  # noqa: SLF001 - what a killed process holds is gone
        self.exchange = self.meeting()

    def now(self) -> datetime:
        """Give the time of day."""
        return NOON + timedelta(seconds=seconds())

    def open(self) -> Access:
        """Tell whether a helper can be asked."""
        return self.access or (Access.OPEN if self.exchange.back.agents else Access.CLOSED)

    def sit(self, agent: str) -> Helper:
        """Let a helper sit down."""
        helper = Helper(self.exchange.back.sit(agent))
        self.tasks.append(asyncio.create_task(helper.listen()))
        return helper

    @property
    def events(self) -> list[Event]:
        """List what was sent."""
        return [event for sealed in self.bus.sent if (event := unseal(sealed, self.keys, self.now()))]

    def words(self, phrase: str, tag: str = "en") -> str:
        """Give the words of a phrase, up to the first thing that is filled in."""
        found = next(text for name, text in self.library.phrases.items() if name.value == phrase)
        return self.library.catalogs.say(found, tag).partition("{")[0].strip()


@asynccontextmanager
async def room(library: Library, build: Callable[[Library], Room] = Room) -> AsyncIterator[Room]:
    """Run it, and leave nothing behind."""
    made = build(library)
    async with made.exchange.running():
        await moment()
        yield made
    for task in made.tasks:
        task.cancel()
    await made.store.close()
    rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
