"""What every desk does, told from both sides: by the person in their chat, and by the helper at the desk."""

import asyncio
import random

import pytest

from bot.core.private import Private
from bot.talk.handoff.brief import Brief
from bot.talk.handoff.front import Over

from .helper import DeskUnderTest, Helper, until
from .street import Somebody, Street

LINES = 1000
WIPED = 5.0  # seconds until nothing of a talk is left


async def _talk(town: Street, helper: Helper) -> Somebody:
    """Let somebody come, and the helper take them."""
    await town.staffed()
    person = await town.comes()
    await helper.brief(person.number)
    assert await helper.take(person.number)
    await until(lambda: person.talks)
    return person


async def _wiped(helper: Helper, person: Somebody) -> None:
    """Wait until the desk shows nothing of somebody."""
    await until(lambda: not helper.shows(person.number), WIPED)
    assert helper.heard(person.number) == []


# What a helper sees


async def test_a_case_shows_its_brief_and_nothing_else(town: Street, desk: DeskUnderTest) -> None:
    """Who waits is a number with the facts they agreed to show; their account is not in a byte of what the desk sends."""
    asha = await desk.helper("asha")
    await town.staffed()
    person = await town.comes()
    brief = await asha.brief(person.number)
    for shown in (str(person.number), "India", "Instagram", "हिन्दी", "threatens me"):
        assert shown in brief
    assert person.address.chat.reveal() not in asha.raw


async def test_what_was_left_out_is_not_there(town: Street, desk: DeskUnderTest) -> None:
    """Of somebody who shows their country alone, no other fact is there; of who shows nothing, the number."""
    asha = await desk.helper("asha")
    await town.staffed()
    one, other = await town.comes(Brief(facts={"country": "IN"})), await town.comes(Brief())
    assert "India" in (brief := await asha.brief(one.number))
    nothing = await asha.brief(other.number)
    assert not any(word in brief + nothing for word in ("हिन्दी", "Instagram", "threatens", "Urgent: "))
    assert "India" not in nothing


async def test_what_waits_stays_for_who_comes_later(town: Street, desk: DeskUnderTest) -> None:
    """Somebody who comes on duty sees who is waiting already, and only while they wait."""
    asha = await desk.helper("asha")
    await town.staffed()
    person = await town.comes()
    await asha.brief(person.number)
    ben = await desk.helper("ben")
    await ben.brief(person.number)
    await person.stop()
    await asyncio.gather(_wiped(asha, person), _wiped(ben, person))


# Claims


async def test_one_of_two_wins(town: Street, desk: DeskUnderTest) -> None:
    """Two helpers take somebody at once: one has them, the other is told so, and cannot write to them."""
    asha, ben = await desk.helper("asha"), await desk.helper("ben")
    await town.staffed()
    for _ in range(3):
        person = await town.comes()
        await asyncio.gather(asha.brief(person.number), ben.brief(person.number))
        won = await asyncio.gather(asha.take(person.number), ben.take(person.number))
        assert sorted(won) == [False, True]
        await until(lambda person=person: person.talks)  # type: ignore[misc]
        first, second = (asha, ben) if won[0] else (ben, asha)
        assert not await second.say(person.number, "I was too late")
        assert await first.say(person.number, "I am here")
        await until(lambda person=person: person.words)  # type: ignore[misc]
        assert person.words == ["I am here"]
        await first.end(person.number)
        await until(lambda person=person: person.over)  # type: ignore[misc]


# Words


async def test_words_go_both_ways_in_order(town: Street, desk: DeskUnderTest) -> None:
    """What each says comes to the other, whole, once, in order; the helper sees that it arrived, the person is not warned."""
    asha = await desk.helper("asha")
    person = await _talk(town, asha)
    for number in range(10):
        await person.say(f"question {number} <b>&amp; \u202eمدد 😀")
        assert await asha.say(person.number, f"answer {number}")
    await until(lambda: asha.heard(person.number) == person.said and len(person.words) == 10)
    assert person.words == [f"answer {number}" for number in range(10)]
    await until(lambda: all(asha.arrived(person.number, f"answer {number}") for number in range(10)))
    assert not person.warned


