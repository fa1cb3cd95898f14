"""One visit to one chat: who came with what, where they stood, and which message is the living one."""

from collections.abc import Iterable
from dataclasses import dataclass

from aiogram import Bot

from bot.channels.telegram.read import Act
from bot.channels.telegram.send import Sender
from bot.talk.codes import KEEP
from bot.talk.host import Caller
from bot.talk.ports import Address, Opened, Press
from bot.talk.recall import Place
from bot.talk.seal import LENGTH


@dataclass(frozen=True, slots=True)
class Visit:
    """What one turn works with: who came, and where they stood."""

    bot: Bot
    caller: Caller
    act: Act
    sender: Sender
    place: Place

    @property
    def address(self) -> Address:
        """Give the chat."""
        return self.caller.address

    @property
    def living(self) -> int:
        """Give the message to edit: the one whose button was pressed, else the one we know; 0 to send a new one."""
        if isinstance(self.act.input, Opened):
            return 0
        pressed = self.act.pressed or 0
        return pressed if pressed and pressed not in self.place.others else self.place.living

    @property
    def keeps(self) -> bool:
        """Tell whether the button that keeps a page was tapped."""
        return isinstance(self.act.input, Press) and self.act.input.data[LENGTH:] == KEEP

    @property
    def late(self) -> bool:
        """Tell whether this is a tap on the message that has just become the neutral end."""
        return bool(self.act.pressed) and not self.place.token and self.act.pressed == self.place.living

    def stale(self, living: int) -> list[int]:
        """List the messages that were living before another one took their place."""
        return sorted({self.place.living, self.act.pressed or 0} - {0, living, *self.place.others})

    def moved(self, token: str, living: int, others: Iterable[int], code: str = "") -> Place:
        """Give the place after this turn."""
        return Place(token, living, tuple(dict.fromkeys((*self.place.others, *others))), code)
