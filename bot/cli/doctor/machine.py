"""The machine and the process: what could write memory to disk, or let others read it."""

import os
import resource
from collections.abc import Iterator, Mapping
from importlib.metadata import distributions
from pathlib import Path
from typing import Final

from bot.harden import swaps
from bot.settings import Settings

LOUD: Final = {  # of Python's own switches, those that print or keep what passes through
    "PYTHONASYNCIODEBUG", "PYTHONDEVMODE", "PYTHONFAULTHANDLER", "PYTHONINSPECT", "PYTHONTRACEMALLOC", "PYTHONVERBOSE",
}  # fmt: skip
REPORTERS: Final = {  # packages that send errors, traces or visits to somebody else (R52)
    "airbrake", "appsignal", "bugsnag", "datadog", "ddtrace", "elastic-apm", "honeybadger", "logfire", "mixpanel", "newrelic",
    "opentelemetry-distro", "opentelemetry-sdk", "posthog", "raven", "raygun4py", "rollbar", "scout-apm", "sentry-sdk",
}  # fmt: skip
LISTENS: Final = "0A"  # TCP_LISTEN, as /proc/net/tcp writes it
LOOPBACK: Final = ("7F", "00000000000000000000000001000000")  # how 127.x.x.x ends and what ::1 is there


def look(settings: Settings, environ: Mapping[str, str], root: Path = Path("/")) -> Iterator[str]:
    """Look at this process and at the machine; `root` is where /proc and /sys are found."""
    if os.geteuid() == 0:
        yield "The guide runs as root. Give it a user of its own; it needs no rights but to listen on a port."
    disks = swaps(root)
    if disks:
        yield (
            f"Swap is on ({', '.join(disks)}), so what is in memory may be written to disk. Run `swapoff -a`, or encrypt "
            "the swap. With DHAAL_PROFILE=hardened the guide does not start while it is on."
        )
    if not settings.hardened:
        yield from _plain(root)
    loud = sorted(name for name in LOUD if environ.get(name))
    if loud:
        yield f"Python's debug mode is on and can print or keep what passes through. Unset {', '.join(loud)}."
    yield from _reporters()
    if settings.metrics_port and any(_open(root, settings.metrics_port)):
        yield (
            f"Port {settings.metrics_port}, on which the metrics are, is open to other machines. Let nothing but this machine "
            "in: close the port in the firewall, and do not publish it from a container."
        )


def _plain(root: Path) -> Iterator[str]:
    """Name what the hardened profile would take care of."""
    yield (
        "DHAAL_PROFILE is plain, so words stay in freed memory until it is used again. "
        "Set DHAAL_PROFILE=hardened; docs/hardening.md says what it does and costs."
    )
    if resource.getrlimit(resource.RLIMIT_CORE)[0] != 0:
        yield "Core dumps are on, so a crash could write memory to disk. Start the guide with `ulimit -c 0`."
    if _read(root / "proc/sys/kernel/core_pattern").startswith("|"):
        yield (
            "This machine gives the memory of a crashed program to another program, whatever `ulimit -c` says. "
            "Set DHAAL_PROFILE=hardened, or run: sysctl -w kernel.core_pattern=core"
        )
    if _read(root / "proc/sys/kernel/yama/ptrace_scope") == "0":
        yield (
            "Every program of this user may read the guide's memory while it runs. "
            "Set DHAAL_PROFILE=hardened, or run: sysctl -w kernel.yama.ptrace_scope=1"
        )


def _reporters() -> Iterator[str]:
    found = sorted(REPORTERS & {(one.name or "").lower().replace("_", "-") for one in distributions()})
    if found:
        yield (
            f"Installed beside the guide: {', '.join(found)}. Such packages send errors or visits to somebody else, and some "
            "begin by themselves. Remove them from this environment (pip uninstall)."
        )


def _open(root: Path, port: int) -> Iterator[str]:
    """Find the addresses, other than this machine's own, on which a port is open."""
    for line in [*_read(root / "proc/net/tcp").splitlines()[1:], *_read(root / "proc/net/tcp6").splitlines()[1:]]:
        _, local, _, state, *_ = line.split()
        address, _, number = local.partition(":")
        if state == LISTENS and int(number, 16) == port and not address.endswith(LOOPBACK):
            yield address


def _read(path: Path) -> str:
    """Read a line or more of the kernel's; nothing where there is no such file."""
    try:
        return path.read_text("utf-8").strip()
    except OSError:
        return ""
