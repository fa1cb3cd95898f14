"""A mark in every word, name and address, through every event and every failure: nothing shows it, and nothing keeps it."""

import asyncio
import gc
import pickle
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from bot.core.private import Private
from bot.talk.handoff.brief import Brief
from bot.talk.handoff.front import Over
from bot.talk.handoff.person import TELL
from bot.talk.handoff.wire import Spoke, Told
from bot.talk.ports import Address
from tests.canary.marks import Marks

from .town import Chat, Town, moment, timeless, town


class Screen(Chat):
    """A chat that keeps nothing of what it shows, and whose address is marked."""

    where: Address

    @property
    def address(self) -> Address:
        """Give the marked address."""
        return self.where

    async def tell(self, words: Private[str]) -> bool:
        """Take words, and keep none."""
        done = await super().tell(words)
        self.words.clear()
        return done


def texts() -> Iterator[str]:
    """Give every text and every run of bytes that any object holds: what Python's collector knows, and what hangs on it."""
    seen: set[int] = set()
    todo = [*gc.get_objects()]
    while todo:
        one = todo.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, str):
            yield one
        elif isinstance(one, bytes | bytearray):
            yield bytes(one).decode("latin-1")
        elif not isinstance(one, type(sys)):
            todo.extend(gc.get_referents(one))


def held(marks: Marks) -> set[str]:
    """Name the doors whose marks anything holds, beside the marks themselves."""
    gc.collect()
    ours = {id(text) for mark in marks.all for text in (mark.sent, mark.core)}
    return {mark.door for text in texts() if id(text) not in ours for mark in marks.all if mark.core in text}


class Knocks:
    """Everything that a person and helpers may do, with a mark in each word."""

    def __init__(self, place: Town, marks: Marks) -> None:
        """Take the town and the marks."""
        self.place = place
        self.marks = marks
        self.chat = Screen("")
        self.chat.where = Address("telegram", "7", Private(marks.phone("chat") + "0"))

    def words(self, door: str) -> Private[str]:
        """Give marked words."""
        return Private(self.marks.new(door, "please help, {} said it"))

    async def visit(self) -> None:
        """Wait, talk, be read along, be passed on, fail in every way, break, and end."""
        place, chat = self.place, self.chat
        asha, bob = place.sit("asha", slow=True), place.sit("bob", 0, slow=True)
        await place.here.ask(chat.address, chat, Brief("en", {"country": "IN"}))
        await moment()
        (case,) = asha.waiting
        assert await asha.seat.take(case)
        await bob.seat.read(case)
        await moment()
        for number, (fails, breaks, hangs) in enumerate([(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)]):
            chat.fails, chat.breaks, chat.hangs = bool(fails), bool(breaks), bool(hangs)
            await place.here.say(chat.address, f"here {number}", self.words("said here"))
            await place.there.say(chat.address, f"there {number}", self.words("said elsewhere"))
            await asha.seat.tell(case, self.words("told"))
            await moment()
        await moment(TELL * 2)
        chat.fails = chat.breaks = chat.hangs = False
        for seat in (asha.seat, bob.seat):
            for _ in range(4):
                repr(await seat.next())
        place.processes[0].wire.up = False
        await place.here.say(chat.address, "lost", self.words("lost"))
        await asha.seat.tell(case, self.words("told by nobody"))
        place.processes[0].wire.up = True
        await place.here.say(chat.address, "half", Private(self.words("odd").reveal() + "\ud83d"))
        await self.garbage(case)
        await asha.seat.pass_on(case, "bob")
        await moment()
        assert await bob.seat.take(case)
        await place.here.say(chat.address, "late", self.words("late"))
        await bob.seat.tell(case, self.words("last"))
        await bob.seat.end(case, Over.ENDED)
        await moment()

    async def garbage(self, case: str) -> None:
        """Send what makes no sense, with marks inside."""
        ring = self.place.keys.on(self.place.keys.today(self.place.now())).places
        mark = self.words("garbage").reveal().encode()
        for plain in (mark, b'["Spoke", "%s"]' % mark, b'["Stops", {"case": "%s", "why": "%s"}]' % (case.encode(), mark)):
            await self.place.processes[0].wire.send(ring.encrypt(plain, [b"handoff"]))
        for event in (Spoke("no case", "1", self.words("nobody's")), Told(case, "1", self.words("a stranger's"), "eve")):
            await self.place.here.send(event)
            with suppress(TypeError):
                pickle.dumps(event)


@timeless
async def test_nothing_is_shown_and_nothing_is_kept(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Neither stdout, stderr, logs nor the bus show a mark; five seconds after the end no object and no key holds one."""
    caplog.set_level(0)
    escaped: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: escaped.append(repr(context)))
    async with town() as place:
        marks = Marks()
        knocks = Knocks(place, marks)
        await knocks.visit()
        assert "chat" in held(marks), "the search finds what is there"
        knocks.chat.where = Address("telegram", "7", Private("gone"))
        await moment(TELL)
        assert held(marks) == set()
        assert place.held() == 0
        out = capfd.readouterr()
        places = {
            "stdout": out.out.encode(), "stderr": out.err.encode(), "log": caplog.text.encode(),
            "escaped": "".join(escaped).encode(), "bus": b"\n".join(place.air.log),
        }  # fmt: skip
        assert marks.find(places) == []
        assert "dhaal: failed" in out.err
        assert len(place.air.log) > 40


def test_a_keeper_is_found() -> None:
    """The search finds a mark in a text, in bytes, and inside a Private."""
    marks = Marks()
    keepers: dict[str, Callable[[str], object]] = {
        "text": str,
        "bytes": str.encode,
        "private": Private,
        "inside": lambda word: [(word,)],
    }
    kept = [keep(marks.new(name, "so {} it is") + "!") for name, keep in keepers.items()]
    assert held(marks) == keepers.keys()
    del kept
    assert held(marks) == set()
