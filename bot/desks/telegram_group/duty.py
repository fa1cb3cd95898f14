"""Who is on duty: helpers of the group who pressed the button, each at a seat of the exchange, for half a day at most."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import monotonic
from typing import Final

from bot.desks.telegram_group.kept import Kept
from bot.log import Moment, note
from bot.talk.handoff.back import Back
from bot.talk.handoff.person import Over
from bot.talk.handoff.seat import Change, Seat, Seen, Words

SHIFT: Final = 12 * 3600.0  # seconds after which duty ends by itself


@dataclass(frozen=True, slots=True, eq=False)
class Helper:
    """Somebody on duty. The name is the one their colleagues see in the group; no person sees it."""

    user: int
    name: str
    seat: Seat
    until: float
    pump: "asyncio.Task[None]"

    @property
    def agent(self) -> str:
        """Give the name towards the exchange."""
        return self.seat.agent


Hear = Callable[[Helper, Change], None]


class Duty:
    """The helpers of one group."""

    def __init__(self, back: Back, kept: Kept, hear: Hear, shift: float = SHIFT) -> None:
        """Take where helpers sit, what makes their names, who is told what they are told, and how long a duty lasts."""
        self._back = back
        self._kept = kept
        self._hear = hear
        self._shift = shift
        self._helpers: dict[int, Helper] = {}

    def __iter__(self) -> Iterator[Helper]:
        """List who is on duty."""
        return iter([*self._helpers.values()])

    def __len__(self) -> int:
        """Count them."""
        return len(self._helpers)

    def of(self, user: int) -> Helper | None:
        """Find a helper by their account."""
        return self._helpers.get(user)

    def named(self, agent: str) -> Helper | None:
        """Find one by the name towards the exchange."""
        return next((helper for helper in self if helper.agent == agent), None)

    def begin(self, user: int, name: str) -> Helper:
        """Let somebody begin, or begin anew."""
        self.finish(user)
        seat = self._back.sit(self._kept.agent(user))
        helper = Helper(user, name, seat, monotonic() + self._shift, asyncio.create_task(self._listen(user, seat)))
        self._helpers[user] = helper
        return helper

    def finish(self, user: int) -> None:
        """Let somebody go."""
        helper = self._helpers.pop(user, None)
        if helper is not None:
            helper.pump.cancel()
            self._back.rise(helper.seat)

    def held(self, helper: Helper) -> list[Seen]:
        """List whom a helper has."""
        return [seen for seen in helper.seat.cases if seen.agent == helper.agent]

    def tired(self) -> list[Helper]:
        """List whose time is over and who has nobody."""
        return [helper for helper in self if monotonic() > helper.until and not self.held(helper)]

    async def _listen(self, user: int, seat: Seat) -> None:
        while True:
            change = await seat.next()
            try:
                self._hear(self._helpers[user], change)
            except Exception:  # noqa: BLE001 - one bad change must not end a duty, and its words go nowhere
                note(Moment.FAILED)
                if isinstance(change, Words):  # they count as arrived, so the person must know that they are lost
                    await seat.end(change.case, Over.BROKEN)
            del change  # nothing of it is held while the next one is awaited
