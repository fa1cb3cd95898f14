"""What was measured of WhatsApp, as a table for people."""

from collections.abc import Iterator
from typing import Any


def lines(found: dict[str, Any]) -> Iterator[str]:
    """Write every figure beside its floor."""
    servers = found["servers"]
    head = f"WhatsApp, {found['rate']:.0f} taps/s, Graph API of {found['delay_ms']:.0f} ms"
    yield f"{head:44}" + "".join(f"{name:>16}" for name in servers)
    for key in ("people", "webhooks", "taken", "taps", "messages"):
        yield _row(key, [f"{it[key]:,}" for it in servers.values()])
    yield _row("wrong (lost, twice, apology, refused)", [str(sum(it["wrong"].values())) for it in servers.values()])
    for key, name in {"webhook_ms": "ms to the webhook's answer", "message_ms": "ms from tap to message"}.items():
        yield _row(f"{name}, p50 / p99", [f"{it[key]['p50']:.1f} / {it[key]['p99']:.1f}" for it in servers.values()])
    yield _row("CPU s / us a webhook", [f"{it['cpu_s']:.1f} / {it['cpu_us']:.0f}" for it in servers.values()])
    for place in range(len(next(iter(servers.values()))["weights"])):
        yield _weights(servers, place)
    yield _row("MiB more for 10,000 webhooks", [f"{it['growth_mib']:.2f}" for it in servers.values()])
    yield f"  A tap costs the guide {found['ratio']} times the floor." + _status(found)
    flood = found["flood"]
    yield f"  Beside a chat of {flood['per_second']:,.0f} taps/s, {flood['urgent']} who left or needed help now waited"
    others = flood["others_ms"]
    yield f"  {flood['urgent_ms']['p50']:.0f} ms, at most {flood['urgent_ms']['most']:.0f} ms; {flood['others']:,} other taps"
    yield f"  {others['p50']:.0f} ms, p99 {others['p99']:.0f} ms. The loud chat got {flood['answered']} messages."


def _row(name: str, cells: list[str]) -> str:
    return f"  {name:42}" + "".join(f"{cell:>16}" for cell in cells)


def _weights(servers: dict[str, Any], place: int) -> str:
    found = [it["weights"][place] for it in servers.values()]
    return _row(
        f"MiB after {found[0]['seconds']:.0f} s, own", [f"{it['resident_mib']:.1f}, {it['own_mib']:.1f}" for it in found]
    )


def _status(found: dict[str, Any]) -> str:
    return "" if found["status_us"] is None else f" A status costs {found['status_us']:.0f} us."
