"""One turn on Telegram: one living message is edited from start to end, and what a person sends is deleted once it is read."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Final, assert_never

from aiogram import Bot
from aiogram.exceptions import AiogramError

from bot.channels.limits import TELEGRAM
from bot.channels.telegram.letter import Letter, card_letter, farewell_letter, screen_letter, trouble_letter
from bot.channels.telegram.read import Act, Crowded, Gone, Received
from bot.channels.telegram.send import Refused, Sender
from bot.channels.telegram.visit import Visit
from bot.channels.telegram.voice import News, Voice
from bot.content.phrases import Phrase
from bot.core.private import Private
from bot.log import Moment, note
from bot.talk.conversation import Conversation
from bot.talk.handoff.counter import LOOK, under
from bot.talk.handoff.exchange import Exchange
from bot.talk.handoff.front import State
from bot.talk.host import Caller, Host, sealed
from bot.talk.pace import Pace, Slot
from bot.talk.ports import Address, Farewell, Screen
from bot.talk.recall import Place, Recall
from bot.talk.reception import Passed

HOUR: Final = timedelta(hours=1)
TWICE: Final = timedelta(minutes=1)  # a card is not kept twice within this time
LATE: Final = timedelta(seconds=30)  # a tap made before "Leave now" may still arrive within this time; it changes nothing
MOST_LITTER: Final = 1000  # messages of a flood that wait to be deleted, in all chats together


class Guide:
    """Talks with everybody who writes to one bot, or to several."""

    def __init__(self, conversation: Conversation, recall: Recall, pace: Pace, exchange: Exchange | None = None) -> None:
        """Take the talk, what is remembered for minutes, the pace, and the helpers, if there are any."""
        self._host = Host(conversation, recall, pace, TELEGRAM.frame, exchange)
        self._conversation = conversation
        self._recall = recall
        self._litter: dict[bytes, list[int]] = {}

    async def take(self, bot: Bot, update: int, received: Received, *, answered: bool = False) -> None:
        """Take one update to its end; a repeated one does nothing. It never fails. `answered`: the callback was answered."""
        try:
            await self._take(bot, update, received, answered=answered)
        except Exception:  # noqa: BLE001 - a person in need never sees an error, and its words go nowhere (DESIGN §4, §7)
            note(Moment.FAILED)

    async def _take(self, bot: Bot, update: int, received: Received, *, answered: bool) -> None:
        address = Address(TELEGRAM.channel, str(bot.id), Private(str(received.chat.reveal())))
        match received:
            case Act():
                if answered or received.query is None:
                    await self._act(bot, address, update, received)
                else:
                    answer = self._answer(bot, received.chat, received.query)
                    await asyncio.gather(answer, self._act(bot, address, update, received))
            case Crowded():
                if received.query is not None and not answered:
                    await self._answer(bot, received.chat, received.query)
                await self._quit(bot, address, received)
            case Gone():
                await self._host.gone(address)
            case _:
                assert_never(received)

    async def _answer(self, bot: Bot, chat: Private[int], query: str) -> None:
        await Sender(bot, chat, Slot(asyncio.Event())).answer(query)

    async def _quit(self, bot: Bot, address: Address, crowded: Crowded) -> None:
        """Say, once an hour at most, that the guide works in private, and leave."""
        if await self._recall.first(address, "crowd", HOUR):
            words = self._conversation.speech(crowded.hint).phrase(Phrase.GROUP)
            await Sender(bot, crowded.chat, Slot(asyncio.Event())).quit(words)

    async def _act(self, bot: Bot, address: Address, update: int, act: Act) -> None:
        """Wait for this chat's turn and take it, if the update is new. What a flood brings is not even remembered."""
        who = self._recall.who(address)
        caller = Caller(address, act.input, f"update {update}", act.hint)
        voice = self._voice(address) if await self._host.talks(caller) else None
        if act.theirs is not None:
            if voice:  # what is said to a helper stays until the talk is over
                voice.numbers.append(act.theirs)
            else:
                self._litters(who, [act.theirs])
        async with self._host.visit(caller) as turn:
            if turn.slot is not None:
                visit = Visit(bot, caller, act, Sender(bot, act.chat, turn.slot), turn.place)
                await self._remember(visit, *await self._swept(visit, who))
        if not turn.fresh and not self._host.pace.taken(who):  # let go, or brought again: what was sent is deleted all the same
            await self._sweep(Sender(bot, act.chat, Slot(asyncio.Event())), who)

    def _litters(self, who: bytes, numbers: list[int]) -> None:
        if numbers and sum(map(len, self._litter.values())) < MOST_LITTER:
            self._litter.setdefault(who, []).extend(numbers)

    async def _swept(self, visit: Visit, who: bytes) -> tuple[Place | None, list[int]]:
        """Take the turn while what the person sent is deleted."""
        if who not in self._litter:
            return await self._visit(visit), []
        return await asyncio.gather(self._visit(visit), self._sweep(visit.sender, who))

    async def _sweep(self, sender: Sender, who: bytes) -> list[int]:
        """Delete what the person sent; give what Telegram was too busy to delete."""
        return await sender.delete(self._litter.pop(who, []))

    async def _remember(self, visit: Visit, place: Place | None, left: list[int]) -> None:
        if place is None:
            await self._recall.forget(visit.address)
        elif not place.token:
            await self._recall.keep(visit.address, place, LATE)
        else:
            await self._recall.keep(visit.address, replace(place, others=(*place.others, *left)))

    async def _visit(self, visit: Visit) -> Place | None:
        """Take the turn; give where the chat stands then, None to forget it. What fails, be it in writing, is told calmly."""
        if visit.late:
            return visit.place
        voice = self._voice(visit.address) or self._new_voice(visit)
        reply = await self._host.answer(visit.caller, visit.place, voice)
        if isinstance(reply, Passed):
            return visit.place
        letter = _letter(reply)
        if reply is None or letter is None:
            return await self._trouble(visit)
        if isinstance(reply, Farewell):
            voice.quiet = True
            return await self._leave(visit, letter)
        if visit.keeps:
            return await self._keep(visit, reply, letter)
        voice.locale = reply.locale
        below = bool(voice.numbers) and not visit.act.pressed  # what they said to each other stands below the screen
        return await self._show(visit, letter, reply.token, under(reply), below=below)

    def _voice(self, address: Address) -> Voice | None:
        """Find what reaches somebody who came to this process to wait for a helper, or to talk with one."""
        voice = self._host.voice(address)
        return voice if isinstance(voice, Voice) else None

    def _new_voice(self, visit: Visit) -> Voice:
        tongue = self._host.tongue(visit.caller, visit.place) if self._host.reception else ""
        return Voice(
            visit.bot, visit.act.chat, visit.address, self._helper, self._stand, self._litters_of(visit.address), tongue
        )

    def _litters_of(self, address: Address) -> Callable[[list[int]], None]:
        return lambda numbers: self._litters(self._recall.who(address), numbers)

    def _helper(self, locale: str, words: str) -> str:
        return self._conversation.speech(locale).phrase(Phrase.HANDOFF_HELPER, words=words)

    async def _stand(self, voice: Voice, state: State, news: News) -> None:
        """Show somebody where they stand with the helpers, because it changed, unless they are gone meanwhile."""
        address = voice.address
        async with self._host.between(address):
            place = await self._recall.place(address) or Place("", 0)
            stale = state.over is None and self._voice(address) is not voice
            if voice.quiet or stale or (news is News.PLACE and place.code != LOOK):
                return
            screen = self._conversation.stand(place.token, address, TELEGRAM.frame, state, voice.locale)
            living = await self._place(voice.sender, 0 if news is News.TALK else place.living, screen_letter(screen))
            if isinstance(living, int):
                await voice.sender.delete([place.living] if place.living not in {0, living} else [])
                await self._recall.keep(address, Place(screen.token, living, place.others, under(screen)))

    async def _show(self, visit: Visit, letter: Letter, token: str, code: str = "", *, below: bool = False) -> Place | None:
        """Put a screen before the person."""
        living = await self._place(visit.sender, 0 if below else visit.living, letter)
        if isinstance(living, Refused):
            note(Moment.FAILED)
            return None if living is Refused.BLOCKED else visit.place
        return visit.moved(token, living, await visit.sender.delete(visit.stale(living)), code)

    async def _place(self, sender: Sender, living: int, letter: Letter) -> int | Refused:
        """Edit the living message; where there is none, or it cannot be edited any more, send a new one. Give its number."""
        if living:
            refused = await sender.edit(living, letter)
            if refused is not Refused.GONE:
                return refused or living
        return await sender.send(letter)

    async def _keep(self, visit: Visit, screen: Screen, letter: Letter) -> Place | None:
        """Send the page as a message of its own, and the living message again below it."""
        if not await self._recall.first(visit.address, f"keep {screen.token}", TWICE):
            return visit.place
        card = await visit.sender.send(card_letter(screen, await self._link(visit, screen)), protected=False)
        living = card if isinstance(card, Refused) else await visit.sender.send(letter)
        if isinstance(card, Refused) or isinstance(living, Refused):
            note(Moment.FAILED)
            return visit.moved(visit.place.token, visit.living, () if isinstance(card, Refused) else (card,))
        return visit.moved(screen.token, living, (card, *await visit.sender.delete(visit.stale(living))))

    async def _link(self, visit: Visit, screen: Screen) -> str | None:
        """Write the line with the link that opens this page again; None if Telegram does not tell our name now."""
        try:
            name = (await visit.bot.me()).username
        except AiogramError:
            return None
        link = f"https://t.me/{name}?start={self._conversation.share(screen, visit.address)}"
        speech = self._conversation.speech(screen.locale)
        return speech.phrase(Phrase.PLAN_LINK, link=speech.apart(link))

    async def _leave(self, visit: Visit, letter: Letter) -> Place:
        """Make the living message neutral, delete everything else we know of, and forget."""
        sender = visit.sender
        living, _ = await asyncio.gather(self._place(sender, visit.living, letter), sender.delete(visit.place.others))
        end = living if isinstance(living, int) else visit.living
        await visit.sender.delete(visit.stale(end))
        return Place("", end)

    async def _trouble(self, visit: Visit) -> Place | None:
        """Say calmly that it is our fault, with numbers to call and a button that tries again. Nothing here can fail anew."""
        words, retry = self._host.sorry(visit.caller, visit.place)
        return await self._show(visit, trouble_letter(words, retry), sealed(visit.act.input, visit.place))


def _letter(reply: Screen | Farewell | None) -> Letter | None:
    """Write what the guide answers; None if there is nothing, or if that fails."""
    try:
        match reply:
            case Screen():
                return screen_letter(reply)
            case Farewell():
                return farewell_letter(reply)
            case None:
                return None
    except Exception:  # noqa: BLE001 - what fails is told calmly, and its words go nowhere
        note(Moment.FAILED)
        return None
