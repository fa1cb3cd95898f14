"""Where people and helpers meet: who waits, talks, is told, and what happens when something breaks."""

import asyncio
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from bot.core.private import Private
from bot.talk.handoff import front, seat
from bot.talk.handoff.back import LONGEST, LOST, PATIENCE, Arrived, Back, Closed, Colleague, Listed, Words
from bot.talk.handoff.brief import Brief
from bot.talk.handoff.exchange import BEAT, MARK
from bot.talk.handoff.front import SILENT, UNHEARD, Over, State
from bot.talk.handoff.person import ROOM, SEEN, SHOW, TELL
from bot.talk.handoff.wire import Gone, Heard, Holds, Passes, Reads, Spoke, Stops, Takes, Talks, Told, Waits, seal, unseal
from bot.talk.keys import Keys
from bot.talk.storing import StoreDownError

from .town import NOON, SECRET, Chat, Process, Town, moment, timeless, town

SOON = LOST + 2 * BEAT  # seconds within which both sides know what happened
TALKS = State(0)


def kinds(place: Town) -> list[str]:
    """Name what was sent, in order."""
    return [type(unseal(sealed, place.keys, place.now())).__name__ for sealed in place.air.log]


@timeless
async def test_a_talk_from_the_wait_to_the_end() -> None:
    """Somebody waits, is helped by somebody at another process, both speak, it ends, and nothing is left."""
    async with town() as place:
        chat, helper, case = await place.talk()
        assert chat.states[0][1] == State(1)
        assert chat.last == TALKS == await place.here.state(chat.address)
        assert await place.here.say(chat.address, "1", Private("hello"))
        ident = await helper.seat.tell(case, Private("hi"))
        await moment()
        assert helper.words(case) == ["hello"]
        assert chat.words == ["hi"]
        assert [it for it in helper.changes if isinstance(it, Arrived)] == [Arrived(case, str(ident))]
        assert place.here.front.cases[0].pending == {}
        assert await helper.seat.end(case)
        await moment()
        assert chat.last == State(0, over=Over.ENDED)
        assert chat.cleared == 1
        assert helper.changes[-2:] == [Closed(case, Over.ENDED), Listed()]
        assert helper.seat.cases == [] == list(place.here.front.cases)
        assert place.here.back.quiet
        assert place.there.back.quiet
        assert place.held() == 0
        assert await helper.seat.tell(case, Private("still there?")) is None
        assert not await helper.seat.end(case)
        assert not await helper.seat.read(case)


@timeless
async def test_helpers_see_facts_and_no_account() -> None:
    """A case shows a number, the facts that were agreed to, and how long somebody waits; no chat, no bot, no channel."""
    async with town() as place:
        helper = place.sit("asha")
        await place.ask("ana", brief=Brief("hi", {"country": "IN"}, urgent=True))
        (seen,) = helper.seat.cases
        assert 100 <= seen.number <= 999
        assert (seen.brief, seen.since) == (Brief("hi", {"country": "IN"}, urgent=True), NOON.timestamp() + 0.01)
        assert "ana" not in repr(seen)


@timeless
async def test_one_of_two_helpers_wins() -> None:
    """However many take a case at once, at whatever desk, one has it; who has it may take it again."""
    async with town(3) as place:
        helpers = [place.sit(f"helper {n}", n % 3) for n in range(9)]
        for person in range(20):
            await place.ask(str(person), person % 3)
            (case,) = helpers[0].waiting
            won = await asyncio.gather(*(helper.seat.take(case) for helper in helpers))
            await moment()
            assert won.count(True) == 1
            winner = helpers[won.index(True)]
            assert {seen.agent for h in helpers for seen in h.seat.cases if seen.case == case} == {winner.seat.agent}
            assert await winner.seat.take(case)
            assert not await helpers[won.index(False)].seat.take(case)
        assert not await helpers[0].seat.take("no such case")


@timeless
async def test_a_lost_claim_can_be_made_again() -> None:
    """Where the claim or its answer is lost, the helper is told that they do not have it, and the case goes on waiting."""
    async with town() as place:
        helper = place.sit("asha")
        chat = await place.ask("ana")
        (case,) = helper.waiting
        for kind in (Takes, Talks):
            place.air.loses = lambda sealed, kind=kind: isinstance(unseal(sealed, place.keys, place.now()), kind)  # type: ignore[misc]
            assert not await helper.seat.take(case)
            place.air.loses = lambda _: False
            await moment(BEAT)
            assert helper.waiting == [case]
            assert not chat.last.talks
        assert await helper.seat.take(case)
        place.processes[-1].wire.up = False
        other = await place.ask("ben")
        assert other.last == State(1)
        assert not await helper.seat.take("case")


@timeless
async def test_who_cannot_send_is_told() -> None:
    """With the bus cut a helper can neither take, tell, end, pass on nor read, and knows it at once."""
    async with town() as place:
        _, helper, case = await place.talk()
        bob = place.sit("bob")
        await place.ask("ben")
        waiting = helper.waiting[0]
        place.processes[-1].wire.up = False
        assert not await helper.seat.take(waiting)
        assert await helper.seat.tell(case, Private("x")) is None
        assert not await helper.seat.end(case)
        assert not await helper.seat.pass_on(case)
        assert not await bob.seat.read(case)


@timeless
async def test_the_queue_is_urgent_first() -> None:
    """Who presses goes first, then who waits longest; each knows their place, and it moves when others are helped."""
    async with town() as place:
        people = enumerate([("a", False), ("b", None), ("c", True)])
        chats = [await place.ask(name, n % 2, Brief(urgent=urgent)) for n, (name, urgent) in people]
        helper = place.sit("asha")
        assert [chat.states[0][1].place for chat in chats] == [1, 2, 1]
        await moment(BEAT * 2)
        assert [chat.last.place for chat in chats] == [2, 3, 1]
        states = [await place.there.state(chat.address) for chat in chats]
        assert [it and it.place for it in states] == [2, 3, 1]
        assert await helper.seat.take(helper.waiting[0])
        await moment(BEAT * 2)
        assert [chat.last.place for chat in chats] == [1, 2, 0]


