"""A guide on WhatsApp, in this process."""

from collections.abc import Awaitable, Callable

import pytest

from bot.channels.whatsapp import RHYTHM, Guide
from bot.channels.whatsapp import send as sending
from bot.channels.whatsapp.read import read
from bot.content.library import Library
from bot.core.private import Private
from bot.talk.conversation import Conversation
from bot.talk.keys import Keys
from bot.talk.pace import Pace
from bot.talk.recall import Recall
from tests.conftest import NOON
from tests.stores.driven import DrivenLoop

from .chats import PHONE_ID, Fragile, Person, Phones, Raw, Time

Take = Callable[[Raw], Awaitable[None]]


@pytest.fixture(scope="session")
def voice(library: Library) -> tuple[Conversation, Time]:
    """Build one talk and its clock for all tests: what it reads to understand words takes most of a second."""
    time = Time()
    return Conversation(library, Keys(Private(b"a secret that is only for tests!")), time), time


@pytest.fixture
def time(voice: tuple[Conversation, Time]) -> Time:
    """Start at noon."""
    _, time = voice
    time.now, time.loop = NOON, DrivenLoop()
    return time


@pytest.fixture
def phones() -> Phones:
    """Open WhatsApp."""
    return Phones()


@pytest.fixture
def person(phones: Phones, time: Time) -> Person:
    """Let somebody come."""
    return Person(phones, time)


@pytest.fixture
def store(time: Time) -> Fragile:
    """Hold places in memory."""
    return Fragile(time)


@pytest.fixture
def talk(voice: tuple[Conversation, Time]) -> Conversation:
    """Give the talk, whose clock is ours; it remembers nobody."""
    return voice[0]


@pytest.fixture
def guide(talk: Conversation, keys: Keys, store: Fragile, time: Time) -> Guide:
    """Build the guide."""
    return Guide(talk, Recall(store, keys, time), Pace(time.loop.time, RHYTHM), time, PHONE_ID)


@pytest.fixture
def take(phones: Phones, guide: Guide) -> Take:
    """Bring a payload to the guide and wait until it has done all it does."""

    async def taken(payload: Raw) -> None:
        for received in read(payload, PHONE_ID):
            await guide.take(phones, received)

    return taken


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again at once where a person would wait."""
    for name in ("TRIES", "PAIR_TRIES"):
        monkeypatch.setattr(sending, name, tuple(0.001 for _ in getattr(sending, name)))
