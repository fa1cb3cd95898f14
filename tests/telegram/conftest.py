"""A guide on Telegram, in this process."""

import time
from collections.abc import Awaitable, Callable

import pytest
from aiogram import Bot
from aiogram.types import Update

from bot.channels.telegram import Guide
from bot.channels.telegram.read import read
from bot.stores.memory import Memory
from bot.talk.conversation import Conversation
from bot.talk.keys import Keys
from bot.talk.pace import Pace
from bot.talk.recall import Recall
from tests.conftest import NOON

from .chats import TOKEN, Chats, Person

Take = Callable[[Update], Awaitable[None]]


@pytest.fixture
def chats() -> Chats:
    """Open Telegram."""
    return Chats()


@pytest.fixture
def person(chats: Chats) -> Person:
    """Let somebody come."""
    return Person(chats)


@pytest.fixture
def guide(conversation: Conversation, keys: Keys) -> Guide:
    """Build the guide with a store in memory."""
    return Guide(conversation, Recall(Memory(), keys, lambda: NOON), Pace(time.monotonic))


@pytest.fixture
def take(chats: Chats, guide: Guide) -> Take:
    """Bring an update to the guide and wait until it has done all it does."""
    bot = Bot(TOKEN, chats)

    async def taken(update: Update) -> None:
        received = read(update)
        if received is not None:
            await guide.take(bot, update.update_id, received)

    return taken
