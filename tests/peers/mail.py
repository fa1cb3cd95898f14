"""Updates on their way to the bot, and the way on which the bot asks for them. Until it confirms one, it is kept."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from time import monotonic
from typing import Any, Final, TypeAlias

from tests.peers.answers import OTHER_POLL, conflict
from tests.peers.chats import Telegram

Json: TypeAlias = dict[str, Any]

ON_REQUEST: Final = {"chat_member", "message_reaction", "message_reaction_count"}  # only where `allowed_updates` names them
LONGEST_POLL: Final = 50  # seconds
MOST: Final = 100  # updates in one answer


@dataclass(slots=True, eq=False)
class Parcel:
    """An update on its way; `copies` says how often it still arrives."""

    update: Json
    kind: str
    chat: int
    copies: int

    @property
    def number(self) -> int:
        """Give its number."""
        return int(self.update["update_id"])

    @property
    def queue(self) -> tuple[str, int]:
        """Name those that wait for one another."""
        return self.kind, self.chat


@dataclass(slots=True, eq=False)
class Habits:
    """How updates are delivered: each how often, how late, and the pause after a failure (a second and more in truth)."""

    copies: int = 1
    delay: float = 0.0
    pause: float = 0.05
    timeout: float = 30.0


@dataclass(slots=True, eq=False)
class Mail:
    """The updates that wait. Whoever can take them on is told of new ones in `tell`."""

    telegram: Telegram
    loop: asyncio.AbstractEventLoop
    habits: Habits = field(default_factory=Habits)
    parcels: list[Parcel] = field(default_factory=list)
    held: list[Parcel] | None = None
    allowed: Sequence[str] = ()
    tell: list[Callable[[], None]] = field(default_factory=list)
    _numbers: "count[int]" = field(default_factory=lambda: count(870_000_001))

    def send(self, kind: str, chat: int, body: Json) -> Json | None:
        """Put an update on its way, from any thread; None if the bot did not ask for its kind."""
        if kind not in self.allowed if self.allowed else kind in ON_REQUEST:
            return None
        update = {"update_id": next(self._numbers), kind: body}
        parcel = Parcel(update, kind, chat, self.habits.copies)
        if self.held is None:
            self._later([parcel])
        else:
            self.held.append(parcel)
        return update

    def hold(self) -> None:
        """Keep back what is sent from now on."""
        self.held = []

    def release(self, *, backwards: bool, renumber: bool) -> None:
        """Let go of what was kept back; the last first, if asked. Who polls always sees rising numbers."""
        held, self.held = self.held or [], None
        numbers = [parcel.number for parcel in held]
        if backwards:
            held.reverse()
        for number, parcel in zip(numbers, held, strict=True) if renumber else ():
            parcel.update["update_id"] = number
        self._later(held)

    def allow(self, params: Json) -> None:
        """Remember which kinds are wanted, if the bot says so."""
        self.allowed = params.get("allowed_updates", self.allowed)

    def drop_all(self) -> None:
        """Forget what waits."""
        self.parcels.clear()

    def confirm(self, parcels: Iterable[Parcel]) -> None:
        """Count one arrival of each; the last takes it away."""
        for parcel in parcels:
            parcel.copies -= 1
        self.parcels[:] = [parcel for parcel in self.parcels if parcel.copies > 0]

    def _later(self, parcels: Sequence[Parcel]) -> None:
        self.loop.call_soon_threadsafe(self.loop.call_later, self.habits.delay, self._take, parcels)

    def _take(self, parcels: Sequence[Parcel]) -> None:
        with self.telegram.moved:
            self.parcels += parcels
            self.telegram.moved.notify_all()
        for told in self.tell:
            told()


@dataclass(slots=True, eq=False)
class Poll:
    """The bot asks, and waits for an answer. One at a time: a second one ends the first."""

    mail: Mail
    _turn: int = 0
    _reason: str = OTHER_POLL
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        """Listen for news."""
        self.mail.tell.append(self._news.set)

    def end(self, reason: str) -> None:
        """End the one that waits, with a conflict."""
        self._turn, self._reason = self._turn + 1, reason
        self._news.set()

    async def get_updates(self, params: Json) -> list[Json]:
        """Give the updates from an offset on; those before it are confirmed.

        Raises:
            RefusedError: if another asks meanwhile.
        """
        self.end(OTHER_POLL)
        turn = self._turn
        self.mail.allow(params)
        self._confirm(params.get("offset", 0))
        until = monotonic() + min(params.get("timeout", 0), LONGEST_POLL)
        while not self.mail.parcels and (left := until - monotonic()) > 0:
            self._news.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), left)
            if turn != self._turn:
                conflict(self._reason)
        return [parcel.update for parcel in self.mail.parcels[: params.get("limit", MOST)]]

    def _confirm(self, offset: int) -> None:
        """Take away what comes before an offset; a negative one counts from the end."""
        parcels = self.mail.parcels
        self.mail.confirm([one for one in parcels if one.number < offset] if offset >= 0 else parcels[:offset])
