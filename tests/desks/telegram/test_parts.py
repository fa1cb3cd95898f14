"""The desk's small parts: how fast it writes, what outlives a process, what Telegram's refusals mean."""

import asyncio
import time
from datetime import timedelta
from typing import NoReturn

import pytest
from telegram.error import BadRequest, Forbidden

from bot.desks.telegram_group import Kept
from bot.desks.telegram_group.kept import SLOTS
from bot.desks.telegram_group.letter import ROOM, quoted, size
from bot.desks.telegram_group.line import Refused, refused
from bot.desks.telegram_group.window import Window
from bot.stores.memory import Memory
from bot.talk.storing import StoreDownError

from .stage import SECRET, now


async def test_no_more_pass_than_fit() -> None:
    """In any stretch of time so many pass and no more, in the order in which they came."""
    window, passed = Window(3, 0.3), list[tuple[int, float]]()

    async def go(number: int) -> None:
        await window.turn()
        passed.append((number, time.monotonic()))

    await asyncio.gather(*(go(number) for number in range(10)))
    assert [number for number, _ in passed] == list(range(10))
    assert all(later - first >= 0.29 for (_, first), (_, later) in zip(passed, passed[3:], strict=False))


async def test_talks_go_first() -> None:
    """Of all that belongs to no talk at most one stands before the words of a talk."""
    window, passed = Window(1, 0.05), list[str]()

    async def go(name: str, *, talk: bool) -> None:
        await window.turn(talk=talk)
        passed.append(name)

    rest = [asyncio.create_task(go("rest", talk=False)) for _ in range(6)]
    await asyncio.sleep(0)
    await asyncio.gather(*(go("talk", talk=True) for _ in range(3)), *rest)
    assert passed[:6].count("talk") == 3


async def test_a_rest_is_kept() -> None:
    """When Telegram asks for a rest, nothing passes meanwhile, also not what waited already."""
    window = Window(1, 0.1)
    await window.turn()
    waiting = asyncio.create_task(window.turn())
    await asyncio.sleep(0)
    window.rest(0.4)
    began = time.monotonic()
    await waiting
    assert time.monotonic() - began >= 0.39


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (BadRequest("Message thread not found"), Refused.GONE),
        (BadRequest("Topic_id_invalid"), Refused.GONE),
        (BadRequest("Message is not modified: specified new message content"), Refused.SAME),
        (BadRequest("Not enough rights to create a topic"), Refused.RIGHTS),
        (BadRequest("Chat not found"), Refused.OUT),
        (Forbidden("Forbidden: bot was kicked from the supergroup chat"), Refused.OUT),
    ],
)
def test_refusals_are_read(error: BadRequest | Forbidden, meaning: Refused) -> None:
    """What Telegram says is read as what is to be done."""
    assert refused(error) is meaning


def test_quotations_stand_where_the_words_do() -> None:
    """Each of a person's messages is one quotation, counted as Telegram counts."""
    letter = quoted(["🙂 hello", "second\nline", "तीसरा"])
    units = letter.text.encode("utf-16-le")
    cut = [units[2 * at : 2 * (at + length)].decode("utf-16-le") for at, length in letter.quotes]
    assert cut == ["🙂 hello", "second\nline", "तीसरा"]
    assert size("🙂" * (ROOM // 2)) == ROOM


async def test_topics_are_known_to_the_next_process() -> None:
    """The next process finds what was open, also after midnight; what was deleted is gone. Nothing can be read there."""
    store, clock = Memory(), [now()]
    first = Kept(store, SECRET, lambda: clock[0])
    for thread in range(100, 100 + SLOTS + 3):
        await first.keep(thread)
    await first.forget(101)
    await first.forget(999_999)
    clock[0] += timedelta(days=1)
    second = Kept(store, SECRET, lambda: clock[0])
    assert set(await second.left()) == set(range(100, 100 + SLOTS)) - {101}
    assert b"102" not in b"".join(value for _, value in store._entries.values())  # noqa: SLF001 - what a thief would see
    clock[0] += timedelta(days=1)
    assert await Kept(store, SECRET, lambda: clock[0]).left() == []


async def test_one_process_leads() -> None:
    """The first that asks leads, and goes on while it asks; when it yields, the other does."""
    store = Memory()
    first, second = Kept(store, SECRET, now), Kept(store, SECRET, now)
    assert [await first.lead(), await second.lead(), await first.lead()] == [True, False, True]
    await second.yield_lead()
    assert not await second.lead()
    await first.yield_lead()
    assert [await second.lead(), await first.lead()] == [True, False]


class Down(Memory):
    """A store that does not answer."""

    async def get(self, key: bytes) -> NoReturn:  # noqa: ARG002 - as a store
        """Fail."""
        raise StoreDownError

    async def put(self, key: bytes, value: bytes, seconds: float) -> NoReturn:  # noqa: ARG002 - as a store
        """Fail."""
        raise StoreDownError

    async def drop(self, key: bytes) -> NoReturn:  # noqa: ARG002 - as a store
        """Fail."""
        raise StoreDownError


async def test_without_a_store_nothing_is_known() -> None:
    """With the store down nobody begins to lead, nothing is known of topics, and nothing breaks."""
    kept = Kept(Down(), SECRET, now)
    await kept.keep(7)
    await kept.forget(7)
    assert not await kept.lead()
    await kept.yield_lead()
    assert await kept.left() == []
