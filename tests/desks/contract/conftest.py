"""The desks that keep the contract. A further one is one more line in `DESKS_UNDER_TEST` (docs/add-a-desk.md)."""

from collections.abc import AsyncIterator
from typing import Final

import pytest

from bot.content.library import Library

from .helper import DeskUnderTest
from .street import Open, Street, street
from .telegram import telegram
from .web import web

DESKS_UNDER_TEST: dict[str, Open] = {
    "web": web,
    "telegram": telegram,
}
QUICK: Final = {  # seconds
    "bot.talk.handoff.exchange.BEAT": 0.1,
    "bot.talk.handoff.front.UNHEARD": 1.5,
    "bot.desks.web_desk.floor.TICK": 0.2,
    "bot.desks.telegram_group.board.CALM": 0.05,
    "bot.desks.telegram_group.topic.LINGER": 0.2,
    "bot.desks.telegram_group.topic.PAUSE": 0.1,
    "bot.desks.telegram_group.group.STANDBY": 0.1,
    "bot.desks.telegram_group.group.BEAT": 0.1,
    "bot.desks.telegram_group.line.LONGEST": 0.3,
    "bot.desks.telegram_group.line.TRIES": (0.3, 0.6, 1.2),
}
SHORT: Final = {  # for what is only told after a while
    "bot.talk.handoff.back.LOST": 2.0,
    "bot.talk.handoff.front.LOST": 2.0,
    "bot.desks.web_desk.floor.AGAIN": 1.0,
    "bot.desks.web_desk.tabs.AGAIN": 1.0,
}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pauses be short."""
    for name, seconds in QUICK.items():
        monkeypatch.setattr(name, seconds)


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what is lost be lost soon."""
    for name, seconds in SHORT.items():
        monkeypatch.setattr(name, seconds)


@pytest.fixture
async def town(library: Library) -> AsyncIterator[Street]:
    """Give people, and the bus."""
    async with street(library) as made:
        yield made


@pytest.fixture(params=DESKS_UNDER_TEST)
async def desk(request: pytest.FixtureRequest, town: Street) -> DeskUnderTest:
    """Run each desk in turn."""
    return await town.desk(DESKS_UNDER_TEST[request.param])
