"""What methods do in a group with topics. The refusals are Telegram's own words, as bots meet them in the field."""

from collections.abc import Mapping
from typing import Final

from tests.peers.answers import bad, forbidden
from tests.peers.chats import Chat, Telegram
from tests.peers.forum import Forum, ForumTopic
from tests.peers.methods import Json, Method, get_chat, send_message

NO_FORUM: Final = "the chat is not a forum"
NO_THREAD: Final = "message thread not found"
BLUE: Final = 7322096


def _forum(telegram: Telegram, params: Json) -> tuple[Chat, Forum]:
    """Find a group with topics.

    Raises:
        RefusedError: if it is none, or the bot is not there.
    """
    chat = telegram.open_chat(params.get("chat_id"))
    if chat.forum is None or not chat.forum.is_forum:
        bad(NO_FORUM)
    return chat, chat.forum


def create_forum_topic(telegram: Telegram, params: Json) -> Json:
    """Make a topic; a message of Telegram's own says so, and gives it its number."""
    chat, forum = _forum(telegram, params)
    forum.need("can_manage_topics", "create a topic")
    about = {"name": params["name"], "icon_color": BLUE}
    message = telegram.put(chat, telegram.bot(), {"forum_topic_created": about}, mine=True)
    message.thread = message.id
    forum.topics[message.id] = ForumTopic(params["name"])
    return {"message_thread_id": message.id, **about}


def delete_forum_topic(telegram: Telegram, params: Json) -> bool:
    """Delete a topic with all its messages."""
    chat, forum = _forum(telegram, params)
    topic = forum.topic(params.get("message_thread_id"))
    forum.need("can_delete_messages", "delete the topic")
    topic.deleted = True
    for message in chat.messages.values():
        message.deleted = message.deleted or message.thread == params["message_thread_id"]
    return True


def close_forum_topic(telegram: Telegram, params: Json) -> bool:
    """Close a topic. Its maker may."""
    _, forum = _forum(telegram, params)
    topic = forum.topic(params.get("message_thread_id"))
    if topic.closed:
        bad("TOPIC_NOT_MODIFIED")
    topic.closed = True
    return True


def set_message_reaction(telegram: Telegram, params: Json) -> bool:
    """Put the bot's reaction under a message."""
    chat = telegram.open_chat(params.get("chat_id"))
    message = chat.find(params.get("message_id"), "message to react not found")
    if chat.forum and not chat.forum.reactions:
        bad("REACTION_INVALID")
    message.reactions = [one["emoji"] for one in params.get("reaction") or ()]
    return True


def get_chat_member(telegram: Telegram, params: Json) -> Json:
    """Tell what somebody is in a chat."""
    chat = telegram.chat(params.get("chat_id"))
    user = telegram.bot() if params["user_id"] == telegram.bot_id else telegram.users.get(params["user_id"])
    if user is None or chat.forum is None:
        bad("PARTICIPANT_ID_INVALID")
    return chat.forum.member(user)


def pin_chat_message(telegram: Telegram, params: Json) -> bool:
    """Pin a message."""
    chat, forum = _forum(telegram, params)
    forum.need("can_pin_messages", "manage pinned messages in the chat")
    forum.pinned = chat.find(params.get("message_id"), "message to pin not found").id
    return True


def get_forum(telegram: Telegram, params: Json) -> Json:
    """Tell about a chat; of a group with topics, what is pinned and whether its messages can be saved."""
    chat = telegram.chat(params.get("chat_id"))
    if chat.forum is None:
        return get_chat(telegram, params)
    if chat.wall:
        forbidden(chat.wall)
    pinned = chat.messages.get(chat.forum.pinned or 0)
    about = {name: value for name, value in get_chat(telegram, params).items() if name != "is_forum"}
    return {
        **about,
        **({"is_forum": True} if chat.forum.is_forum else {}),
        **({"username": chat.forum.username} if chat.forum.username else {}),
        **({"has_protected_content": True} if chat.forum.protected else {}),
        **({"pinned_message": pinned.as_json()} if pinned and not pinned.deleted else {}),
    }


def send_into(telegram: Telegram, params: Json) -> Json:
    """Lay a message of the bot into a chat: into a topic, and under another message, if asked for."""
    chat = telegram.open_chat(params.get("chat_id"))
    thread = params.get("message_thread_id")
    if thread is not None:
        (chat.forum or Forum(is_forum=False)).topic(thread, NO_THREAD)
    under = (params.get("reply_parameters") or {}).get("message_id")
    if under and not params["reply_parameters"].get("allow_sending_without_reply"):
        chat.find(under, "message to be replied not found")
    sent = chat.messages[send_message(telegram, params)["message_id"]]
    sent.thread, sent.under = thread, under
    return sent.as_json()


FORUM_METHODS: Final[Mapping[str, Method]] = {
    "createForumTopic": create_forum_topic,
    "deleteForumTopic": delete_forum_topic,
    "closeForumTopic": close_forum_topic,
    "setMessageReaction": set_message_reaction,
    "getChatMember": get_chat_member,
    "pinChatMessage": pin_chat_message,
    "getChat": get_forum,
    "sendMessage": send_into,
}
