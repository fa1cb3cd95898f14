"""People at the other end of the chat, and groups. Every act returns at once; only `tap` and `wait_for` wait for the bot.

They are for the tests' thread. A test whose bot runs in its own loop calls what waits by `asyncio.to_thread`.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from tests.peers.chats import PATIENCE, Button, Chat, Message, Query, Telegram
from tests.peers.markup import utf16

Json: TypeAlias = dict[str, Any]
Send: TypeAlias = Callable[[str, int, Json], Json | None]

MARKS: Final = (("bot_command", r"(?<!\S)/\w+"), ("url", r"https?://\S+"), ("mention", r"(?<!\w)@\w{5,}"))
MAY: Final = (
    "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members",
    "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories",
    "can_send_welcome_messages",
)  # fmt: skip
RIGHTS: Final[Mapping[str, Json]] = {"kicked": {"until_date": 0}, "administrator": dict.fromkeys(MAY, False)}
CODE: Final = 2  # letters: the end of what a button carries


def typed(text: str) -> Json:
    """Give a typed text with what Telegram finds in it."""
    found = [
        {"type": kind, "offset": utf16(text[: hit.start()]), "length": utf16(hit[0])}
        for kind, pattern in MARKS
        for hit in re.finditer(pattern, text)
    ]
    return {"text": text, "entities": found} if found else {"text": text}


class Room:
    """A chat with the bot in it."""

    def __init__(self, telegram: Telegram, send: Send, chat: Chat) -> None:
        """Enter it."""
        self.telegram = telegram
        self.chat = chat
        self._send = send

    def see(self) -> list[Message]:
        """Give what the chat shows now."""
        with self.telegram.moved:
            return self.chat.see()

    def wait_for(self, predicate: Callable[[list[Message]], object], seconds: float = PATIENCE) -> list[Message]:
        """Wait until the chat shows what a test waits for, and give it.

        Raises:
            PatienceError: if it does not.
        """
        self.telegram.wait(lambda: predicate(self.chat.see()), seconds, "What the chat should show")
        return self.see()

    def _put(self, user: Json | None, content: Json, kind: str = "message") -> Message:
        """Lay a message into the chat, and tell the bot."""
        with self.telegram.moved:
            message = self.telegram.put(self.chat, user, content)
            self._send(kind, self.chat.id, message.as_json())
            self.telegram.moved.notify_all()
        return message

    def _member(self, user: Json, before: str, after: str) -> None:
        """Tell the bot what it is in this chat now."""
        was, now = ({"user": self.telegram.bot(), "status": one, **RIGHTS.get(one, {})} for one in (before, after))
        body = {
            "chat": self.chat.about,
            "from": user,
            "date": self.telegram.now(),
            "old_chat_member": was,
            "new_chat_member": now,
        }
        self._send("my_chat_member", self.chat.id, body)


class Person(Room):
    """Somebody in a private chat with the bot."""

    def __init__(self, telegram: Telegram, send: Send, chat: Chat, user: Json) -> None:
        """Be somebody."""
        super().__init__(telegram, send, chat)
        self.user = user

    def send(self, content: Json) -> Message:
        """Send anything; see `contents`."""
        self.chat.wall = None
        return self._put(self.user, content)

    def say(self, text: str) -> Message:
        """Type something."""
        return self.send(typed(text))

    def start(self, payload: str = "") -> Message:
        """Press Start, perhaps through a link that carries something."""
        return self.say(f"/start {payload}".rstrip())

    def edit(self, message_id: int, text: str) -> None:
        """Change what was typed."""
        with self.telegram.moved:
            message = self.chat.find(message_id, "message to edit not found")
            message.content, message.edited = typed(text), self.telegram.now()
            self._send("edited_message", self.chat.id, message.as_json())

    def delete(self, message_id: int) -> None:
        """Delete a message for both; the bot is not told."""
        with self.telegram.moved:
            self.chat.find(message_id, "message to delete not found").deleted = True
            self.telegram.moved.notify_all()

    def press(self, data: str, message_id: int, *, inaccessible: bool = False) -> Query:
        """Send what a button would, of any message: forged, of an old screen, or of a message that is gone."""
        with self.telegram.moved:
            message = self.chat.messages[message_id]
            gone = inaccessible or message.deleted
            query = self.telegram.ask(self.chat)
            shown = message.inaccessible() if gone else message.as_json()
            body = {"id": query.id, "from": self.user, "message": shown, "chat_instance": self.chat.instance, "data": data}
            self._send("callback_query", self.chat.id, body)
        return query

    def find(self, wanted: str, seconds: float = PATIENCE) -> tuple[Message, Button]:
        """Wait for a button: by its label, by what it carries, or by the last two letters of that. The newest counts.

        Raises:
            PatienceError: if there is none.
        """
        found: list[tuple[Message, Button]] = []

        def look() -> bool:
            found[:] = [
                (message, button)
                for message in reversed(self.chat.see())
                for button in message.buttons
                if wanted in {button.label, button.data, (button.data or "")[-CODE:]}
            ]
            return bool(found)

        self.telegram.wait(look, seconds, f"A button {wanted!r}")
        return found[0]

    def tap(self, wanted: str, seconds: float = PATIENCE, *, inaccessible: bool = False) -> Query:
        """Tap a button once it is there."""
        message, button = self.find(wanted, seconds)
        assert button.data is not None, f"{wanted!r} opens a link."
        return self.press(button.data, message.id, inaccessible=inaccessible)

    def go(self, wanted: str, seconds: float = PATIENCE) -> list[Message]:
        """Tap a button, wait for the answer and until the bot shows something else, and give the chat.

        Raises:
            PatienceError: if one of them does not happen.
        """
        before = self.chat.look()
        self.answer(self.tap(wanted, seconds), seconds)
        return self.wait_for(lambda _: self.chat.look() != before, seconds)

    def answer(self, query: Query, seconds: float = PATIENCE) -> Json:
        """Wait for the answer to a tap, and give its parameters.

        Raises:
            PatienceError: if there is none.
        """
        self.telegram.wait(lambda: query.answer is not None, seconds, "The answer to a tap")
        return query.answer or {}

    def block(self) -> None:
        """Stop the bot."""
        with self.telegram.moved:
            self.chat.wall = "bot was blocked by the user"
            self._member(self.user, "member", "kicked")

    def unblock(self) -> None:
        """Let the bot speak again."""
        with self.telegram.moved:
            self.chat.wall = None
            self._member(self.user, "kicked", "member")


class Group(Room):
    """A group, a supergroup or a channel."""

    @property
    def left(self) -> bool:
        """Tell whether the bot is not there."""
        return self.chat.wall is not None

    def add_bot(self, by: Person) -> None:
        """Bring the bot in."""
        with self.telegram.moved:
            self.chat.wall = None
            self._member(by.user, "left", "administrator" if self.chat.about["type"] == "channel" else "member")
        if self.chat.about["type"] != "channel":
            self._put(by.user, {"new_chat_members": [self.telegram.bot()]})

    def say(self, by: Person, text: str) -> Message:
        """Say something where the bot can read it; in a channel nobody sees who."""
        if self.chat.about["type"] == "channel":
            return self._put(None, typed(text) | {"sender_chat": self.chat.about}, "channel_post")
        return self._put(by.user, typed(text))
