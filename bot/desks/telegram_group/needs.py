"""What the helpers' group must be like before anybody is sent there; each finding is a sentence with its remedy."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from telegram import Bot, ChatFullInfo, ChatMember, ChatMemberAdministrator
from telegram.constants import ChatMemberStatus
from telegram.error import BadRequest, ChatMigrated, Forbidden

from bot.desks.telegram_group import words


@dataclass(frozen=True, slots=True)
class Found:
    """What is missing, what would be better, and the pinned message of the bot, if there is one."""

    missing: tuple[str, ...] = ()
    better: tuple[str, ...] = ()
    pinned: int | None = field(default=None)
    unknown: bool = False  # there is no such group


async def look(bot: Bot, group: int) -> Found:
    """Look at the group. Nothing is changed.

    Raises:
        NetworkError: if Telegram cannot be reached.
        InvalidToken: if Telegram does not know the token.
    """
    try:
        chat, me = await bot.get_chat(group), await bot.get_chat_member(group, bot.id)
    except (BadRequest, ChatMigrated):
        return Found((words.NO_GROUP,), unknown=True)
    except Forbidden:
        return Found((words.OUT,))
    pinned = chat.pinned_message
    own = pinned.message_id if pinned and pinned.from_user and pinned.from_user.id == bot.id else None
    return Found(tuple(missing(chat, me)), tuple(better(chat, me)), own)


def missing(chat: ChatFullInfo, me: ChatMember) -> Iterator[str]:
    """Say what keeps the desk closed."""
    if not chat.is_forum:
        yield words.NO_FORUM
    if chat.username:
        yield words.PUBLIC
    if me.status in {ChatMemberStatus.LEFT, ChatMemberStatus.BANNED}:
        yield words.OUT
    elif not isinstance(me, ChatMemberAdministrator):
        yield words.NO_ADMIN
    else:
        if not me.can_manage_topics:
            yield words.NO_TOPICS
        if not me.can_delete_messages:
            yield words.NO_DELETE


def better(chat: ChatFullInfo, me: ChatMember) -> Iterator[str]:
    """Say what should be better."""
    if isinstance(me, ChatMemberAdministrator) and not me.can_pin_messages:
        yield words.NO_PIN
    if not chat.has_protected_content:
        yield words.SAVING
