"""Telegram in this process: chats with messages, people who tap and type, and refusals in Telegram's own words.

Every call is held against the Bot API's documented rules by teremok before it is answered.
"""

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import (
    DeleteMessages,
    EditMessageText,
    GetMe,
    SendMessage,
    TelegramMethod,
)
from aiogram.types import CallbackQuery, Chat, InlineKeyboardMarkup, Message, Update, User
from teremok.validation import validate_method

TOKEN = "42:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"  # noqa: S105 - nobody has it
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
BOT = User(id=42, is_bot=True, first_name="Guide", username="a_guide_bot")
Given = Any  # fields of aiogram's objects
Failure = Callable[[TelegramMethod[Any]], Exception]


@dataclass
class Shown:
    """One message of a chat."""

    number: int
    text: str
    keyboard: InlineKeyboardMarkup | None = None
    ours: bool = True
    protected: bool = False

    @property
    def buttons(self) -> dict[str, str]:
        """Give what each button carries, by its label."""
        rows = self.keyboard.inline_keyboard if self.keyboard else []
        return {button.text: button.callback_data or "" for row in rows for button in row}


@dataclass
class Chats(BaseSession):
    """All chats of one bot. `fail` gives failures for the next calls of a method, by its name."""

    calls: list[TelegramMethod[Any]] = field(default_factory=list)
    shown: dict[int, dict[int, Shown]] = field(default_factory=dict)
    failures: dict[str, list[Failure]] = field(default_factory=dict)
    last: int = 0

    def __post_init__(self) -> None:
        """Open."""
        super().__init__()

    def fail(self, method: type[TelegramMethod[Any]], *failures: Failure) -> None:
        """Let the next calls of a method fail."""
        self.failures.setdefault(method.__name__, []).extend(failures)

    def named(self, *methods: type[TelegramMethod[Any]]) -> list[TelegramMethod[Any]]:
        """List the calls of some methods."""
        return [call for call in self.calls if isinstance(call, methods)]

    def screen(self, chat: int) -> list[Shown]:
        """List what a chat shows now, from top to bottom."""
        return [self.shown.get(chat, {})[number] for number in sorted(self.shown.get(chat, {}))]

    def post(self, chat: int, shown: Shown) -> Shown:
        """Put a message into a chat."""
        self.last += 1
        shown.number = self.last
        self.shown.setdefault(chat, {})[self.last] = shown
        return shown

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:  # noqa: ANN401, ARG002, ASYNC109 - aiogram's own signature
        """Judge a call and answer it as Telegram does."""
        validate_method(bot, method)
        self.calls.append(method)
        waiting = self.failures.get(type(method).__name__)
        if waiting:
            raise waiting.pop(0)(method)
        match method:
            case SendMessage():
                return self._send(method)
            case EditMessageText():
                return self._edit(method)
            case DeleteMessages(chat_id=int(chat), message_ids=numbers):
                for number in numbers:
                    self.shown.get(chat, {}).pop(number, None)
            case GetMe():
                return BOT
            case _:
                pass
        return True

    async def stream_content(self, *_given: object, **_named: object) -> AsyncGenerator[bytes, None]:
        """Refuse: no file is ever fetched.

        Raises:
            AssertionError: always.
        """
        raise AssertionError
        yield b""  # type: ignore[unreachable] # makes it a generator

    async def close(self) -> None:
        """Close."""

    def _send(self, call: SendMessage) -> Message:
        keyboard = call.reply_markup if isinstance(call.reply_markup, InlineKeyboardMarkup) else None
        shown = self.post(int(call.chat_id), Shown(0, call.text, keyboard, protected=bool(call.protect_content)))
        return message(int(call.chat_id), shown)

    def _edit(self, call: EditMessageText) -> Message:
        chat, number = int(call.chat_id or 0), call.message_id or 0
        shown = self.shown.get(chat, {}).get(number)
        if shown is None or not shown.ours:
            raise TelegramBadRequest(method=call, message="Bad Request: message to edit not found")
        if (shown.text, shown.keyboard) == (call.text, call.reply_markup):
            raise TelegramBadRequest(method=call, message="Bad Request: message is not modified: specified new message content")
        shown.text, shown.keyboard = call.text or "", call.reply_markup
        return message(chat, shown)


def message(chat: int, shown: Shown, **more: Given) -> Message:
    """Write a message as Telegram gives it."""
    author = BOT if shown.ours else User(id=chat, is_bot=False, first_name="A person", language_code=more.pop("language", "en"))
    return Message(
        message_id=shown.number,
        date=NOON,
        chat=Chat(id=chat, type="private"),
        from_user=author,
        text=shown.text or None,
        **more,
    )


@dataclass
class Person:
    """Somebody in their own chat. Gives the updates that Telegram would bring for what they do."""

    chats: Chats
    chat: int = 1001
    language: str = "en"
    update: int = 0

    def says(self, text: str, **more: Given) -> Update:
        """Type and send."""
        shown = self.chats.post(self.chat, Shown(0, text, ours=False))
        return self._update(message=message(self.chat, shown, language=self.language, **more))

    def edits(self, shown: Shown, text: str) -> Update:
        """Change a message that was sent."""
        shown.text = text
        return self._update(edited_message=message(self.chat, shown, language=self.language, edit_date=1))

    def taps(self, label: str, on: Shown | None = None) -> Update:
        """Tap a button by its label, or by its label without the number, on the lowest message that has buttons."""
        under = on or next(shown for shown in reversed(self.chats.screen(self.chat)) if shown.keyboard)
        found = {name.partition(". ")[2] or name: data for name, data in under.buttons.items()} | under.buttons
        return self.sends(found[label], under)

    def sends(self, data: str, on: Shown, **more: Given) -> Update:
        """Send what a button would, as any client can."""
        person = User(id=self.chat, is_bot=False, first_name="A person", language_code=self.language)
        where = more.get("message", message(self.chat, on))
        return self._update(
            callback_query=CallbackQuery(id=f"q{self.update}", from_user=person, chat_instance="1", message=where, data=data)
        )

    def happens(self, **what: Given) -> Update:
        """Let something else happen."""
        return self._update(**what)

    def _update(self, **what: Given) -> Update:
        self.update += 1
        return Update(update_id=self.chat * 1_000_000 + self.update, **what)
