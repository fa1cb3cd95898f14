"""One turn on WhatsApp: one message for each thing a person does. Nothing can be edited or taken back there."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, assert_never

from bot.channels.forms import OTHERS, Form, Openers, form, others, spell_out
from bot.channels.limits import FORMS, WHATSAPP
from bot.channels.whatsapp.graph import Graph
from bot.channels.whatsapp.letter import Letter, form_letter, link_letter, text_letter, trouble_letter
from bot.channels.whatsapp.read import Received
from bot.channels.whatsapp.send import Refused, Sender
from bot.channels.whatsapp.voice import Voice
from bot.content.phrases import Phrase
from bot.core.events import Command
from bot.core.private import Private
from bot.log import Moment, note
from bot.talk.codes import CODES, KEEP, page_code
from bot.talk.conversation import Conversation
from bot.talk.handoff.counter import under
from bot.talk.handoff.exchange import Exchange
from bot.talk.handoff.front import State
from bot.talk.host import NOWHERE, Caller, Host, sealed
from bot.talk.pace import Pace, Rhythm
from bot.talk.ports import Address, Farewell, Press, Screen
from bot.talk.recall import ONCE, Place, Recall
from bot.talk.reception import Passed
from bot.talk.seal import LENGTH

RHYTHM: Final = Rhythm(every=6.0, burst=20.0)  # Meta lets 45 go at once and then one in 6 s (LIMITS.md); help needs the rest
WINDOW: Final = timedelta(hours=24)  # after this Meta lets nobody answer
HOUR: Final = timedelta(hours=1)
HELP: Final = (CODES[Command.DANGER], CODES[Command.PERSON])
LINK: Final = "https://wa.me/{ours}?text={plan}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent, the same as text alone should WhatsApp not take it, and the state that it shows."""

    letter: Letter
    plain: str
    token: str
    code: str = ""


