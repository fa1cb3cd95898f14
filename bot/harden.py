"""The hardened profile: what is freed is overwritten, and neither a crash nor swap may write memory to disk."""

import asyncio
import ctypes
import gc
import os
import resource
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path, PurePosixPath
from typing import Final, NoReturn

from bot.settings import SettingError, Settings

FREED: Final = 0xA5  # glibc writes this over what is freed
TUNABLES: Final = {"glibc.malloc.perturb": str(FREED), "glibc.malloc.tcache_count": "0"}  # the thread cache frees without it
STRICTER: Final = "malloc_debug"  # PYTHONMALLOC as an operator may set it: every byte is overwritten, more slowly
AGAIN: Final = "STARTED_AGAIN"  # in the environment of a process that was; libc may have taken the rest out
TRIES: Final = 3
PR_SET_DUMPABLE: Final = 4  # prctl(2)
ROOT: Final = Path("/")
SWEEP: Final = 1.0  # seconds


def harden(settings: Settings, environ: Mapping[str, str]) -> None:
    """Keep the promise of the profile, or refuse to start. It may start this very command again, once, with malloc tuned.

    Raises:
        SettingError: if the profile is hardened and this machine, or this Python, cannot keep it.
    """
    if not settings.hardened:
        return
    _need(sys.platform == "linux", "needs Linux. Run the guide there, or choose plain.")
    _need(
        not (found := ", ".join(swaps())),
        f"allows no swap, and it is on: {found}. Run `swapoff -a` and take it out of /etc/fstab, or encrypt it with dm-crypt, "
        "or forbid it to the guide: memswap_limit equal to mem_limit in a container, MemorySwapMax=0 in systemd.",
    )
    _start_again(environ)
    _need(
        any(overwrites() for _ in range(TRIES)),
        "needs a Python that frees through glibc and heeds PYTHONMALLOC and GLIBC_TUNABLES; this one does not. Use a Debian "
        "image and not Alpine's, no python -E or -I, no other malloc in LD_PRELOAD, no file capabilities on Python.",
    )
    _refuse_dumps()


def _need(held: object, sentence: str) -> None:
    if not held:
        message = f"DHAAL_PROFILE=hardened {sentence}"
        raise SettingError(message)


def overwrites() -> bool:
    """Free a block and look at what is there now. The environment alone proves nothing: Python and libc may ignore it."""
    block = bytes(range(235)) * 2  # small enough for Python's own allocator, too big for glibc's lists of small blocks
    seen, last = ctypes.create_string_buffer(16), id(block) + 440  # new small blocks are cut from the front
    del block
    ctypes.memmove(seen, last, 16)
    return seen.raw == bytes([FREED]) * 16


def _start_again(environ: Mapping[str, str]) -> None:
    """Replace this process, once, by the same command with what Python and glibc read only at their start."""
    wanted = {
        **environ,
        "PYTHONMALLOC": "malloc",
        "LD_BIND_NOW": "1",
        "GLIBC_TUNABLES": tuned(environ.get("GLIBC_TUNABLES", "")),
    }
    if environ.get("PYTHONMALLOC") == STRICTER:
        wanted["PYTHONMALLOC"] = STRICTER
    if wanted != environ and AGAIN not in environ:
        command = [sys.executable, *sys.orig_argv[1:]]
        os.execve(sys.executable, command, {**wanted, AGAIN: "1"})  # noqa: S606 - our own command, no shell


def tuned(tunables: str) -> str:
    """Add ours to an operator's own GLIBC_TUNABLES."""
    theirs = dict(one.partition("=")[::2] for one in tunables.split(":") if one)
    return ":".join(f"{name}={value}" for name, value in {**theirs, **TUNABLES}.items())


def _refuse_dumps() -> None:
    """Forbid core dumps: by the limit, and by the flag that also stops those that are piped to a program, and debuggers."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _need(ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0, "could not forbid core dumps: prctl failed. See seccomp.")


@asynccontextmanager
async def sweeping(settings: Settings) -> AsyncIterator[None]:
    """Free, every second, what only holds itself: a drawn page, or a request that was no HTTP, would stay for hours else."""
    sweeper = asyncio.create_task(_sweep()) if settings.hardened else None
    try:
        yield
    finally:
        if sweeper:
            sweeper.cancel()


async def _sweep() -> NoReturn:
    while True:
        await asyncio.sleep(SWEEP)
        gc.collect()  # quick, as what was loaded at the start is frozen


def swaps(root: Path = ROOT) -> list[str]:
    """Name the swap that this process may be written to; swap in memory (zram) or encrypted (dm-crypt) is none.

    Args:
        root: the folder that holds proc/ and sys/.
    """
    if "0" in _swap_limits(root):
        return []
    devices = [line.split()[0] for line in _text(root / "proc/swaps").splitlines()[1:]]
    return [device for device in devices if not _harmless(root / "sys/class/block" / Path(device).name)]


def _swap_limits(root: Path) -> Iterator[str]:
    """Give the swap limits of this process's control group and those above it (version 2; version 1 cannot forbid swap)."""
    for line in _text(root / "proc/self/cgroup").splitlines():
        if line.startswith("0::"):
            group = PurePosixPath(line[len("0::/") :])
            yield from (_text(root / "sys/fs/cgroup" / one / "memory.swap.max") for one in (group, *group.parents))


def _harmless(block: Path) -> bool:
    if block.name.startswith("zram"):
        return _text(block / "backing_dev") in {"", "none"}  # a backing device is a disk
    return _text(block / "dm/uuid").startswith("CRYPT-")


def _text(path: Path) -> str:
    """Read a small file of the kernel; nothing if it is not there."""
    try:
        return path.read_text().strip()
    except OSError:
        return ""
