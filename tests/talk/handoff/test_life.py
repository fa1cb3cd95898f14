"""People, helpers, crashes and time in any order: both sides agree, words are heard or their loss is told, nothing is left."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.core.private import Private
from bot.talk.handoff.back import LOST, Arrived
from bot.talk.handoff.brief import Brief
from bot.talk.handoff.exchange import BEAT, MARK
from bot.talk.handoff.front import UNHEARD, Over, Own, State

from .town import Chat, Helper, Process, TimelessLoop, Town, moment

WAIT: Final = 70.0
AGREED: Final = LOST + 2 * BEAT  # seconds without a new fault after which both sides know the same
PEOPLE, AGENTS, PROCESSES = ["ana", "ben", "cem"], ["x", "y", "z"], 3
people, agents, processes = st.sampled_from(PEOPLE), st.sampled_from(AGENTS), st.integers(0, PROCESSES - 1)


@dataclass
class Said:
    """Words of a person that were taken, when, and where that person's own process was."""

    words: str
    at: float
    chat: Chat
    process: Process | None


@dataclass
class Life:
    """What happened so far."""

    town: Town
    chats: dict[str, Chat] = field(default_factory=dict)  # the latest chat of each person
    helpers: list[Helper] = field(default_factory=list)
    gone: list[Helper] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    killed: list[Process] = field(default_factory=list)
    count: int = 0

    def owner(self, name: str) -> tuple[Process, Own] | None:
        """Find who holds a person's chat."""
        address = Chat(name).address
        found = [(it, own) for it in self.town.processes if (own := it.exchange.front.of(address))]
        return found[0] if found else None

    def next(self) -> str:
        """Give words that were never said."""
        self.count += 1
        return f"{self.count}"