@timeless
async def test_nobody_waits_longer_than_is_said() -> None:
    """Who is not helped in time is told, to the beat; so is who was passed on and then waits."""
    async with town(wait=20) as place:
        chat = await place.ask("ana")
        await moment(20 + BEAT)
        assert chat.last == State(0, over=Over.NOBODY)
        assert chat.states[-1][0] <= 20 + BEAT + 0.1
        assert place.held() == 0
        chat, helper, case = await place.talk("ben")
        await moment(60)
        assert chat.last == TALKS
        assert await helper.seat.pass_on(case, "bob")
        await moment(BEAT * 2)
        assert chat.last == State(1)
        assert helper.waiting == []
        await moment(20)
        assert chat.last.over is Over.NOBODY


@timeless
async def test_who_waits_or_talks_already_goes_on() -> None:
    """To ask twice, one after the other, at once, or at another process, makes no second case."""
    async with town() as place:
        chat, twin = Chat("ana"), Chat("ana")
        both = await asyncio.gather(*(place.processes[n].exchange.ask(chat.address, chat, Brief()) for n in (0, 0, 1)))
        await moment()
        assert both == [State(1)] * 3
        assert len(place.here.front.cases) + len(place.there.front.cases) == 1
        assert await place.there.ask(twin.address, twin, Brief()) == State(1)
        assert await place.here.ask(twin.address, twin, Brief()) == State(1)
        helper = place.sit("asha")
        assert await helper.seat.take(helper.waiting[0])
        await moment()
        assert await place.there.ask(twin.address, twin, Brief()) == TALKS
        assert twin.states == []
        assert await place.here.stop(chat.address)
        assert await place.here.ask(chat.address, chat, Brief()) == State(1)


@timeless
async def test_what_happens_while_they_ask_is_told() -> None:
    """Who is helped, or stops, before their question was answered is told that, and not that they wait."""
    async with town() as place:
        helper = place.sit("asha")
        chat = Chat("ana")
        keep = place.here._marks.keep  # noqa: SLF001 - to take the case at this very moment

        async def taken(address: object, case: str) -> None:
            await keep(chat.address, case)
            await moment()
            assert await helper.seat.take(case)

        place.here._marks.keep = taken  # type: ignore[method-assign] # noqa: SLF001 - as above
        assert await place.here.ask(chat.address, chat, Brief()) == TALKS
        assert await place.here.stop(chat.address)
        ben = Chat("ben")

        async def stopped(address: object, case: str) -> None:
            assert await place.here.stop(ben.address)
            await keep(ben.address, case)

        place.here._marks.keep = stopped  # type: ignore[method-assign] # noqa: SLF001 - as above
        assert await place.here.ask(ben.address, ben, Brief()) == State(0, over=Over.STOPPED)
        assert place.held() == 0


@timeless
async def test_somebody_comes_back_at_another_process() -> None:
    """Their words, their place and their stop reach the process that they came to, and so the helper."""
    async with town(3) as place:
        chat, helper, case = await place.talk()
        beside = place.processes[1].exchange
        assert await beside.state(chat.address) == TALKS
        assert await beside.say(chat.address, "1", Private("one"))
        assert await place.here.say(chat.address, "2", Private("two"))
        await moment()
        assert helper.words(case) == ["one", "two"]
        assert await beside.stop(chat.address)
        await moment()
        assert helper.closed(case) == [Closed(case, Over.STOPPED)]
        assert (chat.last, chat.cleared) == (TALKS, 1), "where they stopped, the channel tells them"
        for process in place.processes:
            assert await process.exchange.state(chat.address) is None
            assert not await process.exchange.say(chat.address, "3", Private("three"))
            assert not await process.exchange.stop(chat.address)
        assert place.held() == 0


@timeless
async def test_who_leaves_where_the_bus_is_cut_has_left() -> None:
    """The process that holds them learns of it within half a minute, and they may ask again at once."""
    async with town(3) as place:
        chat, helper, case = await place.talk()
        place.processes[1].wire.up = False
        assert await place.processes[1].exchange.stop(chat.address)
        assert not await place.there.broke(chat.address)
        await moment(MARK + BEAT * 2)
        assert helper.closed(case) == [Closed(case, Over.STOPPED)]
        assert not await place.there.broke(chat.address)
        assert place.held() == 0
        chat, helper, case = await place.talk("ben", "bob")
        place.processes[0].wire.up = False
        assert await place.processes[1].exchange.stop(chat.address)
        again = await place.ask("ben", 2)
        assert again.last == State(1)
        await moment(MARK + BEAT * 2)
        assert again.last == State(1)
        assert await place.there.stop(again.address)
        await moment()
        assert place.held() == 0


@timeless
async def test_nothing_is_shown_to_who_has_left() -> None:
    """Who left where their own process could not hear it sees no helper come, and what they say later goes nowhere."""
    async with town(3) as place:
        helper = place.sit("asha")
        await moment()
        chat = await place.ask("ana")
        place.processes[1].wire.up = False
        assert await place.processes[1].exchange.stop(chat.address)
        (case,) = helper.waiting
        assert await helper.seat.take(case)
        assert await helper.seat.tell(case, Private("1"), "1")
        await moment()
        assert (chat.words, chat.states) == ([], [(0.02, State(1))])
        assert not await place.here.say(chat.address, "2", Private("2"))
        await moment()
        assert helper.words(case) == []
        assert helper.closed(case) == [Closed(case, Over.STOPPED)]
        assert place.held() == 0


