"""How a page is reached whose person asked for a helper: what was said waits here until the page looks, and goes at the end."""

from collections import deque
from collections.abc import Awaitable
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

from bot.core.private import Private
from bot.talk.handoff.front import Over, State
from bot.talk.ports import Input, Words

MOST: Final = 200  # lines that a page shows
AWAY: Final = 45.0  # seconds without a look until the page counts as closed
OLD: Final = 900.0  # seconds after which a page need not be told any more that it is over


@dataclass(frozen=True, slots=True)
class Line:
    """What one side said."""

    mine: bool
    words: Private[str]


@dataclass(slots=True)
class Voice:
    """One page with a helper. `over` tells why that is over, and `told` that the page knows it; `line` ends with it."""

    lines: deque[Line] = field(default_factory=lambda: deque(maxlen=MOST))
    over: Over | None = None
    told: bool = False
    line: Awaitable[object] | None = None
    looked: float = field(default_factory=monotonic)

    @property
    def old(self) -> bool:
        """Tell whether it has been over for long."""
        return self.over is not None and monotonic() - self.looked > OLD

    def look(self) -> None:
        """Know that the page is open."""
        self.looked = monotonic()

    def said(self, what: Input) -> None:
        """Lay the person's own words beside the helper's, while they talk."""
        if isinstance(what, Words) and self.over is None:
            self.lines.append(Line(mine=True, words=what.words))

    async def tell(self, words: Private[str]) -> bool:
        """Lay a helper's words ready; False if the page seems closed."""
        self.lines.append(Line(mine=False, words=words))
        return monotonic() - self.looked < AWAY

    async def show(self, state: State) -> None:
        """Lay ready why it is over; everything else a page finds out by looking."""
        self.over = state.over

    async def clear(self) -> None:
        """Forget what was said. Nobody is told of an end that was their own, or whose place another page has taken."""
        self.lines.clear()
        if self.over is None:
            self.over, self.told = Over.STOPPED, True
