"""Somebody who answers: what every desk offers to the helper in front of it, and nothing else."""

import asyncio
import time
from collections.abc import Callable
from typing import Final, Protocol

PATIENCE: Final = 30.0  # seconds that a test waits for a truth


class Helper(Protocol):
    """One helper on duty at one desk. A helper sees numbers, so everything is asked for by a person's number."""

    @property
    def raw(self) -> str:
        """Give everything that the desk ever sent to where this helper looks."""

    async def brief(self, number: int) -> str:
        """Wait until somebody waits there, and give what the desk shows of them."""

    async def take(self, number: int) -> bool:
        """Try to take somebody; False if the desk says that it was too late."""

    async def say(self, number: int, words: str) -> bool:
        """Write to somebody; False if the desk says at once that it was not sent."""

    def arrived(self, number: int, words: str) -> bool:
        """Tell whether the desk shows that this arrived."""

    def heard(self, number: int) -> list[str]:
        """List what somebody said, as it stands there now."""

    def shows(self, number: int) -> bool:
        """Tell whether the desk shows anything of a talk now: words, facts, or a way to answer."""

    async def end(self, number: int, *, block: bool = False) -> None:
        """End a talk; or keep the person away too."""

    async def pass_on(self, number: int) -> None:
        """Let whoever is free go on."""

    async def read(self, number: int, *, along: bool) -> None:
        """Read along with a colleague, or stop."""

    async def room(self, *, there: bool) -> None:
        """Say whether the desk can take one more."""

    async def leave(self) -> bool:
        """Go off duty; False if the desk does not let somebody go who still has a talk."""

    async def cut(self) -> None:
        """Let the line to the helper break."""

    async def mend(self) -> None:
        """Let it come back."""

    async def stall(self) -> None:
        """Take nothing more of what the desk brings, with the line open."""


class DeskUnderTest(Protocol):
    """One desk that runs. A new desk joins the contract by a class of this shape and one for its helpers."""

    async def helper(self, name: str) -> Helper:
        """Let somebody be on duty: "asha" or "ben"."""


async def until(happened: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "It did not happen."
        await asyncio.sleep(0.01)
