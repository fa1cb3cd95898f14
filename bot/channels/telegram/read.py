"""Reads what Telegram brings: who did what, as far as the guide looks. Files are never fetched, names never looked at."""

import re
from dataclasses import dataclass
from typing import Final, TypeAlias

from aiogram.enums import ChatMemberStatus, ChatType, ContentType
from aiogram.types import CallbackQuery, Chat, ChatMemberUpdated, Message, Update

from bot.core.events import Command
from bot.core.private import Private
from bot.log import Moment, note
from bot.talk.ports import Called, Input, Media, Opened, Press, Words

WANTED: Final = ("message", "edited_message", "callback_query", "my_chat_member", "channel_post")
LONGEST: Final = 4096  # characters of a message; a helper should see all of them
COMMAND: Final = re.compile(r"/([A-Za-z_]{1,32})(?:@\w+)?(?:\s+(\S+))?\s*", re.ASCII)
COMMANDS: Final = {
    "menu": Command.MENU,
    "back": Command.BACK,
    "person": Command.PERSON,
    "help": Command.DANGER,
    "language": Command.LANGUAGE,
    "leave": Command.LEAVE,
    "exit": Command.LEAVE,
    "stop": Command.LEAVE,
}
SENT: Final = frozenset(  # what a person can send besides text; anything else is Telegram's own notice
    {
        ContentType.UNKNOWN, ContentType.ANIMATION, ContentType.AUDIO, ContentType.DOCUMENT, ContentType.LIVE_PHOTO,
        ContentType.PAID_MEDIA, ContentType.PHOTO, ContentType.STICKER, ContentType.STORY, ContentType.VIDEO,
        ContentType.VIDEO_NOTE, ContentType.VOICE, ContentType.CHECKLIST, ContentType.CONTACT, ContentType.DICE,
        ContentType.GAME, ContentType.POLL, ContentType.VENUE, ContentType.LOCATION, ContentType.USERS_SHARED,
        ContentType.CHAT_SHARED, ContentType.PASSPORT_DATA, ContentType.WEB_APP_DATA,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Act:
    """A person did something in their own chat with the guide.

    `pressed` is the message whose button it was, `theirs` a message of the person (to be deleted), `query` the callback to
    answer. `hint` is the language that their Telegram speaks.
    """

    chat: Private[int]
    input: Input
    hint: str | None = None
    pressed: int | None = None
    theirs: int | None = None
    query: str | None = None


@dataclass(frozen=True, slots=True)
class Crowded:
    """Something happened in a group or channel, where the guide does not work."""

    chat: Private[int]
    hint: str | None = None
    query: str | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """A person has blocked the guide."""

    chat: Private[int]


Received: TypeAlias = Act | Crowded | Gone


def read(update: Update) -> Received | None:
    """Read an update; None if there is nothing to do. What we fail to read is stepped over, not brought again and again."""
    try:
        return _read(update)
    except Exception:  # noqa: BLE001 - its words go nowhere (DESIGN §4)
        note(Moment.FAILED)
        return None


def _read(update: Update) -> Received | None:
    if update.callback_query is not None:
        return read_callback(update.callback_query)
    if update.my_chat_member is not None:
        return read_member(update.my_chat_member)
    message = update.message or update.edited_message or update.channel_post
    return read_message(message) if message is not None else None


def read_callback(query: CallbackQuery) -> Received | None:
    """Read a tap. The message may be inaccessible; its button still carries all that is needed."""
    if query.message is None:
        return None
    hint = query.from_user.language_code
    if not _private(query.message.chat):
        return Crowded(Private(query.message.chat.id), hint, query.id)
    chat, number = Private(query.message.chat.id), query.message.message_id
    return Act(chat, Press(query.data or ""), hint, pressed=number, query=query.id)


def read_message(message: Message) -> Received | None:
    """Read a message of a person, new or edited."""
    hint = message.from_user.language_code if message.from_user else None
    if not _private(message.chat):
        return Crowded(Private(message.chat.id), hint)
    what = _input(message)
    return Act(Private(message.chat.id), what, hint, theirs=message.message_id) if what else None


def read_member(event: ChatMemberUpdated) -> Received | None:
    """Read that the guide was let in, or thrown out."""
    status = event.new_chat_member.status
    out = status in {ChatMemberStatus.KICKED, ChatMemberStatus.LEFT}
    chat = Private(event.chat.id)
    if _private(event.chat):
        return Gone(chat) if out else None
    return None if out else Crowded(chat, event.from_user.language_code)


def _private(chat: Chat) -> bool:
    return chat.type == ChatType.PRIVATE


def _input(message: Message) -> Input | None:
    """Tell what was sent: a command, words, or something that is not looked at."""
    if message.text is None or message.forward_origin is not None or message.via_bot is not None:
        return Media() if message.content_type in SENT or message.text is not None else None
    called = COMMAND.fullmatch(message.text)
    if called and called[1].lower() == "start":
        return Opened(plan=called[2])
    if called and called[1].lower() in COMMANDS:
        return Called(COMMANDS[called[1].lower()])
    return Words(Private(message.text[:LONGEST]))
