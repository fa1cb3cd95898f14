"""What a Valkey server is told, and all that it keeps."""

import socket
from contextlib import suppress
from threading import Thread
from time import monotonic, sleep
from typing import Final

from tests.stores.server import Server as Store

from .rooms import BLINK, PATIENCE

LOOSE: Final = ("--rdbcompression", "no", "--slowlog-log-slower-than", "0", "--slowlog-max-len", "100000")
MOST: Final = 100_000


class Listening:
    """Writes down every command that a Valkey server gets, as its MONITOR tells them."""

    def __init__(self, port: int) -> None:
        """Begin to listen."""
        self.heard = bytearray()
        self._line = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self._line.sendall(b"MONITOR\r\n")
        self.heard += self._line.recv(5)
        self._line.settimeout(None)
        self._thread = Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        with suppress(OSError):
            while part := self._line.recv(65536):
                self.heard += part

    def end(self) -> bytes:
        """Give what was heard."""
        with suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)
        self._thread.join(PATIENCE)
        self._line.close()
        return bytes(self.heard)


def kept(store: Store) -> dict[str, bytes]:
    """Give all that a store knows: keys, values, as they are and as they would be dumped, its lists, and its disk."""
    keys: list[bytes] = store.ask("KEYS", "*")
    places = {
        "store keys": b"\n".join(keys),
        "store values": b"\n".join(store.ask("GET", key) or b"" for key in keys),  # its time may be over by now
        "store dumps": b"\n".join(store.ask("DUMP", key) or b"" for key in keys),
        "store slow log": repr(store.ask("SLOWLOG", "GET", MOST)).encode(),
        "store clients": repr(store.ask("CLIENT", "LIST")).encode(),
    }
    store.ask("SAVE")
    store.ask("BGREWRITEAOF")
    ends = monotonic() + PATIENCE
    while (info := store.ask("INFO", "persistence"))["aof_rewrite_in_progress"] or info["aof_rewrite_scheduled"]:
        assert monotonic() < ends, "the store does not write its log"
        sleep(BLINK)
    disk = {f"store file {path.name}": path.read_bytes() for path in store.folder.rglob("*") if path.is_file()}
    return {**places, **disk}
