"""One server under a steady load: what it loses, how long people wait, what it costs, and what stays in memory."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.server import GUIDE, MIB, Server
from bench.telegram.contest import quiet
from bench.whatsapp.api import Api
from bench.whatsapp.delivery import Delivery
from bench.whatsapp.hooks import APP_SECRET, PHONE_ID, TOKEN
from bench.whatsapp.people import ROUND, Crowd

FLOOR: Final = ("-P", str(Path(__file__).with_name("floor.py")))
MARKS: Final = (1 / 6, 1 / 2, 1.0)  # of the time: when the server is weighed
MEMORY: Final = "memory"
Found = dict[str, object]


@dataclass(frozen=True, slots=True)
class Load:
    """How much is asked: taps a second, for so long, and whether Meta also tells how far each message has come."""

    rate: float = 500.0
    seconds: float = 60.0
    statuses: bool = False

    @property
    def people(self) -> int:
        """Give how many it takes, so that each taps slowly enough."""
        return max(int(self.rate * min(ROUND, self.seconds)), 1)


@dataclass(frozen=True, slots=True)
class Weight:
    """What a server held after some seconds, and how many webhooks it had taken by then."""

    seconds: float
    webhooks: int
    resident: int
    own: int

    def record(self) -> Found:
        """Give the shape that `--json` promises."""
        sizes = {"resident_mib": round(self.resident / MIB, 1), "own_mib": round(self.own / MIB, 1)}
        return {"seconds": round(self.seconds, 1), "webhooks": self.webhooks, **sizes}


def start(name: str, api: Api, store: str = MEMORY) -> Server:
    """Start the floor or the guide, as its operator would."""
    if name == "floor":
        return Server(FLOOR, api.url, APP_SECRET, PHONE_ID, TOKEN)
    settings = {
        "DHAAL_SECRET": "only for the benchmarks of Dhaal!", "DHAAL_STORE": store, "DHAAL_WHATSAPP_API": api.url,
        "DHAAL_WHATSAPP_TOKEN": TOKEN, "DHAAL_WHATSAPP_PHONE_ID": PHONE_ID, "DHAAL_WHATSAPP_APP_SECRET": APP_SECRET,
        "DHAAL_WHATSAPP_VERIFY_TOKEN": TOKEN,
    }  # fmt: skip
    return Server(GUIDE, settings=settings)


async def under(load: Load, server: Server, api: Api) -> Found:
    """Measure a server that was just started; everybody has opened the chat before the clock starts."""
    await server.opened()
    delivery = Delivery()
    await delivery.open(server.port)
    crowd = Crowd(api, delivery, statuses=load.statuses)
    try:
        await crowd.open(load.people, load.rate)
        await crowd.settle()
        crowd.again()
        with quiet():
            return await _measured(load, server, crowd)
    finally:
        crowd.leave()
        delivery.close()


async def _measured(load: Load, server: Server, crowd: Crowd) -> Found:
    begin, spent = time.perf_counter(), server.cpu()
    weighing = asyncio.create_task(_weigh(load, server, crowd.delivery))
    await crowd.talk(load.rate, load.seconds)
    took = time.perf_counter() - begin
    await crowd.settle()
    weights = [*await weighing, _weight(begin, server, crowd.delivery)]
    return {
        **_counted(crowd),
        "seconds": round(took, 1),
        "cpu_s": round(server.cpu() - spent, 2),
        "cpu_us": round((server.cpu() - spent) / max(crowd.delivery.sent, 1) * 1e6, 1),
        "webhook_ms": spread(crowd.delivery.waits),
        "message_ms": spread(crowd.waits),
        "weights": [weight.record() for weight in weights],
        "growth_mib": growth(weights),
    }


def _counted(crowd: Crowd) -> Found:
    """Count what came and went. Whoever was lost, got two messages, or an apology, is named in `wrong`."""
    sent, refused, lost = crowd.delivery.sent, crowd.delivery.refused, crowd.lost()
    wrong = {
        "lost": lost, "doubled": crowd.doubled, "apologies": crowd.troubled,
        "refused": refused + sent - len(crowd.delivery.waits),
    }  # fmt: skip
    counts = {"people": len(crowd.people), "webhooks": sent, "taken": len(crowd.delivery.waits) - refused}
    return {**counts, "taps": len(crowd.waits) + lost, "messages": len(crowd.waits) + crowd.doubled, "wrong": wrong,
            "not_asked": crowd.starved}  # fmt: skip


async def _weigh(load: Load, server: Server, delivery: Delivery) -> Sequence[Weight]:
    begin, weights = time.perf_counter(), []
    for mark in MARKS:
        await asyncio.sleep(begin + mark * load.seconds - time.perf_counter())
        weights.append(_weight(begin, server, delivery))
    return weights


def _weight(begin: float, server: Server, delivery: Delivery) -> Weight:
    return Weight(time.perf_counter() - begin, delivery.sent, server.resident(), server.own())


def growth(weights: Sequence[Weight]) -> float:
    """Give the MiB by which own memory grew for each 10,000 webhooks, from the first weighing to the last."""
    first, last = weights[0], weights[-1]
    return round((last.own - first.own) / MIB / max(last.webhooks - first.webhooks, 1) * 10_000, 2)


def spread(waits: Sequence[float]) -> Mapping[str, float]:
    """Give the middle, the slowest hundredth and the slowest, in milliseconds."""
    found = sorted(waits) or [0.0]
    at = {"p50": len(found) // 2, "p99": len(found) * 99 // 100, "most": len(found) - 1}
    return {name: round(found[place] * 1000, 1) for name, place in at.items()}
