"""All benchmarks, one after the other."""

import os
import platform
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from bench import growth, memory, start, turn, web
from bench.load import WrongAnswerError
from bench.relay import contest as relay
from bench.server import CORES, SilentServerError
from bench.sizes import FULL, QUICK
from bench.telegram import contest
from bench.walk import LOCALES, LostWayError, walk
from bench.whatsapp import rounds
from bot import wiring
from bot.settings import Settings

Progress = Callable[[str, float], None]
REFUSALS = (LostWayError, SilentServerError, WrongAnswerError)


def run(*, quick: bool, scale: float, progress: Progress) -> dict[str, object]:
    """Run everything.

    Raises:
        REFUSALS: with a sentence, if the walk no longer fits the guide, or a server is silent or answers with a wrong page.
    """
    sizes = (QUICK if quick else FULL).scaled(scale)
    library = wiring.library()
    walks = {tag: walk(library, wiring.conversation(Settings(), library), tag) for tag in LOCALES}
    found: dict[str, object] = {"quick": quick, "machine": _machine()}
    with tempfile.TemporaryDirectory() as folder:
        answers = Path(folder) / "answers.json"
        progress("one turn in process", 0.0)
        found["turn"] = turn.measure(library, sizes)
        progress("a growing guide", 0.05)
        found["growth"] = growth.measure(sizes)
        progress("the web chat", 0.1)
        web.record(walks, answers)
        found["web"] = web.measure(walks, answers, sizes)
        progress("starting", 0.2)
        found["start"] = start.measure(answers, sizes)
        progress("memory", 0.25)
        found["memory"] = memory.measure(walks, sizes)
        progress("Telegram, beside other bots", 0.6)
        found["telegram"] = contest.measure(walks, answers, sizes)
        progress("WhatsApp, a steady load", 0.85)
        found["whatsapp"] = rounds.measure(sizes)
        progress("the relay between people and helpers", 0.9)
        found["relay"] = relay.measure(sizes)
        progress("done", 1.0)
    return found


def _machine() -> dict[str, object]:
    libraries = ("uvicorn", "starlette", "jinja2", "cryptography", "transitions", "babel", "aiogram", "aiohttp")
    return {
        "python": platform.python_version(),
        "cores": len(CORES),
        "load": round(os.getloadavg()[0], 2),
        "libraries": {name: version(name) for name in libraries},
    }
