"""Helpers at the web desk of a real process, as a browser's network sees them: forms, and the frames of the stream."""

import json
import re
import subprocess
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from html import unescape
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from secrets import token_hex
from socket import SHUT_RDWR, socket
from threading import Thread
from time import monotonic, sleep, time
from typing import Any, Final
from urllib.parse import urlencode

from pyotp import TOTP

from tests.canary.rooms import BLINK, DHAAL, PATIENCE, Server

PASSWORD: Final = "eleven blue horses"  # noqa: S105 - of nobody
STAMP: Final = re.compile(r'(?:name="stamp" value|data-stamp)="([0-9a-f]{64})"')
TAB: Final = re.compile(r'data-tab="([0-9a-f]{32})"')
KEY: Final = re.compile(r'<code dir="ltr">([A-Z2-7 ]+)</code>')
FRAME: Final = re.compile(rb"event: (\w+)\ndata: (.*)\n\n")


def until(happened: Callable[[], object], seconds: float = PATIENCE, what: str = "It") -> None:
    """Wait for what nobody tells of."""
    ends = monotonic() + seconds
    while not happened():
        assert monotonic() < ends, f"{what} did not happen within {seconds} s."
        sleep(BLINK)


def invited(name: str, environ: Mapping[str, str], folder: Path) -> str:
    """Invite somebody as an operator does, and give the path of the link."""
    command = [*DHAAL, "agents", "add", name]
    told = subprocess.run(command, env=dict(environ), cwd=folder, capture_output=True, check=True)
    return "/desk/welcome/" + told.stdout.decode().strip().rpartition("/")[2]


@dataclass
class Helper:
    """A browser at the desk, without the browser. `frames` is every byte that its stream brought."""

    server: Server
    name: str = "asha"
    password: str = PASSWORD
    held: str = ""
    stamp: str = ""
    tab: str = ""
    key: str = ""
    link: str = ""
    frames: bytearray = field(default_factory=bytearray)
    answers: list[bytes] = field(default_factory=list)
    _socket: socket | None = None
    _thread: Thread | None = None

    def ask(self, method: str, path: str, fields: Mapping[str, str] | None = None) -> tuple[int, str]:
        """Send a request with what a browser would add, and keep the cookie."""
        line = HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE)
        head = {"origin": f"http://127.0.0.1:{self.server.port}", "cookie": self.held}
        body = urlencode(fields) if fields is not None else None
        line.request(method, path, body, head | ({"content-type": "application/x-www-form-urlencoded"} if body else {}))
        answer = line.getresponse()
        content = answer.read()
        for cookie in answer.headers.get_all("set-cookie") or []:
            self.held = cookie.partition(";")[0]
        self.answers.append(bytes(str(answer.headers), "utf-8") + content)
        line.close()
        return answer.status, content.decode()

    def open(self, path: str) -> str:
        """Open a page, and remember what its forms hold."""
        status, page = self.ask("GET", path)
        assert status in {200, 303}, (status, page[:200])
        for name, shape in (("stamp", STAMP), ("tab", TAB), ("key", KEY)):
            found = shape.search(page)
            if found:
                setattr(self, name, re.sub(r"\s", "", unescape(found[1])))
        return page

    def join(self, path: str) -> "Helper":
        """Take up an invitation, and sit down."""
        self.link = path.rpartition("/")[2]
        self.open(path)
        fields = {"password": self.password, "again": self.password, "code": self.code(), "promise": "yes", "stamp": self.stamp}
        status, page = self.ask("POST", path, fields)
        assert status == 303, (status, page)
        return self.sit()

    def code(self) -> str:
        """Read the app for codes."""
        return TOTP(self.key).at(int(time()))

    def sit(self) -> "Helper":
        """Open the desk, and listen to its stream."""
        self.open("/desk/")
        return self.listen()

    def listen(self) -> "Helper":
        """Listen to the stream, from where it broke."""
        last = re.findall(rb"id: (\d+)\n", bytes(self.frames))
        line = HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE)
        head = {"cookie": self.held, **({"last-event-id": last[-1].decode()} if last else {})}
        line.request("GET", f"/desk/stream?tab={self.tab}", headers=head)
        self._socket, answer = line.sock, line.getresponse()
        assert answer.status == 200

        def listen() -> None:
            with closing(line), closing(answer), suppress(OSError, HTTPException, ValueError):
                while part := answer.read1(65536):
                    self.frames += part

        self._thread = Thread(target=listen, daemon=True)
        self._thread.start()
        return self

    def hang_up(self) -> None:
        """Let the line break, as a browser does that was closed."""
        if self._socket and self._thread:
            with suppress(OSError):
                self._socket.shutdown(SHUT_RDWR)
            self._thread.join(PATIENCE)

    def act(self, name: str, **fields: str) -> str:
        """Press a button of the desk."""
        status, said = self.ask(
            "POST", f"/desk/{name}", {"stamp": self.stamp, "tab": self.tab, "ident": token_hex(8), **fields}
        )
        assert status in {200, 204}, (name, status, said)
        return said

    def leave(self) -> None:
        """Sign out."""
        status, _ = self.ask("POST", "/desk/sign-out", {"stamp": self.stamp, "sure": "yes"})
        assert status == 303
        self.hang_up()

    def events(self, kind: str) -> list[dict[str, Any]]:
        """List what the stream brought of one kind."""
        return [json.loads(data) for found, data in FRAME.findall(bytes(self.frames)) if found.decode() == kind]

    def waiting(self) -> str:
        """Wait for somebody in the queue, and give their case."""
        cases: list[str] = []

        def look() -> bool:
            queue = self.events("queue")
            cases[:] = re.findall(r"take-([0-9a-f]{16})", str(queue[-1])) if queue else []
            return bool(cases)

        until(look, what="Somebody in the queue")
        return cases[0]

    def take(self) -> str:
        """Take whoever waits."""
        case = self.waiting()
        self.act("take", case=case)
        until(lambda: any(it["case"] == case for it in self.events("case")), what="The talk on the page")
        return case

    def hears(self, words: str) -> None:
        """Wait until somebody said some words."""
        until(lambda: words in str(self.events("words")), what="The person's words")

    def told(self, case: str, words: str) -> None:
        """Write, and wait until it arrived."""
        before = len(self.events("arrived"))
        self.act("tell", case=case, words=words)
        until(lambda: len(self.events("arrived")) > before, what="The arrival of the helper's words")

    def gone(self, case: str) -> str:
        """Wait until a talk is off the page, and give what the page says."""
        until(lambda: any(it["case"] == case for it in self.events("gone")), what="The end on the page")
        return str(next(it["html"] for it in reversed(self.events("gone")) if it["case"] == case))
