"""The one place where real things are chosen."""

from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Final

from bot.content.library import Library, read
from bot.settings import Settings
from bot.talk.conversation import Conversation
from bot.talk.keys import Keys

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


def conversation(settings: Settings, content: Library) -> Conversation:
    """Build the talk."""
    return Conversation(content, Keys(settings.secret), now)
