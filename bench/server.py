"""A server in a process of its own, on a core of its own: started, watched, stopped."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
GUIDE: Final = ("-c", "import sys; from bot.cli import main; sys.exit(main(['serve', '--port', sys.argv[1]]))")
BARE: Final = ("-P", str(Path(__file__).with_name("bare.py")))
PATIENCE: Final = 30.0  # seconds until a server must answer
PAUSE: Final = 0.002
MIB: Final = 1024 * 1024
CORES: Final = sorted(os.sched_getaffinity(0))


class SilentServerError(Exception):
    """A server did not come up."""


class Server:
    """One running server."""

    def __init__(self, program: Sequence[str], *arguments: str, settings: Mapping[str, str] | None = None) -> None:
        """Start it on the first core, with settings of its own."""
        self.port = _free_port()
        environ = {name: value for name, value in os.environ.items() if not name.startswith("DHAAL_")}
        self._begin = time.perf_counter()
        with pinned(0):
            self._process = subprocess.Popen(
                [sys.executable, *program, str(self.port), *arguments],
                env={**environ, **(settings or {}), "PYTHONPATH": str(ROOT)}, cwd=ROOT,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip

    def first_answer(self) -> float:
        """Wait for the first whole page; the seconds since the start.

        Raises:
            SilentServerError: if there is none.
        """
        while not self._answers():
            self._hope()
            time.sleep(PAUSE)
        return self.age()

    async def opened(self) -> None:
        """Wait until it takes connections.

        Raises:
            SilentServerError: if it does not.
        """
        while not self._listens():
            self._hope()
            await asyncio.sleep(PAUSE)

    def age(self) -> float:
        """Give the seconds since its start."""
        return time.perf_counter() - self._begin

    def _hope(self) -> None:
        if self._process.poll() is not None or self.age() > PATIENCE:
            message = "A server did not answer. Try `dhaal serve` by hand: it says why."
            raise SilentServerError(message)

    def cpu(self) -> float:
        """Give the seconds of CPU spent so far, by all of its threads."""
        process = Path(f"/proc/{self._process.pid}")
        try:
            return sum(int((task / "schedstat").read_text().split()[0]) for task in (process / "task").iterdir()) / 1e9
        except OSError:
            fields = (process / "stat").read_text().rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident(self) -> int:
        """Give the bytes of memory it holds."""
        pages = int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def own(self) -> int:
        """Give the bytes of memory that it shares with no other process."""
        rows = Path(f"/proc/{self._process.pid}/smaps_rollup").read_text().splitlines()
        return sum(int(row.split()[1]) for row in rows if row.startswith("Private_")) * 1024

    def stop(self) -> None:
        """Stop it and wait."""
        self._process.terminate()
        self._process.wait()

    def _listens(self) -> bool:
        with socket.socket() as line:
            return line.connect_ex(("127.0.0.1", self.port)) == 0

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as line:
                line.sendall(b"GET / HTTP/1.1\r\nhost: bench\r\naccept-language: en\r\nconnection: close\r\n\r\n")
                return b"".join(iter(lambda: line.recv(65536), b"")).startswith(b"HTTP/1.1 200")
        except OSError:
            return False


@contextmanager
def serving(program: Sequence[str], *arguments: str) -> Iterator[Server]:
    """Run a server as long as it is needed; it has answered once."""
    server = Server(program, *arguments)
    try:
        server.first_answer()
        yield server
    finally:
        server.stop()


@contextmanager
def pinned(core: int) -> Iterator[None]:
    """Keep this process, and what it starts, on one of the cores it may use (0 the first, -1 the last)."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {CORES[core]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def _free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        port: int = line.getsockname()[1]
        return port
