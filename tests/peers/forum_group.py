"""A group with topics, and its members: what they say in a topic, press, change, and do to the group and to its bot."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from tests.peers.chats import PATIENCE, Button, Message, Query
from tests.peers.forum import Forum
from tests.peers.people import Room, typed

Json: TypeAlias = dict[str, Any]

ANONYMOUS: Final = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}


class ForumGroup(Room):
    """The helpers' group, with its bot as an administrator."""

    @property
    def forum(self) -> Forum:
        """Give what only such a group knows."""
        assert self.chat.forum
        return self.chat.forum

    def join(self, user_id: int, name: str) -> Json:
        """Let somebody become a member."""
        user = {"id": user_id, "is_bot": False, "first_name": name}
        with self.telegram.moved:
            self.telegram.users[user_id] = user
            self.forum.members[user_id] = "member"
        return user

    def leave(self, user: Json) -> None:
        """Let a member go; the bot is told."""
        with self.telegram.moved:
            was = self.forum.member(user)
            self.forum.members[user["id"]] = "left"
            self._changed("chat_member", user, was, self.forum.member(user))

    def remove_bot(self, by: Json) -> None:
        """Throw the bot out; it is told."""
        self.change(by, status="kicked", wall="bot was kicked from the supergroup chat")

    def change(
        self, by: Json, *, rights: set[str] | None = None, status: str = "administrator", wall: str | None = None
    ) -> None:
        """Change what the bot may do; it is told."""
        with self.telegram.moved:
            was = self.forum.member(self.telegram.bot())
            self.forum.rights = self.forum.rights if rights is None else rights
            self.forum.status, self.chat.wall = status, wall
            self._changed("my_chat_member", by, was, self.forum.member(self.telegram.bot()))

    # What is there

    def topics(self) -> dict[int, str]:
        """Give the topics that are there, with their names."""
        with self.telegram.moved:
            return {number: topic.name for number, topic in self.forum.topics.items() if not topic.deleted}

    def inside(self, thread: int | None) -> list[Message]:
        """Give what a topic shows, or General."""
        with self.telegram.moved:
            return [message for message in self.chat.see() if message.thread == thread]

    def wait_for_topic(self, name: str, seconds: float = PATIENCE) -> int:
        """Wait for a topic with its first message, and give its number.

        Raises:
            PatienceError: if there is none.
        """
        found: list[int] = []

        def look() -> bool:
            found[:] = [number for number, called in self.topics().items() if called == name and len(self.inside(number)) > 1]
            return bool(found)

        self.telegram.wait(look, seconds, f"A topic {name!r}")
        return found[-1]

    def wait_in(self, thread: int | None, words: str, seconds: float = PATIENCE) -> Message:
        """Wait for a message with some words, and give it.

        Raises:
            PatienceError: if there is none.
        """
        found: list[Message] = []

        def look() -> bool:
            found[:] = [message for message in self.inside(thread) if words in message.text]
            return bool(found)

        self.telegram.wait(look, seconds, f"{words!r} in the topic")
        return found[-1]

    def wait_until(self, happened: Callable[[], object], seconds: float = PATIENCE) -> None:
        """Wait until something is so.

        Raises:
            PatienceError: if it is not.
        """
        self.telegram.wait(happened, seconds)

    # What members do

    def say(self, by: Json, thread: int | None, text: str) -> Message:
        """Say something."""
        return self.send(by, thread, typed(text))

    def send(self, by: Json, thread: int | None, content: Json) -> Message:
        """Send anything; see `contents`."""
        return self._lay(by, thread, content)

    def say_hidden(self, thread: int | None, text: str) -> Message:
        """Say something as the group itself."""
        return self._lay(ANONYMOUS, thread, typed(text) | {"sender_chat": self.chat.about})

    def edit(self, message: Message, text: str) -> None:
        """Change what was said."""
        with self.telegram.moved:
            message.content, message.edited = typed(text), self.telegram.now()
            self._send("edited_message", self.chat.id, message.as_json())

    def close_topic(self, by: Json, thread: int) -> None:
        """Close a topic by hand; Telegram says so in it."""
        self.forum.topics[thread].closed = True
        self._lay(by, thread, {"forum_topic_closed": {}})

    def delete_topic(self, thread: int) -> None:
        """Delete a topic by hand; the bot is not told."""
        with self.telegram.moved:
            self.forum.topics[thread].deleted = True
            for message in self.inside(thread):
                message.deleted = True
            self.telegram.moved.notify_all()

    def hide(self, message: Message) -> None:
        """Delete one message by hand; the bot is not told."""
        with self.telegram.moved:
            message.deleted = True
            self.telegram.moved.notify_all()

    def press(self, by: Json, data: str, message: Message) -> Query:
        """Send what a button would."""
        with self.telegram.moved:
            query = self.telegram.ask(self.chat)
            shown = message.inaccessible() if message.deleted else message.as_json()
            body = {"id": query.id, "from": by, "message": shown, "chat_instance": self.chat.instance, "data": data}
            self._send("callback_query", self.chat.id, body)
        return query

    def tap(self, by: Json, thread: int | None, label: str, seconds: float = PATIENCE) -> str:
        """Tap a button once it is there, and give the line that the bot shows for it.

        Raises:
            PatienceError: if there is none, or it is not answered.
        """
        message, button = self.find(thread, label, seconds)
        query = self.press(by, button.data or "", message)
        self.telegram.wait(lambda: query.answer is not None, seconds, f"The answer to {label!r}")
        return str((query.answer or {}).get("text", ""))

    def find(self, thread: int | None, label: str, seconds: float = PATIENCE) -> tuple[Message, Button]:
        """Wait for a button by its label; the newest counts.

        Raises:
            PatienceError: if there is none.
        """
        found: list[tuple[Message, Button]] = []

        def look() -> bool:
            shown = reversed(self.inside(thread))
            found[:] = [(message, one) for message in shown for one in message.buttons if one.label == label]
            return bool(found)

        self.telegram.wait(look, seconds, f"A button {label!r}")
        return found[0]

    def _lay(self, user: Json, thread: int | None, content: Json) -> Message:
        with self.telegram.moved:
            message = self.telegram.put(self.chat, user, content, thread=thread)
            self._send("message", self.chat.id, message.as_json())
            self.telegram.moved.notify_all()
        return message

    def _changed(self, kind: str, by: Json, was: Mapping[str, Any], now: Mapping[str, Any]) -> None:
        body = {
            "chat": self.chat.about,
            "from": by,
            "date": self.telegram.now(),
            "old_chat_member": was,
            "new_chat_member": now,
        }
        self._send(kind, self.chat.id, body)
