"""How a page is reached whose person asked for a helper: what was said waits here until the page looks, and goes at the end."""

import time
from collections import deque
from dataclasses import dataclass, field
from typing import Final

from bot.core.private import Private
from bot.talk.handoff.front import State

MOST: Final = 200  # lines that a page shows
AWAY: Final = 45.0  # seconds without a look until the page counts as closed


@dataclass(frozen=True, slots=True)
class Line:
    """What one side said."""

    mine: bool
    words: Private[str]


@dataclass(slots=True)
class Voice:
    """One page with a helper."""

    lines: deque[Line] = field(default_factory=lambda: deque(maxlen=MOST))
    state: State | None = None
    looked: float = field(default_factory=time.monotonic)

    @property
    def over(self) -> State | None:
        """Give how it ended, if it did and the page does not know yet."""
        return self.state if self.state is not None and self.state.over is not None else None

    def look(self) -> None:
        """Know that the page is open."""
        self.looked = time.monotonic()

    async def tell(self, words: Private[str]) -> bool:
        """Lay a helper's words ready; False if the page seems closed."""
        self.lines.append(Line(mine=False, words=words))
        return time.monotonic() - self.looked < AWAY

    async def show(self, state: State) -> None:
        """Lay ready where they stand."""
        self.state = state

    async def clear(self) -> None:
        """Forget what was said."""
        self.lines.clear()
