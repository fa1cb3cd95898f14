"""What /proc tells of a process: its words, its environment, its open files and its connections."""

from collections.abc import Collection, Iterator
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from typing import Final

PROC: Final = Path("/proc")
LISTENING: Final = "0A"


def family(pid: int) -> list[int]:
    """Name a process and all that it started."""
    found = [pid]
    for one in found:
        with suppress(OSError):
            for task in (PROC / str(one) / "task").iterdir():
                found += map(int, (task / "children").read_text().split())
    return found


def told(pid: int) -> dict[str, bytes]:
    """Give what anyone on the machine may read of a process and its children, under the name of each file."""
    found: dict[str, bytes] = {}
    for one in family(pid):
        for name in ("cmdline", "environ", "comm"):
            with suppress(OSError):
                found[f"proc {name}"] = found.get(f"proc {name}", b"") + (PROC / str(one) / name).read_bytes()
        found["proc fd"] = found.get("proc fd", b"") + "\n".join(_open(one)).encode()
    return found


def _open(pid: int) -> Iterator[str]:
    with suppress(OSError):
        for handle in (PROC / str(pid) / "fd").iterdir():
            with suppress(OSError):
                yield str(handle.readlink())


def strangers(pid: int, *ports: int) -> list[str]:
    """List connections of a process and its children but those on the loopback at one of some ports, its own or another's."""
    found = []
    for one in family(pid):
        mine = {name.removeprefix("socket:[").rstrip("]") for name in _open(one) if name.startswith("socket:[")}
        found += [line for inode, line, fits in _table(one, ports) if inode in mine and not fits]
    return found


def _table(pid: int, ports: Collection[int]) -> Iterator[tuple[str, str, bool]]:
    """Give each connection's inode and line, and whether it is at one of some doors."""
    for name in ("tcp", "tcp6", "udp", "udp6", "raw", "raw6"):
        with suppress(OSError):
            for line in (PROC / str(pid) / "net" / name).read_text().splitlines()[1:]:
                _, local, remote, state, *rest = line.split()
                here, there = _end(local), _end(remote)
                fits = here[0] and (here[1] in ports if state == LISTENING else there[0] and {here[1], there[1]} & {*ports})
                yield rest[5], f"{name} {local} {remote} {state}", name.startswith("tcp") and bool(fits)


def _end(text: str) -> tuple[bool, int]:
    """Read one end of a connection: whether it is on the loopback, and its port."""
    host, _, port = text.partition(":")
    words = b"".join(bytes.fromhex(host[at : at + 8])[::-1] for at in range(0, len(host), 8))
    address = ip_address(words)
    plain = getattr(address, "ipv4_mapped", None) or address
    return plain.is_loopback, int(port, 16)