class Lives(RuleBasedStateMachine):
    """Everything that may happen."""

    def __init__(self) -> None:
        """Start a loop whose time jumps."""
        super().__init__()
        self.runner = asyncio.Runner(loop_factory=TimelessLoop)

    @initialize()
    def begin(self) -> None:
        """Start a town."""

        async def start() -> Life:
            life = Life(Town(PROCESSES, WAIT))
            await moment()
            return life

        self.life = self.runner.run(start())
        for name, process in zip(AGENTS[:2], (1, 2), strict=True):
            self.sit(name, process, slow=False)
        for process, name in enumerate(PEOPLE[:2]):
            self.ask(name, process)
        self.all_take_everything()

    def teardown(self) -> None:
        """End everything; then nothing may be left."""
        try:
            self.mend_and_rest()
            self.runner.run(self._end())
        finally:
            self.runner.close()

    async def _end(self) -> None:
        for process in self.life.town.processes:
            await process.stop()
        for helper in [*self.life.helpers, *self.life.gone]:
            await helper.leave()
        await moment(2 + 0.1)  # that it was asked for is known so long
        assert self.life.town.held() <= self._orphans()
        await self.life.town.store.close()

    def _all(self) -> list[Chat]:
        return [*self.life.chats.values()]

    def _orphans(self) -> int:
        """Count the chats of which something may be known for a while: their process was killed, or they were blocked."""
        blocked = sum(state.over is Over.BLOCKED for chat in self._all() for _, state in chat.states)
        return len(self.life.killed) * len(PEOPLE) + blocked

    @rule(name=people, process=processes)
    def ask(self, name: str, process: int) -> None:
        """Somebody asks for a helper."""

        async def act() -> None:
            chat = self.life.chats.setdefault(name, Chat(name))
            where = self.life.town.processes[process]
            state = await where.exchange.ask(chat.address, chat, Brief("en", {"country": "IN"}))
            owner = self.life.owner(name)
            here = where.exchange.front.of(chat.address) is not None
            if here or owner is None or (where.wire.up and owner[0].wire.up):  # else it is what was known before the cut
                chat.states.append((asyncio.get_running_loop().time(), state))
            await moment()

        self.runner.run(act())

    @rule(name=people, process=processes, times=st.integers(1, 3))
    def say(self, name: str, process: int, times: int) -> None:
        """Somebody says something, at any process."""
        for _ in range(times):
            self._say(name, process)

    def _say(self, name: str, process: int) -> None:
        async def act() -> None:
            exchange = self.life.town.processes[process].exchange
            owner = self.life.owner(name)
            words = self.life.next()
            if await exchange.say(Chat(name).address, words, Private(words)):
                now = asyncio.get_running_loop().time()
                self.life.said.append(Said(words, now, self.life.chats[name], owner[0] if owner else None))
            await moment()

        self.runner.run(act())

    @rule(name=people, process=processes)
    def stop(self, name: str, process: int) -> None:
        """Somebody stops, at any process; what is shown then is the channel's."""

        async def act() -> None:
            chat = self.life.chats.setdefault(name, Chat(name))
            if await self.life.town.processes[process].exchange.stop(chat.address):
                chat.states.append((asyncio.get_running_loop().time(), State(0, over=Over.STOPPED)))
            await moment()

        self.runner.run(act())

    @rule(name=agents, process=processes, slow=st.booleans())
    def sit(self, name: str, process: int, *, slow: bool) -> None:
        """A helper sits down, perhaps at a second desk, perhaps without looking."""

        async def act() -> None:
            if len(self.life.helpers) < 6:
                self.life.helpers.append(self.life.town.sit(name, process, slow=slow))
            await moment()

        self.runner.run(act())

    @rule(data=st.data())
    def rise(self, data: st.DataObject) -> None:
        """A helper goes."""

        async def act() -> None:
            if self.life.helpers:
                helper = data.draw(st.sampled_from(self.life.helpers), label="rises")
                self.life.helpers.remove(helper)
                self.life.gone.append(helper)
                await helper.leave()

        self.runner.run(act())

    @rule()
    def all_take_everything(self) -> None:
        """All helpers try to take all that waits, at once: at most one wins each."""

        async def act() -> None:
            tries = [(helper, case) for helper in self.life.helpers for case in helper.waiting]
            won = await asyncio.gather(*(helper.seat.take(case) for helper, case in tries))
            winners = defaultdict(set)
            for (helper, case), has in zip(tries, won, strict=True):
                if has:
                    winners[case].add(helper.seat.agent)
            await moment()
            owners = {own.case: own.agent for _, own in self._owned()}
            assert all(some == {owners.get(case, next(iter(some)))} for case, some in winners.items())

        self.runner.run(act())

    @rule(data=st.data(), what=st.sampled_from(["end", "block", "pass", "pass to", "read", "leave"]), to=agents)
    def act(self, data: st.DataObject, what: str, to: str) -> None:
        """A helper does something with a case."""

        async def act() -> None:
            own = {what != "read"} if what != "leave" else {True, False}
            cases = [(helper, seen) for helper in self.life.helpers for seen in helper.seat.cases if seen.agent]
            could = [(helper, seen) for helper, seen in cases if (seen.agent == helper.seat.agent) in own]
            if not could:
                return
            at = data.draw(st.integers(0, len(could) - 1), label="which")
            helper, seen = could[at]
            match what:
                case "end" | "block":
                    await helper.seat.end(seen.case, Over.BLOCKED if what == "block" else Over.ENDED)
                case "pass" | "pass to":
                    await helper.seat.pass_on(seen.case, to if what == "pass to" else "")
                case _:
                    await helper.seat.read(seen.case, along=what == "read")
            await moment()

        self.runner.run(act())

    @rule(times=st.integers(1, 3))
    def tell(self, times: int) -> None:
        """Every helper says something to each of their own, also to those who are theirs no more."""

        async def act() -> None:
            for helper in self.life.helpers:
                for seen in helper.seat.cases:
                    for _ in range(times):
                        words = self.life.next()
                        await helper.seat.tell(seen.case, Private(words), words)
            await moment()

        self.runner.run(act())

    @rule(
        process=processes,
        fault=st.sampled_from(["kill", "cut", "mend", "mend", "double", "once", "spoil", "work"]),
        name=people,
    )
    def fault(self, process: int, fault: str, name: str) -> None:
        """Something fails, or works again: a process, its bus, a channel; or events come more than once."""
        where, air = self.life.town.processes[process], self.life.town.air
        match fault:
            case "kill":
                self.runner.run(self._kill(process))
            case "cut" | "mend":
                where.wire.up = fault == "mend"
            case "double" | "once":
                air.times = 2 if fault == "double" else 1
            case _:
                self.life.chats.get(name, Chat(name)).fails = fault == "spoil"

    async def _kill(self, process: int) -> None:
        """Kill a process, and start another one in its place."""
        old = self.life.town.processes[process]
        for helper in [it for it in self.life.helpers if it.process is old]:
            self.life.helpers.remove(helper)
            self.life.gone.append(helper)
            await helper.leave()
        await old.kill()
        self.life.killed.append(old)
        self.life.town.processes[process] = Process(self.life.town)
        await moment()

    @rule(seconds=st.sampled_from([0.1, 1.0, 2.0, 3.5, 7.0, 71.0]))
    def pass_time(self, seconds: float) -> None:
        """Time passes."""
        self.runner.run(moment(seconds))

    @invariant()
    def nobody_waits_too_long(self) -> None:
        """Whoever waits has not waited longer than was said, to the beat."""
        for process, own in self._owned():
            now = self.runner.run(self._now())
            assert own.agent or now - own.asked <= WAIT + BEAT + 0.1, process

    @invariant()
    def words_come_once_and_in_order(self) -> None:
        """Neither side sees words twice, or before others that were said earlier."""
        for helper in [*self.life.helpers, *self.life.gone] if hasattr(self, "life") else []:
            for case in {getattr(change, "case", "") for change in helper.changes}:
                heard = [int(words) for words in helper.words(case)]
                assert heard == sorted(set(heard))
        for chat in self._all() if hasattr(self, "life") else []:
            brought = [int(words) for words in chat.words]
            assert brought == sorted(set(brought))

    @invariant()
    def what_arrived_was_brought(self) -> None:
        """No helper is told that words arrived which were not shown."""
        if hasattr(self, "life"):
            brought = {words for chat in self._all() for words in chat.words}
            helpers = [*self.life.helpers, *self.life.gone]
            arrived = {it.id for helper in helpers for it in helper.changes if isinstance(it, Arrived)}
            assert arrived <= brought

    @rule()
    def mend_and_rest(self) -> None:
        """After some seconds without a fault both sides agree on everything."""
        self.runner.run(self._rest())

    async def _rest(self) -> None:
        town = self.life.town
        town.air.times = 1
        for process in town.processes:
            process.wire.up = True
        await moment(AGREED)
        owned = {own.case: own for _, own in self._owned()}
        assert len({own.number for own in owned.values()}) == len(owned)
        for process in town.processes:
            seen = {it.case: it for it in process.exchange.back._cases.values()}  # noqa: SLF001 - all of them
            assert seen.keys() == owned.keys()
            for case, own in owned.items():
                assert (seen[case].agent, seen[case].number, set(seen[case].readers)) == (
                    own.agent,
                    own.number,
                    set(own.readers),
                )
        await moment(MARK + BEAT)
        chats = [own.address.chat.reveal() for _, own in self._owned()]
        assert len(chats) == len(set(chats)), "two have one person"
        await self._everybody_knows()
        now = asyncio.get_running_loop().time()
        assert not [own for own in owned.values() for sent in own.pending.values() if now - sent > UNHEARD + BEAT + 0.1]

    async def _everybody_knows(self) -> None:
        """Each person was shown their state; every word was heard, or its speaker was shown that it was not."""
        for name, chat in self.life.chats.items():
            owner = self.life.owner(name)
            shown = next((state for _, state in reversed(chat.states) if not state.unheard), None)
            if owner is not None:
                assert shown is not None
                assert shown == owner[1].shown
                assert shown.over is None
                assert bool(shown.place) is not bool(owner[1].agent)
                found = [await process.exchange.state(chat.address) for process in self.life.town.processes]
                assert {state and state.talks for state in found} == {shown.talks}
            elif shown is not None and not self.life.killed:
                assert shown.over is not None
        helpers = [*self.life.helpers, *self.life.gone]
        heard = {words for helper in helpers for case in self._cases(helper) for words in helper.words(case)}
        for said in self.life.said:
            if said.words in heard or said.process in {None, *self.life.killed}:
                continue
            after = [state for at, state in said.chat.states if at >= said.at]
            assert any(state.unheard or state.over for state in after), said.words

    @staticmethod
    def _cases(helper: Helper) -> set[str]:
        return {case for change in helper.changes if (case := getattr(change, "case", ""))}

    def _owned(self) -> list[tuple[Process, Own]]:
        if not hasattr(self, "life"):
            return []
        return [(process, own) for process in self.life.town.processes for own in process.exchange.front.cases]

    @staticmethod
    async def _now() -> float:
        return asyncio.get_running_loop().time()


Lives.TestCase.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
TestLives = Lives.TestCase
