"""The hardened profile keeps what it promises, or does not start."""

import asyncio
import gc
import json
import os
import stat
import subprocess
import sys
import weakref
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from bot.harden import harden, overwrites, swaps, sweeping, tuned
from bot.settings import SettingError, Settings
from tests.conftest import ROOT

PATIENCE: Final = 20.0  # seconds
OURS: Final = "glibc.malloc.perturb=165:glibc.malloc.tcache_count=0"
REPORT: Final = """
import ctypes, json, os, resource, sys
import bot.harden
from bot.settings import SettingError, Settings
bot.harden.swaps = list  # whatever this machine has
try:
    bot.harden.harden(Settings(hardened=True), os.environ)
except SettingError as error:
    sys.exit(f"{error}")
print(json.dumps({
    "environ": dict(os.environ), "arguments": sys.argv[1:], "pid": os.getpid(), "overwrites": bot.harden.overwrites(),
    "cores": resource.getrlimit(resource.RLIMIT_CORE), "dumpable": ctypes.CDLL(None).prctl(3),
}))
"""
SWAPS: Final = "Filename\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
linux = pytest.mark.skipif(sys.platform != "linux", reason="hardens Linux")


def code(_: Path) -> list[str]:
    """Run it as `python -c`."""
    return [sys.executable, "-c", REPORT]


def module(folder: Path) -> list[str]:
    """Run it as `python -m`."""
    (folder / "report.py").write_text(REPORT)
    return [sys.executable, "-m", "report"]


def script(folder: Path) -> list[str]:
    """Run it as pip's scripts are run."""
    path = folder / "report"
    path.write_text(f"#!{sys.executable}\n{REPORT}")
    path.chmod(stat.S_IRWXU)
    return [str(path)]


