"""What every chat channel shares: whose turn it is, that none fails, and what is said when one did."""

import asyncio
from collections.abc import Callable
from typing import Final

import pytest

from bot.channels.limits import WHATSAPP
from bot.content.library import Library
from bot.content.phrases import Phrase
from bot.core.events import Command
from bot.core.private import Private
from bot.stores.memory import Memory
from bot.talk.codes import CODES
from bot.talk.conversation import Conversation
from bot.talk.host import NOWHERE, Caller, Host, placed, sealed
from bot.talk.keys import Keys
from bot.talk.pace import Pace, Rhythm
from bot.talk.ports import Address, Called, Farewell, Input, Media, Opened, Press, Screen, Words
from bot.talk.recall import Place, Recall
from bot.talk.seal import LENGTH
from bot.talk.storing import Store
from tests.conftest import NOON

from .test_recall import Bag

HERE: Final = Address("whatsapp", "1", Private("somebody"))
TOKEN: Final = "A" * LENGTH
PLACE: Final = Place(TOKEN, 7)
SLOW: Final = Rhythm(every=6.0, burst=1.0)


Make = Callable[..., Host]


@pytest.fixture
def make(conversation: Conversation, keys: Keys) -> Make:
    """Build a host whose time stands still."""

    def made(store: Store | None = None, rhythm: Rhythm = SLOW) -> Host:
        recall = Recall(store or Memory(), keys, lambda: NOON)
        return Host(conversation, recall, Pace(lambda: 0.0, rhythm), WHATSAPP.frame)

    return made


def caller(what: Input, once: str = "1", hint: str | None = None) -> Caller:
    """Let somebody do something."""
    return Caller(HERE, what, once, hint)


def typed(words: str, once: str) -> Caller:
    """Let somebody type."""
    return caller(Words(Private(words)), once)


async def comes(host: Host, who: Caller) -> bool:
    """Tell whether somebody gets a turn."""
    async with host.visit(who) as visit:
        return visit.slot is not None


async def settle() -> None:
    """Let every task come as far as it can."""
    for _ in range(50):
        await asyncio.sleep(0)


async def test_a_visit_knows_its_place(make: Make) -> None:
    """Who was here stands where they stood; a stranger nowhere."""
    host = make(rhythm=Rhythm())
    async with host.visit(caller(Opened())) as visit:
        assert (visit.place, visit.fresh) == (NOWHERE, True)
        assert visit.slot is not None
        await host.recall.keep(HERE, PLACE)
    async with host.visit(caller(Press("da"), "2")) as visit:
        assert visit.place == PLACE


async def test_nothing_is_done_twice(make: Make) -> None:
    """What came before has no turn, even while the first is under way."""
    host = make(rhythm=Rhythm())
    first, again = caller(Opened()), caller(Opened())
    assert [await comes(host, first), await comes(host, again)] == [True, False]
    both = await asyncio.gather(comes(host, caller(Opened(), "2")), comes(host, caller(Opened(), "2")))
    assert sorted(both) == [False, True]
    async with host.visit(again) as visit:
        assert (visit.slot, visit.place, visit.fresh) == (None, NOWHERE, False)


async def test_without_a_store_everybody_has_a_turn(make: Make) -> None:
    """With the store down nobody knows what came before; everything is taken."""
    host = make(Bag(down=True), Rhythm())
    assert [await comes(host, caller(Opened())) for _ in range(2)] == [True, True]


URGENT: Final[list[tuple[Input, str]]] = [
    (Press(TOKEN + "da"), "danger help"),
    (Press(TOKEN + "pe"), "a person"),
    (Press(TOKEN + "lv"), "leaving"),
    (Called(Command.DANGER), "danger help by command"),
    (Called(Command.PERSON), "a person by command"),
    (Called(Command.LEAVE), "leaving by command"),
    (Words(Private("i want to die")), "danger in words"),
    (Words(Private("leave")), "leaving in words"),
    (Words(Private("talk to a person")), "a person in words"),
]
ORDINARY: Final[list[tuple[Input, str]]] = [
    (Press(TOKEN + "me"), "the menu"),
    (Called(Command.MENU), "the menu by command"),
    (Words(Private("qwertyuiop")), "other words"),
    (Media(), "a picture"),
    (Opened(), "opening"),
]


@pytest.mark.parametrize("what", [what for what, _ in URGENT], ids=[name for _, name in URGENT])
async def test_help_and_leaving_do_not_wait(make: Make, what: Input) -> None:
    """Where a chat would have to wait, what leads to people or to the end goes first, however it is asked for."""
    host = make()
    assert await comes(host, typed("hi", "1"))
    assert host.pace.busy(host.recall.who(HERE))
    async with asyncio.timeout(5):
        assert await comes(host, caller(what, "2"))


@pytest.mark.parametrize("what", [what for what, _ in ORDINARY], ids=[name for _, name in ORDINARY])
async def test_everything_else_waits(make: Make, what: Input) -> None:
    """All else waits for its time, and is let go when somebody leaves meanwhile."""
    host = make()
    assert await comes(host, typed("hi", "1"))
    waiting = asyncio.create_task(comes(host, caller(what, "2")))
    await settle()
    assert not waiting.done()
    assert await comes(host, caller(Press(TOKEN + "lv"), "3"))
    assert await waiting is False


