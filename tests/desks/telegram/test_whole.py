"""A person on the guide's own bot and a helper in the group of the helpers' bot: the whole program, as it is served."""

import asyncio

from bot import wiring
from bot.settings import load
from tests.peers.bot_api import BotApi
from tests.peers.people import Person

from .stage import GROUP, until

ASK = "Yes, ask for a helper"
WAY = ("1. English", "1. Yes, go on", "Talk to a person", "3. India", "2. A helper in this chat", ASK)


def environ(api: BotApi, desk: BotApi) -> dict[str, str]:
    """Give the environment of a guide with both bots."""
    return {
        "DHAAL_SECRET": "a secret that is only for tests!", "DHAAL_TELEGRAM_API": api.url, "DHAAL_TELEGRAM_TOKEN": api.token,
        "DHAAL_TELEGRAM_DESK_TOKEN": desk.token, "DHAAL_TELEGRAM_DESK_GROUP": str(GROUP),
    }  # fmt: skip


def shows(person: Person, words: str) -> bool:
    """Tell whether somebody's chat shows some words."""
    return any(words in message.text for message in person.see())


async def test_a_person_and_a_helper_meet(api: BotApi) -> None:
    """From the consent to the end: words go both ways, and neither bot hears of the other's chats."""
    desk = api.another()
    group = desk.forum(GROUP)
    asha = group.join(7100001, "Asha")
    stopped: list[str] = []
    app = wiring.application(load(environ(api, desk)), wiring.library(), stopped.append)
    async with app.router.lifespan_context(app):
        await asyncio.to_thread(group.tap, asha, None, "On duty")
        await asyncio.sleep(0.5)  # signs of life are quick in these tests
        person = api.person(555000777, language_code="en", first_name="Nobody-Knows")
        person.start()
        for label in WAY:
            await asyncio.to_thread(person.go, label)
        await until(group.topics)
        (thread,) = group.topics()
        await asyncio.to_thread(group.tap, asha, thread, "Take")
        await until(lambda: shows(person, "A helper is with you now."))
        person.say("I need somebody")
        await asyncio.to_thread(group.wait_in, thread, "I need somebody")
        written = group.say(asha, thread, "I am here with you.")
        await until(lambda: written.reactions and shows(person, "I am here with you."))
        for _ in range(2):
            await asyncio.to_thread(group.tap, asha, thread, "End")
        await until(lambda: not group.topics() and shows(person, "The helper has ended the talk."))
        await until(lambda: not shows(person, "I am here with you."))
    assert stopped == api.complaints == desk.complaints == []
    theirs = {str(call.params) for call in desk.calls}
    assert not any("555000777" in said or "Nobody-Knows" in said for said in theirs)
    assert not any(str(GROUP) in str(call.params) or "Asha" in str(call.params) for call in api.calls)
