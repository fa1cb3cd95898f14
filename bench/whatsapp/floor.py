"""The floor of WhatsApp's webhook: checks the signature, reads the webhook, posts one fixed message; nothing else.

Runs as a program of its own (`python -P bench/whatsapp/floor.py PORT API APP_SECRET PHONE_ID TOKEN`).
"""

import asyncio
import hashlib
import hmac
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from aiohttp import ClientSession, TCPConnector
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

PORT, API, SECRET, PHONE_ID, TOKEN = sys.argv[1:6]
WORDS = "Nothing is kept here. You can leave at any time, and come back. What would you like to do now? " * 4
BUTTONS = [{"type": "reply", "reply": {"id": "A" * 62 + code, "title": title}} for code, title in (("00", "Yes"), ("01", "No"))]
MESSAGE = {
    "messaging_product": "whatsapp", "recipient_type": "individual", "type": "interactive",
    "interactive": {"type": "button", "body": {"text": WORDS}, "action": {"buttons": BUTTONS}},
}  # fmt: skip


class Floor:
    """Answers every message with the same one."""

    def __init__(self) -> None:
        """Start with no turn under way."""
        self._turns: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def running(self, _: Starlette) -> AsyncIterator[None]:
        """Hold a connection pool like the guide's."""
        async with ClientSession(connector=TCPConnector(limit=256)) as self._session:
            yield

    async def knock(self, request: Request) -> Response:
        """Take a webhook, and answer after it."""
        body = await request.body()
        right = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(right, request.headers["x-hub-signature-256"]):
            return Response(status_code=401)
        for message in json.loads(body)["entry"][0]["changes"][0]["value"].get("messages", ()):
            task = asyncio.create_task(self._answer(message))
            self._turns.add(task)
            task.add_done_callback(self._turns.discard)
        return Response()

    async def _answer(self, message: dict[str, Any]) -> None:
        head = {"authorization": f"Bearer {TOKEN}", "content-type": "application/json"}
        letter = json.dumps({**MESSAGE, "to": message["from"]}).encode()
        async with self._session.post(f"{API}/{PHONE_ID}/messages", data=letter, headers=head) as answer:
            await answer.read()


def main() -> None:
    """Serve, with the same options as `dhaal serve`."""
    floor = Floor()
    uvicorn.run(
        Starlette(routes=[Route("/hooks/whatsapp", floor.knock, methods=["POST"])], lifespan=floor.running),
        host="127.0.0.1", port=int(PORT), log_config=None, ws="none", access_log=False, server_header=False,
        date_header=False, proxy_headers=False, h11_max_incomplete_event_size=16384,
    )  # fmt: skip


if __name__ == "__main__":
    main()
