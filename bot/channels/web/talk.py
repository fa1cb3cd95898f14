"""One turn of a page that may be with a helper."""

import secrets
from dataclasses import dataclass, field
from typing import Final

from bot.channels.limits import WEB
from bot.channels.web.asked import Asked
from bot.channels.web.voice import Line, Voice
from bot.talk.conversation import Conversation
from bot.talk.handoff.counter import REF
from bot.talk.handoff.exchange import Exchange
from bot.talk.host import placed
from bot.talk.ports import Address, Incoming, Reply, Screen, Words
from bot.talk.recall import Place
from bot.talk.reception import Passed, Reception

MOST: Final = 1000  # pages with a helper that are known at once


@dataclass(frozen=True, slots=True)
class Told:
    """An answer, and what was said between the person and a helper, if it is of that."""

    reply: Reply
    lines: tuple[Line, ...] = ()


@dataclass(slots=True)
class Talk:
    """The turns of all pages. Only those that asked for a helper are known, and only until that is over."""

    conversation: Conversation
    exchange: Exchange | None
    _voices: dict[str, Voice] = field(default_factory=dict)

    async def turn(self, address: Address, asked: Asked) -> Told:
        """Take a turn: the helpers' part first, if there are any."""
        if self.exchange is not None:
            met = await self._met(self.exchange, address, asked)
            if met is not None:
                return met
        return Told(self.conversation.turn(Incoming(address, asked.input, asked.hint), WEB.frame))

    async def _met(self, exchange: Exchange, address: Address, asked: Asked) -> Told | None:
        voice = self._voices.get(asked.chat) or Voice()
        voice.look()
        if voice.over is not None:  # whatever was done, first they must know that nobody hears them any more
            del self._voices[asked.chat]
            return Told(self.conversation.stand(asked.token, address, WEB.frame, voice.over))
        what = placed(asked.input, Place(asked.token, 0))
        found = await Reception(exchange, self.conversation, WEB.frame).take(address, what, secrets.token_hex(8), voice)
        if isinstance(found, Passed) and isinstance(asked.input, Words):
            voice.lines.append(Line(mine=True, words=asked.input.words))
            state = await exchange.state(address)
            found = self.conversation.stand(asked.token, address, WEB.frame, state) if state else None
        if not isinstance(found, Screen):
            return None
        if found.ref != REF:
            self._voices.pop(asked.chat, None)
            return Told(found)
        self._voices[asked.chat] = voice
        for old in list(self._voices)[:-MOST]:
            del self._voices[old]
        return Told(found, tuple(voice.lines))
