"""The web chat end to end, against a bare handler that gives back the same bytes under the same server."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from bench.load import END, Crowd, Plan, WrongAnswerError, plans, shows, talk
from bench.server import BARE, GUIDE, Server, pinned, serving
from bench.sizes import Sizes, Spread
from bench.walk import Taken

CONNECTIONS = 32
WARM = 0.5  # seconds before each measurement
DROPPED = ("date",)  # what the server itself adds
Walks = Mapping[str, Sequence[Taken]]
Round = dict[str, float]


def record(walks: Walks, path: Path) -> None:
    """Walk over HTTP once in each language, check every page against the talk in process, and write the answers down.

    Raises:
        WrongAnswerError: if a page does not show its screen.
    """
    found: dict[str, list[object]] = {tag: [] for tag in walks}

    def see(tag: str, place: int, answer: bytes) -> None:
        if not shows(answer, walks[tag][place]):
            message = f"The page of {walks[tag][place].screen.ref} does not show its choices."
            raise WrongAnswerError(message)
        head, _, body = answer.decode().partition(END.decode())
        headers = [line.partition(": ")[::2] for line in head.split("\r\n")[1:]]
        found[tag].append((200, [pair for pair in headers if pair[0] not in DROPPED], body))

    with serving(GUIDE) as server:
        asyncio.run(talk(server.port, Crowd(plans(walks), len(walks), see), len(walks)))
    path.write_text(json.dumps(found))


def measure(walks: Walks, answers: Path, sizes: Sizes) -> dict[str, object]:
    """Measure both servers in turns."""
    rounds: dict[str, list[Round]] = {"bare": [], "guide": []}
    with serving(GUIDE) as guide, serving(BARE, str(answers)) as bare, pinned(-1):
        for _ in range(sizes.web_rounds):
            for name, server in (("bare", bare), ("guide", guide)):
                rounds[name].append(asyncio.run(_round(server, plans(walks), sizes.seconds)))
    pairs = list(zip(rounds["guide"], rounds["bare"], strict=True))
    ratios = {key: Spread.of([mine[key] / floor[key] for mine, floor in pairs]).record() for key in pairs[0][0]}
    return {
        "connections": CONNECTIONS,
        "seconds": sizes.seconds,
        "rounds": sizes.web_rounds,
        **{name: {key: round(median(it[key] for it in found), 3) for key in found[0]} for name, found in rounds.items()},
        "ratio": ratios,
    }


async def _round(server: Server, steps: Sequence[Plan], seconds: float) -> Round:
    await talk(server.port, Crowd(steps, float("inf")), CONNECTIONS, min(WARM, seconds))
    crowd = Crowd(steps, float("inf"))
    begin = server.cpu()
    took = await talk(server.port, crowd, CONNECTIONS, seconds)
    spent, waits = server.cpu() - begin, sorted(crowd.waits)
    return {
        "requests_per_second": len(waits) / took,
        "cpu_us": spent / len(waits) * 1e6,
        "p50_ms": waits[len(waits) // 2] * 1000,
        "p99_ms": waits[len(waits) * 99 // 100] * 1000,
    }
