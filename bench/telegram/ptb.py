"""python-telegram-bot's ConversationHandler, walking through the recorded messages.

Runs as a program of its own (`python -P bench/telegram/ptb.py PORT ANSWERS API`). One state for each message, as its manual
shows it; updates come through a bare ASGI server into the application's queue, as in its example of a custom webhook. It takes
one update at a time: that is what ConversationHandler asks for.
"""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from hmac import compare_digest
from pathlib import Path
from typing import Any

import uvicorn
from telegram import InlineKeyboardMarkup, MessageEntity, Update
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes, ConversationHandler

Scope = MutableMapping[str, Any]
Send = Callable[[Scope], Awaitable[None]]
Receive = Callable[[], Awaitable[Scope]]
Step = Callable[[Update, ContextTypes.DEFAULT_TYPE], Coroutine[Any, Any, int]]
Bot = Application[Any, Any, Any, Any, Any, Any]
SECRET = b"only-for-the-benchmarks"
TOKEN = "7000000001:bench"  # noqa: S105 - no bot has it
EMPTY = [(b"content-length", b"0")]


class Hook:
    """Puts each update into the application's queue, and says at once that it has it."""

    def __init__(self, application: Bot) -> None:
        """Stand before an application."""
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
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
        if compare_digest(shown, SECRET):
            await self._application.update_queue.put(Update.de_json(json.loads(body), self._application.bot))
        await send({"type": "http.response.start", "status": 200, "headers": EMPTY})
        await send({"type": "http.response.body"})


def conversation(answers: dict[str, list[dict[str, Any]]]) -> ConversationHandler[ContextTypes.DEFAULT_TYPE]:
    """Build the conversation: a state for each message, whose button leads to the next."""
    contents = {tag: [_content(it) for it in talk] for tag, talk in answers.items()}
    last = len(next(iter(contents.values()))) - 1

    async def start(update: Update, _: ContextTypes.DEFAULT_TYPE) -> int:
        assert update.message is not None
        assert update.message.from_user is not None
        await update.message.reply_text(**contents[update.message.from_user.language_code or ""][0])
        return 0

    def step(place: int) -> Step:
        async def tap(update: Update, _: ContextTypes.DEFAULT_TYPE) -> int:
            query = update.callback_query
            assert query is not None
            await query.answer()
            await query.edit_message_text(**contents[query.from_user.language_code or ""][place + 1])
            return place + 1

        return tap

    return ConversationHandler(
        entry_points=[CommandHandler("start", start)],
        states={place: [CallbackQueryHandler(step(place))] for place in range(last)},
        fallbacks=[CommandHandler("start", start)],
    )


def _content(recorded: dict[str, Any]) -> dict[str, Any]:
    return {
        "text": recorded["text"],
        "entities": MessageEntity.de_list(recorded["entities"], None),
        "reply_markup": InlineKeyboardMarkup.de_json(recorded["reply_markup"], None),
    }


async def serve(answers: dict[str, list[dict[str, Any]]]) -> None:
    """Run the application and the server in one loop."""
    builder = Application.builder().token(TOKEN).base_url(f"{sys.argv[3]}/bot").updater(None)
    application: Bot = builder.build()
    application.add_handler(conversation(answers))
    config = uvicorn.Config(
        Hook(application), host="127.0.0.1", port=int(sys.argv[1]), log_config=None, ws="none", access_log=False,
        server_header=False, date_header=False, proxy_headers=False,
    )  # fmt: skip
    async with application:
        await application.start()
        await uvicorn.Server(config).serve()
        await application.stop()


if __name__ == "__main__":
    asyncio.run(serve(json.loads(Path(sys.argv[2]).read_bytes())))
