"""How Telegram reaches one person who asked for a helper, until that is over."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import Enum

from aiogram import Bot

from bot.channels.telegram.letter import Letter
from bot.channels.telegram.send import Refused, Sender
from bot.core.private import Private
from bot.talk.handoff.front import State
from bot.talk.pace import Slot
from bot.talk.ports import Address


class News(Enum):
    """What is new about where somebody stands."""

    PLACE = "place"  # another place in the queue, and nothing else
    TALK = "talk"  # the talk began, or changed: it should be seen below what was said
    OVER = "over"


@dataclass(slots=True)
class Voice:
    """One chat with a helper. `numbers` are the messages of that talk, which are deleted at its end."""

    bot: Bot
    chat: Private[int]
    address: Address
    say: Callable[[str, str], str]  # a helper's words, as they are shown in a language
    stand: Callable[["Voice", State, News], Awaitable[None]]  # show where they stand
    left: Callable[[list[int]], None]  # what could not be deleted now
    locale: str
    numbers: list[int] = field(default_factory=list)
    quiet: bool = False  # the person has left: nothing is to be shown any more
    talked: bool = False

    @property
    def sender(self) -> Sender:
        """Give what sends to this chat."""
        return Sender(self.bot, self.chat, Slot())

    async def tell(self, words: Private[str]) -> bool:
        """Bring a helper's words."""
        if self.quiet:
            return False
        sent = await self.sender.send(Letter(self.say(self.locale, words.reveal())))
        if isinstance(sent, Refused):
            return False
        self.numbers.append(sent)
        return True

    async def show(self, state: State) -> None:
        """Show where they stand."""
        talked, self.talked = self.talked, state.talks
        news = News.OVER if state.over else News.TALK if talked or state.talks else News.PLACE
        await self.stand(self, state, news)

    async def clear(self) -> None:
        """Delete what both said, as far as Telegram lets us (48 h)."""
        numbers, self.numbers = self.numbers, []
        self.left(await self.sender.delete(numbers))
