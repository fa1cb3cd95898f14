"""Where a channel's chats meet the helpers: asks for one, brings words to them, ends it. Everything else is the guide's."""

from dataclasses import dataclass
from typing import Final

from bot.core.events import Command
from bot.core.private import Private
from bot.log import Moment, note
from bot.talk.codes import CODES
from bot.talk.conversation import Conversation
from bot.talk.handoff.brief import Part
from bot.talk.handoff.counter import ASK, CONSENT, STOP, read
from bot.talk.handoff.exchange import Exchange
from bot.talk.handoff.front import Over, State, Voice
from bot.talk.ports import Address, Called, Frame, Input, Media, Press, Screen, Words
from bot.talk.seal import LENGTH

STOPPED: Final = State(0, over=Over.STOPPED)
BROKEN: Final = State(0, over=Over.BROKEN)


@dataclass(frozen=True, slots=True)
class Passed:
    """A person's words went to their helper: there is nothing to show."""


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

    async def take(self, address: Address, what: Input, once: str, voice: Voice) -> Screen | Passed | None:
        """Take what belongs to a handoff; None for what is the guide's. `what` has its sealed state."""
        try:
            return await self._take(address, what, once, voice)
        except Exception:  # noqa: BLE001 - then the guide answers; its words go nowhere (DESIGN §4)
            note(Moment.FAILED)
            return None

    async def _take(self, address: Address, what: Input, once: str, voice: Voice) -> Screen | Passed | None:
        match what:
            case Press(data):
                return await self._pressed(address, data[:LENGTH], data[LENGTH:], voice)
            case Called(Command.LEAVE):
                await self._exchange.stop(address)
            case Words(words, token):
                return await self._said(address, words, token or "", once, voice)
            case Media(token) if await self.talks(address):
                return self._conversation.only_words(token or "", address, self._frame)
        return None

    async def _said(self, address: Address, words: Private[str], token: str, once: str, voice: Voice) -> Screen | Passed | None:
        """Bring typed words to the helper; before one is there, they may be the label of a button."""
        if self._conversation.leaves(token, address, words):
            await self._exchange.stop(address)
            return None
        if await self._exchange.say(address, once, words):
            return Passed()
        picked = self._conversation.picked(token, address, self._frame, words)
        return await self._pressed(address, token, picked, voice) if picked else None

    async def _pressed(self, address: Address, token: str, code: str, voice: Voice) -> Screen | None:
        if code == CODES[Command.LEAVE]:
            await self._exchange.stop(address)
        found = read(code)
        if found is None:
            return None
        kind, left_out = found
        if kind == CONSENT:
            return self._conversation.consent(token, address, self._frame, left_out)
        state = await self._state(address, token, kind, voice, left_out)
        return self._conversation.stand(token, address, self._frame, state) if state else None

    async def _state(self, address: Address, token: str, kind: str, voice: Voice, left_out: frozenset[Part]) -> State | None:
        if kind == ASK:
            shown = self._conversation.brief(token, address, left_out)
            return await self._exchange.ask(address, voice, shown) if shown else None
        if kind == STOP:
            await self._exchange.stop(address)
            return STOPPED
        return await self._exchange.state(address) or BROKEN
