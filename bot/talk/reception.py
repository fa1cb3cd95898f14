"""Where a channel's chats meet the helpers: asks for one, brings words to them, ends it. Everything else is the guide's."""

from dataclasses import dataclass, replace
from typing import Final

from bot.core.events import Command
from bot.core.private import Private
from bot.log import Moment, note
from bot.talk.codes import CODES
from bot.talk.conversation import Conversation
from bot.talk.handoff.brief import Part
from bot.talk.handoff.counter import ASK, CONSENT, LOOK, STOP, read
from bot.talk.handoff.exchange import Exchange
from bot.talk.handoff.front import Over, State, Voice
from bot.talk.ports import Address, Called, Farewell, Frame, Input, Media, Press, Reply, Screen, Words
from bot.talk.seal import LENGTH

STOPPED: Final = State(0, over=Over.STOPPED)
BROKEN: Final = State(0, over=Over.BROKEN)


@dataclass(frozen=True, slots=True)
class Passed:
    """A person's words went to their helper: there is nothing to show."""


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who came: what reaches them, a name for what they did, which is never done twice, and what they saw.

    `code` is that of the first button they had before them, if it is of a handoff; None if nobody knows what they saw.
    """

    address: Address
    voice: Voice
    once: str
    code: str | None


class Reception:
    """Stands between one channel and the helpers."""

    def __init__(self, exchange: Exchange, conversation: Conversation, frame: Frame) -> None:
        """Take where people and helpers meet, the talk, and the frame of the channel's messages."""
        self._exchange = exchange
        self._conversation = conversation
        self._frame = frame

    async def talks(self, address: Address) -> bool:
        """Tell whether a chat is with a helper now."""
        state = await self._exchange.state(address)
        return state is not None and state.talks

    def voice(self, address: Address) -> Voice | None:
        """Find what reaches a person of this process who waits or talks."""
        own = self._exchange.front.of(address)
        return own.line.voice if own else None

    async def stop(self, address: Address) -> None:
        """End it, if there is anything to end."""
        await self._exchange.stop(address)

    async def take(self, guest: Guest, what: Input) -> Screen | Passed | None:
        """Take what belongs to a handoff; None for what is the guide's. `what` has its sealed state."""
        try:
            return await self._take(guest, what)
        except Exception:  # noqa: BLE001 - then the guide answers; its words go nowhere (DESIGN §4)
            note(Moment.FAILED)
            return None

    async def beside(self, address: Address, reply: Reply) -> Reply:
        """Take what the guide answers somebody who may wait or talk: who left is gone, others are told who hears them."""
        try:
            if isinstance(reply, Farewell):
                await self.stop(address)
                return reply
            state = await self._exchange.state(address)
            return self._conversation.beside(reply, address, self._frame, state) if state else reply
        except Exception:  # noqa: BLE001 - as above
            note(Moment.FAILED)
            return reply

    async def _take(self, guest: Guest, what: Input) -> Screen | Passed | None:
        match what:
            case Press(data):
                return await self._pressed(guest, data[:LENGTH], data[LENGTH:])
            case Called(Command.PERSON, token):
                return await self._where(guest, token or "")
            case Words(words, token):
                return await self._said(guest, words, token or "")
            case Media(token) if await self.talks(guest.address):
                return self._conversation.only_words(token or "", guest.address, self._frame)
            case _:
                return None

    async def _said(self, guest: Guest, words: Private[str], token: str) -> Screen | Passed | None:
        """Bring typed words to the helper; before one is there, they may be the label of a button."""
        if self._conversation.leaves(token, guest.address, words):
            await self.stop(guest.address)
            return None
        state = await self._exchange.state(guest.address)
        if state is not None and state.talks:
            said = await self._exchange.say(guest.address, guest.once, words)
            return Passed() if said else self._stand(guest, token, replace(state, unheard=True))
        if state is None and await self._broke(guest, LOOK):
            return self._stand(guest, token, BROKEN)
        picked = self._conversation.picked(token, guest.address, self._frame, words, guest.code or "")
        return await self._pressed(guest, token, picked) if picked else None

    async def _pressed(self, guest: Guest, token: str, code: str) -> Screen | None:
        if code == CODES[Command.PERSON]:
            return await self._where(guest, token)
        kind, left_out = read(code) or ("", frozenset())
        if kind == CONSENT:
            shown = self._conversation.consent(token, guest.address, self._frame, left_out)
            return await self._where(guest, token) or shown
        if kind == ASK:
            return await self._ask(guest, token, left_out)
        if kind == STOP:
            await self.stop(guest.address)
            return self._stand(guest, token, STOPPED)
        return await self._look(guest, token) if kind == LOOK else None

    async def _ask(self, guest: Guest, token: str, left_out: frozenset[Part]) -> Screen | None:
        """Begin to wait; where nobody is there any more, say so."""
        shown = self._conversation.brief(token, guest.address, left_out)
        if shown is None:
            return self._conversation.consent(token, guest.address, self._frame, left_out)
        return self._stand(guest, token, await self._exchange.ask(guest.address, guest.voice, shown))

    async def _look(self, guest: Guest, token: str) -> Screen | None:
        """Show where they stand. A button of a talk that is long over is an old button."""
        where = await self._where(guest, token)
        if where is None and await self._broke(guest, LOOK, None):
            return self._stand(guest, token, BROKEN)
        return where

    async def _where(self, guest: Guest, token: str) -> Screen | None:
        state = await self._exchange.look(guest.address)
        return self._stand(guest, token, state) if state else None

    async def _broke(self, guest: Guest, *codes: str | None) -> bool:
        """Tell whether somebody who neither waits nor talks has not been told so. They have not if this stands before them."""
        return await self._exchange.broke(guest.address) or guest.code in codes

    def _stand(self, guest: Guest, token: str, state: State) -> Screen:
        return self._conversation.stand(token, guest.address, self._frame, state)
