"""Long polling, for those who have no address in the world: asks Telegram for updates until it is stopped."""

import asyncio
from contextlib import suppress
from typing import Final, TypeVar

from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramConflictError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import DeleteWebhook, GetUpdates, TelegramMethod

from bot.channels.telegram.guide import Guide
from bot.channels.telegram.line import RefusedError
from bot.channels.telegram.read import WANTED, read
from bot.channels.turns import Turns
from bot.log import Moment, note

WAIT: Final = 25  # seconds that Telegram holds a question open
PATIENCE: Final = 10  # seconds more until we give the line up
PAUSES: Final = (0.5, 1.0, 2.0, 5.0, 15.0)  # seconds until the next try while Telegram cannot be reached
MOST: Final = 100  # updates at once (Bot API, getUpdates)

T = TypeVar("T")


class Poller:
    """Takes updates one batch after the other. What came while nobody asked is taken too, so that nobody is lost (R63)."""

    def __init__(self, guide: Guide, bot: Bot, turns: Turns) -> None:
        """Take who answers, as which bot, and where turns go on while we ask again."""
        self._guide = guide
        self._bot = bot
        self._turns = turns
        self._after = 0
        self._most = MOST
        self._failures = 0

    async def run(self) -> None:
        """Poll until cancelled.

        Raises:
            RefusedError: if Telegram does not know the token.
        """
        try:
            while not await self._tried(DeleteWebhook(drop_pending_updates=False)):
                pass
            while True:
                await self._ask()
        finally:
            await self._confirm()

    async def _ask(self) -> None:
        question = GetUpdates(offset=self._after, limit=self._most, timeout=WAIT, allowed_updates=list(WANTED))
        for update in await self._tried(question) or ():
            self._after, self._most = update.update_id + 1, MOST
            received = read(update)
            if received is not None:
                self._turns.begin(self._guide.take(self._bot, update.update_id, received))

    async def _tried(self, method: TelegramMethod[T]) -> T | None:
        """Call; after a failure rest, the longer the more there were."""
        try:
            answer = await self._bot(method, request_timeout=WAIT + PATIENCE)
        except (TelegramUnauthorizedError, TelegramNotFound):
            raise RefusedError from None
        except ClientDecodeError as error:
            self._skip(error.data)
        except TelegramRetryAfter as error:
            await asyncio.sleep(error.retry_after)
        except Exception as error:  # noqa: BLE001 - whatever the network does, the guide asks again
            note(Moment.CONFLICT if isinstance(error, TelegramConflictError) else Moment.UNREACHABLE)
            await asyncio.sleep(PAUSES[min(self._failures, len(PAUSES) - 1)])
            self._failures += 1
        else:
            self._failures = 0
            return answer
        return None

    def _skip(self, data: object) -> None:
        """Step over an update that aiogram cannot read: find it by asking for one at a time."""
        note(Moment.FAILED)
        found = data.get("result") if isinstance(data, dict) else None
        if self._most == 1 and isinstance(found, list) and found:
            self._after = int(found[0]["update_id"]) + 1
        self._most = 1

    async def _confirm(self) -> None:
        """Tell Telegram what was taken, so that it is not brought again at the next start."""
        with suppress(AiogramError, asyncio.CancelledError):
            await self._bot(GetUpdates(offset=self._after, limit=1, timeout=0), request_timeout=PATIENCE)
