"""A real process in a room of its own: fresh HOME, TMPDIR and working folder, and everything it leaves behind."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Final

from tests.conftest import ROOT

DHAAL: Final = (sys.executable, "-c", "import sys; from bot.cli import main; sys.exit(main())")
PATIENCE: Final = 20.0  # seconds for anything at all ...
START: Final = 60.0  # ... but a process that starts on a busy machine
BLINK: Final = 0.02  # seconds between two looks
ASIDE: Final = {".git", ".venv", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".import_linter_cache"}
Tree = Mapping[Path, tuple[int, int]]


@dataclass(slots=True)
class Room:
    """The folders of one process, and how the files around it stood before."""

    folder: Path
    before: Tree = field(init=False)

    def __post_init__(self) -> None:
        """Make the folders."""
        for name in ("home", "tmp", "work", "out"):
            (self.folder / name).mkdir(parents=True)
        self.before = self._tree()

    def environ(self, **more: str) -> dict[str, str]:
        """Give the environment: nothing of the tests' own but the way to Python and to the program."""
        home, tmp = str(self.folder / "home"), str(self.folder / "tmp")
        return {"HOME": home, "TMPDIR": tmp, "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", **more}

    def start(self, command: Sequence[str], **more: str) -> subprocess.Popen[bytes]:
        """Start a process that writes its output beside the room."""
        with (self.folder / "out/stdout").open("wb") as out, (self.folder / "out/stderr").open("wb") as err:
            return subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, cwd=self.folder / "work", env=self.environ(**more)
            )

    def said(self) -> dict[str, bytes]:
        """Give what the process wrote to stdout and stderr."""
        return {name: (self.folder / "out" / name).read_bytes() for name in ("stdout", "stderr")}

    def written(self) -> dict[str, bytes]:
        """Give every file that was made or changed, names included, in the room and in the checkout."""
        found: dict[str, bytes] = {}
        for path, state in self._tree().items():
            if self.before.get(path) != state:
                with suppress(FileNotFoundError):  # somebody else's, gone in between
                    found[f"file {path}"] = str(path).encode() + b"\n" + path.read_bytes()
        return found

    def made(self) -> list[Path]:
        """List what there is in the room now."""
        return [path for name in ("home", "tmp", "work") for path in (self.folder / name).rglob("*")]

    def _tree(self) -> Tree:
        roots = [self.folder / name for name in ("home", "tmp", "work")]
        roots += [path for path in ROOT.iterdir() if path.name not in ASIDE]
        return {path: state for root in roots for path, state in _states(root)}


def _states(root: Path) -> Iterator[tuple[Path, tuple[int, int]]]:
    """Give when each file below a root was last changed, and its size."""
    for path in (root, *root.rglob("*")) if root.is_dir() else (root,):
        with suppress(FileNotFoundError):
            state = path.stat()
            if path.is_file():
                yield path, (state.st_mtime_ns, state.st_size)


def free_port() -> int:
    """Find a port that nobody uses."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        number: int = door.getsockname()[1]
        return number


@dataclass(slots=True)
class Server:
    """A running `dhaal serve`."""

    room: Room
    process: subprocess.Popen[bytes]
    port: int

    def wait_until_open(self) -> None:
        """Wait until it answers."""
        ends = monotonic() + START
        while monotonic() < ends:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), PATIENCE):
                return
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(BLINK)
                raise AssertionError(self.room.said())
        raise AssertionError(self.room.said())

    def exchange(self, request: bytes, *, hang_up: bool = False) -> bytes:
        """Send bytes and take the whole answer; or hang up in the middle."""
        answer = b""
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE) as line, suppress(ConnectionError):
            line.sendall(request)
            if hang_up:
                line.shutdown(socket.SHUT_WR)
            while part := line.recv(65536):
                answer += part
        return answer

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Stop it and give its exit code."""
        self.process.send_signal(how)
        return self.process.wait(PATIENCE)


@contextmanager
def serving(folder: Path, program: Sequence[str] = DHAAL, **environ: str) -> Iterator[Server]:
    """Serve for a while."""
    room, port = Room(folder), free_port()
    process = room.start([*program, "serve", "--port", str(port)], **environ)
    try:
        server = Server(room, process, port)
        server.wait_until_open()
        yield server
    finally:
        process.kill()
        process.wait(PATIENCE)
