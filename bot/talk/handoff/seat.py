"""One helper at one desk, and what they are told there."""

import asyncio
import secrets
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from bot.core.private import Private
from bot.talk.handoff.brief import Brief
from bot.talk.handoff.person import Over
from bot.talk.handoff.wire import Event, Heard, Passes, Reads, Stops, Told, pieces

if TYPE_CHECKING:
    from bot.talk.handoff.back import Back

FULL: Final = 500  # changes that wait for a slow helper; no more words are taken then, so the person is told
GIVEN: Final = 100  # words that are known when they come twice


@dataclass(slots=True)
class Seen:
    """A case as helpers see it. `agent` is empty while it waits."""

    case: str
    number: int
    brief: Brief
    since: float
    beat: float
    agent: str = ""
    wanted: str = ""
    readers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """The list of cases has changed: ask for it."""


@dataclass(frozen=True, slots=True)
class Words:
    """The person of a case said something."""

    case: str
    id: str
    words: Private[str]


@dataclass(frozen=True, slots=True)
class Colleague:
    """Whom one reads along with said something."""

    case: str
    words: Private[str]


@dataclass(frozen=True, slots=True)
class Arrived:
    """What one said is before the person now. What has not arrived after five seconds did not, as far as anybody can tell."""

    case: str
    id: str


@dataclass(frozen=True, slots=True)
class Closed:
    """A case is over: everything of it must go from the helper's screen."""

    case: str
    why: Over


Change: TypeAlias = Listed | Words | Colleague | Arrived | Closed


class Seat:
    """One helper at one desk. Several desks give the same helper several seats."""

    def __init__(self, back: "Back", agent: str) -> None:
        """Take where the cases are, and the helper's name, which is unique and which no person sees."""
        self._back = back
        self.agent = agent
        self._changes: deque[Change] = deque()
        self._some = asyncio.Event()
        self._given: deque[tuple[str, str]] = deque(maxlen=GIVEN)
        self._told: dict[tuple[str, str], str] = {}  # pieces of what was said here that have not arrived yet, and of what
        self._met: set[str] = set()  # cases of which something may be on the screen

    async def next(self) -> Change:
        """Wait for the next change. Words count as arrived when they are given here, once, to whom they were said."""
        while True:
            while not self._changes:
                await self._some.wait()
            change = self._changes[0]
            if isinstance(change, Words) and self._back.held(change.case, self.agent):
                await self._back.send(Heard(change.case, change.id))
            if self._took(change) and self._fresh(change):
                return change

    def put(self, change: Change) -> None:
        """Take a change. Words that do not fit any more are not taken; what is over takes its words along."""
        match change:
            case Listed() if change in self._changes:
                return
            case Words(case=case) | Colleague(case=case) if len(self._changes) < FULL:
                self._met.add(case)
            case Words() | Colleague():
                return
            case Arrived(case, name):
                ident = self._told.pop((case, name), None)
                if ident is None or ident in self._told.values():
                    return
                change = Arrived(case, ident)
            case Closed(case):
                self._forget(case)
            case _:
                pass
        self._changes.append(change)
        self._some.set()

    def met(self, case: str) -> bool:
        """Tell whether anything of a case was given here."""
        return case in self._met

    @property
    def cases(self) -> list[Seen]:
        """List what waits, the most urgent and longest first, and what this helper has or reads."""
        return self._back.listed(self.agent)

    async def take(self, case: str) -> bool:
        """Try to win a waiting case; False if somebody else has it, or it is gone."""
        return await self._back.take(case, self.agent)

    async def tell(self, case: str, words: Private[str], ident: str = "") -> str | None:
        """Say something to the person of one's own case; gives its id, None if it is not one's own or cannot be sent."""
        if self._back.held(case, self.agent) is None:
            return None
        ident = ident or secrets.token_hex(8)
        self._met.add(case)
        told = pieces(ident, words)
        self._told |= {(case, name): ident for name, _ in told}
        sent = [await self._back.send(Told(case, name, piece, self.agent)) for name, piece in told]
        return ident if all(sent) else None

    async def end(self, case: str, why: Over = Over.ENDED) -> bool:
        """End one's own case; `Over.BLOCKED` keeps the person from asking again for an hour."""
        return await self._mine(case, Stops(case, why.value, self.agent))

    async def pass_on(self, case: str, to: str = "") -> bool:
        """Pass one's own case on, to a colleague by name, or to whoever is free."""
        return await self._mine(case, Passes(case, self.agent, to))

    async def read(self, case: str, *, along: bool = True) -> bool:
        """Read along with a colleague, or stop; the person is told before anything can be read."""
        seen = self._back.seen(case)
        if seen is None or not seen.agent or seen.agent == self.agent:
            return False
        return await self._back.send(Reads(case, self.agent, along))

    def rise(self) -> None:
        """Forget everything: nobody sits here any more."""
        for kept in (self._changes, self._given, self._told, self._met):
            kept.clear()
        self._some.clear()

    async def _mine(self, case: str, event: Event) -> bool:
        return self._back.held(case, self.agent) is not None and await self._back.send(event)

    def _took(self, change: Change) -> bool:
        """Take the change away; False if it was closed away meanwhile."""
        there = bool(self._changes) and self._changes[0] is change
        if there:
            self._changes.popleft()
        if not self._changes:
            self._some.clear()
        return there

    def _fresh(self, change: Change) -> bool:
        """Tell whether words come for the first time."""
        if not isinstance(change, Words):
            return True
        name = (change.case, change.id)
        new = name not in self._given
        if new:
            self._given.append(name)
        return new

    def _forget(self, case: str) -> None:
        kept = [change for change in self._changes if isinstance(change, Listed) or change.case != case]
        self._changes = deque(kept)
        self._given = deque((name for name in self._given if name[0] != case), maxlen=GIVEN)
        self._told = {name: ident for name, ident in self._told.items() if name[0] != case}
        self._met.discard(case)
