"""How Telegram reaches one person who asked for a helper, until that is over."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiogram import Bot

from bot.channels.telegram.letter import Letter
from bot.channels.telegram.send import Refused, Sender
from bot.core.private import Private
from bot.talk.handoff.front import State
from bot.talk.host import Caller
from bot.talk.pace import Slot

LONGEST = 4000  # characters of one message, with room for who says it


@dataclass(slots=True)
class Voice:
    """One chat with a helper. `numbers` are the messages of that talk, which are deleted at its end."""

    bot: Bot
    chat: Private[int]
    caller: Caller
    say: Callable[[str, str], str]  # a helper's words, as they are shown in a language
    stand: Callable[["Voice", State], Awaitable[None]]  # show where they stand
    gone: Callable[[], object]  # nothing of this talk need be known any more
    locale: str = ""
    numbers: list[int] = field(default_factory=list)

    @property
    def sender(self) -> Sender:
        """Give what sends to this chat."""
        return Sender(self.bot, self.chat, Slot(asyncio.Event()))

    async def tell(self, words: Private[str]) -> bool:
        """Bring a helper's words."""
        sent = await self.sender.send(Letter(self.say(self.locale, words.reveal()[:LONGEST])))
        if isinstance(sent, Refused):
            return False
        self.numbers.append(sent)
        return True

    async def show(self, state: State) -> None:
        """Show where they stand."""
        await self.stand(self, state)

    async def clear(self) -> None:
        """Delete what both said, as far as Telegram lets us (48 h)."""
        self.gone()
        await self.sender.delete(self.numbers)
