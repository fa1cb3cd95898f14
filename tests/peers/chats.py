"""The platform as the bot's peer keeps it: chats, their messages, taps that wait for an answer, and the clock."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from threading import Condition
from time import monotonic, time
from typing import Any, Final, TypeAlias

from tests.peers.answers import bad, forbidden
from tests.peers.forum import Forum

Json: TypeAlias = dict[str, Any]

PATIENCE: Final = 20.0  # seconds for anything at all
DAY: Final = 86_400
MINE_FOR: Final = 2 * DAY  # seconds in which a message may be deleted for both
INLINE: Final = "inline_keyboard"


class PatienceError(AssertionError):
    """What a test waited for did not happen."""


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message: its label, and what it sends or opens."""

    label: str
    data: str | None = None
    url: str | None = None


@dataclass(slots=True, eq=False)
class Message:
    """One message; `content` holds text and entities, or what was sent instead."""

    id: int
    chat: Json
    sender: Json | None
    date: int
    content: Json
    mine: bool = False
    keyboard: Json | None = None
    flags: Json = field(default_factory=dict)
    edited: int | None = None
    edits: int = 0
    deleted: bool = False
    thread: int | None = None
    under: int | None = None
    reactions: Sequence[str] = ()

    @property
    def text(self) -> str:
        """Give the text, or the caption."""
        return str(self.content.get("text", self.content.get("caption", "")))

    @property
    def entities(self) -> Sequence[Json]:
        """Give what is marked in the text."""
        return [*self.content.get("entities", ())]

    @property
    def rows(self) -> Sequence[Sequence[Button]]:
        """Give the buttons as they stand, row by row."""
        rows = (self.keyboard or {}).get(INLINE, ())
        return [[Button(one["text"], one.get("callback_data"), one.get("url")) for one in row] for row in rows]

    @property
    def buttons(self) -> Sequence[Button]:
        """Give the buttons one after the other."""
        return [button for row in self.rows for button in row]

    def as_json(self) -> Json:
        """Write it as Telegram does."""
        made: Json = {"message_id": self.id, "date": self.date, "chat": self.chat}
        if self.sender:
            made["from"] = self.sender
        if self.edited:
            made["edit_date"] = self.edited
        if INLINE in (self.keyboard or {}):
            made["reply_markup"] = self.keyboard
        if self.thread:
            made |= {"message_thread_id": self.thread, "is_topic_message": True}
        if self.flags.get("protect_content"):
            made["has_protected_content"] = True
        return made | self.content

    def inaccessible(self) -> Json:
        """Write it as Telegram does when the bot may not see it any more."""
        return {"message_id": self.id, "date": 0, "chat": self.chat}


@dataclass(slots=True, eq=False)
class Chat:
    """One chat with the bot; `wall` says why the bot may not write there."""

    about: Json
    wall: str | None
    instance: str = field(default_factory=lambda: str(secrets.randbits(62)))
    messages: dict[int, Message] = field(default_factory=dict)
    forum: Forum | None = None

    @property
    def id(self) -> int:
        """Give its number."""
        return int(self.about["id"])

    def see(self) -> list[Message]:
        """Give what it shows now."""
        return [message for message in self.messages.values() if not message.deleted]

    def look(self) -> tuple[object, ...]:
        """Give what the bot shows now, to be compared with what it shows later."""
        return tuple((message.id, message.edits) for message in self.see() if message.mine)

    def find(self, number: object, reason: str) -> Message:
        """Give a message that is still there.

        Raises:
            RefusedError: with the reason, if it is not.
        """
        found = self.messages.get(number) if isinstance(number, int) else None
        if found is None or found.deleted:
            bad(reason)
        return found


@dataclass(slots=True, eq=False)
class Query:
    """A tap that waits for an answer; `answer` holds the parameters it was answered with."""

    id: str
    chat: Chat
    answer: Json | None = None
    expired: bool = False


class Telegram:
    """All that the platform knows. Whoever looks or changes holds `moved`, and tells the others of a change."""

    def __init__(self, bot_id: int) -> None:
        """Start with nobody there."""
        self.bot_id = bot_id
        self.moved = Condition()
        self.chats: dict[int, Chat] = {}
        self.users: dict[int, Json] = {}  # members of groups
        self.queries: dict[str, Query] = {}
        self.profile: dict[tuple[str, ...], Any] = {}
        self.ahead = 0  # seconds by which its clock was turned
        self.numbers = count(101)

    def now(self) -> int:
        """Give the time."""
        return int(time()) + self.ahead

    def bot(self) -> Json:
        """Describe the bot as a user."""
        name = self.profile.get(("name", ""), "Peer bot")
        return {"id": self.bot_id, "is_bot": True, "first_name": name, "username": f"peer{self.bot_id}_bot"}

    def chat(self, number: object) -> Chat:
        """Find a chat for a call.

        Raises:
            RefusedError: if nobody gave one, or there is none.
        """
        if number in {None, ""}:
            bad("chat_id is empty")
        if (found := self.chats.get(number) if isinstance(number, int) else None) is None:
            bad("chat not found")
        return found

    def open_chat(self, number: object) -> Chat:
        """Find a chat that the bot may write to.

        Raises:
            RefusedError: if it may not.
        """
        chat = self.chat(number)
        if chat.wall:
            forbidden(chat.wall)
        return chat

    def put(self, chat: Chat, sender: Json | None, content: Json, **more: Any) -> Message:  # noqa: ANN401 - fields of Message
        """Lay a new message into a chat."""
        message = Message(next(self.numbers), chat.about, sender, self.now(), content, **more)
        chat.messages[message.id] = message
        return message

    def ask(self, chat: Chat) -> Query:
        """Open a tap that waits for an answer."""
        query = Query(str(secrets.randbits(63)), chat)
        self.queries[query.id] = query
        return query

    def wait(self, happened: Callable[[], object], seconds: float = PATIENCE, what: str = "what was waited for") -> None:
        """Wait until something happened.

        Raises:
            PatienceError: if it did not.
        """
        until = monotonic() + seconds
        with self.moved:
            if not self.moved.wait_for(happened, until - monotonic()):
                sentence = f"{what} did not happen within {seconds} s."
                raise PatienceError(sentence)
