"""A real `dhaal serve` is told marked words through every door, and keeps and shows none of them."""

import os
import signal
import socket
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from .doors import FORM, Knock, Page, ask, every, form
from .looks import PROC, family, strangers, told
from .marks import Finding, Marks
from .rooms import DHAAL, PATIENCE, Room, Server, serving
from .watch import lines, names, traced, traces, writes

LOUD = (sys.executable, "-X", "dev", "-m", "tests.canary.loud")
LEAKY = (sys.executable, "-m", "tests.canary.leaky")
linux = pytest.mark.skipif(not PROC.exists(), reason="looks at /proc")


@dataclass(frozen=True)
class Visit:
    """What one visit through every door left behind."""

    marks: Marks = field(repr=False)
    answers: dict[str, bytes] = field(repr=False)
    told: dict[str, bytes] = field(repr=False)
    strangers: list[str]
    said: dict[str, bytes] = field(repr=False)
    written: dict[str, bytes] = field(repr=False)
    made: list[Path]
    code: int

    def found(self) -> list[Finding]:
        """Search everything."""
        return self.marks.find({**self.answers, **self.told, **self.said, **self.written})


def knock(server: Server, knocks: Iterator[Knock]) -> dict[str, bytes]:
    """Send requests and collect the answers."""
    return {f"answer {one.name}": server.exchange(one.raw, hang_up=one.hang_up) for one in knocks}


def visit(server: Server) -> Visit:
    """Go through every door, look around, and stop the server."""
    marks = Marks()
    page = Page.of(server.exchange(ask()))
    answers = knock(server, every(marks, page))
    seen, others = told(server.process.pid), strangers(server.process.pid, server.port)
    code = server.end()
    room = server.room
    return Visit(marks, answers, seen, others, room.said(), room.written(), room.made(), code)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    """Visit the program as it is started by an operator."""
    with serving(tmp_path_factory.mktemp("real")) as server:
        yield visit(server)


@pytest.fixture(scope="module")
def loud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    """Visit the program while every logger of every library writes at DEBUG."""
    with serving(tmp_path_factory.mktemp("loud"), LOUD, PYTHONASYNCIODEBUG="1") as server:
        yield visit(server)


def test_every_door_was_open(real: Visit) -> None:
    """Every request is answered, or refused, by the guide; none brings it down."""
    silent = {name for name, answer in real.answers.items() if not answer.startswith(b"HTTP/1.1 ")}
    assert silent <= {"answer half a head", "answer half a body"}
    assert not [name for name, answer in real.answers.items() if answer.startswith(b"HTTP/1.1 5")]
    assert len(real.marks.all) > 50


def test_no_word_is_found(real: Visit) -> None:
    """No marked word is in an answer, in stdout or stderr, in a file, in /proc, plain or in any other shape."""
    assert real.found() == []


def test_no_file_is_made(real: Visit) -> None:
    """Nothing at all is written below HOME, TMPDIR and the working folder."""
    assert real.made == []


def test_little_is_said(real: Visit) -> None:
    """An operator sees four lines, whatever came in."""
    assert real.said["stdout"] == b""
    assert all(
        line.startswith((b"No DHAAL_SECRET", b"The guide will be at", b"The helpers' desk, to try", b"dhaal: "))
        for line in real.said["stderr"].splitlines()
    )
    assert len(real.said["stderr"].splitlines()) <= 5


@linux
def test_no_connection_leaves(real: Visit) -> None:
    """The program has no connection but the ones that came to its own door."""
    assert real.strangers == []


def test_no_logger_hears_a_word(loud: Visit) -> None:
    """Even with every logger at DEBUG and asyncio's debug mode, no marked word is logged."""
    assert b"asyncio" in loud.said["stderr"] or b"selector" in loud.said["stderr"]  # they do talk
    assert loud.found() == []


