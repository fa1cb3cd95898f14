"""Turns of one chat come one after the other; help and leaving are never held back."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest

from bot.talk import pace as module
from bot.talk.pace import WAITING, Pace, Rhythm

ME, OTHER = b"me", b"other"
EVERY = Rhythm().every
BURST = int(Rhythm().burst)


@dataclass
class Clock:
    """A clock that is moved by hand."""

    seconds: float = 0.0

    def __call__(self) -> float:
        """Give the time."""
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    """Start at nought."""
    return Clock()


@pytest.fixture
def pace(clock: Clock) -> Pace:
    """Build a pace whose time is ours."""
    return Pace(clock)


async def settle() -> None:
    """Let every task come as far as it can."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_one_turn_at_a_time(pace: Pace) -> None:
    """A second turn of a chat begins when the first has ended; another chat's does not wait."""
    order: list[str] = []

    async def turn(who: bytes, name: str, gate: asyncio.Event) -> None:
        async with pace.turn(who) as slot:
            assert slot is not None
            order.append(f"{name} begins")
            await gate.wait()
            order.append(f"{name} ends")

    first, second, other = asyncio.Event(), asyncio.Event(), asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(turn(ME, "first", first))
        tasks.create_task(turn(ME, "second", second))
        tasks.create_task(turn(OTHER, "other", other))
        await settle()
        assert order == ["first begins", "other begins"]
        assert pace.taken(ME)
        for gate in (other, first, second):
            gate.set()
            await settle()
    assert order[2:] == ["other ends", "first ends", "second begins", "second ends"]
    assert not pace.taken(ME)


async def test_few_may_wait(pace: Pace) -> None:
    """Of a flood, some wait and the rest is let go; none of it is held in memory."""
    taken = []
    async with AsyncExitStack() as turns:
        assert await turns.enter_async_context(pace.turn(ME))
        waiting = [asyncio.create_task(_pass(pace, ME)) for _ in range(WAITING * 3)]
        await settle()
        assert pace.busy(ME)
        assert not pace.busy(OTHER)
        taken = [task for task in waiting if task.done()]
        assert [task.result() for task in taken] == [False] * (len(waiting) - WAITING + 1)
    assert sum([await task for task in waiting]) == WAITING - 1


async def _pass(pace: Pace, who: bytes, urgent: str | None = None) -> bool:
    async with pace.turn(who, urgent) as slot:
        return slot is not None


async def test_a_burst_then_one_a_second(pace: Pace, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """A chat may take some turns at once; then each waits until its second has come."""
    waits: list[float] = []

    async def pause(_: object, seconds: float) -> bool:
        waits.append(seconds)
        clock.seconds += seconds
        return True

    monkeypatch.setattr(module.Slot, "pause", pause)
    for _ in range(BURST):
        assert await _pass(pace, ME)
    assert waits == []
    assert pace.busy(ME)
    assert await _pass(pace, ME)
    assert await _pass(pace, ME)
    assert waits == [EVERY, EVERY]
    assert not pace.busy(OTHER)


async def test_each_channel_has_its_own_rhythm(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a platform allows one message in six seconds after twenty at once, so it is here."""
    pace, waits = Pace(clock, Rhythm(every=6.0, burst=20.0)), []

    async def pause(_: object, seconds: float) -> bool:
        waits.append(seconds)
        clock.seconds += seconds
        return True

    monkeypatch.setattr(module.Slot, "pause", pause)
    for _ in range(22):
        assert await _pass(pace, ME)
    assert waits == [6.0, 6.0]
    clock.seconds += 12.0
    assert not pace.busy(ME)
    assert await _pass(pace, ME)
    assert await _pass(pace, ME)
    assert len(waits) == 2
    assert pace.busy(ME)


async def test_leaving_overtakes(pace: Pace) -> None:
    """What waits when something urgent comes is let go: it may not write over the end, or over help."""
    begun, go = asyncio.Event(), asyncio.Event()
    paused: list[bool] = []

    async def slow() -> bool:
        async with pace.turn(ME) as slot:
            begun.set()
            await go.wait()
            assert slot
            paused.append(await slot.pause(30))  # Telegram asked for patience
        return True

    first = asyncio.create_task(slow())
    await begun.wait()
    waiting = asyncio.create_task(_pass(pace, ME))
    leaving = asyncio.create_task(_pass(pace, ME, "leave"))
    again = asyncio.create_task(_pass(pace, ME, "leave"))
    danger = asyncio.create_task(_pass(pace, ME, "danger"))
    await settle()
    go.set()
    assert await first
    assert paused == [False]
    assert [await task for task in (waiting, leaving, again, danger)] == [False, True, False, True]


async def test_leaving_does_not_wait_for_its_second(pace: Pace, clock: Clock) -> None:
    """Who has used up the burst still leaves at once, and what waits for its second is let go."""
    for _ in range(BURST):
        await _pass(pace, ME)
    waiting = asyncio.create_task(_pass(pace, ME))
    await settle()
    assert not waiting.done()
    assert await asyncio.wait_for(_pass(pace, ME, "leave"), 5)
    assert not await waiting
    assert clock.seconds == 0


async def test_everybody_together(pace: Pace, monkeypatch: pytest.MonkeyPatch) -> None:
    """When too many turns are under way, ordinary ones are let go; urgent ones never."""
    monkeypatch.setattr(module, "CROWD", 2)
    async with AsyncExitStack() as turns:
        for who in (b"1", b"2"):
            assert await turns.enter_async_context(pace.turn(who))
        assert pace.busy(OTHER)
        assert not await _pass(pace, OTHER)
        assert await _pass(pace, OTHER, "leave")
    assert await _pass(pace, OTHER)


async def test_chats_are_forgotten(pace: Pace, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """A chat that has rested is not known any more; one that has not is forgotten as soon as it has."""
    later: list[tuple[float, object, tuple[object, ...]]] = []
    loop = asyncio.get_running_loop()
    monkeypatch.setattr(loop, "call_later", lambda delay, call, *given: later.append((delay, call, given)))
    assert await _pass(pace, ME)
    assert [delay for delay, *_ in later] == [EVERY]
    assert vars(pace)["_lanes"]
    clock.seconds += EVERY
    for _, call, given in _drain(later):
        call(*given)  # type: ignore[operator] # the method that was to be called
        call(*given)  # type: ignore[operator] # once more: somebody else came and went
    assert not vars(pace)["_lanes"]
    assert await _pass(pace, ME, "leave")
    assert not vars(pace)["_lanes"]


def _drain(items: list[tuple[float, object, tuple[object, ...]]]) -> Iterator[tuple[float, object, tuple[object, ...]]]:
    while items:
        yield items.pop()


async def test_a_pause_ends() -> None:
    """Where nothing urgent comes, a pause ends by itself and the turn goes on."""
    assert await module.Slot(asyncio.Event()).pause(0)


async def test_a_failing_turn_lets_the_next_one_pass(pace: Pace) -> None:
    """A turn that raises gives its place free."""
    for urgent in (None, "leave"):
        with pytest.raises(RuntimeError):
            async with pace.turn(ME, urgent):
                raise RuntimeError
        assert not pace.taken(ME)
        assert await _pass(pace, ME, urgent)
