"""Two desks at once, at processes of their own: they share the people who wait, and nothing of what is said."""

import asyncio
from itertools import combinations

import pytest

from bot.talk.handoff.front import Over

from .conftest import DESKS_UNDER_TEST
from .helper import Helper, until
from .street import Street

Pair = tuple[Helper, Helper]


@pytest.fixture(params=combinations(DESKS_UNDER_TEST, 2), ids="-".join)
async def pair(request: pytest.FixtureRequest, town: Street) -> Pair:
    """Let a helper be on duty at each of two desks."""
    one, two = [await town.desk(DESKS_UNDER_TEST[name]) for name in request.param]
    helpers = await one.helper("asha"), await two.helper("ben")
    await town.staffed()
    return helpers


async def test_one_of_two_desks_wins(town: Street, pair: Pair) -> None:
    """Helpers of two desks take somebody at once: one has them, the other is told; only the winner's desk hears a word."""
    for turn in range(3):
        person = await town.comes()
        await asyncio.gather(*(helper.brief(person.number) for helper in pair))
        won = await asyncio.gather(*(helper.take(person.number) for helper in pair))
        assert sorted(won) == [False, True]
        await until(lambda person=person: person.talks)  # type: ignore[misc]
        first, second = pair if won[0] else reversed(pair)
        secret = f"a word for one desk alone {turn}"
        await person.say(secret)
        await until(lambda: first.heard(person.number) == [secret])  # noqa: B023 - it is called in this turn
        assert not await second.say(person.number, "too late")
        assert await first.say(person.number, "hello")
        await until(lambda person=person: person.words == ["hello"])  # type: ignore[misc]
        assert secret not in second.raw
        await first.end(person.number)
        await until(lambda person=person: person.over is Over.ENDED)  # type: ignore[misc]


async def test_somebody_goes_from_desk_to_desk(town: Street, pair: Pair) -> None:
    """Passed on, somebody waits at both desks; the other one takes them, and sees nothing of what was said before."""
    one, two = pair
    person = await town.comes()
    await one.brief(person.number)
    assert await one.take(person.number)
    await person.say("said at the first desk")
    await until(lambda: one.heard(person.number))
    await one.pass_on(person.number)
    await until(lambda: person.waits)
    await two.brief(person.number)
    assert await two.take(person.number)
    await until(lambda: person.talks)
    await until(lambda: one.heard(person.number) == [])
    await person.say("said at the second desk")
    await until(lambda: two.heard(person.number) == ["said at the second desk"])
    assert "said at the second desk" not in one.raw


async def test_one_desk_dies_and_the_other_goes_on(town: Street, pair: Pair, short: None) -> None:
    """Who talked at the dead one is told, and may ask again; the other desk takes them."""
    one, two = pair
    person = await town.comes()
    await one.brief(person.number)
    assert await one.take(person.number)
    await until(lambda: person.talks)
    town.desks[0].die()
    await until(lambda: person.over is Over.BROKEN)
    again = await town.comes()
    await two.brief(again.number)
    assert await two.take(again.number)
    await until(lambda: again.talks)
