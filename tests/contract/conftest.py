"""The channels that keep the contract. A third one is one more class in `PLAYERS`."""

from collections.abc import Callable

import pytest

from bot.content.library import Library
from bot.talk.conversation import Conversation

from .console import ConsolePlayer
from .player import Player
from .story import Map
from .telegram import TelegramPlayer
from .web import WebPlayer

PLAYERS: dict[str, Callable[[Conversation], Player]] = {"console": ConsolePlayer, "web": WebPlayer, "telegram": TelegramPlayer}


@pytest.fixture(scope="session")
def known(library: Library) -> Map:
    """Give the way to find a step by its words."""
    return Map(library)


@pytest.fixture(params=PLAYERS)
def player(request: pytest.FixtureRequest, conversation: Conversation) -> Player:
    """Give somebody at each channel in turn."""
    return PLAYERS[request.param](conversation)