@timeless
async def test_who_leaves_while_their_own_process_hears_nothing_has_left() -> None:
    """It finds it when it looks; who asks again meanwhile begins anew, wherever that is."""
    for again in (None, 0, 1):
        async with town(3) as place:
            chat, _, _ = await place.talk()
            place.processes[0].wire.up = False
            assert await place.there.stop(chat.address)
            state = None if again is None else await place.processes[again].exchange.ask(chat.address, chat, Brief())
            assert state in ({None} if again is None else {State(1), State(0, over=Over.NOBODY)})
            place.processes[0].wire.up = True
            await moment(MARK + BEAT * 2)
            waits = [own for it in place.processes for own in it.exchange.front.cases]
            assert [own.agent for own in waits] == ([""] if state == State(1) else [])


@timeless
async def test_words_that_their_own_process_cannot_hear_are_not_taken() -> None:
    """So whoever said them elsewhere is told; when it hears again, they are brought."""
    async with town(3) as place:
        chat, helper, case = await place.talk()
        beside = place.processes[1].exchange
        place.processes[0].wire.up = False
        assert not await beside.say(chat.address, "1", Private("one"))
        place.processes[1].wire.up, place.processes[0].wire.up = False, True
        assert not await beside.say(chat.address, "2", Private("two"))
        place.processes[1].wire.up = True
        assert await beside.say(chat.address, "3", Private("three"))
        await moment()
        assert helper.words(case) == ["one", "three"]


@timeless
async def test_the_last_to_be_shown_is_true() -> None:
    """What another process showed, and what a person saw while a helper passed them on, is put right."""
    async with town(3) as place:
        chat, helper, case = await place.talk()
        beside = place.processes[1]
        place.sit("bob", 1)
        assert await helper.seat.pass_on(case)
        await moment()
        assert await place.here.ask(chat.address, chat, Brief()) == State(1)
        assert await helper.seat.take(case)
        await moment()
        assert chat.last == TALKS
        seen = beside.exchange.back.seen(case)
        assert seen
        seen.readers = ("bob",)  # as it was when it heard of it last
        assert await beside.exchange.look(chat.address) == State(0, 1)
        await moment(BEAT * 2)
        assert chat.last == TALKS
        assert len(chat.states) == 4, "and only once"


@timeless
async def test_a_process_that_begins_is_told_who_is_there() -> None:
    """At once: somebody who comes there a moment later goes on with their helper."""
    async with town() as place:
        chat, helper, case = await place.talk()
        late = Process(place)
        await moment()
        assert await late.exchange.look(chat.address) == TALKS
        assert await late.exchange.say(chat.address, "1", Private("one"))
        assert late.exchange.back.staffed(late.exchange._clocks.seconds())  # noqa: SLF001 - the clock
        assert helper.words(case) == ["one"]
        await late.stop()


@timeless
async def test_words_come_to_no_other_helper() -> None:
    """A colleague at the same desk, one at another, and one whose own case waits beside it get nothing of a talk."""
    async with town() as place:
        others = [place.sit("bob"), place.sit("cem", 0)]
        chat, helper, case = await place.talk()
        await place.ask("ben")
        assert await place.here.say(chat.address, "1", Private("one"))
        assert await helper.seat.tell(case, Private("two"), "2")
        await moment()
        await place.there.stop(chat.address)
        await moment(SOON)
        assert helper.words(case) == ["one"]
        assert [change for other in others for change in other.changes if not isinstance(change, Listed)] == []


@timeless
async def test_a_later_mark_is_left_alone() -> None:
    """Where a chat was marked by a process that is gone, whoever waits here goes on, and does not undo what is newer."""
    async with town() as place:
        chat = await place.ask("ana")
        await place.there._marks.keep(chat.address, "newer")  # noqa: SLF001 - as that process would
        await moment(MARK + BEAT * 2)
        assert place.here.front.of(chat.address) is not None
        assert await place.here._marks.case(chat.address) == "newer"  # noqa: SLF001 - as above


@timeless
async def test_words_wait_for_a_helper() -> None:
    """Who still waits talks with nobody; their words go to the guide."""
    async with town() as place:
        chat = await place.ask("ana")
        for process in place.processes:
            assert not await process.exchange.say(chat.address, "1", Private("one"))
        place.processes[1].wire.up = False
        helper = place.sit("asha", 0)
        assert await helper.seat.take(helper.waiting[0])
        await moment(BEAT)
        assert not await place.there.say(chat.address, "1", Private("one"))


@timeless
async def test_the_person_stops() -> None:
    """They are shown nothing by us, as the channel shows what comes next; the helper is told."""
    async with town() as place:
        chat, helper, case = await place.talk()
        assert await place.here.stop(chat.address)
        await moment()
        assert chat.last == TALKS
        assert chat.cleared == 1
        assert helper.closed(case) == [Closed(case, Over.STOPPED)]
        assert place.held() == 0


@timeless
async def test_who_is_blocked_cannot_ask_for_an_hour() -> None:
    """Only their own helper blocks; after an hour they may ask again, and midnight does not change that."""
    async with town(begin=datetime(2026, 11, 24, 23, 40, tzinfo=NOON.tzinfo)) as place:
        chat, helper, case = await place.talk()
        await place.there.send(Stops(case, Over.BLOCKED.value, "somebody else"))
        await moment()
        assert chat.last == TALKS
        assert await helper.seat.end(case, Over.BLOCKED)
        await moment()
        assert chat.last == State(0, over=Over.BLOCKED)
        for _ in range(11):
            assert await place.there.ask(chat.address, chat, Brief()) == State(0, over=Over.BLOCKED)
            await moment(300)
        await moment(301)
        assert place.held() == 0
        assert await place.there.ask(chat.address, chat, Brief()) == State(1)


