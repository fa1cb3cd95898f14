"""The long run: `python -m bench.whatsapp`. It ends with 1 if anything is lost, memory grows, or help comes late."""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, Final

from bench.server import SilentServerError
from bench.whatsapp import report, rounds
from bench.whatsapp.load import Load
from tests.stores.server import PROGRAMS, serving_valkey

LATE: Final = 2000.0  # ms in which a chat can leave, or gets help, whatever another one does
MARKS: Final = 6.0  # MiB for 10,000 webhooks: with the store in memory, each message is known for ten minutes
FLAT: Final = (
    1.0  # MiB for 10,000 webhooks: with Valkey, nothing stays in the guide; turns that pile up leave a high-water mark
)
SETTLED: Final = 30.0  # seconds below which growth means nothing: caches still fill


def main() -> int:
    """Measure, print, judge."""
    options = _options()
    load = Load(options.rate, options.seconds)
    before = os.getloadavg()[0]
    with ExitStack() as stack:
        valkey = stack.enter_context(serving_valkey("--maxmemory", "256mb")).url if PROGRAMS else None
        try:
            found: dict[str, Any] = rounds.run(rounds.plans(load, valkey), min(load.seconds, 20.0))
        except SilentServerError as error:
            print(error, file=sys.stderr)
            return 1
    found["load"] = [round(before, 2), round(os.getloadavg()[0], 2)]
    print(json.dumps(found) if options.json else "\n".join([*report.lines(found), f"  The machine's load: {found['load']}."]))
    faults = list(_faults(found, load))
    print(*faults, sep="\n", end="\n" if faults else "", file=sys.stderr)
    return 1 if faults else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.whatsapp", description=__doc__)
    parser.add_argument("--rate", type=float, default=500.0, help="taps a second (500)")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long each is measured (60)")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    return parser.parse_args()


def _faults(found: dict[str, Any], load: Load) -> Iterator[str]:
    yield from rounds.losses(found)
    for name, it in found["servers"].items():
        bound = FLAT if name.endswith("valkey") else MARKS
        if load.seconds >= SETTLED and it["growth_mib"] > bound:
            yield f"{name}: memory grew by {it['growth_mib']} MiB for 10,000 webhooks, and {bound} is the most."
        if it["not_asked"]:
            yield f"{name}: {it['not_asked']} taps could not be made, as nobody was free. It did not keep up."
    if found["flood"]["urgent_ms"]["most"] > LATE:
        yield f"Beside a flood, somebody waited {found['flood']['urgent_ms']['most']} ms to leave, or for help."


if __name__ == "__main__":
    sys.exit(main())
