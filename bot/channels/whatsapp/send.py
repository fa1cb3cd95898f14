"""Sends to one chat, and reads what Meta says to it. Every refusal has an answer; none carries words on."""

from enum import Enum
from typing import Final

from bot.channels.whatsapp.graph import Graph, GraphError
from bot.channels.whatsapp.letter import Letter
from bot.channels.whatsapp.read import Chat
from bot.core.private import Private
from bot.log import Moment, note
from bot.talk.pace import Slot

TRIES: Final = (0.5, 1.0, 2.0, 4.0)  # seconds between tries when Meta is out of order
BUSY: Final = frozenset({4, 80007, 130429})  # too many calls of the app, of the account, of the number (LIMITS.md)
PAIR: Final = 131056  # too many messages to this one person ...
PAIR_TRIES: Final = (1.0, 4.0, 16.0)  # ... Meta asks to wait 4^n seconds
AWAY: Final = frozenset({1, 2, 131000, 131016, 133004})  # Meta's own faults, which pass
GONE: Final = frozenset({131021, 131026, 131030, 131047, 131050})  # this person cannot be written to, now or at all
OURS: Final = frozenset({100, 131008, 131009, 131051})  # Meta did not understand the message


class Refused(Enum):
    """Why a message was not sent."""

    GONE = "gone"  # this person cannot be written to: 24 hours are over, they do not want it, their app is too old
    UNFIT = "unfit"  # Meta does not take a message of this form
    DOWN = "down"  # Meta is out of order, does not let us in, or something urgent came meanwhile


class Sender:
    """Sends to one chat from one number."""

    def __init__(self, graph: Graph, phone_id: str, chat: Private[Chat], slot: Slot) -> None:
        """Take the line, our number's id, the chat, and the slot in whose time it happens."""
        self._graph = graph
        self._path = f"{phone_id}/messages"
        self._chat = chat
        self._slot = slot

    def lasting(self) -> "Sender":
        """Give a sender to the same chat that is bound to no turn."""
        return Sender(self._graph, self._path.partition("/")[0], self._chat, Slot())

    async def send(self, letter: Letter) -> Refused | None:
        """Send a message, and try again while that can help; None if it went."""
        body = {"messaging_product": "whatsapp", "recipient_type": "individual", **_to(self._chat), **letter}
        pairs, faults = iter(PAIR_TRIES), iter(TRIES)
        while True:
            try:
                await self._graph.post(self._path, body)
            except GraphError as error:
                wait = next(pairs if error.code == PAIR else faults, None)
                if not _passes(error) or wait is None or not await self._slot.pause(wait):
                    return _refused(error)
            else:
                return None


def _to(chat: Private[Chat]) -> dict[str, str]:
    """Write to whom: the number if there is one, else Meta's name of the person."""
    found = chat.reveal()
    return {"to": found.phone} if found.phone else {"recipient": found.user}


def _passes(error: GraphError) -> bool:
    """Tell whether the same call may work a little later."""
    return error.code == PAIR or error.code in BUSY or error.code in AWAY or (error.down and error.code not in GONE | OURS)


def _refused(error: GraphError) -> Refused:
    note(Moment.REFUSED if error.code else Moment.UNREACHABLE, code=error.code)
    if error.code in GONE:
        return Refused.GONE
    return Refused.UNFIT if error.code in OURS else Refused.DOWN
