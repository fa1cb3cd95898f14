"""Reads what comes from Telegram, of one group, and keeps nothing of it."""

from typing import TYPE_CHECKING, Any

from telegram import Message, Update

from bot.core.private import Private
from bot.desks.telegram_group import words
from bot.desks.telegram_group.acts import Acts, Press, Wrote
from bot.desks.telegram_group.desk import Desk
from bot.log import Moment, note

if TYPE_CHECKING:
    from asyncio import Queue


class Ears:
    """Hears what happens in the group."""

    def __init__(self, desk: Desk, group: int) -> None:
        """Take the desk, and its group."""
        self._desk = desk
        self._group = group
        self._acts = Acts(desk)

    async def listen(self, came: "Queue[object]") -> None:
        """Take one update after the other; none is held while the next one is awaited."""
        while True:
            update = await came.get()
            try:
                if isinstance(update, Update):
                    await self._take(update)
            except Exception:  # noqa: BLE001 - its words go nowhere (R51)
                note(Moment.FAILED)
            del update

    async def _take(self, update: Update) -> None:
        if update.effective_chat is None or update.effective_chat.id != self._group:
            return
        if update.callback_query:
            self._desk.spawn(self._press(update))
        elif update.my_chat_member:
            self._desk.doubt.set()
        elif (change := update.chat_member) and not _inside(change.new_chat_member):
            await self._acts.gone(change.new_chat_member.user.id)
        elif update.edited_message:
            self._acts.edited(_wrote(update.edited_message))
        elif update.message and update.message.forum_topic_closed:
            await self._acts.closed(_wrote(update.message))
        elif update.message and not _service(update.message):
            await self._acts.wrote(_wrote(update.message))

    async def _press(self, update: Update) -> None:
        query = update.callback_query
        if query is None or query.message is None:
            return
        text = words.DOWN
        try:
            user = query.from_user
            text = await self._acts.press(Press(user.id, user.first_name, query.data or "", query.message.message_id))
        except Exception:  # noqa: BLE001 - as above
            note(Moment.FAILED)
        await self._desk.line.answer(query.id, text, alert=bool(text))


def _wrote(message: Message) -> Wrote:
    user, text = message.from_user, message.text
    thread = message.message_thread_id if message.is_topic_message else None
    return Wrote(user.id if user else 0, thread, message.message_id, Private(text) if text else None, bool(message.sender_chat))


def _service(message: Message) -> bool:
    """Tell whether Telegram itself says something, such as that a message was pinned."""
    said = (message.pinned_message, message.forum_topic_created, message.forum_topic_edited, message.forum_topic_reopened)
    return any(said) or bool(message.new_chat_members) or message.left_chat_member is not None


def _inside(member: Any) -> bool:  # noqa: ANN401 - any of the library's six kinds
    return bool(getattr(member, "is_member", member.status not in {"left", "kicked"}))