async def test_what_comes_twice_or_late_is_shown_once(town: Street, desk: DeskUnderTest) -> None:
    """On a bus that says all twice, old words again after new ones, and is never equally fast, all is as it should be."""
    asha = await desk.helper("asha")
    town.air.times, town.air.echoes, town.air.lags = 2, True, lambda: random.uniform(0, 0.05)
    person = await _talk(town, asha)
    for number in range(5):
        await person.say(f"line {number}")
        assert await asha.say(person.number, f"answer {number}")
        await asyncio.sleep(0.1)  # so that echoes fall between
    await until(lambda: asha.heard(person.number)[-1:] == ["line 4"] and person.words[-1:] == ["answer 4"])
    await person.say("the last of all")
    await until(lambda: asha.heard(person.number)[-1:] == ["the last of all"])
    assert (asha.heard(person.number), person.words) == (person.said, [f"answer {number}" for number in range(5)])
    await asha.end(person.number)
    await until(lambda: person.over is Over.ENDED)
    await _wiped(asha, person)


async def test_a_flood_holds_nobody_else_up(town: Street, desk: DeskUnderTest) -> None:
    """While one person sends a thousand lines, another is heard and answered; of the thousand each is shown, or warned of."""
    asha = await desk.helper("asha")
    loud, calm = await _talk(town, asha), await _talk(town, asha)

    async def flood() -> None:
        for number in range(LINES):
            await loud.say(f"line {number}")
            await asyncio.sleep(0)

    flooding = asyncio.create_task(flood())
    await until(lambda: len(loud.said) > LINES / 10)
    await calm.say("Can you hear me?")
    await until(lambda: asha.heard(calm.number) == ["Can you hear me?"], 10.0)
    assert await asha.say(calm.number, "Yes.")
    await until(lambda: calm.words == ["Yes."], 10.0)
    await flooding
    await until(lambda: loud.warned or asha.heard(loud.number) == loud.said)
    there = iter(loud.said)
    assert all(line in there for line in asha.heard(loud.number))  # in order, and none twice
    assert not calm.warned


async def test_who_is_not_read_is_told(town: Street, desk: DeskUnderTest) -> None:
    """When nothing reaches the helper any more, the person learns that words did not arrive: nobody speaks into the void."""
    asha = await desk.helper("asha")
    person = await _talk(town, asha)
    await asha.stall()
    for number in range(400):
        if person.warned:
            break
        await person.exchange.say(person.address, f"into the void {number}", Private("x" * 1900))
        await asyncio.sleep(0.02)
    await until(lambda: person.warned)


async def test_a_helper_is_told_what_did_not_arrive(town: Street, desk: DeskUnderTest) -> None:
    """While the person's chat takes nothing, the helper sees no sign that words arrived; then they do."""
    asha = await desk.helper("asha")
    person = await _talk(town, asha)
    person.reached = False
    saying = asyncio.create_task(asha.say(person.number, "lost"))
    await asyncio.sleep(0.5)
    assert not saying.done() or not asha.arrived(person.number, "lost")
    person.reached = True
    saying.cancel()
    await asyncio.gather(saying, return_exceptions=True)
    assert await asha.say(person.number, "found")
    await until(lambda: person.words == ["found"])


# Lines that break


async def test_a_line_that_comes_back_loses_nothing(town: Street, desk: DeskUnderTest) -> None:
    """A helper whose line breaks for a moment finds all that was said meanwhile, in order; the talk goes on."""
    asha = await desk.helper("asha")
    person = await _talk(town, asha)
    await person.say("before")
    await until(lambda: asha.heard(person.number) == person.said)
    await asha.cut()
    await person.say("meanwhile")
    await person.say("and more")
    await asha.mend()
    await until(lambda: asha.heard(person.number) == person.said)
    assert await asha.say(person.number, "I am back")
    await until(lambda: person.words == ["I am back"])


async def test_a_line_that_stays_away_breaks_the_talk_off(town: Street, desk: DeskUnderTest, short: None) -> None:
    """When it does not come back in time, the person is told; the helper who comes later finds nothing of it."""
    asha = await desk.helper("asha")
    person = await _talk(town, asha)
    await asha.cut()
    await person.say("are you there?")
    await until(lambda: person.over is Over.BROKEN)
    await asha.mend()
    await _wiped(asha, person)


async def test_a_desk_that_dies_is_noticed(town: Street, desk: DeskUnderTest, short: None) -> None:
    """When the desk's process is gone, who talks there is told that the line broke, and nobody new is sent there."""
    asha = await desk.helper("asha")
    person = await _talk(town, asha)
    town.desks[0].die()
    await until(lambda: person.over is Over.BROKEN)
    await town.staffed(so=False)
    await _wiped(asha, person)


