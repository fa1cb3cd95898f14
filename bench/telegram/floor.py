"""The floor of Telegram's webhook: reads the update, and gives back the recorded answer; nothing else.

Runs as a program of its own (`python -P bench/telegram/floor.py PORT ANSWERS API`).
"""

import json
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from hmac import compare_digest
from pathlib import Path
from typing import Any

import uvicorn

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]
SECRET = b"only-for-the-benchmarks"
MARK = 987654321  # stands in a prepared answer where the chat comes


class Floor:
    """Answers the n-th update of a chat with the n-th recorded message, in the webhook's reply."""

    def __init__(self, answers: dict[str, list[dict[str, Any]]]) -> None:
        """Write the answers before anybody asks."""
        self._answers = {tag: [_reply(place, content) for place, content in enumerate(talk)] for tag, talk in answers.items()}
        self._places: dict[int, int] = {}

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Take the whole request, then answer."""
        if scope["type"] != "http":
            return
        body = b""
        while True:
            part = await receive()
            body += part.get("body", b"")
            if not part.get("more_body"):
                break
        shown = next((value for name, value in scope["headers"] if name == b"x-telegram-bot-api-secret-token"), b"")
        answer = self._answer(json.loads(body)) if compare_digest(shown, SECRET) else b""
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(answer))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    def _answer(self, update: dict[str, Any]) -> bytes:
        event = update.get("callback_query") or update["message"]
        chat = event["from"]["id"]
        place = self._places[chat] = self._places[chat] + 1 if "data" in event else 0
        before, after = self._answers[event["from"]["language_code"]][place]
        return b"%b%d%b" % (before, chat, after)


def _reply(place: int, content: dict[str, Any]) -> tuple[bytes, ...]:
    method = {"method": "editMessageText", "message_id": 1002} if place else {"method": "sendMessage"}
    return tuple(json.dumps({**method, "chat_id": MARK, **content}).encode().split(str(MARK).encode()))


def main() -> None:
    """Serve, with the same options as `dhaal serve`."""
    uvicorn.run(
        Floor(json.loads(Path(sys.argv[2]).read_bytes())), host="127.0.0.1", port=int(sys.argv[1]), log_config=None, ws="none",
        access_log=False, server_header=False, date_header=False, proxy_headers=False, h11_max_incomplete_event_size=16384,
    )  # fmt: skip


if __name__ == "__main__":
    main()
