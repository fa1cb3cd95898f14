"""Sends to one chat, and reads what Telegram says to it. Every refusal has an answer; none carries words on."""

from collections.abc import Sequence
from enum import Enum
from typing import Final, TypeVar, cast

from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteMessages,
    EditMessageText,
    LeaveChat,
    SendMessage,
    TelegramMethod,
)
from aiogram.types import LinkPreviewOptions

from bot.channels.telegram.letter import Letter
from bot.core.private import Private
from bot.talk.pace import Slot

TRIES: Final = (0.5, 1.0, 2.0, 4.0)  # seconds between tries when Telegram is out of order
LONGEST: Final = 60.0  # seconds we wait at most when Telegram asks us to
BATCH: Final = 100  # messages that one call deletes (Bot API, deleteMessages)
PLAIN: Final = LinkPreviewOptions(is_disabled=True)
SAME: Final = "message is not modified"

T = TypeVar("T")


class Refused(Enum):
    """Why a call did not do what it should."""

    GONE = "gone"  # the message, chat or callback is not there any more, or may not be touched
    BLOCKED = "blocked"  # the person does not want to hear from us
    DOWN = "down"  # Telegram is out of order, or something urgent came meanwhile


class Sender:
    """Calls for one chat."""

    def __init__(self, bot: Bot, chat: Private[int], slot: Slot) -> None:
        """Take the bot, the chat, and the slot in whose time it happens."""
        self._bot = bot
        self._chat = chat.reveal()
        self._slot = slot

    async def send(self, letter: Letter, *, protected: bool = True) -> int | Refused:
        """Send a message, without a sound; give its number. `protected` keeps it from being forwarded by mistake."""
        sent = await self._call(
            SendMessage(
                chat_id=self._chat, text=letter.text, entities=list(letter.entities) or None, reply_markup=letter.keyboard,
                link_preview_options=PLAIN, disable_notification=True, protect_content=protected or None,
            )
        )  # fmt: skip
        return sent if isinstance(sent, Refused) else sent.message_id

    async def edit(self, number: int, letter: Letter) -> Refused | None:
        """Change the living message; that it shows this already is fine."""
        done = await self._call(
            EditMessageText(
                chat_id=self._chat, message_id=number, text=letter.text, entities=list(letter.entities) or None,
                reply_markup=letter.keyboard, link_preview_options=PLAIN,
            )
        )  # fmt: skip
        return done if isinstance(done, Refused) else None

    async def delete(self, numbers: Sequence[int]) -> list[int]:
        """Delete messages of this chat, as far as Telegram lets us (48 h); give those to try again later."""
        left: list[int] = []
        for first in range(0, len(numbers), BATCH):
            batch = list(numbers[first : first + BATCH])
            done = await self._call(DeleteMessages(chat_id=self._chat, message_ids=batch))
            if done is Refused.DOWN:
                left += batch
            elif done is Refused.GONE and len(batch) > 1:  # one that is too old spoils a whole batch
                left += [one for number in batch for one in await self.delete([number])]
        return left

    async def answer(self, query: str) -> None:
        """Answer a callback, so that the button stops turning; too late is fine."""
        await self._call(AnswerCallbackQuery(callback_query_id=query))

    async def quit(self, words: str) -> None:
        """Say why, and leave a group."""
        await self._call(SendMessage(chat_id=self._chat, text=words, link_preview_options=PLAIN, disable_notification=True))
        await self._call(LeaveChat(chat_id=self._chat))

    async def _call(self, method: TelegramMethod[T]) -> T | Refused:
        """Call, and try again while that can help."""
        for wait in (*TRIES, None):
            try:
                return await self._bot(method)
            except TelegramRetryAfter as error:
                seconds = min(float(error.retry_after), LONGEST)
            except (TelegramServerError, TelegramNetworkError, ClientDecodeError):
                seconds = wait or 0.0
            except TelegramForbiddenError:
                return Refused.BLOCKED
            except (TelegramBadRequest, TelegramNotFound) as error:
                return cast("T", None) if SAME in error.message else Refused.GONE
            except TelegramAPIError:
                return Refused.DOWN
            if wait is None or not await self._slot.pause(seconds):
                break
        return Refused.DOWN
