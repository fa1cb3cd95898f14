"""The kernel's own record of what a process does, by strace: what leaves something behind, and whom it calls."""

import re
import subprocess
from collections.abc import Collection
from pathlib import Path
from shutil import which
from typing import Final

import pytest

CALLS: Final = "trace=%file,%network,memfd_create,ftruncate"
WRITES: Final = ("O_WRONLY", "O_RDWR", "O_CREAT", "creat(", "rename", "mkdir", "link", "memfd", "truncate", "connect(")
KNOCK: Final = re.compile(r'connect\(\d+, \{sa_family=AF_INET, sin_port=htons\((\d+)\), sin_addr=inet_addr\("127\.0\.0\.1"\)\}')
TEXT: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
TALK: Final = ("recv", "send")


def traced(record: Path) -> tuple[str, ...]:
    """Give the command that goes before another one, to have it recorded; skip where this machine does not allow it."""
    if which("strace") is None or subprocess.run(["strace", "-o", record, "true"], check=False).returncode:  # noqa: S607
        pytest.skip("needs strace")
    return ("strace", "-f", "-qq", "-s", "4096", "-e", CALLS, "-o", str(record))


def lines(record: Path) -> list[str]:
    """Read a record, without the number of the process that each line begins with."""
    return [line.partition(" ")[2].strip() for line in record.read_text(errors="replace").splitlines()]


def traces(record: Path, ports: Collection[int] = ()) -> list[str]:
    """List what leaves something behind, or calls anybody but these ports of this machine."""
    return [line for line in lines(record) if writes(line) and not _knocks(line, ports)]


def names(record: Path) -> bytes:
    """Give every path and address that was named; what was said over a connection is not among them."""
    return "\n".join(line for line in lines(record) if not line.startswith(TALK)).encode()


def writes(line: str) -> bool:
    """Tell whether a line leaves something behind; what stands in quotes is a path."""
    call = TEXT.sub("", line)
    return any(word in call for word in WRITES) and "/dev/null" not in line and not call.startswith("readlink")


def _knocks(line: str, ports: Collection[int]) -> bool:
    """Tell whether a line calls one of some ports of this machine."""
    found = KNOCK.match(line)
    return found is not None and int(found[1]) in ports
