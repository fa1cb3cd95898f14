"""After a turn on WhatsApp, no living object of the program holds a word, a name, a number or a name at Meta."""

import asyncio
import threading

from bot.content.library import Library
from bot.wiring import now
from tests.peers.graph_api import GraphApi, serving_graph_api

from .forensics import Kin, find
from .marks import Finding
from .test_memory import living, program
from .whatsapp_doors import Guests, kinds
from .whatsapp_talk import House, housed

PACKAGES = ("aiohttp", "multidict", "yarl", "json", "asyncio")


def hunt(house: House, roots: list[object], api: GraphApi) -> list[Finding]:
    """Search what can be reached, but not through what the tests themselves know: the Graph API, the line to it, the guests."""
    aside = [api, vars(api), house, house.line, house.client, house.guests]
    aside += [thread for thread in threading.enumerate() if thread is not threading.main_thread()]
    places = {"memory": b"\n".join({*living(roots, aside)})}
    kin = (house.guests.words, house.guests.ids)
    return [one for marks in kin if isinstance(marks, Kin) for one in find(marks, places)]


async def search(library: Library, api: GraphApi) -> list[Finding]:
    """Let everybody come, hang two marks up, and search."""
    async with housed(library, api) as house:
        house.guests = Guests(Kin(), Kin())
        await house.visit()
        await house.bring(kinds(house.guests))
        assert house.line.posts > 50
        kept = [house.guests.words.new("hung up"), house.guests.ids.number("hung up")]
        vars(house.guide)["kept"] = kept
        mine = [*map(vars, (house.guide, house.store, house.turns, house.door, house.graph)), asyncio.get_running_loop()]
        return hunt(house, [*mine, library, *program(*PACKAGES), now], api)


def test_the_guide_forgets(library: Library) -> None:
    """When its turns are over, the guide, its store, its line to Meta and every module hold nothing of what was brought.

    A word and a number that are hung on the guide are found: so the search can fail.
    """
    with serving_graph_api() as api:
        found = asyncio.run(search(library, api))
    assert {one.door for one in found} == {"hung up"}
