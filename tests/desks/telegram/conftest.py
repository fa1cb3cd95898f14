"""A desk for each test."""

from collections.abc import AsyncIterator, Iterator

import pytest

from bot.content.library import Library
from tests.peers.bot_api import BotApi, serving_bot_api

from .stage import Stage, staging

QUICK = {
    "bot.talk.handoff.exchange.BEAT": 0.1,
    "bot.desks.telegram_group.board.CALM": 0.05,
    "bot.desks.telegram_group.topic.LINGER": 0.3,
    "bot.desks.telegram_group.topic.PAUSE": 0.1,
    "bot.desks.telegram_group.group.STANDBY": 0.1,
    "bot.desks.telegram_group.group.BEAT": 0.1,
    "bot.desks.telegram_group.line.TRIES": (0.05, 0.05, 0.05),
}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pauses be short."""
    for name, seconds in QUICK.items():
        monkeypatch.setattr(name, seconds)


@pytest.fixture
def api() -> Iterator[BotApi]:
    """Serve the Bot API."""
    with serving_bot_api() as api:
        yield api


@pytest.fixture
async def stage(api: BotApi, library: Library) -> AsyncIterator[Stage]:
    """Run the desk; whatever was done, no call broke Telegram's rules."""
    async with staging(api, library) as stage:
        yield stage
    assert api.complaints == []
