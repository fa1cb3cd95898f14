"""A person on Telegram: the real router in an aiogram dispatcher, its messages read as Telegram shows them."""

from datetime import UTC, datetime
from itertools import count

from aiogram import Bot, Dispatcher
from aiogram.types import Update

from bot.channels.telegram import Guide, router
from bot.core.private import Private
from bot.stores.memory import Memory
from bot.talk.codes import KEEP
from bot.talk.conversation import Conversation
from bot.talk.keys import Keys
from bot.talk.pace import Pace
from bot.talk.recall import Recall
from bot.talk.seal import LENGTH
from tests.telegram.chats import TOKEN, Chats, Person

from .player import one_line

CONTROLS = 6


class TelegramPlayer:
    """Plays a story on Telegram."""

    channel = "telegram"

    text: str
    choices: tuple[str, ...]
    controls: tuple[str, ...]

    def __init__(self, conversation: Conversation) -> None:
        """Take a phone in front of a talk."""
        self.text, self.choices, self.controls = "", (), ()
        keys = Keys(Private(b"a secret that is only for tests!"))
        recall = Recall(Memory(), keys, lambda: datetime.now(UTC))
        self._chats = Chats()
        self._person = Person(self._chats)
        self._bot = Bot(TOKEN, self._chats)
        self._dispatcher = Dispatcher(disable_fsm=True)
        self._dispatcher.include_router(router(Guide(conversation, recall, Pace(count(step=1000).__next__))))

    async def open(self) -> None:
        """Tap "Start"."""
        await self._do(self._person.says("/start"))

    async def press(self, which: str | int) -> None:
        """Tap a button."""
        labels = [*self.choices, *self.controls]
        if (isinstance(which, str) and which not in labels) or (isinstance(which, int) and which > len(self.choices)):
            raise LookupError(which, labels)
        await self._do(self._person.taps(self.choices[which - 1] if isinstance(which, int) else which))

    async def type(self, words: str) -> None:
        """Type and send."""
        await self._do(self._person.says(words))

    async def leave(self) -> None:
        """Tap the last button."""
        await self.press(self.controls[-1])

    async def close(self) -> None:
        """Put the phone away."""

    async def _do(self, update: Update) -> None:
        await self._dispatcher.feed_update(self._bot, update)
        [shown] = self._chats.screen(self._person.chat)
        self.text = one_line(shown.text)
        labels = [label for label, data in shown.buttons.items() if data[LENGTH:] != KEEP]  # what only Telegram can do
        numbered = [label.partition(". ")[2] for label in labels if label.partition(". ")[0].isdecimal()]
        others = [label for label in labels[:-CONTROLS] if not label.partition(". ")[0].isdecimal()]
        self.choices = tuple(numbered + others)
        self.controls = tuple(labels[-CONTROLS:])
