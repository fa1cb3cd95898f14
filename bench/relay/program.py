"""One side of all talks in a process of its own: `python -P bench/relay/program.py SIDE KIND URL TALKS EVERY SECONDS`.

It says "ready", waits for a line, and prints what it measured as one JSON object.
"""

import asyncio
import json
import sys
from collections.abc import Sequence

from bench.relay.pulse import Hand, Meter, Say, pulse
from bench.relay.sides import bare, exchange, helpers, people


async def _go(says: Sequence[Say], hand: Hand, every: float, seconds: float) -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.readline)
    meter = Meter()
    await pulse(says, every, seconds)
    sys.stdout.write(json.dumps({"waits": hand.waits, **meter.read(seconds)}) + "\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.readline)


async def run(side: str, kind: str, url: str, talks: int, every: float, seconds: float) -> None:  # noqa: PLR0913, PLR0917
    """Run one side."""
    hand = Hand()
    if kind == "bare":
        other = {"people": "helpers", "helpers": "people"}[side]
        async with bare(url, side, other, hand) as say:
            await _go([say] * talks, hand, every, seconds)
    else:
        async with exchange(url) as here:
            says = await {"people": people, "helpers": helpers}[side](here, hand, talks)
            await _go(says, hand, every, seconds)


if __name__ == "__main__":
    _, which, what, where, *numbers = sys.argv
    asyncio.run(run(which, what, where, int(numbers[0]), float(numbers[1]), float(numbers[2])))
