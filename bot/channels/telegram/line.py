"""Our own line to Telegram: aiogram's session, made lighter for the calls of which we need to know only that they worked."""

from typing import Any, Final

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import AnswerCallbackQuery, DeleteMessages, EditMessageText, SendMessage, TelegramMethod
from aiogram.methods.base import Response
from aiogram.types import Message
from aiohttp import ClientError, ClientTimeout

DONE: Final = (AnswerCallbackQuery, DeleteMessages, EditMessageText)  # calls whose answer is not looked at any further
FINE: Final = b'{"ok":true'
OK: Final = 200
JSON: Final = {"content-type": "application/json"}
HELD: Final = (Response[bool], Response[Message], Response[Message | bool])  # pydantic builds them anew if nobody holds them
PATIENCE: Final = 10.0  # seconds for a call; then the line is given up, and tried again
LINES: Final = 256  # connections to Telegram at once


class RefusedError(Exception):
    """Telegram does not know the bot's token."""


class Line(AiohttpSession):
    """Sends a call as one JSON object, and reads Telegram's answer only as far as it is needed (docs/decisions/0018)."""

    async def make_request(self, bot: Bot, method: Any, timeout: int | None = None) -> Any:  # noqa: ANN401, ASYNC109 - as aiogram
        """Make one call.

        Raises:
            TelegramAPIError: if it was refused, or Telegram cannot be reached; the message holds no words of ours.
        """
        if not isinstance(method, (*DONE, SendMessage)):
            return await super().make_request(bot, method, timeout)
        call: TelegramMethod[Any] = method
        session = await self.create_session()
        url = self.api.api_url(token=bot.token, method=method.__api_method__)
        body = method.model_dump_json(exclude_unset=True, exclude_none=True)
        try:
            async with session.post(url, data=body, headers=JSON, timeout=ClientTimeout(total=PATIENCE)) as answer:
                told = await answer.read()
        except (ClientError, TimeoutError):
            raise TelegramNetworkError(call, "no answer") from None  # aiogram's own message would hold the URL
        if answer.status == OK and isinstance(method, DONE) and told.startswith(FINE):
            return True
        return self.check_response(bot, call, answer.status, told.decode(errors="replace")).result
