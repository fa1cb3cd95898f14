"""One turn of a page that may be with a helper."""

import secrets
from dataclasses import dataclass, field
from typing import Final

from bot.channels.limits import WEB
from bot.channels.web.asked import Asked
from bot.channels.web.voice import Line, Voice
from bot.core.events import Command
from bot.talk.codes import CODES
from bot.talk.conversation import Conversation
from bot.talk.handoff.counter import LOOK, REF
from bot.talk.handoff.exchange import Exchange
from bot.talk.handoff.front import Over, State
from bot.talk.host import placed
from bot.talk.ports import Address, Incoming, Press, Reply, Screen, Words
from bot.talk.recall import Place
from bot.talk.reception import Guest, Passed, Reception
from bot.talk.seal import LENGTH

MOST: Final = 1000  # pages with a helper that are known at once
FIRST: Final = {CODES[command] for command in (Command.DANGER, Command.LEAVE, Command.PERSON)}  # nothing comes before these


@dataclass(frozen=True, slots=True)
class Told:
    """An answer; and, while a person waits or talks, where they stand and what was said."""

    reply: Reply
    stand: Screen | None = None
    lines: tuple[Line, ...] = ()
    talks: bool = False


@dataclass(slots=True)
class Talk:
    """The turns of all pages. Only those that asked for a helper are known, and not for long after that is over."""

    conversation: Conversation
    exchange: Exchange | None
    _voices: dict[str, Voice] = field(default_factory=dict)

    async def turn(self, address: Address, asked: Asked) -> Told:
        """Take a turn: the helpers' part first, if there are any."""
        if self.exchange is None:
            return Told(self._guide(address, asked))
        voice = self._voices.get(asked.chat) or Voice()
        voice.look()
        if voice.line is not None and self.exchange.front.of(address) is None:  # it is over, and it will be known here why
            await voice.line
        if voice.over is None:
            return await self._met(self.exchange, address, asked, voice)
        return await self._ended(self.exchange, address, asked, voice, voice.over)

    async def _ended(self, exchange: Exchange, address: Address, asked: Asked, voice: Voice, why: Over) -> Told:
        """Take a turn of somebody for whom it is over: that they must know first, except where it would hold help up."""
        told, voice.told = voice.told, True
        if _code(asked) in FIRST:
            met = await self._met(exchange, address, asked, Voice())
            return met if told or not isinstance(met.reply, Screen) else Told(self.conversation.told(met.reply, why))
        if not told or LOOK in {_code(asked), asked.code}:
            return Told(self._stand(address, asked, State(0, over=why)))
        return await self._met(exchange, address, asked, Voice())

    async def _met(self, exchange: Exchange, address: Address, asked: Asked, voice: Voice) -> Told:
        reception = Reception(exchange, self.conversation, WEB.frame)
        guest = Guest(address, voice, secrets.token_hex(8), asked.code if isinstance(asked.input, Words) else None)
        met = await reception.take(guest, placed(asked.input, Place(asked.token, 0)))
        own = exchange.front.of(address)
        if own is not None and own.line.voice is voice:
            voice.line = own.line.task
            self._know(asked.chat, voice)
        state = await exchange.state(address)
        if isinstance(met, Passed):
            voice.said(asked.input)
            met = self._stand(address, asked, state or State(0))
        reply = met or await reception.beside(address, self._guide(address, asked))
        if state is None or not isinstance(reply, Screen):
            return Told(reply)
        stand = reply if reply.ref == REF else self.conversation.stand(reply.token, address, WEB.frame, state)
        return Told(reply, stand, tuple(voice.lines), state.talks)

    def _guide(self, address: Address, asked: Asked) -> Reply:
        return self.conversation.turn(Incoming(address, asked.input, asked.hint), WEB.frame)

    def _stand(self, address: Address, asked: Asked, state: State) -> Screen:
        return self.conversation.stand(asked.token, address, WEB.frame, state, asked.hint)

    def _know(self, chat: str, voice: Voice) -> None:
        """Know a page, and forget those that are long over."""
        self._voices.pop(chat, None)
        self._voices[chat] = voice
        known = [name for name, one in self._voices.items() if not one.old]
        self._voices = {name: self._voices[name] for name in known[-MOST:]}


def _code(asked: Asked) -> str:
    return asked.input.data[LENGTH:] if isinstance(asked.input, Press) else ""
