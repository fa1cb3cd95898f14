"""From the start of the process to the first whole page."""

from pathlib import Path

from bench.server import BARE, GUIDE, Server, pinned
from bench.sizes import Sizes, Spread


def measure(answers: Path, sizes: Sizes) -> dict[str, object]:
    """Start both servers again and again, in turns."""
    guide: list[float] = []
    bare: list[float] = []
    with pinned(-1):
        for _ in range(sizes.starts):
            bare.append(_start(Server(BARE, str(answers))))
            guide.append(_start(Server(GUIDE)))
    return {
        "guide_s": Spread.of(guide).record(),
        "bare_s": Spread.of(bare).record(),
        "ratio": Spread.of([mine / floor for mine, floor in zip(guide, bare, strict=True)]).record(),
    }


def _start(server: Server) -> float:
    try:
        return server.first_answer()
    finally:
        server.stop()