@timeless
async def test_over_midnight_everything_goes_on() -> None:
    """The keys of a new day lose neither words nor marks, and what is dropped after midnight is gone."""
    async with town(begin=datetime(2026, 11, 24, 23, 59, 50, tzinfo=NOON.tzinfo)) as place:
        chat, helper, case = await place.talk()
        for number in range(20):
            assert await place.processes[number % 2].exchange.say(chat.address, str(number), Private(str(number)))
            await moment(1)
        assert place.now().day == 25
        assert helper.words(case) == [str(number) for number in range(20)]
        assert await place.there.stop(chat.address)
        await moment()
        assert place.held() == 0


@timeless
async def test_long_words_come_in_pieces() -> None:
    """Nothing is cut: what is too long for one message comes as several, in order, and counts as one."""
    async with town() as place:
        chat, helper, case = await place.talk()
        long = "".join(chr(ord("a") + n % 26) for n in range(LONGEST * 2 + 5))
        await place.here.say(chat.address, "1", Private(long))
        await place.there.say(chat.address, "2", Private(long))
        ident = await helper.seat.tell(case, Private(long))
        await helper.seat.tell(case, Private(""))
        await moment()
        assert "".join(helper.words(case)) == long * 2
        assert max(map(len, helper.words(case))) == LONGEST
        assert "".join(chat.words) == long
        assert next(it.id for it in helper.changes if isinstance(it, Arrived)) == ident
        assert len([it for it in helper.changes if isinstance(it, Arrived)]) == 2


@timeless
async def test_a_second_helper_reads_along_and_the_person_knows() -> None:
    """Before anything can be read the person is told; what both say is read; when the reader goes, that is told too."""
    async with town() as place:
        chat, helper, case = await place.talk()
        bob = place.sit("bob", 0)
        assert not await helper.seat.read(case)
        assert await bob.seat.read(case)
        await moment()
        assert chat.last == State(0, readers=1) == await place.here.state(chat.address) == await place.there.state(chat.address)
        await place.here.say(chat.address, "1", Private("one"))
        await helper.seat.tell(case, Private("two"))
        await moment()
        assert [it.words.reveal() for it in bob.changes if isinstance(it, Words | Colleague)] == ["one", "two"]
        assert not [it for it in bob.changes if isinstance(it, Arrived)]
        assert await bob.seat.read(case)  # once more makes no second reader
        await moment(SOON)
        assert chat.last == State(0, readers=1)
        assert await bob.seat.read(case, along=False)
        assert await bob.seat.read(case, along=False)
        await moment()
        assert chat.last == TALKS
        assert await bob.seat.read(case)
        await moment()
        await bob.leave()
        await moment(SOON)
        assert chat.last == TALKS
        assert helper.seat.cases[0].readers == ()


@timeless
async def test_nobody_reads_before_the_person_was_told() -> None:
    """Where the channel cannot tell them, nobody reads along; nor where it was over, or passed on, meanwhile."""
    async with town() as place:
        chat, helper, case = await place.talk()
        bob = place.sit("bob", 0)
        chat.breaks = True
        assert await bob.seat.read(case)
        await moment()
        chat.breaks = False
        assert helper.seat.cases[0].readers == ()
        await moment(BEAT)
        assert chat.last == TALKS
        await asyncio.gather(bob.seat.read(case), place.here.stop(chat.address))
        await moment()
        assert chat.last == TALKS
        assert (helper.seat.cases, bob.seat.cases) == ([], [])
        chat, helper, case = await place.talk("ben", "cem")
        await place.there.send(Reads(case, "bob", along=True))
        await place.there.send(Passes(case, "cem", "bob"))
        await place.there.send(Takes(case, "bob"))
        await moment()
        assert helper.seat.cases[0].agent == "bob"
        assert helper.seat.cases[0].readers == ()


@timeless
async def test_a_case_is_passed_on() -> None:
    """To one colleague, who alone sees it, or to whoever is free; what was read before is closed at the end."""
    async with town() as place:
        chat, helper, case = await place.talk()
        bob, cem = place.sit("bob", 0), place.sit("cem")
        await bob.seat.read(case)
        await moment()
        await place.here.say(chat.address, "1", Private("one"))
        await moment()
        assert not await bob.seat.pass_on(case)
        assert await helper.seat.pass_on(case, "bob")
        await moment()
        assert (helper.waiting, cem.waiting, bob.waiting) == ([], [], [case])
        assert await helper.seat.tell(case, Private("late")) is None
        assert not await cem.seat.take(case)
        assert await bob.seat.take(case)
        await moment()
        assert chat.last == TALKS
        await place.here.say(chat.address, "2", Private("two"))
        await moment()
        assert (helper.words(case), bob.words(case)) == (["one"], ["one", "two"])
        assert await bob.seat.pass_on(case)
        await moment()
        assert cem.waiting == [case] == helper.waiting
        assert await cem.seat.take(case)
        assert await cem.seat.end(case)
        await moment()
        assert [len(it.closed(case)) for it in (helper, bob, cem)] == [1, 1, 1]


@timeless
async def test_a_claim_that_comes_after_a_case_was_passed_on_fails() -> None:
    """Who claims what was meanwhile passed on to somebody else does not get it; nobody can pass on what nobody has."""
    async with town() as place:
        _, helper, case = await place.talk()
        await helper.seat.pass_on(case, "cem")
        assert await place.here.send(Takes(case, "bob"))
        assert await place.here.send(Passes(case, "", "bob"))
        await moment()
        (own,) = place.here.front.cases
        assert (own.agent, own.wanted) == ("", "cem")


@timeless
async def test_a_desk_that_is_gone_breaks_the_talk() -> None:
    """When the helper, or their whole process, is gone, the person is told within seconds."""
    async with town() as place:
        chat, helper, _ = await place.talk()
        await helper.leave()
        await moment(SOON)
        assert chat.last == State(0, over=Over.BROKEN)
        chat, helper, _ = await place.talk("ben", "bob")
        await place.processes[-1].kill()
        await moment(SOON)
        assert chat.last == State(0, over=Over.BROKEN)
        assert place.held() == 0