class Guide:
    """Talks with everybody who writes to one number."""

    def __init__(  # noqa: PLR0913 - each is one thing, given once
        self, conversation: Conversation, recall: Recall, pace: Pace, clock: Callable[[], datetime], phone_id: str, *,
        exchange: Exchange | None = None,
    ) -> None:  # fmt: skip
        """Take the talk, what is remembered, the pace, a clock of aware datetimes, our number's id, and the helpers."""
        self._host = Host(conversation, recall, pace, WHATSAPP.frame, exchange)
        self._conversation = conversation
        self._recall = recall
        self._clock = clock
        self._phone_id = phone_id
        self._openers = {tag: Openers.of(conversation.speech(tag)) for tag in conversation.locales}

    async def take(self, graph: Graph, received: Received) -> None:
        """Take one thing that a person did to its end; a repeated one does nothing. It never fails."""
        try:
            await self._take(graph, received)
        except Exception:  # noqa: BLE001 - a person in need never sees an error, and its words go nowhere (DESIGN §4, §7)
            note(Moment.FAILED)

    async def _take(self, graph: Graph, received: Received) -> None:
        address = Address(WHATSAPP.channel, self._phone_id, Private(received.chat.reveal().name))
        age = self._clock() - received.at
        if age > WINDOW:
            return
        caller = Caller(address, received.input, f"message {received.number}")
        async with self._host.visit(caller) as visit:
            if visit.slot is None or _left(received, visit.place):
                return
            sender = Sender(graph, self._phone_id, received.chat, visit.slot)
            if age > ONCE:  # we, or the way to us, were out of order: say so once, and do not go on as if nothing had been
                answered = received.at.timestamp() <= visit.place.living  # then Meta brings it once more
                if not answered and await self._recall.first(address, "late", HOUR):
                    await self._send(sender, self._sorry(caller, visit.place))
                return
            await self._answer(sender, caller, received, visit.place)

    async def _answer(self, sender: Sender, caller: Caller, received: Received, place: Place) -> None:
        """Answer, and remember where the chat stands then."""
        answer = await self._think(sender, caller, received, place)
        if answer is None:
            return
        refused = await self._send(sender, answer)
        if refused is Refused.GONE:
            await self._recall.forget(caller.address)
        elif refused is None:
            await self._recall.keep(caller.address, Place(answer.token, int(received.at.timestamp()), code=answer.code))

    async def _send(self, sender: Sender, answer: Answer) -> Refused | None:
        """Send; where WhatsApp does not take the form, send the text alone."""
        refused = await sender.send(answer.letter)
        return await sender.send(text_letter(answer.plain)) if refused is Refused.UNFIT else refused

    async def _think(self, sender: Sender, caller: Caller, received: Received, place: Place) -> Answer | None:
        """Take the turn; None if there is nothing to answer. Whatever fails, be it in writing, is answered calmly."""
        try:
            return await self._turn(sender, caller, received, place)
        except Exception:  # noqa: BLE001 - as above
            note(Moment.FAILED)
            return self._sorry(caller, place)

    async def _turn(self, sender: Sender, caller: Caller, received: Received, place: Place) -> Answer | None:
        data = received.input.data if isinstance(received.input, Press) else ""
        code = data[LENGTH:]
        opened = replace(caller, input=Press(data[:LENGTH] + page_code(0))) if code == OTHERS else caller
        voice = self._host.voice(caller.address)
        if not isinstance(voice, Voice):
            tongue = self._host.tongue(caller, place) if self._host.reception else ""
            voice = Voice(sender.lasting(), caller.address, self._helper, self._stand, tongue)
        reply = await self._host.answer(opened, place, voice)
        match reply:
            case Passed():
                await self._recall.keep(caller.address, place)  # a long talk forgets nothing
                return None
            case Screen() if code == KEEP and reply.keep is not None and received.ours:
                return self._share(caller, received, reply)
            case Screen():
                voice.locale = reply.locale
                return self._shown(reply, code, spelled=not isinstance(received.input, Press))
            case Farewell():
                voice.quiet = True
                return Answer(text_letter(reply.text), reply.text, "")
            case None:
                return self._sorry(caller, place)
            case _:
                assert_never(reply)

    def _shown(self, screen: Screen, code: str = "", *, spelled: bool = False) -> Answer:
        found = _form(screen, self._openers[screen.locale], code, spelled=spelled)
        return Answer(form_letter(found), spell_out(screen), screen.token, under(screen))

    def _helper(self, locale: str, words: str) -> str:
        return self._conversation.speech(locale).phrase(Phrase.HANDOFF_HELPER, words=words)

    async def _stand(self, voice: Voice, state: State) -> None:
        """Show somebody where they stand with the helpers, because it changed, unless they are gone meanwhile."""
        address = voice.address
        async with self._host.between(address):
            if voice.quiet or (state.over is None and self._host.voice(address) is not voice):
                return
            place = await self._recall.place(address) or NOWHERE
            screen = self._conversation.stand(place.token, address, WHATSAPP.frame, state, voice.locale)
            if await self._send(voice.sender, self._shown(screen)) is None:
                await self._recall.keep(address, Place(screen.token, place.living, code=under(screen)))

    def _share(self, caller: Caller, received: Received, screen: Screen) -> Answer:
        """Write the link that opens this page again, for this person or for someone they trust."""
        plan = self._conversation.share(screen, caller.address)
        speech = self._conversation.speech(screen.locale)
        url = LINK.format(ours=received.ours, plan=plan)
        text = speech.phrase(Phrase.PLAN_LINK, link=speech.apart(url))
        return Answer(link_letter(text, speech.phrase(Phrase.PLAN_OPEN), url), text, screen.token)

    def _sorry(self, caller: Caller, place: Place) -> Answer:
        words, retry = self._host.sorry(caller, place)
        return Answer(trouble_letter(words, retry), words, sealed(caller.input, place))


def _left(received: Received, place: Place) -> bool:
    """Tell whether this was done before the person left, and comes only now. Who asks for help is answered all the same."""
    if isinstance(received.input, Press) and received.input.data[LENGTH:] in HELP:
        return False
    return bool(place.living) and not place.token and received.at.timestamp() <= place.living


def _form(screen: Screen, openers: Openers, code: str, *, spelled: bool) -> Form:
    return others(screen, FORMS, openers) if code == OTHERS else form(screen, FORMS, openers, spelled=spelled)
