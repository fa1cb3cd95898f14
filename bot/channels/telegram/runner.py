"""Runs one Telegram bot of our own, by polling or at a webhook, inside an ASGI application."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import chain, repeat
from typing import Final

from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import AiogramError, TelegramNotFound, TelegramUnauthorizedError
from aiogram.methods import SetWebhook
from starlette.routing import BaseRoute

from bot.channels.telegram.guide import Guide
from bot.channels.telegram.line import LINES, PATIENCE, Line, RefusedError
from bot.channels.telegram.polling import PAUSES, Poller
from bot.channels.telegram.profile import dress
from bot.channels.telegram.read import WANTED
from bot.channels.telegram.webhook import PATH, Webhook
from bot.channels.turns import Turns
from bot.core.private import Private
from bot.log import Moment, note
from bot.settings import Telegram
from bot.talk.conversation import Conversation

REFUSED: Final = "Telegram does not know this DHAAL_TELEGRAM_TOKEN. Copy it again from @BotFather, who also makes new ones."
FINISH: Final = 8.0  # seconds for the turns under way when the guide stops


def connect(settings: Telegram) -> Bot:
    """Make the bot; nothing is sent yet."""
    server = TelegramAPIServer.from_base(settings.api)
    return Bot(settings.token.reveal(), Line(api=server, timeout=PATIENCE, limit=LINES))


class Runner:
    """One bot: its routes, and what runs while the application does."""

    def __init__(
        self, settings: Telegram, conversation: Conversation, guide: Guide, secret: Private[str], url: str | None
    ) -> None:
        """Take the settings, who answers, the webhook's secret, and our address for Telegram (None: set by hand)."""
        self._settings = settings
        self._conversation = conversation
        self._guide = guide
        self._secret = secret
        self._url = url
        self._bot = connect(settings)
        self._turns = Turns()

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """List the routes to mount."""
        return [Webhook(self._guide, self._bot, self._secret, self._turns).route] if self._hooked else []

    @property
    def _hooked(self) -> bool:
        return self._settings.mode == "webhook"

    @asynccontextmanager
    async def running(self, stop: Callable[[str], None]) -> AsyncIterator[None]:
        """Run; `stop` is called with a sentence if Telegram does not know the token."""
        async with self._bot, asyncio.TaskGroup() as tasks:
            task = tasks.create_task(self._serve(stop))
            try:
                yield
            finally:
                task.cancel()
                await self._turns.finish(FINISH)

    async def _serve(self, stop: Callable[[str], None]) -> None:
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(dress(self._bot, self._conversation))
                if not self._hooked:
                    tasks.create_task(Poller(self._guide, self._bot, self._turns).run())
                elif self._url:
                    tasks.create_task(self._hook(self._url))
        except* RefusedError:
            stop(REFUSED)

    async def _hook(self, url: str) -> None:
        """Tell Telegram where to knock, until it has heard; what it holds for us is kept, so that nobody is lost (R63).

        Raises:
            RefusedError: if it does not know the token.
        """
        ask = SetWebhook(
            url=url + PATH, secret_token=self._secret.reveal(), allowed_updates=list(WANTED), drop_pending_updates=False
        )
        for pause in chain(PAUSES, repeat(PAUSES[-1])):
            try:
                await self._bot(ask)
            except (TelegramUnauthorizedError, TelegramNotFound):
                raise RefusedError from None
            except AiogramError:
                note(Moment.UNREACHABLE)
                await asyncio.sleep(pause)
            else:
                return
