"""What each method does. Telegram's own order of questions: who, where, which message, may it, is it new."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from tests.peers.answers import NOT_MODIFIED, OLD_QUERY, bad
from tests.peers.chats import INLINE, MINE_FOR, Chat, Message, Telegram
from tests.peers.markup import formatted

Json: TypeAlias = dict[str, Any]
Method: TypeAlias = Callable[[Telegram, Json], object]

TAKES_AT_ONCE: Final = 100  # deleteMessages: "1-100 message ids"
MOST_BUTTONS: Final = 100
FLAGS: Final = {"protect_content", "disable_notification", "link_preview_options", "message_effect_id"}


def get_me(telegram: Telegram, params: Json) -> Json:
    """Say who the bot is."""
    can = ("can_join_groups", "can_read_all_group_messages", "supports_inline_queries", "can_connect_to_business")
    more = ("has_main_web_app", "has_topics_enabled", "allows_users_to_create_topics", "can_manage_bots")
    also = ("supports_guest_queries", "supports_join_request_queries")
    return telegram.bot() | dict.fromkeys((*can, *more, *also), False)


def _written(params: Json) -> Json:
    """Give what a call wants to write.

    Raises:
        RefusedError: if that is nothing.
    """
    content = formatted(params)
    return content if content["text"] else bad("message text is empty")


def _keyboard(params: Json) -> Json | None:
    """Give the keyboard of a call; an inline one without buttons is none.

    Raises:
        RefusedError: if it is too long.
    """
    keyboard: Json | None = params.get("reply_markup")
    rows = [row for row in (keyboard or {}).get(INLINE, ()) if row]
    if sum(map(len, rows)) > MOST_BUTTONS:
        bad("reply markup is too long")
    if keyboard and INLINE in keyboard:
        return {INLINE: rows} if rows else None
    return keyboard


def send_message(telegram: Telegram, params: Json) -> Json:
    """Lay a message of the bot into a chat."""
    content = _written(params)
    chat = telegram.open_chat(params.get("chat_id"))
    flags = {name: params[name] for name in FLAGS & params.keys()}
    return telegram.put(chat, telegram.bot(), content, mine=True, keyboard=_keyboard(params), flags=flags).as_json()


def _editable(telegram: Telegram, params: Json) -> Message:
    """Find the message to edit.

    Raises:
        RefusedError: if it is gone, or not the bot's.
    """
    if "message_id" not in params and "chat_id" not in params:
        bad("message identifier is not specified")
    message = telegram.open_chat(params.get("chat_id")).find(params.get("message_id"), "message to edit not found")
    if not message.mine or (message.keyboard and INLINE not in message.keyboard):
        bad("message can't be edited")
    return message


def _change(telegram: Telegram, message: Message, content: Json, keyboard: Json | None) -> Json:
    """Give a message another content or keyboard.

    Raises:
        RefusedError: if nothing would change.
    """
    if (content, keyboard) == (message.content, message.keyboard):
        bad(NOT_MODIFIED)
    message.content, message.keyboard = content, keyboard
    message.edited, message.edits = telegram.now(), message.edits + 1
    return message.as_json()


def edit_message_text(telegram: Telegram, params: Json) -> Json:
    """Write a message anew; a keyboard that is not given again goes away."""
    content = _written(params)
    message = _editable(telegram, params)
    if "link_preview_options" in params:
        message.flags["link_preview_options"] = params["link_preview_options"]
    return _change(telegram, message, content, _keyboard(params))


def edit_message_reply_markup(telegram: Telegram, params: Json) -> Json:
    """Change the buttons only."""
    message = _editable(telegram, params)
    return _change(telegram, message, message.content, _keyboard(params))


def _deletable(telegram: Telegram, message: Message) -> Message:
    """Pass a message that may go, for both sides.

    Raises:
        RefusedError: after 48 hours.
    """
    if telegram.now() - message.date > MINE_FOR:
        bad("message can't be deleted for everyone")
    return message


def delete_message(telegram: Telegram, params: Json) -> bool:
    """Take a message away."""
    chat = telegram.chat(params.get("chat_id"))
    _deletable(telegram, chat.find(params.get("message_id"), "message to delete not found")).deleted = True
    return True


def delete_messages(telegram: Telegram, params: Json) -> bool:
    """Take several away: those that are gone are passed over; one that may not go saves all."""
    numbers = params.get("message_ids") or []
    chat = telegram.chat(params.get("chat_id"))
    if not numbers:
        bad("message identifiers are not specified")
    if len(numbers) > TAKES_AT_ONCE:
        bad("too many message identifiers specified")
    for message in [_deletable(telegram, one) for one in chat.see() if one.id in numbers]:
        message.deleted = True
    return True


def answer_callback_query(telegram: Telegram, params: Json) -> bool:
    """Answer a tap, once."""
    query = telegram.queries.get(params.get("callback_query_id", ""))
    if query is None or query.expired or query.answer is not None:
        bad(OLD_QUERY)
    query.answer = params
    return True


def leave_chat(telegram: Telegram, params: Json) -> bool:
    """Go away from a group."""
    chat = telegram.open_chat(params.get("chat_id"))
    if chat.about["type"] == "private":
        bad("chat member status can't be changed in private chats")
    chat.wall = f"bot is not a member of the {chat.about['type']} chat"
    return True


def get_chat(telegram: Telegram, params: Json) -> Json:
    """Tell about a chat."""
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    more = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": dict.fromkeys(gifts, False)}
    return telegram.chat(params.get("chat_id")).about | more


def get_file(telegram: Telegram, params: Json) -> None:
    """Give no file: nothing that a person sends is fetched."""
    bad("invalid file_id")


def send_chat_action(telegram: Telegram, params: Json) -> bool:
    """Show that somebody types."""
    chat: Chat = telegram.open_chat(params.get("chat_id"))
    return bool(chat)


def _setter(what: str, field: str) -> Method:
    """Keep a line of the bot's profile, per language."""

    def keep(telegram: Telegram, params: Json) -> bool:
        telegram.profile[what, params.get("language_code", "")] = params.get(field, "")
        return True

    return keep