@timeless
async def test_a_helper_who_comes_back_goes_on() -> None:
    """A desk that was started again within seconds has its cases, and no words were lost silently."""
    async with town() as place:
        chat, helper, case = await place.talk()
        await helper.leave()
        await place.here.say(chat.address, "1", Private("lost"))
        await moment(LOST / 2)
        again = place.sit("asha", 0)
        await moment(SOON * 3)
        assert [state for _, state in chat.states[-2:]] == [TALKS, State(0, unheard=True)]
        assert await place.here.say(chat.address, "2", Private("two"))
        await moment()
        assert again.words(case) == ["two"]


@timeless
async def test_a_process_that_is_killed_is_told_to_both() -> None:
    """The helper sees the case closed; the person learns at their next word, at whatever process, and only once."""
    async with town(3) as place:
        chat, helper, case = await place.talk()
        await place.processes[0].kill()
        beside = place.processes[1].exchange
        assert not await beside.broke(chat.address)
        await moment(SOON)
        assert helper.closed(case) == [Closed(case, Over.BROKEN)]
        assert await beside.state(chat.address) is None
        assert not await beside.say(chat.address, "1", Private("are you there?"))
        assert await beside.broke(chat.address)
        assert not await beside.broke(chat.address)
        assert place.held() == 0
        ben = await place.ask("ben", 1)
        assert not await beside.broke(ben.address)
        assert not await place.there.broke(ben.address)


@timeless
async def test_a_polite_end_tells_everybody() -> None:
    """When a process ends, whoever waits or talks there is told, and nobody begins to wait any more."""
    async with town() as place:
        chat, helper, case = await place.talk()
        waits, hangs = await place.ask("ben"), await place.ask("cem")
        hangs.hangs = True
        own = place.here.front.of(hangs.address)
        assert own
        own.line.tell("x", Private("x"), asyncio.Event().wait)
        ending = asyncio.create_task(place.processes[0].stop())
        await moment()
        assert [chat.last, waits.last] == [State(0, over=Over.BROKEN)] * 2
        assert helper.closed(case) == [Closed(case, Over.BROKEN)]
        late = Chat("dan")
        assert await place.here.ask(late.address, late, Brief()) == State(0, over=Over.NOBODY)
        assert place.held() == 0
        await ending


@timeless
async def test_silence_ends_it() -> None:
    """A talk in which nobody says anything for long ends; each word, of either side, keeps it."""
    async with town() as place:
        chat, helper, case = await place.talk()
        for say in (
            lambda: place.here.say(chat.address, "1", Private("1")),
            lambda: helper.seat.tell(case, Private("2")),
            lambda: place.there.say(chat.address, "3", Private("3")),
        ):
            await moment(SILENT - SOON)
            assert await say()
        await moment(SILENT - SOON)
        assert chat.last == TALKS
        await moment(SOON * 2)
        assert chat.last == State(0, over=Over.SILENT)
        assert helper.closed(case)[0].why is Over.SILENT


@timeless
async def test_a_short_cut_of_the_bus_breaks_nothing() -> None:
    """Valkey restarts: the talk goes on, and words that were said meanwhile are told as not arrived, each time."""
    async with town() as place:
        chat, helper, case = await place.talk()
        for number in range(2):
            for process in place.processes:
                process.wire.up = False
            assert await place.here.say(chat.address, str(number), Private("lost"))
            await moment(LOST / 2)
            for process in place.processes:
                process.wire.up = True
            await moment(SOON)
        assert [state for _, state in chat.states] == [State(1), TALKS, *[State(0, unheard=True)] * 2]
        await place.here.say(chat.address, "heard", Private("heard"))
        await moment(SOON)
        assert helper.words(case) == ["heard"]
        assert len(chat.states) == 4


@timeless
async def test_a_long_cut_of_the_bus_is_told_to_both() -> None:
    """With the bus gone both sides learn within seconds that the line broke, and who waits is told in time."""
    async with town(wait=30) as place:
        chat, helper, case = await place.talk()
        waits = await place.ask("ben")
        for process in place.processes:
            process.wire.up = False
        await moment(SOON)
        assert chat.last.over is Over.BROKEN
        assert helper.closed(case)[0].why is Over.BROKEN
        assert not place.here.back.staffed(place.here._clocks.seconds())  # noqa: SLF001 - the clock
        await moment(30)
        assert waits.last.over is Over.NOBODY
        for process in place.processes:
            process.wire.up = True
        await moment(SOON)
        assert place.here.back.quiet
        assert place.there.back.quiet


@timeless
async def test_what_comes_twice_counts_once() -> None:
    """With every event doubled, words come once on both sides, in order, and count as arrived."""
    async with town() as place:
        place.air.times = 2
        chat, helper, case = await place.talk()
        for number in range(2 * SEEN):
            await place.here.say(chat.address, str(number), Private(str(number)))
            await helper.seat.tell(case, Private(str(number)))
            await moment()
        said = [str(number) for number in range(2 * SEEN)]
        assert (chat.words, helper.words(case)) == (said, said)
        assert place.here.front.cases[0].pending == {}
        assert sum(isinstance(it, Arrived) for it in helper.changes) == 2 * SEEN
        await place.here.say(chat.address, said[-1], Private("the platform brings it once more"))
        await helper.seat.tell(case, Private("again"), "1")
        await moment()
        await helper.seat.tell(case, Private("again"), "1")
        await moment()
        assert helper.words(case) == said
        assert chat.words == [*said, "again"]
        await helper.seat.end(case)
        await moment()
        assert len(helper.closed(case)) == 1


