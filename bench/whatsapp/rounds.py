"""The floor and the guide under the same load, one after the other, and the guide beside a flood."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from bench.load import WrongAnswerError
from bench.server import pinned
from bench.sizes import Sizes
from bench.whatsapp.api import Api
from bench.whatsapp.flood import flood
from bench.whatsapp.load import MEMORY, Found, Load, start, under

SLOW: Final = 0.3  # seconds that the Graph API takes over a message
LONGER: Final = 2.0  # rounds of `dhaal bench` are so many times as long as those of the other chats
FLOOR, GUIDE, STATUSES = "floor", "guide", "guide_statuses"
Plan = tuple[str, str, Load]  # what is started, with which store, and its load


def measure(sizes: Sizes) -> dict[str, object]:
    """Measure shortly, as a part of all benchmarks.

    Raises:
        WrongAnswerError: if anything was lost, came twice, or was an apology.
        SilentServerError: if a server does not start.
    """
    load = Load(seconds=sizes.seconds * LONGER)
    found = run({FLOOR: (FLOOR, MEMORY, load), GUIDE: (GUIDE, MEMORY, load)}, max(sizes.seconds, 1.0))
    wrong = list(losses(found))
    if wrong:
        raise WrongAnswerError(" ".join(wrong))
    return found


def plans(load: Load, valkey: str | None) -> dict[str, Plan]:
    """List what a long run measures."""
    told = replace(load, statuses=True)
    found = {FLOOR: (FLOOR, MEMORY, load), GUIDE: (GUIDE, MEMORY, load), STATUSES: (GUIDE, MEMORY, told)}
    return found | ({"guide_valkey": (GUIDE, valkey, load)} if valkey else {})


def run(wanted: Mapping[str, Plan], seconds: float) -> dict[str, object]:
    """Measure each, and then the flood for some seconds.

    Raises:
        SilentServerError: if a server does not start.
    """
    with pinned(-1):
        return asyncio.run(_run(wanted, seconds))


async def _run(wanted: Mapping[str, Plan], seconds: float) -> dict[str, Any]:
    api = Api(SLOW)
    async with await api.open():
        servers = {name: await _one(plan, api) for name, plan in wanted.items()}
        server = start(GUIDE, api)
        try:
            poured = await flood(server, api, seconds)
        finally:
            server.stop()
    first = next(iter(wanted.values()))[2]
    return {
        "rate": first.rate, "delay_ms": SLOW * 1000, "servers": servers, "flood": poured,
        "ratio": round(servers[GUIDE]["cpu_us"] / servers[FLOOR]["cpu_us"], 2), "status_us": _status(servers),
    }  # fmt: skip


async def _one(plan: Plan, api: Api) -> dict[str, Any]:
    name, store, load = plan
    server = start(name, api, store)
    try:
        return await under(load, server, api)
    finally:
        server.stop()


def _status(servers: Mapping[str, dict[str, Any]]) -> float | None:
    """Give the CPU that a status webhook costs: what the same load costs more with them."""
    if STATUSES not in servers:
        return None
    told, plain = servers[STATUSES], servers[GUIDE]
    cost: float = round((told["cpu_s"] - plain["cpu_us"] * told["taps"] / 1e6) / (told["webhooks"] - told["taps"]) * 1e6, 1)
    return cost


def losses(found: Mapping[str, Any]) -> Iterator[str]:
    """Say what was lost, came twice, or was an apology."""
    parts: Sequence[tuple[str, Found]] = [*found["servers"].items(), ("flood", found["flood"])]
    for name, part in parts:
        wrong = {what: many for what, many in part["wrong"].items() if many}  # type: ignore[attr-defined]
        if wrong:
            yield f"WhatsApp, {name}: {', '.join(f'{many} {what}' for what, many in wrong.items())}."