def test_a_chat_name_comes_back_to_its_own_page_alone(tmp_path: Path) -> None:
    """The random name of a page's own chat comes back in that page's hidden field, and is nowhere else."""
    marks = Marks()
    chat = marks.new("chat name", "{}AAAAAAAA")
    with serving(tmp_path) as server:
        head, _, body = server.exchange(form({"chat": chat, "words": "1"})).partition(b"\r\n\r\n")
        seen = told(server.process.pid)
        server.end()
    assert body.count(chat.encode()) == body.count(f'name="chat" value="{chat}"'.encode()) > 0
    assert marks.find({"head": head, **seen, **server.room.said(), **server.room.written()}) == []


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_killed_in_the_middle(tmp_path: Path, how: signal.Signals) -> None:
    """Killed or stopped while words are half told, the program leaves nothing behind, and it does stop."""
    marks = Marks()
    half = ask("POST", body=marks.new("half", "words={}").encode(), content_type=FORM, content_length="4000")
    with serving(tmp_path) as server, socket.create_connection(("127.0.0.1", server.port), PATIENCE) as line:
        line.sendall(half)
        whole = server.exchange(form({"words": marks.new("whole")}))
        server.process.send_signal(how)
        server.process.wait(PATIENCE)
    assert marks.find({"answer": whole, **server.room.said(), **server.room.written()}) == []
    assert server.room.made() == []


def test_a_broken_line(tmp_path: Path) -> None:
    """A browser that breaks the line in the middle of its words, or before the answer, is forgotten."""
    marks = Marks()
    whole = form({"words": marks.new("whole")})
    half = ask("POST", body=marks.new("half", "words={}").encode(), content_length="4000")
    with serving(tmp_path) as server:
        for raw in (half, whole) * 5:
            with socket.create_connection(("127.0.0.1", server.port), PATIENCE) as line:
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # reset, no farewell
                line.sendall(raw)
        alive = server.exchange(ask(path="/health"))
        server.end()
    assert alive.startswith(b"HTTP/1.1 204")
    assert marks.find({**server.room.said(), **server.room.written()}) == []


def test_no_file_is_opened_for_writing(tmp_path: Path) -> None:
    """The kernel's own record: nothing is opened for writing, made, renamed or connected to, and no path tells a word."""
    record, marks = tmp_path / "trace", Marks()
    command = (*traced(record), *DHAAL)
    with serving(tmp_path / "room", command, PYTHONDONTWRITEBYTECODE="1") as server:
        knock(server, every(marks, Page.of(server.exchange(ask()))))
        os.kill(family(server.process.pid)[1], signal.SIGTERM)
        server.process.wait(PATIENCE)
    assert len(lines(record)) > 100
    assert traces(record) == []
    assert marks.find({"trace": names(record)}) == []


@pytest.mark.parametrize(
    ("line", "leaves"),
    [
        ('openat(AT_FDCWD, "/home/a", O_WRONLY|O_CREAT|O_TRUNC|O_CLOEXEC, 0666) = 3', True),
        ('openat(AT_FDCWD, "/home/a", O_RDONLY|O_CLOEXEC) = 3', False),
        ('rename("/home/a", "/home/b") = 0', True),
        ('mkdir("/home/a", 0777) = 0', True),
        ("connect(7, {sa_family=AF_INET, sin_port=htons(443)}, 16) = 0", True),
        ('openat(AT_FDCWD, "/dev/null", O_RDWR) = 3', False),
        ('readlink("/usr/bin/python3", "python3.11", 4096) = 10', False),
        ('stat("/home/rename", {st_mode=S_IFREG}) = 0', False),
    ],
)
def test_writing_is_recognised(line: str, leaves: bool) -> None:  # noqa: FBT001 - a row of the table
    """The kernel's record is read rightly."""
    assert writes(line) == leaves


@linux
def test_the_search_finds_every_leak(tmp_path: Path) -> None:
    """A guide that leaks in every way is caught in every way: so the searches above can fail."""
    marks = Marks()
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        port = str(elsewhere.getsockname()[1])
        with serving(tmp_path, LEAKY, LEAK_TO=port) as server:
            server.exchange(form({"words": marks.new("words")}))
            seen, others = told(server.process.pid), strangers(server.process.pid, server.port)
            server.end()
    places = {**seen, **server.room.said(), **server.room.written()}
    found = {
        (finding.place.removeprefix(f"file {tmp_path}/").partition("/")[0], finding.shape) for finding in marks.find(places)
    }
    assert found >= {
        ("stdout", "plain"), ("stderr", "plain"), ("home", "base64"), ("tmp", "plain"), ("work", "hex"),
        ("proc cmdline", "plain"), ("proc environ", "plain"),
    }  # fmt: skip
    assert others
    assert len(server.room.made()) == 3


def test_a_room_starts_empty(tmp_path: Path) -> None:
    """What was there before is no finding; what is new or changed is."""
    room = Room(tmp_path)
    assert room.made() == []
    (tmp_path / "home/new").write_text("word")
    assert any(place.endswith("home/new") and b"word" in content for place, content in room.written().items())
