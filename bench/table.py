"""The result as a table for people."""

from collections.abc import Iterator
from typing import Any

from bench.turn import PARTS, REST
from bench.whatsapp import report


def lines(found: dict[str, Any]) -> Iterator[str]:
    """Write every figure beside its floor."""
    yield from _turn(found["turn"], found["growth"])
    yield ""
    yield from _web(found["web"], found["start"])
    yield ""
    yield from _telegram(found["telegram"])
    yield ""
    yield from report.lines(found["whatsapp"])
    yield ""
    yield from _relay(found["relay"])
    yield ""
    memory = found["memory"]
    yield f"Memory: {memory['start_mib']} MiB after the first answer, {memory['warm_mib']} MiB warm, {memory['end_mib']} MiB"
    yield f"after {memory['conversations']:,} more conversations: {memory['bytes_per_conversation']} bytes each."


def _relay(relay: dict[str, Any]) -> Iterator[str]:
    yield f"{relay['talks']} talks with helpers, {relay['messages_per_second']:,} messages a second{'p50 ms':>20}{'p99 ms':>10}"
    for name in ("local", "valkey"):
        for what, part in relay.get(name, {}).items():
            yield f"  {name + ', ' + what:60}{part['p50_ms']:10.2f}{part['p99_ms']:10.2f}"


def _turn(turn: dict[str, Any], growth: dict[str, Any]) -> Iterator[str]:
    yield f"{'One press, CPU in process':32}{'us':>9}{'least':>9}{'most':>9}{'x floor':>9}"
    for name in (*PARTS, REST):
        yield _row(f"  {name}", turn["parts"][name])
    yield _row("  the whole turn", turn["turn"])
    for tag, part in turn["locales"].items():
        yield _row(f"  the whole turn, {tag}", part)
        yield _row(f"  json.loads, {part['update_bytes']} bytes", {"us": part["floor_us"], "ratio": None})
    yield _row(f"  engine, {growth['small_steps']} steps", {"us": growth["small_us"], "ratio": None})
    yield _row(f"  engine, {growth['large_steps']} steps", {"us": growth["large_us"], "ratio": growth["ratio"]})


def _row(name: str, part: dict[str, Any]) -> str:
    spread, ratio = part["us"], part["ratio"]
    shown = f"{ratio['median']:9.2f}" if ratio else f"{'':9}"
    return f"{name:32}{spread['median']:9.2f}{spread['least']:9.2f}{spread['most']:9.2f}{shown}"


def _web(web: dict[str, Any], start: dict[str, Any]) -> Iterator[str]:
    yield f"{'Web chat, ' + str(web['connections']) + ' connections':32}{'guide':>9}{'bare':>9}{'x floor':>18}"
    names = {"requests_per_second": "requests/s", "cpu_us": "CPU us a request", "p50_ms": "p50 ms", "p99_ms": "p99 ms"}
    for key, name in names.items():
        yield f"  {name:30}{web['guide'][key]:9.2f}{web['bare'][key]:9.2f}{web['ratio'][key]['median']:18.2f}"
    guide, bare, ratio = start["guide_s"], start["bare_s"], start["ratio"]
    yield f"  {'start to first answer, s':30}{guide['median']:9.2f}{bare['median']:9.2f}{ratio['median']:18.2f}"


def _telegram(telegram: dict[str, Any]) -> Iterator[str]:
    names = {"updates_per_second": "updates/s", "cpu_us": "CPU us an update", "p50_ms": "p50 ms", "p99_ms": "p99 ms"}
    more = {"start_s": "start to first answer, s", "start_mib": "MiB then", "end_mib": "MiB at the end"}
    found, slow, flood = telegram["contenders"], telegram["slow"], telegram["flood"]
    yield f"{'Telegram, ' + str(telegram['users']) + ' people':32}" + "".join(f"{name:>14}" for name in found)
    yield f"  {'x floor, CPU an update':30}" + "".join(f"{it['ratio']['median']:14.2f}" for it in found.values())
    for key, name in (names | more).items():
        yield f"  {name:30}" + "".join(f"{it[key]:14.2f}" for it in found.values())
    yield f"  {slow['users']} people, Bot API of {slow['delay_ms']:.0f} ms:"
    for key, name in names.items():
        yield f"  {name:30}" + "".join(f"{it[key]:14.2f}" for it in slow["contenders"].values())
    yield f"  Leaving beside a chat of {flood['updates_per_second']:,} updates/s: {flood['median_ms']:.0f} ms, at most"
    yield f"  {flood['most_ms']:.0f} ms. Of its {flood['updates_sent']:,} updates {flood['edits']:,} were answered."
