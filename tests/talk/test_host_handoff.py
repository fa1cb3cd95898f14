"""What chats and helpers share: one row for what a person does and what is shown to them, and an end for who is gone."""

import asyncio

from bot.channels.limits import TELEGRAM
from bot.content.library import Library
from bot.core.private import Private
from bot.stores.memory import Memory
from bot.talk.conversation import Conversation
from bot.talk.host import Caller, Host
from bot.talk.keys import Keys
from bot.talk.pace import MANY, Pace, Rhythm
from bot.talk.ports import Address, Press, Words
from bot.talk.recall import Place, Recall
from tests.conftest import NOON
from tests.talk.handoff.town import Chat, moment, seconds, timeless
from tests.talk.room import Helper, Room, room

from .test_reception import consent

TIGHT = Rhythm(every=60.0, burst=1.0)


def host(place: Room) -> Host:
    """Build it."""
    recall = Recall(place.store, place.keys, place.now)
    return Host(place.talk, recall, Pace(seconds, TIGHT), TELEGRAM.frame, place.exchange)


async def talk(place: Room, chat: Chat) -> Helper:
    """Let somebody talk with a helper."""
    helper = place.sit("asha")
    brief = place.talk.brief(consent(place, chat).token, chat.address, frozenset())
    assert brief
    await place.exchange.ask(chat.address, chat, brief)
    await moment()
    await helper.take()
    return helper


@timeless
async def test_words_to_a_helper_are_not_held_back(library: Library) -> None:
    """In a talk people type fast: that counts for nothing, and keeps its order."""
    async with room(library) as place:
        here, chat = host(place), Chat("ana")
        helper = await talk(place, chat)
        token = consent(place, chat).token

        async def says(number: int) -> None:
            caller = Caller(chat.address, Words(Private(str(number))), f"update {number}")
            async with here.visit(caller) as visit:
                if visit.slot:
                    await here.answer(caller, Place(token, 1), chat)

        await asyncio.gather(*map(says, range(MANY)))
        await moment()
        assert helper.words == [str(number) for number in range(MANY)]
        assert here.voice(chat.address) is chat


@timeless
async def test_between_two_turns(library: Library) -> None:
    """What is shown of our own accord waits for the turn that is under way."""
    async with room(library) as place:
        seen: list[str] = []
        here, chat = host(place), Chat("ana")
        async with here.visit(Caller(chat.address, Press(""), "1")):
            task = asyncio.create_task(shown(here, chat.address, seen))
            await moment()
            seen.append("turn")
        await task
        assert seen == ["turn", "shown"]


async def shown(here: Host, address: Address, seen: list[str]) -> None:
    """Show something."""
    async with here.between(address):
        seen.append("shown")


@timeless
async def test_who_is_gone(library: Library) -> None:
    """Who blocks us is forgotten, and their talk ends; without helpers there is nothing to end."""
    async with room(library) as place:
        here, chat = host(place), Chat("ana")
        helper = await talk(place, chat)
        await here.recall.keep(chat.address, Place("A" * 62, 1))
        await here.gone(chat.address)
        await moment()
        assert helper.closed == ["STOPPED"]
        assert await here.recall.place(chat.address) is None
        alone = Host(place.talk, here.recall, Pace(seconds), TELEGRAM.frame)
        await alone.gone(chat.address)
        assert alone.voice(chat.address) is None


async def test_a_guide_without_helpers(library: Library, keys: Keys) -> None:
    """Where there are no helpers nothing is asked of them."""
    talk = Conversation(library, keys, lambda: NOON)
    alone = Host(talk, Recall(Memory(), keys, lambda: NOON), Pace(lambda: 0.0), TELEGRAM.frame)
    chat = Chat("ana")
    assert await alone.answer(Caller(chat.address, Press(""), "1"), Place("", 0), chat) is not None
    assert not await alone.talks(Caller(chat.address, Words(Private("x")), "2"))
