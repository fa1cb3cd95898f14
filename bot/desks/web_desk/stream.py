"""One answer that does not end: events for a page, as text/event-stream, until the page hangs up."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Final

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bot.desks.web_desk.tabs import Piece

HEADERS: Final = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"x-accel-buffering", b"no")]
RETRY: Final = b"retry: 1000\n\n"  # milliseconds until a browser tries again


class Stream(Response):
    """Writes pieces as they come. What a slow browser has not taken is not asked for, so the helper's seat fills instead."""

    def __init__(self, listen: Callable[[], AsyncIterator[Piece]]) -> None:
        """Take what gives the pieces, once somebody listens."""
        super().__init__()
        self._listen = listen

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI
        """Write until one side ends it."""
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        tasks = {asyncio.create_task(self._write(send)), asyncio.create_task(_gone(receive))}
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _write(self, send: Send) -> None:
        await send({"type": "http.response.body", "body": RETRY, "more_body": True})
        pieces = self._listen()
        try:
            async for piece in pieces:
                await send({"type": "http.response.body", "body": piece.written.reveal(), "more_body": True})
        finally:
            await pieces.aclose()  # type: ignore[attr-defined]  # a generator, whose end is to be now
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
