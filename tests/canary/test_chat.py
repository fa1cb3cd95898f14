"""A real `dhaal chat` is told marked words, through pipes and at a terminal, and keeps and shows none of them."""

import os
import pty
import select
import signal
import subprocess
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import pytest

from .doors import COSTUMES
from .looks import strangers, told
from .marks import Marks
from .rooms import DHAAL, PATIENCE, Room

PROMPT = b"\n> "
WIPE = b"\x1b[2J\x1b[3J\x1b[H"
ASIDE_END = WIPE + b"\x1b[?1049l"
CHAT = (*DHAAL, "chat", "--country", "IN")


@dataclass
class Terminal:
    """The guide at a pseudo-terminal, and all that was shown on it."""

    room: Room
    process: subprocess.Popen[bytes]
    line: int
    shown: bytes = b""
    prompts: int = field(default=0)

    def wait(self) -> None:
        """Wait for the next prompt, or for the end."""
        ends = monotonic() + PATIENCE
        while self.shown.replace(b"\r", b"").count(PROMPT) <= self.prompts and monotonic() < ends:
            if not self._read():
                return
        self.prompts += 1

    def type(self, words: str) -> None:
        """Type a line and wait for the answer."""
        os.write(self.line, words.encode() + b"\n")
        self.wait()

    def stop(self, how: signal.Signals) -> None:
        """Send a signal; once more if it is not heeded, as one that comes just before a read is seen only after it."""
        ends = monotonic() + PATIENCE
        while self.process.poll() is None and monotonic() < ends:
            self.process.send_signal(how)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(PATIENCE / 4)

    def rest(self) -> bytes:
        """Give everything that was shown, to the end."""
        while self._read():
            pass
        return self.shown

    def _read(self) -> bytes:
        part = b""
        if select.select([self.line], [], [], PATIENCE)[0]:
            with suppress(OSError):  # the other end is closed
                part = os.read(self.line, 65536)
        self.shown += part
        return part


@pytest.fixture(autouse=True)
def listening() -> Iterator[None]:
    """Let programs hear Ctrl-C even when these tests run in the background, where the shell turns it off for all."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@contextmanager
def terminal(folder: Path, *, echo: bool) -> Iterator[Terminal]:
    """Open a terminal with the guide on it; `echo` tells whether the terminal itself shows what is typed, as most do."""
    room = Room(folder)
    ours, theirs = pty.openpty()
    modes = termios.tcgetattr(theirs)
    modes[3] = modes[3] | termios.ECHO if echo else modes[3] & ~termios.ECHO
    termios.tcsetattr(theirs, termios.TCSANOW, modes)
    with (folder / "out/stderr").open("wb") as err:
        process = subprocess.Popen(
            CHAT, stdin=theirs, stdout=theirs, stderr=err, cwd=folder / "work", env=room.environ(TERM="xterm", LINES="500")
        )
    os.close(theirs)
    (folder / "out/stdout").touch()
    try:
        screen = Terminal(room, process, ours)
        screen.wait()
        yield screen
    finally:
        process.kill()
        process.wait(PATIENCE)
        os.close(ours)


def lines(marks: Marks) -> list[str]:
    """Give what a person might type, marked; no line holds a line end, which would be two."""
    costumes = {name: costume.replace("\r\n", " ").replace("\0", "") for name, costume in COSTUMES.items()}
    return [marks.new(name, costume) for name, costume in costumes.items()] + [marks.phone("phone", "call +91 {}")]


def test_through_pipes(tmp_path: Path) -> None:
    """Words that come through a pipe are in no output, no file and no process list."""
    marks, room = Marks(), Room(tmp_path)
    typed = "\n".join(["1", *lines(marks), "1", "q", ""])
    done = subprocess.run(
        CHAT,
        check=False,
        input=typed.encode(),
        capture_output=True,
        cwd=tmp_path / "work",
        env=room.environ(),
        timeout=PATIENCE,
    )
    assert done.returncode == 0
    assert b"You have left." in done.stdout
    assert marks.find({"stdout": done.stdout, "stderr": done.stderr, **room.written()}) == []
    assert room.made() == []


def test_at_a_terminal(tmp_path: Path) -> None:
    """Words typed at a terminal are shown by nobody but the terminal itself: not by the program, in no file or log."""
    marks = Marks()
    with terminal(tmp_path, echo=False) as screen:
        for line in ("1", *lines(marks), "1"):
            screen.type(line)
        seen, others = told(screen.process.pid), strangers(screen.process.pid, 0)
        screen.type("q")
        shown = screen.rest()
        assert screen.process.wait(PATIENCE) == 0
    assert marks.find({"screen": shown, **seen, **screen.room.said(), **screen.room.written()}) == []
    assert others == []
    assert screen.room.made() == []


def test_what_the_terminal_echoed_is_wiped(tmp_path: Path) -> None:
    """The terminal echoes what is typed; the next screen wipes it, scrollback and all, and so does the end."""
    marks = Marks()
    with terminal(tmp_path, echo=True) as screen:
        words = marks.new("words")
        screen.type("1")
        screen.type(words)
        screen.type("q")
        shown = screen.rest()
    assert words.encode() in shown
    after = shown.rpartition(words.encode())[2]
    assert WIPE in after
    assert shown.rstrip().endswith(b"scroll up.")
    assert ASIDE_END in after


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stopped_in_the_middle(tmp_path: Path, how: signal.Signals) -> None:
    """Stopped by a signal, the terminal is wiped, and nothing is said of it."""
    marks = Marks()
    with terminal(tmp_path, echo=True) as screen:
        screen.type(marks.new("words"))
        os.write(screen.line, marks.new("half a line").encode())
        screen.stop(how)
        shown = screen.rest()
    assert marks.find({**screen.room.said(), **screen.room.written()}) == []
    assert screen.room.made() == []
    assert shown[-len(ASIDE_END) :] == ASIDE_END


def test_killed_in_the_middle(tmp_path: Path) -> None:
    """Killed outright, the program leaves no file and no core."""
    marks = Marks()
    with terminal(tmp_path, echo=False) as screen:
        screen.type(marks.new("words"))
        os.write(screen.line, marks.new("half a line").encode())
        screen.process.kill()
        shown = screen.rest()
    assert marks.find({"screen": shown, **screen.room.said(), **screen.room.written()}) == []
    assert screen.room.made() == []


@pytest.mark.parametrize("coding", ["utf-8:strict", "ascii:strict", "latin-1:strict"])
def test_bytes_that_are_no_letters(tmp_path: Path, coding: str) -> None:
    """On any terminal, words in the wrong letters get an answer; nobody sees an error, and the words are not in it."""
    marks, room = Marks(), Room(tmp_path)
    typed = b"2\n\xff\xfe " + marks.new("words").encode() + b" \xed\xa0\x80\nq\n"
    done = subprocess.run(
        CHAT, check=False, input=typed, capture_output=True, cwd=tmp_path / "work",
        env=room.environ(PYTHONIOENCODING=coding), timeout=PATIENCE,
    )  # fmt: skip
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr
    assert marks.find({"stdout": done.stdout, "stderr": done.stderr, **room.written()}) == []