@timeless
async def test_a_slow_helper_loses_nothing_silently() -> None:
    """What a helper does not take in time does not count as arrived; more than so much is not held; the end is always told."""
    async with town() as place:
        place.here.front._wait = 10_000  # noqa: SLF001 - nobody comes for the others
        helper = place.sit("asha", slow=True)
        chat, other = await place.ask("ana"), await place.ask("ben")
        cases = helper.waiting
        for case in cases:
            assert await helper.seat.take(case)
        await moment()
        for number in range(seat.FULL + 10):
            await place.here.say(chat.address, str(number), Private(str(number)))
        await moment(UNHEARD + BEAT * 2)
        assert chat.last == State(0, unheard=True)
        assert len(helper.seat._changes) <= seat.FULL + len(cases) + 1  # noqa: SLF001 - nobody else can tell
        await place.here.stop(chat.address)
        await place.here.stop(other.address)
        await moment()
        assert not [it for it in helper.seat._changes if isinstance(it, Words)]  # noqa: SLF001 - as above
        left = [await helper.seat.next() for _ in range(3)]
        assert sorted(it.case for it in left if isinstance(it, Closed)) == sorted(cases)


@timeless
async def test_a_helper_who_gives_up_waiting_loses_nothing() -> None:
    """Words that were on their way when a desk stopped waiting come with the next wait."""
    async with town() as place:
        helper = place.sit("asha", slow=True)
        chat = await place.ask("ana")
        (case,) = helper.waiting
        assert await helper.seat.take(case)
        await place.here.say(chat.address, "1", Private("one"))
        await moment()
        sent = place.there.back.send
        gate = asyncio.Event()

        async def slowly(event: object) -> bool:
            await gate.wait()
            return await sent(event)  # type: ignore[arg-type] # an event

        assert isinstance(await helper.seat.next(), Listed)
        place.there.back.send = slowly
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(helper.seat.next(), 1)
        both = [asyncio.create_task(helper.seat.next()) for _ in range(2)]
        await moment()
        gate.set()
        await moment()
        assert [it.result() for it in both if it.done() and not isinstance(it.result(), Words)] == []
        assert sum(it.done() for it in both) == 1
        gate.clear()
        await place.here.say(chat.address, "2", Private("two"))
        await moment()
        await place.here.stop(chat.address)
        await moment()
        gate.set()
        await moment()
        assert [it.result() for it in both if isinstance(it.result(), Closed)] == [Closed(case, Over.STOPPED)]


@timeless
async def test_who_rises_is_forgotten() -> None:
    """A seat that was left holds nothing, also when somebody still waits at it."""
    async with town() as place:
        helper = place.sit("asha", slow=True)
        waits = asyncio.create_task(helper.seat.next())
        await place.ask("ana")
        assert waits.done()
        waits = asyncio.create_task(helper.seat.next())
        await moment()
        helper.seat.put(Listed())
        await helper.leave()
        await moment()
        assert not waits.done()
        waits.cancel()


@timeless
async def test_a_failing_channel_is_told_to_the_helper(capsys: pytest.CaptureFixture[str]) -> None:
    """Words that do not get to the chat never count as arrived, whether the channel says no, breaks or hangs."""
    async with town() as place:
        chat, helper, case = await place.talk()
        chat.fails = True
        await helper.seat.tell(case, Private("no"))
        await moment()
        chat.fails, chat.breaks = False, True
        await helper.seat.tell(case, Private("breaks"))
        await moment()
        chat.breaks, chat.hangs = False, True
        await helper.seat.tell(case, Private("hangs"))
        await moment(TELL * 2)
        chat.hangs = False
        ident = await helper.seat.tell(case, Private("yes"))
        await moment()
        assert chat.words == ["yes"]
        assert [it.id for it in helper.changes if isinstance(it, Arrived)] == [ident]
        assert capsys.readouterr().err == "dhaal: failed\n" * 2


@timeless
async def test_a_hanging_channel_holds_little_and_not_for_long() -> None:
    """So many words wait for a channel, and five seconds after the end none are held; others are not held up."""
    async with town() as place:
        chat, helper, case = await place.talk()
        chat.hangs = True
        for number in range(ROOM * 2):
            await helper.seat.tell(case, Private(str(number)))
        await moment()
        own = place.here.front.cases[0]
        assert own.line._jobs.qsize() <= ROOM  # noqa: SLF001 - nobody else can tell
        ben = await place.ask("ben")
        assert ben.last == State(1)
        await helper.seat.end(case)
        await moment(TELL + 0.1)
        assert own.line._jobs.qsize() == 0  # noqa: SLF001 - as above
        assert chat.last == State(0, over=Over.ENDED)
        assert chat.cleared == 1
        assert own.line.task.done()


@timeless
async def test_a_state_that_cannot_be_shown_holds_nobody_up() -> None:
    """Where showing hangs, it is given up after a minute, and what follows is shown."""
    async with town() as place:
        chat = await place.ask("ana")
        own = place.here.front.of(chat.address)
        assert own
        own.line.do(asyncio.Event().wait)
        await place.here.front.end(own, Over.ENDED)
        await moment(SHOW + 1)
        assert chat.last.over is Over.ENDED


@timeless
async def test_last_words_come_before_the_end() -> None:
    """What a helper says just before they end it is shown before the end."""
    async with town() as place:
        chat, helper, case = await place.talk()
        await helper.seat.tell(case, Private("Take care."))
        await helper.seat.end(case)
        await moment()
        assert chat.words == ["Take care."]
        assert chat.last.over is Over.ENDED


