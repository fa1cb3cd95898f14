"""When something breaks between a person and a helper, whatever its exception tells, nobody hears it."""

import asyncio
import gc
import logging  # noqa: TID251 - to hear what would be logged
from contextlib import suppress

import pytest

from bot.content.library import Library
from bot.core.private import Private
from bot.desks.web_desk.accounts import Accounts
from bot.desks.web_desk.asked import Form
from bot.desks.web_desk.credentials import Credentials
from bot.desks.web_desk.doors import Doors
from bot.desks.web_desk.drawing import Drawing
from bot.desks.web_desk.floor import Floor
from bot.desks.web_desk.stream import Stream
from bot.desks.web_desk.tabs import Tab
from bot.desks.web_desk.work import Work
from bot.log import silence
from bot.talk.handoff import exchange as meeting
from bot.talk.handoff import front as fronts
from bot.talk.handoff import person as persons
from bot.talk.handoff.back import Back
from bot.talk.handoff.exchange import Exchange
from bot.talk.handoff.front import Front
from bot.talk.handoff.local import Local
from bot.talk.handoff.marks import Marks as Kept
from bot.talk.handoff.seat import Seat
from tests.desks.web.stage import Helper, Line, Stage, Voice, staged, until

from .blurts import Watch
from .marks import Finding, Marks
from .test_layers import Ears, ears

__all__ = ["ears"]

TURNS = 40  # looks until all that follows from a failure has followed
LAYERS = {
    "saying": (Exchange, "say"), "hearing": (Exchange, "_take"), "sending": (Exchange, "send"), "state": (Exchange, "state"),
    "sealing": (meeting, "seal"), "opening": (meeting, "unseal"), "cutting": (fronts, "pieces"), "bus": (Local, "send"),
    "front saying": (Front, "say"), "front taking": (Front, "take"), "front relaying": (Front, "_relays"),
    "front ending": (Front, "end"), "line": (persons.Line, "_tell"), "voice": (Voice, "tell"),
    "voice clearing": (Voice, "clear"),
    "back hearing": (Back, "hear"), "back passing": (Back, "_pass"), "back closing": (Back, "_close"),
    "seat": (Seat, "tell"), "seat putting": (Seat, "put"), "marks": (Kept, "forget"), "page": (Tab, "take"),
    "told": (Tab, "_told"),
    "looking": (Tab, "look"), "drawing words": (Drawing, "words"), "drawing a case": (Drawing, "case"),
    "drawing the end": (Drawing, "gone"), "cards": (Drawing, "cards"), "parts": (Drawing, "parts"), "telling": (Work, "tell"),
    "ending": (Work, "end"), "answering": (Work, "_say"), "form": (Doors, "form"), "typed": (Form, "private"),
    "stamp": (Credentials, "stamped"), "accounts": (Accounts, "roll"), "floor": (Floor, "who"),
}  # fmt: skip
OUTERMOST = {"stream": (Stream, "_write"), "listening": (Floor, "listen"), "next": (Seat, "next"), "watch": (Floor, "tick")}


