"""A Bot API for the benchmark: it knows who waits for which chat's message, and answers as Telegram does."""

import asyncio
import re
from collections.abc import Callable
from typing import Final, Protocol, cast

from bench.telegram.pages import BOT, message
from bench.telegram.wire import Inbox, ok

METHOD: Final = re.compile(rb"POST /bot[^/ ]+/(\w+)")
CHAT: Final = re.compile(rb'\bchat_id(?:=|" *: *"?)(\d+)')  # in a form, and in JSON
LETTERS: Final = (b"sendMessage", b"editMessageText")
TRUE: Final = b"true"
KNOWN: Final = {
    b"getMe": b'{"id":%d,"is_bot":true,"first_name":"Dhaal","username":"dhaal_bench_bot","can_join_groups":true,'
    b'"can_read_all_group_messages":false,"supports_inline_queries":false}' % BOT,
    b"getWebhookInfo": b'{"url":"","has_custom_certificate":false,"pending_update_count":0}',
    b"getMyCommands": b"[]",
    b"getMyName": b'{"name":""}',
    b"getMyDescription": b'{"description":""}',
    b"getMyShortDescription": b'{"short_description":""}',
}


class Listener(Protocol):
    """Somebody who looks at a chat."""

    def letter(self, body: bytes) -> None:
        """See a message that was sent or edited."""

    def shown(self) -> bytes:
        """Tell what the chat's message shows now, as Telegram would."""


class Api:
    """One Bot API; `delay` is how many seconds it takes over each call."""

    def __init__(self) -> None:
        """Start with nobody."""
        self.delay = 0.0
        self.chats: dict[int, Listener] = {}
        self.url = ""

    async def open(self) -> asyncio.Server:
        """Listen on a port of its own."""
        server = await asyncio.get_running_loop().create_server(lambda: Line(self), "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        return server

    def called(self, head: bytes, body: bytes) -> bytes:
        """Take a call; give its answer."""
        found = METHOD.match(head)
        method = found[1] if found else b""
        result = self._shown(body) if method in LETTERS else KNOWN.get(method, TRUE)
        return ok(b'{"ok":true,"result":%b}' % result)

    def _shown(self, body: bytes) -> bytes:
        found = CHAT.search(body)
        chat = int(found[1]) if found else 0
        who = self.chats.get(chat)
        if who is None:  # somebody of an earlier round
            return message(chat, b'"text":"-"')
        who.letter(body)
        return message(chat, who.shown())


class Line(asyncio.Protocol):
    """One connection of a bot."""

    def __init__(self, api: Api) -> None:
        """Belong to an API."""
        self._api = api
        self._inbox = Inbox()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._out = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer each call, at once or after the delay."""
        for head, body in self._inbox.feed(data):
            later(self._api.delay, self._out.write, self._api.called(head, body))


def later(seconds: float, act: Callable[[bytes], None], what: bytes) -> None:
    """Do something after a while, or at once."""
    if seconds:
        asyncio.get_running_loop().call_later(seconds, act, what)
    else:
        act(what)