@timeless
async def test_only_so_many_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Above the most, and without a free number, somebody is told at once that nobody is free, and may ask again."""
    monkeypatch.setattr(front, "MOST", 2)
    monkeypatch.setattr(front, "NUMBERS", range(100, 102))
    async with town() as place:
        chats = [await place.ask(name) for name in ("a", "b", "c", "c")]
        assert [chat.states[0][1] for chat in chats] == [State(1), State(2), *[State(0, over=Over.NOBODY)] * 2]
        assert (await place.ask("d", 1)).states[0][1].over is Over.NOBODY


@timeless
async def test_where_nobody_can_hear_nobody_waits() -> None:
    """With the bus cut somebody who asks is told at once that nobody is free; nothing is left of it."""
    async with town() as place:
        place.processes[0].wire.up = False
        chat = await place.ask("ana")
        assert chat.last == State(0, over=Over.NOBODY)
        assert place.here.front.cases == ()
        assert place.held() == 0


@timeless
async def test_two_cases_of_one_chat_become_one() -> None:
    """Whoever came to two processes while these could not hear each other has one case again within half a minute."""
    async with town() as place:
        helper = place.sit("asha")
        place.processes[0].wire.up = False
        first = await place.ask("ana", 1)
        await moment(BEAT + 0.5)
        place.processes[0].wire.up = True
        second = await place.ask("ana", 0)
        await moment(MARK + BEAT * 2)
        assert len(helper.waiting) == 1
        assert len(place.here.front.cases) + len(place.there.front.cases) == 1
        assert first.last.over is None
        assert second.last.over is None
        assert await place.here.stop(first.address)
        await moment()
        assert place.held() == 0


@timeless
async def test_no_two_have_one_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two who came to two processes at the same moment under one number get two; whoever talks keeps theirs."""
    monkeypatch.setattr(front, "NUMBERS", range(100, 102))
    async with town() as place:
        helper = place.sit("asha")
        a, b = await place.ask("a", 0), await place.ask("b", 1)
        place.here.front.cases[0].number = place.there.front.cases[0].number = 100
        await moment(BEAT * 4)
        assert sorted(seen.number for seen in helper.seat.cases) == [100, 101]
        case = place.here.front.cases[0].case
        assert await helper.seat.take(case)
        own = place.there.front.cases[0]
        own.number = place.here.front.cases[0].number
        await moment(BEAT * 3)
        assert sorted(seen.number for seen in helper.seat.cases) == [100, 101]
        assert place.here.front.cases[0].number != own.number
        place.there.front.yields("zzz", own.number, talks=True, taken=[100, 101])
        assert own.number in {100, 101}
        assert a.last.talks
        assert b.last.place == 1


@timeless
async def test_garbage_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Noise, events of another guide, old ones, and such as make no sense go by; the talk goes on."""
    async with town() as place:
        chat, helper, case = await place.talk()
        stranger = Keys(Private(b"the secret of another guide!"))
        noise = [b"", b"x", b"\0" * 300, seal(Gone(case, "handoff_ended"), stranger, place.now())]
        noise += [seal(Gone(case, "handoff_ended"), place.keys, place.now() - timedelta(days=2))]
        ring = place.keys.on(place.keys.today(place.now())).places
        senseless = (
            b"[]",
            b"1",
            b'["Gone", {}]',
            b'["No", {}]',
            b'["Gone", 1]',
            b"\xff",
            b'["Gone", {"case": 1}]',
            b"[[], {}]",
        )
        noise += [ring.encrypt(one, [b"handoff"]) for one in senseless]
        noise += [ring.encrypt(b'["Gone", {"case": "%s", "why": "nonsense"}]' % case.encode(), [b"handoff"])]
        noise += [ring.encrypt(b'["Stops", {"case": "%s", "why": "nonsense"}]' % case.encode(), [b"handoff"])]
        noise += [seal(Told(case, "1", Private("I am your helper"), "eve"), place.keys, place.now())]
        noise += [seal(event, place.keys, place.now()) for event in (
            Takes(case, "eve"), Holds(case, "eve"), Passes(case, "eve"), Reads(case, "eve", along=False), Heard(case, "1"),
            Stops(case, "handoff_ended", "eve"), Told("none", "1", Private(""), "eve"), Spoke("none", "1", Private("")),
            Gone("none", "handoff_ended"), Stops("none", "handoff_ended"),
        )]  # fmt: skip
        for one in noise:
            await place.processes[0].wire.send(one)
        await moment(SOON)
        assert chat.words == []
        assert chat.last == TALKS
        assert helper.seat.cases[0].agent == "asha"
        assert await place.here.say(chat.address, "1", Private("one"))
        await moment()
        assert helper.words(case) == ["one"]
        assert set(capsys.readouterr().err.splitlines()) == {"dhaal: failed"}


@timeless
async def test_words_that_no_alphabet_has_are_carried() -> None:
    """Half of a pair of signs, which some clients send, breaks nothing; every other sign arrives as it is."""
    async with town() as place:
        chat, helper, case = await place.talk()
        await place.here.say(chat.address, "1", Private("\ud83d ok"))
        await place.here.say(chat.address, "2", Private("نہیں 🙏\n\0"))
        await moment()
        assert helper.words(case) == ["? ok", "نہیں 🙏\n\0"]


@timeless
async def test_desks_say_whether_they_can_take_one_more() -> None:
    """Helpers are there while a desk says so, with room, and for some seconds after."""
    async with town() as place:
        now = place.here._clocks.seconds  # noqa: SLF001 - the clock
        assert not place.here.back.staffed(now())
        helper = place.sit("asha")
        await moment(BEAT * 2)
        assert place.here.back.staffed(now())
        place.there.back.room = False
        await moment(BEAT * 2)
        assert not place.here.back.staffed(now())
        place.there.back.room = True
        await moment(BEAT * 2)
        assert place.here.back.staffed(now())
        await helper.leave()
        await moment(SOON)
        assert not place.here.back.staffed(now())
        assert "Duty" in kinds(place)


@timeless
async def test_the_store_is_not_needed_within_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the store down people are helped all the same; only who blocks, and who comes back elsewhere, is not known."""

    async def down(*_: object) -> None:
        raise StoreDownError

    async with town() as place:
        for name in ("get", "put", "drop", "claim"):
            monkeypatch.setattr(place.store, name, down)
        chat, twin = Chat("ana"), Chat("ana")
        both = await asyncio.gather(*(place.here.ask(one.address, one, Brief()) for one in (chat, twin)))
        assert both == [State(1), State(1)]
        await moment()
        helper = place.sit("asha")
        (case,) = helper.waiting
        assert await helper.seat.take(case)
        await place.here.say(chat.address, "1", Private("one"))
        await moment()
        assert helper.words(case) == ["one"]
        assert await place.there.state(chat.address) is None
        assert not await place.there.stop(chat.address)
        await helper.seat.end(case, Over.BLOCKED)
        await moment()
        assert await place.there.ask(chat.address, chat, Brief()) == State(1)