@pytest.fixture
def watch(ears: Ears, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Watch:
    """Listen."""
    return Watch(ears, capfd, monkeypatch)


class Talk:
    """A person and a helper at the web desk, in this process."""

    def __init__(self, stage: Stage) -> None:
        """Begin with no word."""
        self.stage, self.words = stage, Marks()
        self.answers: dict[str, bytes] = {}

    async def begin(self) -> None:
        """Let somebody ask, and a helper take them."""
        self.helper = self.stage.helper()
        await self.helper.client.get(self.stage.desk.invitation())
        await self.helper.begin()
        self.line = Line.of(self.stage).open()
        self.address, self.voice, self.case = await self.stage.person()
        tabs = self.stage.desk.floor._tabs  # noqa: SLF001 - the page has its name from us
        self.tab = next(name for name, tab in tabs.items() if tab is self.line.tab)
        await self._post(self.helper, "take")
        await until(lambda: self.voice.shown and self.voice.shown[-1].talks)

    async def go_on(self) -> None:
        """Do everything that can be done; what fails on the person's side is caught by the channel, as here."""
        for round_ in range(2):
            with suppress(Exception):
                await self.stage.exchange.say(self.address, f"said {round_}", Private(self.words.new("person")))
            await self._post(self.helper, "tell", words=self.words.new("helper"), ident=f"told{round_}")
            for name in ("cards", "card", "send", "read", "here"):
                await self._post(self.helper, name, ref=self.words.new(name), ident=f"{name}{round_}")
        await _settle()
        await self._post(self.helper, "end", why="end")
        await _settle()
        with suppress(Exception):
            await self.stage.exchange.stop(self.address)
        await _settle()

    async def end(self) -> None:
        """Hang up."""
        with suppress(Exception):
            await self.line.close()
        gc.collect()  # a task that failed tells of it when it goes

    def found(self, watch: Watch) -> list[Finding]:
        """Search logs and outputs for words, and answers and the stream for what a failure told."""
        heard = watch.heard()
        shown = {**self.answers, "stream": str(self.line.came).encode()}
        return [*self.words.find(heard), *watch.blurts.find({**heard, **shown})]

    async def _post(self, helper: Helper, name: str, **fields: str) -> None:
        answer = await helper.post(f"/{name}", tab=self.tab, case=self.case, **fields)
        self.answers[f"answer {name}"] = repr(answer.headers.raw).encode() + answer.content


async def _settle() -> None:
    """Let all that was begun go on."""
    for _ in range(TURNS):
        await asyncio.sleep(0.002)


async def test_nothing_breaks(library: Library, watch: Watch) -> None:
    """With every part sound, no log line or output holds a word, and both sides had them."""
    async with staged(library) as stage:
        talk = Talk(stage)
        await talk.begin()
        await talk.go_on()
        await talk.end()
        assert talk.found(watch) == []
        assert len(talk.voice.told) == 2
        assert len(talk.line.find("words")) == 2


@pytest.mark.parametrize("layer", LAYERS)
async def test_a_failure(library: Library, watch: Watch, layer: str) -> None:
    """A part fails, with every word it was given in its message: none is answered, sent to the page, logged or printed."""
    async with staged(library) as stage:
        talk = Talk(stage)
        await talk.begin()
        with watch.breaks(*LAYERS[layer]):
            await talk.go_on()
            await talk.end()
        assert talk.found(watch) == []


@pytest.mark.parametrize("layer", OUTERMOST)
async def test_a_failure_at_the_very_door(library: Library, watch: Watch, layer: str) -> None:
    """What the server or asyncio would tell of is not told, as `silence()` is in force, even to handlers attached later."""
    watch.monkeypatch.setattr(logging, "raiseExceptions", logging.raiseExceptions)  # put back afterwards
    silence()
    logging.getLogger().addHandler(watch.ears)
    async with staged(library) as stage:
        talk = Talk(stage)
        await talk.begin()
        with watch.breaks(*OUTERMOST[layer]):
            await talk.go_on()
            await talk.end()
        assert talk.found(watch) == []


async def test_the_search_finds_every_leak(library: Library, watch: Watch) -> None:
    """A relay that prints and logs, and a page that shows what failed, are found."""
    say = Exchange.say

    async def echo(exchange: Exchange, address: object, ident: str, words: Private[str]) -> bool:
        logging.getLogger("somebody.new").warning("%s", words.reveal())
        print(words.reveal())  # noqa: T201 - the leak that is to be found
        return await say(exchange, address, ident, words)  # type: ignore[arg-type]

    watch.monkeypatch.setattr(Exchange, "say", echo)
    watch.monkeypatch.setattr(Drawing, "gone", lambda *_: watch.blurts.new("shown"))
    async with staged(library) as stage:
        talk = Talk(stage)
        await talk.begin()
        await talk.go_on()
        found = talk.found(watch)
        await talk.end()
    assert {one.place for one in found} >= {"stdout", "log", "stream"}
