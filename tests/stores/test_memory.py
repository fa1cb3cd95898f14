"""The store in memory: it empties itself, it is bounded, and it leaves nothing behind."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from bot.stores.memory import SLACK, Memory

from .driven import DrivenLoop


async def test_it_empties_itself() -> None:
    """Nobody has to ask: at its time an entry leaves the memory of the process, and no call stays planned."""
    loop = DrivenLoop()
    store = Memory(loop=lambda: loop)
    await store.put(b"key", b"value", 5)
    await store.put(b"other", b"value", 9)
    loop.pass_time(4.9)
    assert held(store) == {b"key", b"other"}
    loop.pass_time(0.2)
    assert held(store) == {b"other"}
    loop.pass_time(4)
    assert held(store) == set()
    assert not loop.timers


def held(store: Memory) -> set[bytes]:
    """Look into the store without asking it."""
    return set(store._entries)  # noqa: SLF001 - to ask would make it tidy up


async def test_the_real_loop_empties_it() -> None:
    """The same with asyncio's own loop."""
    store = Memory()
    await store.put(b"key", b"value", 0.02)
    for _ in range(1000):
        if not held(store):
            break
        await asyncio.sleep(0.005)
    assert not held(store)
    await store.close()


async def test_a_closed_store_plans_nothing() -> None:
    """After the end no call stays planned."""
    loop = DrivenLoop()
    store = Memory(loop=lambda: loop)
    await store.put(b"key", b"value", 60)
    assert len(loop.timers) == 1
    await store.close()
    assert not loop.timers


async def test_the_nearest_to_its_end_goes_first() -> None:
    """A full store makes room with the entry that would end first, however old it is."""
    loop = DrivenLoop()
    store = Memory(3, lambda: loop)
    for key, seconds in ((b"a", 30), (b"b", 10), (b"c", 20), (b"d", 40)):
        await store.put(key, b"value", seconds)
    assert held(store) == {b"a", b"c", b"d"}
    await store.put(b"c", b"longer", 50)
    await store.put(b"e", b"value", 60)
    assert held(store) == {b"c", b"d", b"e"}


async def test_to_write_the_same_key_often_does_not_grow_it() -> None:
    """One chat that writes ten thousand times holds one entry, and hardly more memory; all end in time all the same."""
    loop = DrivenLoop()
    store = Memory(loop=lambda: loop)
    await store.put(b"long", b"value", 9000)
    await store.put(b"short", b"value", 1800)
    for _ in range(10_000):
        loop.now += 0.001
        await store.put(b"key", b"value", 1800)
    assert held(store) == {b"long", b"short", b"key"}
    assert len(store._ends) <= 2 * 3 + SLACK  # noqa: SLF001
    assert len(loop.timers) == 1
    loop.pass_time(1791)
    assert held(store) == {b"long", b"key"}
    loop.pass_time(10)
    assert held(store) == {b"long"}


STEPS = st.lists(
    st.tuples(st.sampled_from(["put", "drop", "claim", "wait"]), st.sampled_from([b"a", b"b", b"c", b"d"]), st.integers(1, 9)),
    max_size=60,
)


@given(STEPS)
def test_it_does_what_a_slow_plain_store_does(steps: list[tuple[str, bytes, int]]) -> None:
    """Whatever is done in whatever order, it holds what a dictionary with times would hold."""
    asyncio.run(_compare(steps))


async def _compare(steps: list[tuple[str, bytes, int]]) -> None:
    loop, plain = DrivenLoop(), dict[bytes, tuple[float, bytes]]()
    store = Memory(loop=lambda: loop)
    for number, (act, key, seconds) in enumerate(steps):
        plain = {one: (end, value) for one, (end, value) in plain.items() if end > loop.now}
        value = str(number).encode()
        match act:
            case "put":
                await store.put(key, value, seconds)
                plain[key] = (loop.now + seconds, value)
            case "drop":
                await store.drop(key)
                plain.pop(key, None)
            case "claim":
                assert await store.claim(key, seconds) == (key not in plain)
                plain.setdefault(key, (loop.now + seconds, b""))
            case _:
                loop.pass_time(seconds)
                plain = {one: (end, value) for one, (end, value) in plain.items() if end > loop.now}
        assert {one: await store.get(one) for one in (b"a", b"b", b"c", b"d")} == {
            one: plain.get(one, (0, None))[1] for one in (b"a", b"b", b"c", b"d")
        }
