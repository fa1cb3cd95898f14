"""How WhatsApp reaches one person who asked for a helper, until that is over. Nothing can be taken back there."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.channels.whatsapp.letter import text_letter
from bot.channels.whatsapp.send import Sender
from bot.core.private import Private
from bot.talk.handoff.front import State
from bot.talk.host import Caller

LONGEST = 4000  # characters of one message, with room for who says it


@dataclass(slots=True)
class Voice:
    """One chat with a helper."""

    sender: Sender
    caller: Caller
    say: Callable[[str, str], str]  # a helper's words, as they are shown in a language
    stand: Callable[["Voice", State], Awaitable[None]]  # show where they stand
    locale: str = ""

    async def tell(self, words: Private[str]) -> bool:
        """Bring a helper's words."""
        return await self.sender.send(text_letter(self.say(self.locale, words.reveal()[:LONGEST]))) is None

    async def show(self, state: State) -> None:
        """Show where they stand. A place in the queue alone is no reason for one more message: they can ask for it."""
        if state.over is not None or state.talks:
            await self.stand(self, state)

    async def clear(self) -> None:
        """Do nothing: WhatsApp takes nothing back, and the words of farewell say so."""
