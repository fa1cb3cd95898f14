"""What every answer to a browser carries, errors included: nothing may load, leak, linger or be framed."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.log import Moment, note

# connect-src: the page's own script posts its own forms, so that a talk is one entry of the browser's history.
POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "content-security-policy": POLICY,
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-dns-prefetch-control": "off",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "x-robots-tag": "noindex, nofollow, noarchive",
}


class Guard:
    """Adds the headers, leaves out the body where only the head was asked for, and lets no failure out.

    `last` is a page drawn at the start: what a person sees when everything else fails. `other` headers take the place of ours.
    """

    def __init__(self, app: ASGIApp, last: Response, other: Mapping[str, str] = MappingProxyType({})) -> None:
        """Stand before an application."""
        self._app = app
        self._last = last
        self._raw = [(name.encode(), value.encode()) for name, value in {**HEADERS, **other}.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer back with the headers."""
        head, begun = scope.get("method") == "HEAD", False

        async def guarded(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                message = {**message, "headers": [*message["headers"], *self._raw]}
            elif head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        try:
            await self._app(scope, receive, guarded)
        except Exception:  # noqa: BLE001 - its words go nowhere (DESIGN §4, §7)
            note(Moment.FAILED)
            if not begun:
                await self._last(scope, receive, guarded)
