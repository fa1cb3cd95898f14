"""The desk: which topics there are, and what each shows. Everything here happens at once; calls to Telegram follow."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final

from bot.core.private import Private
from bot.desks.telegram_group import words
from bot.desks.telegram_group.board import Board
from bot.desks.telegram_group.duty import Duty, Helper
from bot.desks.telegram_group.kept import Kept
from bot.desks.telegram_group.letter import Letter
from bot.desks.telegram_group.line import Line, Refused
from bot.desks.telegram_group.scribe import Scribe
from bot.desks.telegram_group.topic import Topic, wipe
from bot.talk.handoff.back import Back
from bot.talk.handoff.person import Over
from bot.talk.handoff.seat import Arrived, Change, Closed, Listed, Seen, Words

SHOWN: Final = 8  # topics of people who wait, at once: each costs two of twenty messages a minute


class Desk:
    """One group."""

    def __init__(self, back: Back, line: Line, scribe: Scribe, kept: Kept) -> None:
        """Take the cases, the line to the group, what writes its messages, and where open topics are known."""
        self.back = back
        self.line = line
        self.scribe = scribe
        self.duty = Duty(back, kept, self._hear)
        self.board = Board(line)
        self.missing: tuple[str, ...] = ()
        self.doubt = asyncio.Event()  # something was refused: look at the group again
        self._kept = kept
        self._topics: dict[str, Topic] = {}
        self._broken: set[str] = set()  # cases whose topic somebody deleted: no new one is made
        self._tasks: set[asyncio.Task[None]] = set()

    def topic(self, thread: int | None) -> Topic | None:
        """Find a topic by its number in the group."""
        return next((topic for topic in self._topics.values() if topic.thread == thread), None) if thread else None

    def at(self, case: str) -> Topic | None:
        """Find a topic by its case."""
        return self._topics.get(case)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something that nobody waits for."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def look(self) -> None:
        """Make the group show what there is: who waits, and whom helpers of this group have."""
        listed = {seen.case: seen for helper in self.duty for seen in helper.seat.cases}
        ours = {case: seen for case, seen in listed.items() if not seen.agent or self.duty.named(seen.agent)}
        self._broken &= listed.keys()
        for case in [*self._topics]:
            if case not in ours:
                self._close(case, words.ELSEWHERE)
        waiting = sum(not seen.agent and seen.case in self._topics for seen in ours.values())
        for seen in ours.values():
            waiting += (new := seen.case not in self._topics) and not seen.agent
            if seen.case not in self._broken and (not new or seen.agent or waiting <= SHOWN):
                self._show(seen)
        self._pin(ours)

    async def clear(self) -> None:
        """Delete the topics that a process before this one left, as their talks are over."""
        for thread in await self._kept.left():
            await wipe(thread, self.line, self._kept, [])

    async def leave(self, helper: Helper) -> None:
        """Let a helper go; whom they have waits again, for whoever is free."""
        for seen in self.duty.held(helper):
            await helper.seat.pass_on(seen.case)
        self.duty.finish(helper.user)
        self.look()

    async def break_off(self, case: str) -> None:
        """End a talk whose words can be brought no more: both sides are told."""
        for helper in self.duty:
            await helper.seat.end(case, Over.BROKEN)

    async def shut(self) -> None:
        """Let everybody go: the group cannot be used. Talks break off, and who waits is left to other desks."""
        for helper in self.duty:
            for seen in self.duty.held(helper):
                await helper.seat.end(seen.case, Over.BROKEN)
            self.duty.finish(helper.user)
        self.look()

    async def finish(self, seconds: float) -> None:
        """End everything, and wait until the topics are gone; the next process deletes what is left."""
        await self.shut()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=seconds)
            for task in late:
                task.cancel()

    def _hear(self, helper: Helper, change: Change) -> None:
        match change:
            case Words(case, _, text):
                self._bring(helper, case, text)
            case Arrived(case, ident):
                topic = self._topics.get(case)
                number = topic.arrived(ident) if topic else None
                if number is not None:
                    self.spawn(self.line.mark(number))
            case Closed(case, why):
                self._close(case, words.WHY[why.value])
            case Listed():
                self.look()
            case _:
                pass  # a reader sees the topic itself

    def _bring(self, helper: Helper, case: str, text: Private[str]) -> None:
        """Bring a person's words into their topic, once: to whom reads along they come too."""
        topic, seen = self._topics.get(case), self.back.seen(case)
        if seen is not None and helper.agent in seen.readers:
            return
        if topic is None:
            self.spawn(self.break_off(case))
        else:
            topic.bring(text)

    def _show(self, seen: Seen) -> None:
        topic = self._topics.get(seen.case)
        if topic is None:
            topic = self._topics[seen.case] = Topic(seen.case, seen.number, self.line, self._kept, self._lose)
        holder, readers = self.duty.named(seen.agent), [self.duty.named(agent) for agent in seen.readers]
        names = (holder.name if holder else "", *(one.name for one in readers if one))
        state = (seen.agent, seen.number, names)
        if topic.state != state:
            topic.state = state
            topic.show(self.scribe.brief(seen, names[0], names[1:]))

    def _pin(self, ours: dict[str, Seen]) -> None:
        waiting = sum(not seen.agent for seen in ours.values())
        letter = self.scribe.board(len(self.duty), waiting, len(ours) - waiting, room=self.back.room)
        self.board.show(Letter(words.SHUT.format("\n".join(self.missing))) if self.missing else letter)

    def _close(self, case: str, why: str) -> None:
        topic = self._topics.pop(case, None)
        if topic is not None:
            self.spawn(self._end(topic, why))

    async def _end(self, topic: Topic, why: str) -> None:
        if not await topic.over(why):
            await self.line.turn()
            await self.line.send(None, Letter(words.NOT_DELETED.format(topic.number)))

    def _lose(self, case: str, refused: Refused) -> None:
        """Give a case up whose words cannot be brought."""
        self.doubt.set()
        if refused is Refused.OUT:
            self.spawn(self.shut())
            return
        topic = self._topics.get(case)
        if topic is None or (topic.thread is None and refused is Refused.DOWN):
            return
        self._broken.add(case)
        self.spawn(self.break_off(case))
        self._close(case, words.WHY[Over.BROKEN.value])