async def test_a_person_whose_process_dies_is_gone(town: Street, desk: DeskUnderTest, short: None) -> None:
    """When the process that a person came to is gone, the desk shows nothing of them any more: who talked, and who waited."""
    asha = await desk.helper("asha")
    person = await _talk(town, asha)
    waiting = await town.comes()
    await asha.brief(waiting.number)
    town.people.die()
    await _wiped(asha, person)
    await _wiped(asha, waiting)


# Ends


@pytest.mark.parametrize("by", ["helper", "person"])
async def test_an_end_by_either_side_wipes_the_desk(town: Street, desk: DeskUnderTest, by: str) -> None:
    """Whoever ends it: the other is told, and nothing of the talk is left on the screen, the colleague's neither."""
    asha, ben = await desk.helper("asha"), await desk.helper("ben")
    person = await _talk(town, asha)
    await ben.read(person.number, along=True)
    await until(lambda: person.states[-1].readers == 1)
    await person.say("something that must not stay")
    assert await asha.say(person.number, "nor this")
    await until(lambda: asha.heard(person.number) == ben.heard(person.number) == person.said)
    await (asha.end(person.number) if by == "helper" else person.stop())
    await asyncio.gather(_wiped(asha, person), _wiped(ben, person))
    assert not await asha.say(person.number, "too late")
    await until(lambda: person.words == [])
    if by == "helper":
        await until(lambda: person.over is Over.ENDED)


async def test_block_keeps_somebody_away(town: Street, desk: DeskUnderTest) -> None:
    """Who is blocked is told that it is over, and cannot ask again now."""
    asha = await desk.helper("asha")
    person = await _talk(town, asha)
    await asha.end(person.number, block=True)
    await until(lambda: person.over is Over.BLOCKED)
    await _wiped(asha, person)
    assert (await person.exchange.ask(person.address, person, Brief())).over is Over.BLOCKED


# Colleagues


async def test_a_colleague_goes_on(town: Street, desk: DeskUnderTest) -> None:
    """Passed on, somebody waits again and is told; who takes them then talks with them, and the first one does not."""
    asha, ben = await desk.helper("asha"), await desk.helper("ben")
    person = await _talk(town, asha)
    await asha.pass_on(person.number)
    await until(lambda: person.waits)
    await ben.brief(person.number)
    assert await ben.take(person.number)
    await until(lambda: person.talks)
    assert not await asha.say(person.number, "me again")
    assert await ben.say(person.number, "I am Ben's words")
    await until(lambda: person.words)
    assert person.words == ["I am Ben's words"]


async def test_a_second_helper_reads_only_when_the_person_knows(town: Street, desk: DeskUnderTest) -> None:
    """A colleague reads what both say once the person was told, writes to nobody, and stops; that is told too."""
    asha, ben = await desk.helper("asha"), await desk.helper("ben")
    person = await _talk(town, asha)
    await ben.read(person.number, along=True)
    await until(lambda: person.states[-1].readers == 1)
    await person.say("to both of you")
    await until(lambda: asha.heard(person.number) == ben.heard(person.number) == ["to both of you"])
    assert not await ben.say(person.number, "from the second")
    await ben.read(person.number, along=False)
    await until(lambda: person.states[-1].readers == 0)
    assert person.talks
    assert person.words == []


# Duty


async def test_nobody_is_sent_to_an_empty_desk(town: Street, desk: DeskUnderTest) -> None:
    """Without a helper nobody is there to be asked; with one who has no room neither, until they have it again."""
    assert not town.people.exchange.back.staffed(0.0)
    asha = await desk.helper("asha")
    await town.staffed()
    await asha.room(there=False)
    await town.staffed(so=False)
    await asha.room(there=True)
    await town.staffed()


async def test_who_goes_leaves_nobody_alone(town: Street, desk: DeskUnderTest, short: None) -> None:
    """A helper with a talk cannot go before it is passed on, or going passes it on. Then the desk counts one less."""
    asha = await desk.helper("asha")
    person = await _talk(town, asha)
    if not await asha.leave():
        assert person.talks
        await asha.pass_on(person.number)
        assert await asha.leave()
    await until(lambda: person.waits)
    await town.staffed(so=False)
    ben = await desk.helper("ben")
    await ben.brief(person.number)
    assert await ben.take(person.number)
    await until(lambda: person.talks)
