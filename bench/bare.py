"""The floor of the web: gives back answers recorded from the guide, and does nothing else.

Runs as a program of its own (`python -P bench/bare.py PORT ANSWERS`), so that it imports nothing of the guide.
"""

import json
import sys
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from pathlib import Path
from typing import Any

import uvicorn

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]
Answer = tuple[int, list[tuple[bytes, bytes]], bytes]


def read(path: Path) -> dict[bytes, list[Answer]]:
    """Read the recorded answers: a conversation for each language."""
    return {tag.encode(): [_answer(*it) for it in found] for tag, found in json.loads(path.read_bytes()).items()}


def _answer(status: int, headers: Iterable[tuple[str, str]], body: str) -> Answer:
    return status, [(name.encode(), value.encode()) for name, value in headers], body.encode()


class Bare:
    """Answers the n-th request of a connection's conversation with the n-th recorded answer."""

    def __init__(self, answers: dict[bytes, list[Answer]]) -> None:
        """Take the answers."""
        self._answers = answers
        self._places: dict[object, tuple[bytes, int]] = {}

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Take the whole request, then answer."""
        if scope["type"] != "http":
            return
        while (await receive()).get("more_body"):
            pass
        if scope["method"] == "GET":
            place = next(value for name, value in scope["headers"] if name == b"accept-language"), 0
        else:
            place = self._places[scope["client"]]
        self._places[scope["client"]] = place[0], place[1] + 1
        status, headers, body = self._answers[place[0]][place[1]]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def main() -> None:
    """Serve, with the same options as `dhaal serve`."""
    uvicorn.run(
        Bare(read(Path(sys.argv[2]))), host="127.0.0.1", port=int(sys.argv[1]), log_config=None, access_log=False,
        server_header=False, date_header=True, proxy_headers=False, h11_max_incomplete_event_size=16384,
    )  # fmt: skip


if __name__ == "__main__":
    main()
