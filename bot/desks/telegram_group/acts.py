"""What helpers do in the group: buttons, and words in a topic."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

from bot.core.private import Private
from bot.desks.telegram_group import words
from bot.desks.telegram_group.desk import Desk
from bot.desks.telegram_group.duty import SHIFT, Helper
from bot.desks.telegram_group.letter import Letter
from bot.desks.telegram_group.topic import Topic
from bot.talk.handoff.person import Over
from bot.talk.handoff.seat import Seen

TWICE: Final = 10.0  # seconds in which a button that ends a talk must be pressed twice


@dataclass(frozen=True, slots=True)
class Press:
    """A button was pressed: by whom, what it carries, and under which message."""

    user: int
    name: str
    data: str
    number: int


@dataclass(frozen=True, slots=True)
class Wrote:
    """A message in the group: by whom, in which topic, and its text if it has one. `hidden`: written as the group itself."""

    user: int
    thread: int | None
    number: int
    text: Private[str] | None
    hidden: bool


@dataclass(frozen=True, slots=True)
class Hand:
    """A button pressed by a helper in the topic of somebody who is there."""

    helper: Helper
    seen: Seen
    topic: Topic
    press: Press
    pick: int  # which card, where the button is one of a card

    @property
    def mine(self) -> bool:
        """Tell whether the helper has this person."""
        return self.seen.agent == self.helper.agent


Act: TypeAlias = Callable[[Hand], Awaitable[str]]


class Acts:
    """Answers to helpers. Each gives the line that is shown to whoever pressed."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        self._desk = desk
        self._sure: dict[tuple[int, str], float] = {}
        self._free: dict[str, Act] = {"take": self._take, "read": self._read}
        self._own: dict[str, Act] = {
            "pass": self._pass, "end": self._end, "block": self._block, "cards": self._cards, "list": self._list,
            "look": self._look, "send": self._send,
        }  # fmt: skip

    async def press(self, press: Press) -> str:
        """Do what a button is for."""
        verb, _, case = press.data.partition(":")
        if not case:
            return await self._general(press)
        helper, seen, topic = self._desk.duty.of(press.user), self._desk.back.seen(case), self._desk.at(case)
        if helper is None:
            return words.FIRST_DUTY
        if seen is None or topic is None:
            return words.GONE
        hand = Hand(helper, seen, topic, press, int(verb[-1]) if verb[-1:].isdecimal() else 0)
        act, own = self._free.get(verb), self._own.get(verb.rstrip("0123456789"))
        if act is None and own is not None:
            act = own if hand.mine else self._not_mine
        return await act(hand) if act else words.GONE

    async def wrote(self, wrote: Wrote) -> None:
        """Take a message: in a topic, what its helper writes reaches the person."""
        topic = self._desk.topic(wrote.thread)
        seen = self._desk.back.seen(topic.case) if topic else None
        if topic is None or seen is None:
            return
        helper = self._desk.duty.of(wrote.user)
        if wrote.hidden:
            topic.say(Letter(words.HIDDEN), wrote.number)
        elif helper is None or seen.agent != helper.agent:
            holder = self._desk.duty.named(seen.agent)
            topic.once(words.NOT_YOURS.format(holder.name) if holder else words.NOT_TAKEN, wrote.user, wrote.number)
        elif wrote.text is None:
            topic.say(Letter(words.TEXT_ONLY), wrote.number)
        else:
            await self._tell(helper, topic, f"m{wrote.number}", wrote.text, wrote.number)

    def edited(self, wrote: Wrote) -> None:
        """Say once that a changed message stays as it was for the person."""
        topic = self._desk.topic(wrote.thread)
        if topic is not None:
            topic.once(words.EDITED, wrote.user, wrote.number)

    async def closed(self, wrote: Wrote) -> None:
        """End the talk of a topic that a helper closed by hand."""
        topic, helper = self._desk.topic(wrote.thread), self._desk.duty.of(wrote.user)
        if topic and helper:
            await helper.seat.end(topic.case)

    async def gone(self, user: int) -> None:
        """Let go of somebody who left the group."""
        helper = self._desk.duty.of(user)
        if helper is not None:
            await self._desk.leave(helper)

    async def _tell(self, helper: Helper, topic: Topic, ident: str, text: Private[str], number: int) -> bool:
        """Say something to the person; a message that comes twice is said once."""
        if (ident, number) in topic.told:
            return True
        topic.told.add((ident, number))
        topic.await_(ident, number)
        sent = await helper.seat.tell(topic.case, text, ident)
        if sent is None and topic.arrived(ident):
            topic.say(Letter(words.NOT_SENT), number)
        return sent is not None

    async def _general(self, press: Press) -> str:
        match press.data:
            case "on":
                return await self._begin(press)
            case "off":
                return await self._finish(press)
            case "full" | "room" if self._desk.duty.of(press.user):
                self._desk.back.room = press.data == "room"
                self._desk.look()
                return words.ROOM_ON if self._desk.back.room else words.ROOM_OFF
            case "full" | "room":
                return words.FIRST_DUTY
            case _:
                return words.GONE

    async def _begin(self, press: Press) -> str:
        if self._desk.missing:
            return words.CLOSED
        if not await self._desk.line.member(press.user):
            return words.MEMBERS_ONLY
        if self._desk.duty.of(press.user) is None:
            self._desk.duty.begin(press.user, press.name)
            self._desk.look()
        return words.WELCOME.format(f"{datetime.now(UTC) + timedelta(seconds=SHIFT):%H:%M}")

    async def _finish(self, press: Press) -> str:
        helper = self._desk.duty.of(press.user)
        held = self._desk.duty.held(helper) if helper else []
        if held:
            return words.BUSY.format(held[0].number)
        if helper:
            await self._desk.leave(helper)
        return words.LEFT_DUTY

    async def _take(self, hand: Hand) -> str:
        if await hand.helper.seat.take(hand.seen.case):
            return words.TAKEN.format(hand.seen.number)
        now = self._desk.back.seen(hand.seen.case)
        holder = self._desk.duty.named(now.agent) if now else None
        return words.HAS.format(holder.name) if holder else words.TOO_LATE

    async def _read(self, hand: Hand) -> str:
        if hand.mine:
            return words.YOURS
        along = hand.helper.agent not in hand.seen.readers
        if not await hand.helper.seat.read(hand.seen.case, along=along):
            return words.DOWN
        return words.READING if along else words.READ_OFF

    async def _not_mine(self, hand: Hand) -> str:
        holder = self._desk.duty.named(hand.seen.agent)
        return words.HAS.format(holder.name) + " " + words.HOLDER_ONLY if holder else words.NOT_TAKEN

    async def _pass(self, hand: Hand) -> str:
        return words.PASSED if await hand.helper.seat.pass_on(hand.seen.case) else words.DOWN

    async def _end(self, hand: Hand) -> str:
        return await self._twice(hand, Over.ENDED, words.SURE_END)

    async def _block(self, hand: Hand) -> str:
        return await self._twice(hand, Over.BLOCKED, words.SURE_BLOCK)

    async def _twice(self, hand: Hand, why: Over, ask: str) -> str:
        now = time.monotonic()
        self._sure = {what: until for what, until in self._sure.items() if until > now}
        if self._sure.pop((hand.press.user, hand.press.data), None) is None:
            self._sure[hand.press.user, hand.press.data] = now + TWICE
            return ask.format(hand.seen.number)
        return words.ENDING if await hand.helper.seat.end(hand.seen.case, why) else words.DOWN

    async def _cards(self, hand: Hand) -> str:
        letter = self._desk.scribe.cards(hand.seen)
        if letter is None:
            return words.NO_CARD
        hand.topic.say(letter)
        return ""

    async def _list(self, hand: Hand) -> str:
        return await self._turn_to(hand, self._desk.scribe.cards(hand.seen))

    async def _look(self, hand: Hand) -> str:
        return await self._turn_to(hand, self._desk.scribe.card(hand.seen, hand.pick))

    async def _turn_to(self, hand: Hand, letter: Letter | None) -> str:
        """Let the message with the pressed button show something else."""
        if letter is None:
            return words.NO_CARD
        await self._desk.line.turn()
        return words.DOWN if await self._desk.line.edit(hand.press.number, letter) else ""

    async def _send(self, hand: Hand) -> str:
        number = hand.press.number
        for place, part in enumerate(self._desk.scribe.theirs(hand.seen, hand.pick)):
            if not await self._tell(hand.helper, hand.topic, f"c{number}-{hand.pick}-{place}", Private(part), number):
                return words.NOT_SENT
        return words.CARD_SENT