def _getter(what: str, field: str) -> Method:
    """Tell a line of the bot's profile; where a language has none, the common one."""

    def tell(telegram: Telegram, params: Json) -> Json:
        common = telegram.profile.get((what, ""), telegram.bot()["first_name"] if what == "name" else "")
        return {field: telegram.profile.get((what, params.get("language_code", "")), common) or common}

    return tell


def _shelf(params: Json) -> tuple[str, ...]:
    """Name where a list of commands is kept: scope, then language."""
    scope = params.get("scope") or {"type": "default"}
    return ("commands", *(str(part) for pair in sorted(scope.items()) for part in pair), params.get("language_code", ""))


def set_my_commands(telegram: Telegram, params: Json) -> bool:
    """Keep a list of commands."""
    telegram.profile[_shelf(params)] = params["commands"]
    return True


def get_my_commands(telegram: Telegram, params: Json) -> object:
    """Tell a list of commands."""
    return telegram.profile.get(_shelf(params), [])


def delete_my_commands(telegram: Telegram, params: Json) -> bool:
    """Forget a list of commands."""
    telegram.profile.pop(_shelf(params), None)
    return True


METHODS: Final[Mapping[str, Method]] = {
    "getMe": get_me,
    "sendMessage": send_message,
    "editMessageText": edit_message_text,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "answerCallbackQuery": answer_callback_query,
    "leaveChat": leave_chat,
    "getChat": get_chat,
    "getFile": get_file,
    "sendChatAction": send_chat_action,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setMyName": _setter("name", "name"),
    "getMyName": _getter("name", "name"),
    "setMyDescription": _setter("description", "description"),
    "getMyDescription": _getter("description", "description"),
    "setMyShortDescription": _setter("short description", "short_description"),
    "getMyShortDescription": _getter("short description", "short_description"),
}
