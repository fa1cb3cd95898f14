"""A helper in the group on Telegram: the real bot at a local Bot API, its topics read as Telegram shows them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final, TypeVar

from bot.content.library import Library
from bot.core.private import Private
from bot.desks.telegram_group import Kept, TelegramGroup, words
from bot.desks.telegram_group.window import Window
from bot.settings import TelegramDesk
from bot.talk.handoff.cards import Cards
from bot.talk.screen import Drawer
from tests.desks.telegram.stage import GROUP
from tests.peers.answers import ServerError, TooMany
from tests.peers.bot_api import BotApi, serving_bot_api
from tests.peers.chats import Message, PatienceError
from tests.peers.forum_group import ForumGroup

from .helper import PATIENCE, until
from .street import KEYS, Process, now

WINDOW: Final = (500, 60.0)  # messages in so many seconds; the real bound is twenty in a minute
SOON: Final = 3.0  # seconds to look for a button that may be gone already
MEMBERS: Final = {"asha": 7100001, "ben": 7100002}
Result = TypeVar("Result")


class TelegramHelper:
    """A member of the group who is on duty."""

    def __init__(self, api: BotApi, group: ForumGroup, user: dict[str, Any]) -> None:
        """Take a phone."""
        self._api = api
        self._group = group
        self._user = user
        self._said: dict[tuple[int, str], Message] = {}
        self._calls = 0

    async def begin(self) -> None:
        """Press "On duty"."""
        assert "You are on duty" in await self._tap(None, words.ON)

    @property
    def raw(self) -> str:
        """Give all that the bot ever sent to Telegram."""
        return self._api.bytes_in.decode(errors="replace")

    async def brief(self, number: int) -> str:
        """Read the first message of a topic."""
        thread = await self._do(self._group.wait_for_topic, words.TITLE.format(number), PATIENCE)
        return next(message.text for message in self._group.inside(thread) if message.text)

    async def take(self, number: int) -> bool:
        """Press "Take"; where the button is gone already, the topic says who was faster, or is gone."""
        try:
            await until(lambda: self._thread(number), SOON)
            said = await self._tap(self._thread(number), words.TAKE, SOON)
        except (AssertionError, PatienceError):
            return False
        if said == words.TAKEN.format(number):
            return True
        assert said == words.TOO_LATE or said in {words.HAS.format(name.title()) for name in MEMBERS} or said == words.GONE
        return False

    async def say(self, number: int, text: str) -> bool:
        """Write into the topic; what is refused is said beneath it."""
        thread = self._thread(number)
        if thread is None:
            return False
        self._said[number, text] = await self._do(self._group.say, self._user, thread, text)
        await until(lambda: self.arrived(number, text) or self._refused(number, text))
        return not self._refused(number, text)

    def arrived(self, number: int, text: str) -> bool:
        """Look for the thumb."""
        return list(self._said[number, text].reactions) == [words.ARRIVED]

    def heard(self, number: int) -> list[str]:
        """Read the quotations of a topic."""
        return [text for message in self._inside(number) for text in _quoted(message)]

    def shows(self, number: int) -> bool:
        """Look for the topic."""
        return self._thread(number) is not None

    async def end(self, number: int, *, block: bool = False) -> None:
        """Press "End", or "Block", twice."""
        for _ in range(2):
            await self._tap(self._thread(number), words.BLOCK if block else words.END)

    async def pass_on(self, number: int) -> None:
        """Press "Pass on"."""
        assert await self._tap(self._thread(number), words.PASS) == words.PASSED

    async def read(self, number: int, *, along: bool) -> None:
        """Press "Read along"; pressed again, it ends."""
        await until(lambda: self._thread(number))
        assert await self._tap(self._thread(number), words.READ) == (words.READING if along else words.READ_OFF)

    async def room(self, *, there: bool) -> None:
        """Press the button for it."""
        await self._tap(None, words.ROOM if there else words.FULL)

    async def leave(self) -> bool:
        """Press "Off duty"."""
        return await self._tap(None, words.OFF) == words.LEFT_DUTY

    async def cut(self) -> None:
        """Let Telegram be out of order, for what is written to the group."""
        self._calls = len(self._api.called("sendMessage"))
        self._api.fail("sendMessage", 1_000_000, with_=ServerError())

    async def mend(self) -> None:
        """Let it work again, once it was tried in vain."""
        await until(lambda: len(self._api.called("sendMessage")) > self._calls)
        self._api.exchange.faults.clear()

    async def stall(self) -> None:
        """Let Telegram say that there is too much, again and again."""
        self._api.fail("sendMessage", 1_000_000, with_=TooMany(1))

    def _thread(self, number: int) -> int | None:
        title = words.TITLE.format(number)
        return max((thread for thread, name in self._group.topics().items() if name == title), default=None)

    def _inside(self, number: int) -> list[Message]:
        thread = self._thread(number)
        return self._group.inside(thread) if thread else []

    def _refused(self, number: int, text: str) -> bool:
        mine = self._said[number, text].id
        return mine not in {message.id for message in self._inside(number)} or any(
            message.under == mine and message.mine for message in self._inside(number)
        )

    async def _tap(self, thread: int | None, label: str, seconds: float = PATIENCE) -> str:
        return await self._do(self._group.tap, self._user, thread, label, seconds)

    async def _do(self, work: Callable[..., Result], *given: object) -> Result:
        """Do something that waits, without holding the desk up."""
        return await asyncio.to_thread(work, *given)


class GroupUnderTest:
    """The group, with its bot."""

    def __init__(self, api: BotApi, group: ForumGroup) -> None:
        """Take the platform, and the group."""
        self._api = api
        self._group = group

    async def helper(self, name: str) -> TelegramHelper:
        """Let a member be on duty."""
        helper = TelegramHelper(self._api, self._group, self._group.join(MEMBERS[name], name.title()))
        await helper.begin()
        return helper


@asynccontextmanager
async def telegram(process: Process, library: Library) -> AsyncIterator[GroupUnderTest]:
    """Run the bot, and let it hear no complaint of Telegram's."""
    with serving_bot_api() as api:
        group = api.forum(GROUP)
        drawer = Drawer(library)
        desk = TelegramGroup(
            TelegramDesk(Private(api.token), GROUP, api.url), process.exchange, library, drawer,
            kept=Kept(process.store, KEYS, now), shelf=Cards(library, drawer, now), window=Window(*WINDOW),
        )  # fmt: skip
        async with desk.running(_stopped):
            yield GroupUnderTest(api, group)
        assert api.complaints == []


def _stopped(why: str) -> None:
    raise AssertionError(why)


def _quoted(message: Message) -> list[str]:
    """Give what is quoted in a message; Telegram counts in UTF-16."""
    units = message.text.encode("utf-16-le")
    marks = [one for one in message.entities if one["type"] == "blockquote"]
    return [units[2 * one["offset"] : 2 * (one["offset"] + one["length"])].decode("utf-16-le") for one in marks]