async def test_what_a_flood_brings_is_not_even_remembered(make: Make, conversation: Conversation, keys: Keys) -> None:
    """What is let go can come again, and is then taken as new."""
    host = make()
    assert await comes(host, typed("hi", "1"))
    waiting = [asyncio.create_task(comes(host, caller(Media(), f"flood {number}"))) for number in range(40)]
    await settle()
    assert await comes(host, caller(Press(TOKEN + "lv"), "end"))
    assert not any(await asyncio.gather(*waiting))
    assert await host.recall.first(HERE, "flood 39")


async def test_a_turn_that_fails_is_none(
    make: Make, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever the talk raises, nothing of it goes on, and one word is noted."""

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("SECRET")  # noqa: EM101 - what is looked for

    monkeypatch.setattr(Conversation, "turn", fail)
    assert make().think(typed("SECRET", "1"), NOWHERE) is None
    assert capsys.readouterr().err == "dhaal: failed\n"


async def test_a_failing_look_ahead_holds_nobody_back(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """If nobody can tell whether it is urgent, it is not; leaving by a button still is."""
    host = make()
    monkeypatch.setattr(Conversation, "turn", lambda *_, **__: 1 / 0)
    assert await comes(host, typed("hi", "1"))
    waiting = asyncio.create_task(comes(host, typed("leave", "2")))
    await settle()
    assert not waiting.done()
    assert await comes(host, caller(Press("lv".rjust(LENGTH + 2)), "3"))
    assert await waiting is False


def test_a_turn_is_thought(make: Make) -> None:
    """What was done becomes a screen, or the end, in the frame of the channel."""
    host = make()
    start = host.think(caller(Opened()), NOWHERE)
    assert isinstance(start, Screen)
    place = Place(start.token, 1)
    on = host.think(typed("1", "2"), place)
    assert isinstance(on, Screen)
    assert on.ref == "start.moment"
    end = host.think(typed("leave", "3"), place)
    assert isinstance(end, Farewell)
    assert "WhatsApp" in end.text


@pytest.mark.parametrize("tag", ["en", "hi", "hi-Latn", "ur", "es"])
def test_our_fault_is_told_in_the_language_of_the_talk(make: Make, conversation: Conversation, tag: str) -> None:
    """Whoever talks in a language is told in it, by place or by button; the hint of their app counts only without."""
    host, speech = make(), conversation.speech(tag)
    start = host.think(caller(Opened(), hint=tag), NOWHERE)
    assert isinstance(start, Screen)
    expected = (speech.trouble(), speech.phrase(Phrase.MENU))
    menu = CODES[Command.MENU]
    for what, place, hint in (
        (Words(Private("x")), Place(start.token, 1), None),
        (Press(start.token + "00"), NOWHERE, "ur"),
        (Media(), NOWHERE, tag),
    ):
        words, retry = host.sorry(caller(what, hint=hint), place)
        assert (words, retry.label) == expected
        assert retry.data == sealed(what, place) + menu


@pytest.mark.parametrize("hint", [None, "", "fr", "xx-YY"])
def test_without_a_language_it_is_the_first(make: Make, conversation: Conversation, hint: str | None) -> None:
    """Words there must be, whoever it is."""
    assert make().sorry(caller(Media(), hint=hint), NOWHERE)[0] == conversation.speech("en").trouble()


def test_a_longer_tag_is_its_language(make: Make, conversation: Conversation) -> None:
    """An app may say more than the language: the nearest that we speak is meant."""
    host = make()
    for hint, tag in (("hi-IN", "hi"), ("hi-Latn-IN", "hi-Latn"), ("es-MX", "es")):
        assert host.sorry(caller(Media(), hint=hint), NOWHERE)[0] == conversation.speech(tag).trouble()


def test_being_sorry_cannot_fail(make: Make, monkeypatch: pytest.MonkeyPatch, conversation: Conversation) -> None:
    """Even when nothing of the talk works any more."""
    host = make()
    trouble = conversation.speech("es").trouble()
    for name in ("turn", "tongue", "speech", "share"):
        monkeypatch.setattr(Conversation, name, lambda *_, **__: 1 / 0)
    words, retry = host.sorry(caller(Press(TOKEN + "00"), hint="es"), PLACE)
    assert (words, retry.data) == (trouble, TOKEN + "me")


@pytest.mark.parametrize("what", [Words(Private("x")), Called(Command.BACK), Media(), Media(lost=True)], ids=str)
def test_what_has_no_context_of_its_own_gets_one(what: Words | Called | Media) -> None:
    """Words, commands and pictures are of the place; without one they stand alone."""
    found = placed(what, PLACE)
    assert isinstance(found, Words | Called | Media)
    assert found.token == TOKEN
    assert placed(what, NOWHERE) == what
    assert getattr(found, "lost", None) == getattr(what, "lost", None)


def test_a_button_has_its_own() -> None:
    """A tap and an opening bring what they need."""
    for what in (Press(TOKEN + "00"), Opened()):
        assert placed(what, PLACE) is what


@pytest.mark.parametrize(
    ("what", "place", "expected"),
    [
        (Press("B" * LENGTH + "00"), PLACE, TOKEN),
        (Press("B" * LENGTH + "00"), NOWHERE, "B" * LENGTH),
        (Press("B" * LENGTH), NOWHERE, ""),
        (Press("words that are no state at all"), NOWHERE, ""),
        (Words(Private("x")), NOWHERE, ""),
    ],
    ids=str,
)
def test_where_to_try_again(what: Input, place: Place, expected: str) -> None:
    """From the place we know, else from the button; data of another length may be words, and is not carried on."""
    assert sealed(what, place) == expected


async def test_every_language_has_its_words(make: Make, library: Library) -> None:
    """What is said when all else fails is made at the start, for each language."""
    assert vars(make())["_last"].keys() == library.languages.keys()
