"""A line between a guide and a peer: it writes down what the guide says, and breaks in every way in which lines break."""

import json
import re
import socket
import struct
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Final, TypeAlias
from urllib.parse import urlsplit

Breach: TypeAlias = Callable[[socket.socket], None]  # what becomes of a request in place of an answer

RESET: Final = struct.pack("ii", 1, 0)  # close without a farewell
LENGTH: Final = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
POST: Final = b"POST "
HTML: Final = "<!doctype html><title>502</title><p>Bad gateway. You sent: {}"


def hang(line: socket.socket) -> None:
    """Say nothing, until the other side gives up."""
    line.recv(1)


def reset(line: socket.socket) -> None:
    """Break the line."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)


def say(status: int, body: str, kind: str = "application/json", *, missing: int = 0) -> Breach:
    """Answer with a status and any words; so many bytes of them never come, as the line is closed before."""
    raw = body.encode()
    head = f"HTTP/1.1 {status} -\r\ncontent-type: {kind}\r\ncontent-length: {len(raw) + missing}\r\nconnection: close\r\n\r\n"
    return lambda line: line.sendall(head.encode() + raw)


def refuse(status: int, code: int, words: str = "") -> Breach:
    """Refuse as Meta does, with words in every place where it has some."""
    data = {"messaging_product": "whatsapp", "details": words}
    error = {"code": code, "type": words, "message": words, "error_data": data, "error_subcode": 7, "fbtrace_id": words}
    return say(status, json.dumps({"error": error | {"error_user_title": words, "error_user_msg": words, words: words}}))


class Line:
    """Passes requests on to a peer, one after the other on each connection."""

    def __init__(self, url: str) -> None:
        """Take the peer's address; from now on it is reached at `url`."""
        parts = urlsplit(url)
        self._there = (parts.hostname or "", parts.port or 80)
        self._breaches: deque[Breach] = deque()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}{parts.path}"
        self.heard = bytearray()  # all that the guide said
        self.posts = 0
        self.broken: Breach | None = None  # what becomes of every request, while it is set
        self.open()

    def fail(self, *breaches: Breach) -> None:
        """Let the next posts go wrong, each in its way."""
        self._breaches.extend(breaches)

    @property
    def spent(self) -> bool:
        """Tell whether everything has gone wrong that should."""
        return not self._breaches

    def open(self) -> None:
        """Take connections."""
        Thread(target=self._take, args=(self._door,), daemon=True).start()

    @contextmanager
    def down(self) -> Iterator[None]:
        """Take no connections for a while, and break those that there are as soon as they are used."""
        self.broken = reset
        self.close()
        yield
        self.broken = None
        self._door = socket.create_server(("127.0.0.1", self.port))
        self.open()

    def close(self) -> None:
        """Take no connections any more."""
        with suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()

    def _take(self, door: socket.socket) -> None:
        with suppress(OSError):
            while True:
                Thread(target=self._pass_on, args=(door.accept()[0],), daemon=True).start()

    def _pass_on(self, here: socket.socket) -> None:
        with here, suppress(OSError), socket.create_connection(self._there) as there:
            while request := _message(here):
                self.heard += request
                breach = self._breach(request)
                if breach is not None:
                    breach(here)
                    return
                there.sendall(request)
                here.sendall(_message(there))

    def _breach(self, request: bytes) -> Breach | None:
        if not request.startswith(POST):
            return self.broken
        self.posts += 1
        return self._breaches.popleft() if self._breaches else self.broken


def _message(line: socket.socket) -> bytes:
    """Read a request or an answer to its end; nothing if there is none."""
    got = b""
    while part := line.recv(65536):
        got += part
        head, ends, body = got.partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        if ends and len(body) >= (int(length[1]) if length else 0):
            return got
    return b""


@contextmanager
def lined(url: str) -> Iterator[Line]:
    """Lay a line to a peer."""
    line = Line(url)
    try:
        yield line
    finally:
        line.close()
