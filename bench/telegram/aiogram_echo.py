"""A bare aiogram bot, tuned as far as we know how, which sends back the recorded messages.

Runs as a program of its own (`python -P bench/telegram/aiogram_echo.py PORT ANSWERS API [reply]`). Usually it does what the
guide does: it edits the message by a call, and answers the callback in the webhook's reply. With `reply` it edits in the
reply and leaves the callback unanswered: the least that aiogram can do.

Tuned: no filter and no state, so that nothing goes through a thread; messages and keyboards are built once; what is alive at
the start is frozen out of the collector; the classes that aiogram makes for answers are held, so that pydantic does not build
them again and again.
"""

import gc
import json
import sys
from pathlib import Path
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.methods import EditMessageText, SendMessage, TelegramMethod
from aiogram.methods.base import Response
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message, MessageEntity
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

SECRET = "only-for-the-benchmarks"  # noqa: S105 - shown with every update; it guards nothing here
TOKEN = "7000000001:bench"  # noqa: S105 - no bot has it
LIVING = 1002
HELD = (Response[bool], Response[Message], Response[Message | bool])


class Echo:
    """Sends the n-th recorded message at the n-th update of a chat."""

    def __init__(self, answers: dict[str, list[dict[str, Any]]], *, reply: bool) -> None:
        """Build the messages before anybody asks."""
        self._reply = reply
        self._places: dict[int, int] = {}
        self._answers = {tag: [_content(it) for it in talk] for tag, talk in answers.items()}

    async def start(self, message: Message) -> TelegramMethod[Any] | None:
        """Answer /start with a new message."""
        chat = message.chat.id
        self._places[chat] = 0
        return await self._do(SendMessage(chat_id=chat, **self._content(message)), message.bot)

    async def tap(self, query: CallbackQuery) -> TelegramMethod[Any] | None:
        """Edit the message, and answer the callback."""
        self._places[query.from_user.id] += 1
        edit = EditMessageText(chat_id=query.from_user.id, message_id=LIVING, **self._content(query))
        return await self._do(edit, query.bot) or query.answer()

    def _content(self, event: Message | CallbackQuery) -> dict[str, Any]:
        assert event.from_user is not None
        return self._answers[event.from_user.language_code or ""][self._places[event.from_user.id]]

    async def _do(self, method: TelegramMethod[Any], bot: Bot | None) -> TelegramMethod[Any] | None:
        if self._reply:
            return method
        assert bot is not None
        await bot(method)
        return None


def _content(recorded: dict[str, Any]) -> dict[str, Any]:
    return {
        "text": recorded["text"],
        "entities": [MessageEntity(**it) for it in recorded["entities"]],
        "reply_markup": InlineKeyboardMarkup(**recorded["reply_markup"]),
    }


async def _freeze(_: web.Application) -> None:
    gc.collect()
    gc.freeze()


def main() -> None:
    """Serve."""
    echo = Echo(json.loads(Path(sys.argv[2]).read_bytes()), reply=sys.argv[4:] == ["reply"])
    bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(sys.argv[3])))
    dispatcher = Dispatcher(disable_fsm=True)
    dispatcher.message.register(echo.start)
    dispatcher.callback_query.register(echo.tap)
    app = web.Application()
    SimpleRequestHandler(dispatcher, bot, handle_in_background=False, secret_token=SECRET).register(app, path="/hooks/telegram")
    app.on_startup.append(_freeze)
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)


if __name__ == "__main__":
    main()
