"""What everything is built from: the content, the clock, the store, the talk, and where people and helpers meet."""

import time
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Final

from bot.content.library import Library, read
from bot.settings import MEMORY, Settings
from bot.stores.memory import Memory
from bot.talk.conversation import Conversation, Desk
from bot.talk.handoff.counter import Access, Rules
from bot.talk.handoff.exchange import Clocks, Exchange
from bot.talk.handoff.local import Local
from bot.talk.handoff.wire import Bus
from bot.talk.keys import Keys
from bot.talk.storing import Store
from bot.talk.tally import Tally

HERE: Final = Path(str(files("bot")))


def home() -> Path:
    """Find the folder that holds flows/ and locales/: the checkout, or the data inside an installed wheel."""
    packed = HERE / "_data"
    return packed if packed.exists() else HERE.parent


def library() -> Library:
    """Read the content.

    Raises:
        UnsoundError: with every mistake.
    """
    return read(home() / "flows", home() / "locales")


def now() -> datetime:
    """Give the time."""
    return datetime.now(UTC)


def conversation(
    settings: Settings, content: Library, tally: Tally | None = None, exchange: Exchange | None = None
) -> Conversation:
    """Build the talk; count in `tally` if there is one, and offer helpers if there is an exchange."""
    rules = Rules(settings.desk_wait, telegram=settings.telegram_desk is not None)
    desk = Desk(lambda: _access(content, exchange), rules) if exchange else None
    return Conversation(content, Keys(settings.secret), now, tally, desk)


def _access(content: Library, exchange: Exchange) -> Access:
    """Tell whether a helper can be asked now: within the hours, and somebody is there with room for one more."""
    there = content.opening.open_at(now()) and exchange.back.staffed(time.monotonic())
    return Access.OPEN if there else Access.CLOSED


def exchange(settings: Settings, minutes: Store) -> Exchange | None:
    """Build where people and helpers meet, if there is any desk."""
    if settings.desk is None and settings.telegram_desk is None:
        return None
    return Exchange(bus(settings), minutes, Keys(settings.secret), Clocks(now, time.monotonic), settings.desk_wait)


def bus(settings: Settings) -> Bus:
    """Build what carries events between processes; nothing is connected yet."""
    address = settings.store.reveal()
    if address == MEMORY:
        return Local()
    from bot.stores.valkey_bus import Valkey  # noqa: PLC0415 - as below

    return Valkey(address)


def store(settings: Settings) -> Store:
    """Build the store; nothing is connected yet."""
    address = settings.store.reveal()
    if address == MEMORY:
        return Memory()
    from bot.stores.valkey import Valkey  # noqa: PLC0415 - who has no Valkey does not pay for its client

    return Valkey(address)
