"""Receives what a chat brings: which turns must not wait, a turn that never fails, and words for when one did."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Final

from bot.content.phrases import Phrase
from bot.core.events import Command
from bot.log import Moment, note
from bot.talk.codes import CODES
from bot.talk.codes import LENGTH as CODE
from bot.talk.conversation import Conversation
from bot.talk.handoff.exchange import Exchange
from bot.talk.handoff.front import Voice
from bot.talk.pace import Pace, Slot
from bot.talk.ports import Address, Called, Frame, Incoming, Input, Media, Offer, Press, Reply, Screen, Words
from bot.talk.recall import Place, Recall
from bot.talk.reception import Guest, Passed, Reception
from bot.talk.seal import LENGTH

URGENT: Final = {CODES[command]: command for command in (Command.DANGER, Command.LEAVE, Command.PERSON)}
NOWHERE: Final = Place("", 0)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who came and what they did. `once` names what is never done twice, such as the number of an update."""

    address: Address
    input: Input
    once: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """A turn that may go on: in whose time, where the chat stood, and whether it is the first time that this came."""

    slot: Slot | None
    place: Place
    fresh: bool


class Host:
    """Stands between a channel with chats and the talk."""

    def __init__(
        self, conversation: Conversation, recall: Recall, pace: Pace, frame: Frame, exchange: Exchange | None = None
    ) -> None:
        """Take the talk, what is remembered for minutes, the pace, the frame of the channel's messages, and the helpers."""
        self.conversation = conversation
        self.recall = recall
        self.pace = pace
        self._frame = frame
        self.reception = Reception(exchange, conversation, frame) if exchange else None
        speeches = map(conversation.speech, conversation.locales)
        self._last = {it.language.tag: (it.trouble(), it.phrase(Phrase.MENU)) for it in speeches}  # said when all else fails

    @asynccontextmanager
    async def visit(self, caller: Caller) -> AsyncIterator[Visit]:
        """Wait for this chat's turn. What a flood brings is let go: it has no slot, and is not even remembered."""
        free = await self.talks(caller)
        urgent = None if free else await self._urgent(caller)
        async with self.pace.turn(self.recall.who(caller.address), urgent, free=free) as slot:
            fresh = slot is not None and await self.recall.first(caller.address, caller.once)
            place = await self.recall.place(caller.address) if fresh else None
            yield Visit(slot if fresh else None, place or NOWHERE, fresh)

    async def answer(self, caller: Caller, place: Place, voice: Voice) -> Reply | Passed | None:
        """Take the turn: the helpers' part first, if there are any; None if it failed."""
        if self.reception:
            once = self.recall.named(b"said", caller.once.encode()).hex()  # a platform's own number would tell who it is
            guest = Guest(caller.address, voice, once, place.code if place.token else None)
            met = await self.reception.take(guest, placed(caller.input, place))
            if met is not None:
                return met
        reply = self.think(caller, place)
        return await self.reception.beside(caller.address, reply) if self.reception and reply else reply

    async def talks(self, caller: Caller) -> bool:
        """Tell whether somebody has just said something to a helper."""
        return isinstance(caller.input, Words) and self.reception is not None and await self.reception.talks(caller.address)

    def voice(self, address: Address) -> Voice | None:
        """Find what reaches a person of this process who waits for a helper, or talks with one."""
        return self.reception.voice(address) if self.reception else None

    @asynccontextmanager
    async def between(self, address: Address) -> AsyncIterator[None]:
        """Wait until no turn of this chat is under way, to show where somebody stands with the helpers."""
        async with self.pace.turn(self.recall.who(address), free=True):
            yield

    async def gone(self, address: Address) -> None:
        """Forget somebody who does not want to hear from us any more."""
        await self.recall.forget(address)
        if self.reception:
            await self.reception.stop(address)

    def think(self, caller: Caller, place: Place, *, ahead: bool = False) -> Reply | None:
        """Take the turn; None if it failed, and then its words went nowhere (DESIGN §4, §7)."""
        try:
            hint = caller.hint or self.conversation.tongue(place.token, caller.address)
            incoming = Incoming(caller.address, placed(caller.input, place), hint)
            return self.conversation.turn(incoming, self._frame, ahead=ahead)
        except Exception:  # noqa: BLE001 - a person in need never sees an error
            note(Moment.FAILED)
            return None

    def sorry(self, caller: Caller, place: Place) -> tuple[str, Offer]:
        """Say calmly that it is our fault, with numbers to call, and a button that tries again. Nothing here can fail anew."""
        hint = self.tongue(caller, place)
        alike = (tag for tag in self._last if hint.startswith(tag))  # the longest: "hi-Latn" begins with "hi", and is not it
        words, menu = self._last[max(alike, key=len, default=next(iter(self._last)))]
        return words, Offer(sealed(caller.input, place) + CODES[Command.MENU], menu, menu)

    def tongue(self, caller: Caller, place: Place) -> str:
        """Find the language of somebody: the one of the talk, else the one of their app."""
        try:
            return self.conversation.tongue(sealed(caller.input, place), caller.address) or caller.hint or ""
        except Exception:  # noqa: BLE001 - whatever made the turn fail may be here too
            return caller.hint or ""

    async def _urgent(self, caller: Caller) -> str | None:
        """Name a turn that must not wait. Where others would have to wait, look ahead to see whether it leads to people."""
        match caller.input:
            case Press(data) if data[LENGTH:] in URGENT:
                return data[LENGTH:]
            case Called(command) if command in URGENT.values():
                return CODES[command]
        if not self.pace.busy(self.recall.who(caller.address)):
            return None
        reply = self.think(caller, await self.recall.place(caller.address) or NOWHERE, ahead=True)
        if isinstance(reply, Screen):
            return reply.ref if reply.urgent else None
        return CODES[Command.LEAVE] if reply else None


def placed(what: Input, place: Place) -> Input:
    """Give what was done its context."""
    return replace(what, token=place.token or None) if isinstance(what, Words | Called | Media) else what


def sealed(what: Input, place: Place) -> str:
    """Give the sealed state to try again with: the one we know, else what has the length of one; other data is words."""
    tapped = what.data[:LENGTH] if isinstance(what, Press) and len(what.data) == LENGTH + CODE else ""
    return place.token or tapped