def start(command: list[str], folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Start a program that hardens itself."""
    environ = {"PYTHONPATH": f"{ROOT}:{folder}", "LANG": "C.UTF-8", **environ}
    return subprocess.run(
        [*command, "one", "two words"], env=environ, capture_output=True, text=True, timeout=PATIENCE, check=False
    )


def report(command: list[str], folder: Path, **environ: str) -> Mapping[str, Any]:
    """Give what it tells of itself."""
    ended = start(command, folder, **environ)
    assert ended.stderr == ""
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


@linux
@pytest.mark.parametrize("way", [code, module, script])
def test_it_starts_again_as_it_was_started(tmp_path: Path, way: Callable[[Path], list[str]]) -> None:
    """However it was started, the same command runs once more, overwrites what it frees, and can leave no core dump."""
    found = report(way(tmp_path), tmp_path)
    assert found["arguments"] == ["one", "two words"]
    assert found["overwrites"]
    assert found["cores"] == [0, 0]
    assert found["dumpable"] == 0
    assert {name: found["environ"].get(name) for name in ("PYTHONMALLOC", "GLIBC_TUNABLES", "LD_BIND_NOW")} == {
        "PYTHONMALLOC": "malloc", "GLIBC_TUNABLES": OURS, "LD_BIND_NOW": "1",
    }  # fmt: skip


@linux
def test_it_starts_once_if_all_is_set(tmp_path: Path) -> None:
    """Where the environment is as it should be, nothing is started again; an operator's own tunables stay."""
    theirs = tuned("glibc.malloc.arena_max=1")
    found = report(code(tmp_path), tmp_path, PYTHONMALLOC="malloc_debug", GLIBC_TUNABLES=theirs, LD_BIND_NOW="1")
    assert found["overwrites"]
    assert found["environ"]["GLIBC_TUNABLES"] == f"glibc.malloc.arena_max=1:{OURS}"
    assert found["environ"]["PYTHONMALLOC"] == "malloc_debug"
    assert "STARTED_AGAIN" not in found["environ"]


@linux
def test_a_python_that_will_not_listen_is_refused(tmp_path: Path) -> None:
    """If the settings have no effect, it does not start again and again, and does not run either."""
    ended = start([sys.executable, "-E", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{REPORT}"], tmp_path)
    assert ended.stdout == ""
    assert ended.stderr.startswith("DHAAL_PROFILE=hardened needs a Python that frees through glibc")


def test_plain_changes_nothing() -> None:
    """The plain profile leaves the process as it is."""
    before = dict(os.environ)
    harden(Settings(), os.environ)
    assert dict(os.environ) == before
    assert not overwrites()


@linux
def test_swap_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence names the swap and the remedies."""
    monkeypatch.setattr("bot.harden.swaps", lambda: ["/dev/sda2", "/swapfile"])
    with pytest.raises(SettingError, match=r"allows no swap, and it is on: /dev/sda2, /swapfile\. Run `swapoff -a`"):
        harden(Settings(hardened=True), {"STARTED_AGAIN": "1"})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", OURS),
        (OURS, OURS),
        ("glibc.malloc.tcache_count=7", "glibc.malloc.tcache_count=0:glibc.malloc.perturb=165"),
        (":glibc.rtld.nns=4::", f"glibc.rtld.nns=4:{OURS}"),
    ],
)
def test_an_operators_tunables_are_kept(before: str, after: str) -> None:
    """Ours are added to theirs, or take the place of the same name; doing it twice changes nothing."""
    assert tuned(before) == after
    assert tuned(after) == after


def machine(root: Path, swap: str, **files: str) -> Path:
    """Make the files in which a kernel tells of swap; in names, __ stands for a slash."""
    for name, content in {"proc__swaps": SWAPS + swap, **files}.items():
        path = root / name.replace("__", "/").replace("_DOT_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return root


DISK: Final = "/dev/sda2 partition 999 0 -2\n"
ZRAM: Final = "/dev/zram0 partition 999 0 100\n"
CRYPT: Final = "/dev/dm-1 partition 999 0 -2\n"
SERVICE: Final = "0::/system.slice/guide.service\n"
LIMIT: Final = "memory_DOT_swap_DOT_max"
HERE: Final = {"proc__self__cgroup": SERVICE}


@pytest.mark.parametrize(
    ("swap", "files", "found"),
    [
        ("", {}, []),
        (DISK, {}, ["/dev/sda2"]),
        (DISK + "/swap\\040file file 999 0 -3\n", {}, ["/dev/sda2", "/swap\\040file"]),
        (ZRAM, {}, []),
        (ZRAM, {"sys__class__block__zram0__backing_dev": "none\n"}, []),
        (ZRAM, {"sys__class__block__zram0__backing_dev": "/dev/sda3\n"}, ["/dev/zram0"]),
        (CRYPT, {"sys__class__block__dm-1__dm__uuid": "CRYPT-PLAIN-swap\n"}, []),
        (CRYPT, {"sys__class__block__dm-1__dm__uuid": "LVM-abc\n"}, ["/dev/dm-1"]),
        (DISK + ZRAM, {}, ["/dev/sda2"]),
        (DISK, {**HERE, f"sys__fs__cgroup__system.slice__guide.service__{LIMIT}": "0\n"}, []),
        (DISK, {**HERE, f"sys__fs__cgroup__system.slice__{LIMIT}": "0\n"}, []),
        (DISK, {**HERE, f"sys__fs__cgroup__system.slice__guide.service__{LIMIT}": "max\n"}, ["/dev/sda2"]),
        (DISK, {"proc__self__cgroup": "0::/\n", f"sys__fs__cgroup__{LIMIT}": "0\n"}, []),  # in a container
        (DISK, {"proc__self__cgroup": "4:memory:/a\n", f"sys__fs__cgroup__memory__a__{LIMIT}": "0\n"}, ["/dev/sda2"]),
    ],
)
def test_swap_that_may_reach_a_disk_is_named(tmp_path: Path, swap: str, files: dict[str, str], found: list[str]) -> None:
    """Swap in memory, encrypted, or forbidden to the process is none; all other is."""
    assert swaps(machine(tmp_path, swap, **files)) == found


def test_no_news_of_swap_is_no_swap(tmp_path: Path) -> None:
    """A kernel without swap has no list of it."""
    assert swaps(tmp_path) == []


class Knot:
    """Something that holds itself."""

    def __init__(self) -> None:
        """Tie it."""
        self.me = self


async def test_what_holds_itself_is_swept() -> None:
    """In the hardened profile it is freed within seconds, without anything else being done."""
    freed, knot = asyncio.Event(), Knot()
    watch = weakref.ref(knot, lambda _: freed.set())
    gc.disable()
    try:
        async with sweeping(Settings(hardened=True)), asyncio.timeout(PATIENCE):
            del knot
            await freed.wait()
    finally:
        gc.enable()
    assert watch() is None


async def test_sweeping_ends() -> None:
    """In the plain profile nothing runs beside the guide; in the hardened one nothing runs after it."""
    async with sweeping(Settings()):
        assert len(asyncio.all_tasks()) == 1
    async with sweeping(Settings(hardened=True)):
        [sweeper] = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.wait([sweeper], timeout=PATIENCE)
    assert sweeper.cancelled()
