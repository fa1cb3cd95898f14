"""What is remembered for minutes: sealed, under a name that means nothing, and gone when the store is."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.private import Private
from bot.stores.memory import Memory
from bot.talk.keys import Keys
from bot.talk.ports import Address
from bot.talk.recall import IDLE, MOST, Place, Recall
from bot.talk.seal import LENGTH
from bot.talk.storing import Store, StoreDownError
from tests.conftest import NOON

HERE = Address("telegram", "42", Private("1001"))
TOKEN = "A" * LENGTH
PLACE = Place(TOKEN, 7, (8, 9))


@dataclass
class Bag:
    """A store that shows what it was given, and can be down."""

    held: dict[bytes, bytes] = field(default_factory=dict)
    spans: list[int] = field(default_factory=list)
    down: bool = False

    def _check(self) -> None:
        if self.down:
            raise StoreDownError

    async def open(self) -> None:
        """Nothing to do."""

    async def close(self) -> None:
        """Nothing to do."""

    async def put(self, key: bytes, value: bytes, seconds: int) -> None:
        """Hold."""
        self._check()
        self.spans.append(seconds)
        self.held[key] = value

    async def get(self, key: bytes) -> bytes | None:
        """Give."""
        self._check()
        return self.held.get(key)

    async def drop(self, key: bytes) -> None:
        """Forget."""
        self._check()
        self.held.pop(key, None)

    async def claim(self, key: bytes, seconds: int) -> bool:  # noqa: ARG002 - as the protocol
        """Take."""
        self._check()
        new = key not in self.held
        self.held[key] = b""
        return new


@dataclass
class Clock:
    """A clock that is moved by hand."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        """Give the time."""
        return self.now


def build(keys: Keys, store: Store | None = None, clock: Clock | None = None) -> tuple[Recall, Bag, Clock]:
    """Build what is tested."""
    bag, clock = store if isinstance(store, Bag) else Bag(), clock or Clock()
    return Recall(bag, keys, clock), bag, clock


async def test_a_place_comes_back(keys: Keys) -> None:
    """What was kept is given back to the same chat, and to no other."""
    recall, bag, _ = build(keys)
    await recall.keep(HERE, PLACE)
    assert await recall.place(HERE) == PLACE
    for other in (
        Address("telegram", "42", Private("1002")),
        Address("telegram", "43", Private("1001")),
        Address("web", "42", Private("1001")),
    ):
        assert await recall.place(other) is None
    assert bag.spans == [IDLE.total_seconds()]
    await recall.forget(HERE)
    assert await recall.place(HERE) is None
    assert bag.held == {}


async def test_the_store_sees_nothing(keys: Keys) -> None:
    """Neither the chat, nor the token, nor a message's number stands in the store; the same chat has another name tomorrow."""
    recall, bag, clock = build(keys)
    await recall.keep(HERE, PLACE)
    [(key, value)] = bag.held.items()
    seen = key + value
    assert not any(mark in seen for mark in (b"1001", b"telegram", TOKEN.encode(), (7).to_bytes(8)))
    clock.now += timedelta(days=1)
    assert recall.who(HERE) != key


async def test_around_midnight(keys: Keys) -> None:
    """A place kept before midnight is found after it, and forgotten there too."""
    recall, bag, clock = build(keys, clock=Clock(datetime(2026, 11, 24, 23, 50, tzinfo=UTC)))
    await recall.keep(HERE, PLACE)
    clock.now += timedelta(minutes=20)
    assert await recall.place(HERE) == PLACE
    await recall.forget(HERE)
    assert bag.held == {}


async def test_another_secret_reads_nothing(keys: Keys) -> None:
    """With another secret the chat has another name; and what was sealed under a name opens under no other."""
    recall, bag, _ = build(keys)
    await recall.keep(HERE, PLACE)
    stranger, _, _ = build(Keys(Private(b"quite another secret for the test")), bag)
    assert await stranger.place(HERE) is None
    [(_, value)] = bag.held.items()
    bag.held[stranger.who(HERE)] = value
    assert await stranger.place(HERE) is None


async def test_the_store_is_down(keys: Keys) -> None:
    """With the store down nothing is known, everything is new, and nothing fails."""
    recall, bag, _ = build(keys)
    await recall.keep(HERE, PLACE)
    bag.down = True
    await recall.keep(HERE, PLACE)
    await recall.forget(HERE)
    assert await recall.place(HERE) is None
    assert await recall.first(HERE, "update 1")
    assert await recall.first(HERE, "update 1")


async def test_the_first_time(keys: Keys) -> None:
    """The same thing in the same chat is the first time once."""
    recall = Recall(Memory(), keys, Clock())
    assert await recall.first(HERE, "update 1")
    assert not await recall.first(HERE, "update 1")
    assert await recall.first(HERE, "update 2")
    assert await recall.first(Address("telegram", "42", Private("1002")), "update 1")


@given(st.integers(0, 2**63 - 1), st.lists(st.integers(0, 2**63 - 1), max_size=MOST * 2))
async def test_every_place_survives(living: int, others: list[int]) -> None:
    """Whatever the numbers of the messages: they come back, the latest of them if there are very many."""
    recall, _, _ = build(Keys(Private(b"a secret that is only for tests!")))
    await recall.keep(HERE, Place(TOKEN, living, tuple(others)))
    assert await recall.place(HERE) == Place(TOKEN, living, tuple(others[-MOST:]))


@pytest.mark.parametrize("span", [timedelta(seconds=30)])
async def test_a_chat_that_was_left(keys: Keys, span: timedelta) -> None:
    """The end of a talk is known for moments, without a token."""
    recall, bag, _ = build(keys)
    await recall.keep(HERE, Place("", 7), span)
    assert await recall.place(HERE) == Place("", 7)
    assert bag.spans == [30]
