"""Just enough HTTP/1.1 for both ends of the benchmark: the users' and the Bot API's."""

import re
from collections.abc import Iterator
from typing import Final

END: Final = b"\r\n\r\n"
SIZE: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
SECRET: Final = "only-for-the-benchmarks"  # noqa: S105 - shown with every update; it guards nothing here


def post(update: bytes) -> bytes:
    """Write the request by which Telegram delivers an update."""
    return (
        b"POST /hooks/telegram HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\n"
        b"x-telegram-bot-api-secret-token: %b\r\ncontent-length: %d\r\n\r\n%b" % (SECRET.encode(), len(update), update)
    )


def ok(body: bytes) -> bytes:
    """Write an answer of the Bot API."""
    return b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body)


class Inbox:
    """Puts the pieces of a connection together again."""

    def __init__(self) -> None:
        """Start empty."""
        self._got = bytearray()
        self._head = self._size = 0

    def feed(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Take a piece; give each message that is whole now, as head and body."""
        self._got += data
        while self._whole():
            head, body = bytes(self._got[: self._head]), bytes(self._got[self._head : self._size])
            del self._got[: self._size]
            self._head = self._size = 0
            yield head, body

    def _whole(self) -> bool:
        if not self._size:
            end = self._got.find(END)
            if end < 0:
                return False
            found = SIZE.search(self._got, 0, end + 2)
            self._head = end + len(END)
            self._size = self._head + int(found[1] if found else 0)
        return len(self._got) >= self._size
