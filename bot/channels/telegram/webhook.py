"""The webhook: the secret is compared, the body read within a limit, the answer given at once, and then the turn taken."""

import json
from hmac import compare_digest
from typing import Final

from aiogram import Bot
from aiogram.methods import AnswerCallbackQuery
from aiogram.types import Update
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.asgi.body import read_body
from bot.channels.telegram.guide import Guide
from bot.channels.telegram.read import Gone, Received, read
from bot.channels.turns import Turns
from bot.core.private import Private
from bot.log import Moment, note

PATH: Final = "/hooks/telegram"
HEADER: Final = "x-telegram-bot-api-secret-token"
LIMIT: Final = 512 * 1024  # bytes of an update; a message of 4,096 characters with all that Telegram adds is far smaller
TAPPED: Final = {"message_id", "date", "chat"}  # what is read of the message under a tapped button
TAKEN, REFUSED, TOO_LARGE = 200, 401, 413


class Webhook:
    """The door at which Telegram knocks."""

    def __init__(self, guide: Guide, bot: Bot, secret: Private[str], turns: Turns) -> None:
        """Take who answers, as which bot, the secret that Telegram shows, and where turns go on after the answer."""
        self._guide = guide
        self._bot = bot
        self._secret = secret.reveal().encode()
        self._turns = turns

    @property
    def route(self) -> Route:
        """Give the route to mount."""
        return Route(PATH, self.knock, methods=["POST"])

    async def knock(self, request: Request) -> Response:
        """Take an update. What cannot be read is taken as well, or Telegram would bring it again for a day."""
        if not compare_digest(request.headers.get(HEADER, "").encode(), self._secret):
            return Response(status_code=REFUSED)
        body = await read_body(request, LIMIT)
        if body is None:
            return Response(status_code=TOO_LARGE)
        update = _update(body)
        received = read(update) if update else None
        if update is None or received is None:
            return Response(status_code=TAKEN)
        self._turns.begin(self._guide.take(self._bot, update.update_id, received, answered=True))
        return _reply(received)


def _update(body: bytes) -> Update | None:
    """Read an update; nothing if it is none. A tap brings the whole message that was tapped: most of it is dropped unread."""
    try:
        raw = json.loads(body)
        tapped = raw["callback_query"]["message"] if "callback_query" in raw else {}
        for name in tapped.keys() - TAPPED:
            del tapped[name]
        return Update.model_validate(raw)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):  # its message would show what was sent
        note(Moment.FAILED)
        return None


def _reply(received: Received) -> Response:
    """Answer a callback with the webhook's own answer: nobody needs to know whether that one call came to its end."""
    if isinstance(received, Gone) or received.query is None:
        return Response(status_code=TAKEN)
    name = AnswerCallbackQuery.__api_method__
    return JSONResponse({"method": name, "callback_query_id": received.query})
