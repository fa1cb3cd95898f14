"""What a press costs as a guide grows: a small and a large book through the same engine."""

import random
import time

from bench.sizes import Sizes, Spread
from bot.core.book import Ask, Book, Text, Way
from bot.core.engine import Engine
from bot.core.events import Pressed
from bot.core.session import Session

SMALL, LARGE, WAYS, DEPTH = 10, 1000, 4, 8


def book(steps: int) -> Book:
    """Make up a guide of questions with four choices each, which lead all over it."""
    chance = random.Random(steps)  # noqa: S311 - a made-up guide keeps no secret
    names = [f"made.step_{number}" for number in range(steps)]
    facts = {"what": ("one", "two", "three", "four")}
    words = Text("made", "A question of a made-up guide.")
    pages = {
        name: Ask(name, words, tuple(Way(str(i), chance.choice(names), {"what": facts["what"][i]}, words) for i in range(WAYS)))
        for name in names
    }
    return Book(facts, pages, ("en",), names[0], {"menu": names[0]})


def measure(sizes: Sizes) -> dict[str, object]:
    """Press choices at random in both books, in turns."""
    engines = {steps: Engine(book(steps), DEPTH) for steps in (SMALL, LARGE)}
    times: dict[int, list[float]] = {steps: [] for steps in engines}
    for engine in engines.values():
        _spent(engine, sizes.presses, -1)
    for number in range(sizes.rounds):
        for steps, engine in engines.items():
            times[steps].append(_spent(engine, sizes.presses, number))
    ratios = [large / small for small, large in zip(times[SMALL], times[LARGE], strict=True)]
    return {
        "small_steps": SMALL,
        "large_steps": LARGE,
        "small_us": Spread.of(times[SMALL]).record(),
        "large_us": Spread.of(times[LARGE]).record(),
        "ratio": Spread.of(ratios).record(),
    }


def _spent(engine: Engine, presses: int, seed: int) -> float:
    chance = random.Random(seed)  # noqa: S311 - which choice is pressed is no secret
    events = [Pressed(chance.randrange(WAYS)) for _ in range(presses)]
    session: Session | None = Session.fresh(engine.book, "en")
    begin = time.process_time_ns()
    for event in events:
        assert session is not None
        session = engine.advance(session, event).session
    return (time.process_time_ns() - begin) / presses / 1000
