"""The line to the helpers' group: every call there, with an answer to every refusal. None of them carries words on."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from enum import Enum
from typing import Final, TypeVar

from telegram import Bot, LinkPreviewOptions, ReplyParameters
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.desks.telegram_group import words
from bot.desks.telegram_group.letter import Letter
from bot.desks.telegram_group.window import Window
from bot.log import Moment, note

TRIES: Final = (0.5, 1.0, 2.0)  # seconds between tries when Telegram is out of order
LONGEST: Final = 60.0  # seconds we wait at most when Telegram asks us to
PLAIN: Final = LinkPreviewOptions(is_disabled=True)
SAME: Final = "not modified"
LACKING: Final = ("rights", "admin", "can't be deleted")  # what Telegram says where the bot may not
ALERT: Final = 200  # characters of an answer to a button
BATCH: Final = 100  # messages that one call deletes

T = TypeVar("T")


class Refused(Enum):
    """Why a call did not do what it should."""

    SAME = "same"  # it is so already
    GONE = "gone"  # the topic, message or button is not there any more
    RIGHTS = "rights"  # the bot may not do that
    OUT = "out"  # the bot is not in the group
    DOWN = "down"  # Telegram is out of order


class Line:
    """Calls for one group."""

    def __init__(self, bot: Bot, group: int, window: Window) -> None:
        """Take the bot, the group, and how fast the bot may write there."""
        self.bot = bot
        self.group = group
        self._window = window

    async def turn(self, *, talk: bool = False) -> None:
        """Wait until one more message may be written; what belongs to a talk goes first."""
        await self._window.turn(talk=talk)

    async def open(self, title: str) -> int | Refused:
        """Make a topic; give its number."""
        made = await self._call(lambda: self.bot.create_forum_topic(self.group, title))
        return made if isinstance(made, Refused) else made.message_thread_id

    async def send(self, thread: int | None, letter: Letter, reply: int | None = None) -> int | Refused:
        """Write into a topic, or into General; give the message's number. Nothing can be forwarded from there."""
        answers = ReplyParameters(reply, allow_sending_without_reply=True) if reply else None
        sent = await self._call(
            lambda: self.bot.send_message(
                self.group, letter.text, message_thread_id=thread, entities=letter.entities or None,
                reply_markup=letter.keyboard, reply_parameters=answers, link_preview_options=PLAIN, protect_content=True,
            )
        )  # fmt: skip
        return sent if isinstance(sent, Refused) else sent.message_id

    async def edit(self, number: int, letter: Letter) -> Refused | None:
        """Change a message of the bot; that it shows this already is fine."""
        done = await self._call(
            lambda: self.bot.edit_message_text(
                letter.text, self.group, number, reply_markup=letter.keyboard, link_preview_options=PLAIN
            )
        )
        return done if isinstance(done, Refused) and done is not Refused.SAME else None

    async def delete(self, thread: int) -> Refused | None:
        """Delete a topic, with all that was said there."""
        return _only(await self._call(lambda: self.bot.delete_forum_topic(self.group, thread)))

    async def close(self, thread: int) -> Refused | None:
        """Close a topic that cannot be deleted."""
        return _only(await self._call(lambda: self.bot.close_forum_topic(self.group, thread)))

    async def wipe(self, numbers: Sequence[int]) -> None:
        """Delete messages of the bot."""
        for first in range(0, len(numbers), BATCH):
            batch = list(numbers[first : first + BATCH])
            await self._call(lambda batch=batch: self.bot.delete_messages(self.group, batch))  # type: ignore[misc]

    async def pin(self, number: int) -> Refused | None:
        """Pin a message, without a sound."""
        return _only(await self._call(lambda: self.bot.pin_chat_message(self.group, number, disable_notification=True)))

    async def mark(self, number: int) -> None:
        """Show under a message that it arrived. Where a group allows no reactions, it does not show."""
        await self._call(lambda: self.bot.set_message_reaction(self.group, number, words.ARRIVED))

    async def answer(self, query: str, text: str, *, alert: bool) -> None:
        """Answer a button; too late is fine."""
        await self._call(lambda: self.bot.answer_callback_query(query, text[:ALERT] or None, show_alert=alert))

    async def member(self, user: int) -> bool:
        """Tell whether somebody is in the group; False if it cannot be known."""
        found = await self._call(lambda: self.bot.get_chat_member(self.group, user))
        if isinstance(found, Refused):
            return False
        return getattr(found, "is_member", found.status not in {"left", "kicked"})

    async def _call(self, call: Callable[[], Awaitable[T]]) -> T | Refused:
        """Call, and try again while that can help."""
        for wait in (*TRIES, None):
            try:
                return await call()
            except RetryAfter as error:
                asked = error.retry_after
                seconds = min(asked.total_seconds() if isinstance(asked, timedelta) else float(asked), LONGEST)
                self._window.rest(seconds)
            except (BadRequest, Forbidden, ChatMigrated) as error:
                return refused(error)
            except NetworkError:
                seconds = wait or 0.0
            except TelegramError:
                return Refused.DOWN
            if wait is None:
                break
            await asyncio.sleep(seconds)
        note(Moment.UNREACHABLE)
        return Refused.DOWN


def refused(error: TelegramError) -> Refused:
    """Read why Telegram refuses."""
    said = error.message.lower()
    if not isinstance(error, BadRequest) or "chat not found" in said:
        return Refused.OUT
    if SAME in said:
        return Refused.SAME
    return Refused.RIGHTS if any(word in said for word in LACKING) else Refused.GONE


def _only(answer: bool | Refused) -> Refused | None:  # noqa: FBT001 - what Telegram answers
    return answer if isinstance(answer, Refused) else None
