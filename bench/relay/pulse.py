"""Many talks at a steady pace, whatever the other side does, and the time until words are in the other side's hand."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

FILL: Final = "I do not know what to do now, and I am afraid that my family will see it. Can you stay with me for a while?"
LAG: Final = 0.5  # seconds before the first words, and after the last ones

Say = Callable[[str], Awaitable[object]]


@dataclass(slots=True)
class Hand:
    """Where words arrive. They carry the moment at which they were due, on the clock that all processes share."""

    waits: list[float] = field(default_factory=list)

    def take(self, words: str) -> None:
        """Take words."""
        self.waits.append(time.monotonic() - float(words.partition(" ")[0]))


@dataclass(slots=True)
class Meter:
    """The CPU and the memory of this process."""

    begin: float = field(default_factory=time.process_time)

    def read(self, seconds: float) -> dict[str, float]:
        """Give the share of one core since the beginning, and the memory now."""
        pages = int(Path("/proc/self/statm").read_text("utf-8").split()[1])
        return {
            "core": (time.process_time() - self.begin) / seconds,
            "mib": pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024,
        }


async def pulse(says: Sequence[Say], every: float, seconds: float) -> None:
    """Let everybody say something every so often, each at another moment, for some seconds; then wait for the rest."""
    begin = time.monotonic() + LAG

    async def one(number: int, say: Say) -> None:
        due = begin + every * number / len(says)
        while due < begin + seconds:
            await asyncio.sleep(due - time.monotonic())
            await say(f"{due:.6f} {FILL}")
            due += every

    await asyncio.gather(*(one(number, say) for number, say in enumerate(says)))
    await asyncio.sleep(LAG)


def sums(waits: Sequence[float], sent: int) -> dict[str, float]:
    """Sum up the times of one direction or both; words that never came are counted."""
    ranked = sorted(waits)
    return {
        "sent": sent,
        "lost": sent - len(ranked),
        "p50_ms": ranked[len(ranked) // 2] * 1000,
        "p99_ms": ranked[len(ranked) * 99 // 100] * 1000,
        "most_ms": ranked[-1] * 1000,
    }
