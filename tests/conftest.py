"""What every test may use: the real content read once, a clock that stands still, and a talk built on both."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bot.content.library import Library, read
from bot.core.private import Private
from bot.core.space import Space
from bot.proof.states import States
from bot.talk.conversation import Conversation
from bot.talk.keys import Keys

ROOT = Path(__file__).parent.parent
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)  # a Tuesday

settings.register_profile(
    "house", deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
settings.load_profile("house")


@pytest.fixture(scope="session")
def library() -> Library:
    """Read the real guide."""
    return read(ROOT / "flows", ROOT / "locales")


@pytest.fixture(scope="session")
def space(library: Library) -> Space:
    """Number its sessions."""
    return Space(library.book)


@pytest.fixture(scope="session")
def states(library: Library) -> States:
    """Visit its states."""
    return States(library.book)


@pytest.fixture
def keys() -> Keys:
    """Make keys from a fixed secret."""
    return Keys(Private(b"a secret that is only for tests!"))


@pytest.fixture
def conversation(library: Library, keys: Keys) -> Conversation:
    """Build a talk at noon."""
    return Conversation(library, keys, lambda: NOON)