@timeless
async def test_marks_come_back_after_the_store_lost_them() -> None:
    """A store that was emptied knows everybody again within half a minute; what it holds is sealed."""
    async with town() as place:
        chat = await place.ask("ana")
        case = place.here.front.cases[0].case
        values = [value for _, value in place.store._entries.values()]  # noqa: SLF001 - nobody else can tell
        assert len(values) == 2
        assert case.encode() not in b"".join(values)
        place.store._entries.clear()  # noqa: SLF001 - as above
        assert await place.there.state(chat.address) is None
        await moment(MARK + BEAT)
        assert await place.there.state(chat.address) == State(1)
        (name,) = place.store._entries  # noqa: SLF001 - as above
        await place.store.put(name, b"not sealed by us, and long enough", 60)
        assert await place.there.state(chat.address) is None


@timeless
async def test_events_tell_little_by_their_length() -> None:
    """Short words and signs of life are equally long on the bus."""
    async with town() as place:
        chat, helper, case = await place.talk()
        for words in ("yes", "no", "I do not know what to do, and nobody may learn of it."):
            await place.here.say(chat.address, words, Private(words))
            await helper.seat.tell(case, Private(words))
        await moment(BEAT * 2)
        assert {len(sealed) for sealed in place.air.log} == {256 + 16}
        assert {"Waits", "Talks", "Holds", "Spoke", "Told", "Heard", "Takes"} <= set(kinds(place))


@timeless
async def test_a_beat_that_fails_is_not_the_last(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Where one part of a beat fails, the others are made, and the next ones."""
    async with town() as place:
        ticks = Back.tick

        async def broken(back: Back, now: float) -> None:
            if back is place.here.back:
                raise RuntimeError
            await ticks(back, now)

        monkeypatch.setattr(Back, "tick", broken)
        chat, helper, _ = await place.talk()
        await moment(SOON)
        assert chat.last == TALKS
        await helper.leave()
        await moment(SOON)
        assert chat.last.over is Over.BROKEN
        assert capsys.readouterr().err.count("failed") > 3


@timeless
async def test_ghosts_are_closed() -> None:
    """A case that nobody owns, such as one that was announced after its end, is gone within seconds, taken or not."""
    async with town() as place:
        helper = place.sit("asha")
        await place.here.send(Waits("ghost", 100, Brief(), 0.0))
        await moment()
        assert helper.waiting == ["ghost"]
        start = place.now()
        assert not await helper.seat.take("ghost")
        assert place.now() - start <= timedelta(seconds=PATIENCE + 0.1)
        await moment(SOON)
        assert helper.seat.cases == []
        await place.here.send(Waits("ghost", 100, Brief(), 0.0))
        await moment()
        taking = asyncio.create_task(helper.seat.take("ghost"))
        await moment()
        await place.here.send(Gone("ghost", Over.STOPPED.value))
        assert not await taking


@timeless
async def test_whoever_ends_during_a_beat_is_not_announced_again() -> None:
    """While the beat goes round, somebody stops: nothing is said of them afterwards."""
    async with town() as place:
        chats = [await place.ask(str(n)) for n in range(5)]
        sent = place.processes[0].wire.send
        first = place.here.front.cases[0].case

        async def slow(sealed: bytes) -> bool:
            done = await sent(sealed)
            event = unseal(sealed, place.keys, place.now())
            if isinstance(event, Waits) and event.case == first:
                await place.here.stop(chats[3].address)
            return done

        place.processes[0].wire.send = slow  # type: ignore[method-assign] # to stop at this very moment
        await moment(BEAT * 2)
        events = [unseal(sealed, place.keys, place.now()) for sealed in place.air.log]
        gone = next(n for n, event in enumerate(events) if isinstance(event, Gone))
        case = events[gone].case  # type: ignore[union-attr] # it is a Gone
        assert not [event for event in events[gone + 1 :] if isinstance(event, Waits) and event.case == case]
        assert all(one <= two for (one, _), (two, _) in pairwise(chats[0].states))


@timeless
async def test_what_is_over_ends_once() -> None:
    """Whoever ended while everybody is told is not told again."""
    async with town() as place:
        chat, helper, case = await place.talk()
        own = place.here.front.cases[0]
        for why in (Over.ENDED, Over.BROKEN):
            await place.here.front.end(own, why)
        await moment()
        assert chat.last.over is Over.ENDED
        assert [it.why for it in helper.closed(case)] == [Over.ENDED]
        assert chat.cleared == 1


def test_keys_are_those_of_the_town() -> None:
    """Two guides with one secret understand each other, others do not."""
    event = Spoke("case", "1", Private("words"))
    sealed = seal(event, Keys(Private(SECRET)), NOON)
    found = unseal(sealed, Keys(Private(SECRET)), NOON)
    assert isinstance(found, Spoke)
    assert found.words.reveal() == "words"
    assert unseal(sealed, Keys(Private(SECRET)), NOON + timedelta(days=1)) is not None
    assert unseal(sealed, Keys(Private(SECRET)), NOON + timedelta(days=2)) is None
    assert b"words" not in sealed
