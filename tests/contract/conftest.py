"""The channels that keep the contract. A further one is one more line in `PLAYERS` (docs/add-a-channel.md)."""

from collections.abc import Callable

import pytest

from bot.content.library import Library
from bot.core.private import Private
from bot.talk.conversation import Conversation
from bot.talk.keys import Keys
from tests.conftest import NOON

from .console import ConsolePlayer
from .player import Player
from .story import Map
from .telegram import TelegramPlayer
from .web import WebPlayer
from .whatsapp import WhatsappPlayer

PLAYERS: dict[str, Callable[[Conversation], Player]] = {
    "console": ConsolePlayer,
    "web": WebPlayer,
    "telegram": TelegramPlayer,
    "whatsapp": WhatsappPlayer,
}


@pytest.fixture(scope="session")
def known(library: Library) -> Map:
    """Give the way to find a step by its words."""
    return Map(library)


@pytest.fixture(scope="session")
def conversation(library: Library) -> Conversation:
    """Build the talk once: it remembers nobody, so all stories share it."""
    return Conversation(library, Keys(Private(b"a secret that is only for tests!")), lambda: NOON)


@pytest.fixture(params=PLAYERS)
def player(request: pytest.FixtureRequest, conversation: Conversation) -> Player:
    """Give somebody at each channel in turn."""
    return PLAYERS[request.param](conversation)
