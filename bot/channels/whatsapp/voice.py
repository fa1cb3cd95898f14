"""How WhatsApp reaches one person who asked for a helper, until that is over. Nothing can be taken back there."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.channels.whatsapp.letter import text_letter
from bot.channels.whatsapp.send import Sender
from bot.core.private import Private
from bot.talk.handoff.front import State
from bot.talk.ports import Address


@dataclass(slots=True)
class Voice:
    """One chat with a helper."""

    sender: Sender
    address: Address
    say: Callable[[str, str], str]  # a helper's words, as they are shown in a language
    stand: Callable[["Voice", State], Awaitable[None]]  # show where they stand
    locale: str
    quiet: bool = False  # the person has left: nothing is to be shown any more
    talked: bool = False

    async def tell(self, words: Private[str]) -> bool:
        """Bring a helper's words."""
        return not self.quiet and await self.sender.send(text_letter(self.say(self.locale, words.reveal()))) is None

    async def show(self, state: State) -> None:
        """Show where they stand. A place in the queue alone is no reason for one more message: they can ask for it."""
        talked, self.talked = self.talked, state.talks
        if talked or state.talks or state.over is not None:
            await self.stand(self, state)

    async def clear(self) -> None:
        """Do nothing: WhatsApp takes nothing back, and the words of farewell say so."""
