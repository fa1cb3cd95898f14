"""A helper takes over on the web page: what was said stands on it until the end, with scripts or without."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape

import pytest

from bot.channels.web import application
from bot.channels.web import voice as voices
from bot.channels.web.talk import MOST
from bot.content.library import Library
from bot.core.events import Command
from bot.talk.codes import CODES
from bot.talk.handoff.counter import LOOK
from bot.talk.handoff.exchange import BEAT
from bot.talk.handoff.front import Over
from tests.talk.handoff.town import moment, seconds, timeless
from tests.talk.room import Helper, Room, room

from .visitor import SETTINGS, Person, connect

BUTTON = re.compile(r'name="press" value="([\w-]+)">(?:<span class="number">\d+</span> )?(?:<span[^>]*>)?([^<]+)<')


@dataclass(eq=False)
class Page:
    """Somebody's page, and what is on it."""

    room: Room
    person: Person
    html: str = ""

    async def open(self) -> None:
        """Open the first page."""
        self.html = (await self.person.open()).text

    async def press(self, *labels: str) -> None:
        """Press buttons by their labels."""
        for label in labels:
            data = {unescape(found): data for data, found in BUTTON.findall(self.html)}[label]
            await self.send(data)

    async def send(self, data: str) -> None:
        """Press what carries some data."""
        self.html = (await self.person.send(press=data)).text
        await moment()

    async def type(self, *words: str) -> None:
        """Type and send."""
        for one in words:
            self.html = (await self.person.type(one)).text
            await moment()

    async def look(self) -> None:
        """Look for what is new, as the script does."""
        found = re.search(r'data-look="([\w-]+)"', self.html)
        assert found
        await self.send(found[1])

    @property
    def text(self) -> str:
        """Give what is read between the header and the footer."""
        inner = self.html.partition("<main>")[2].partition("</main>")[0]
        return re.sub(
            r"\s+", " ", unescape(re.sub(r"<form.*?</form>|<p id=\"trouble\".*?</p>|<[^>]+>", " ", inner, flags=re.DOTALL))
        )

    @property
    def said(self) -> list[str]:
        """List what was said."""
        return [unescape(line) for line in re.findall(r'<li dir="auto"[^>]*>([^<]*)</li>', self.html)]

    async def wait(self) -> None:
        """Ask for a helper."""
        await self.open()
        await self.press("English", "Yes, go on", "It is about me", "Talk to a person", "India", "A helper in this chat")
        await self.press("Yes, ask for a helper")

    def twin(self) -> "Page":
        """Open the same page in a second tab, as a browser's "duplicate" does."""
        other = Person(self.person.client)
        other.page = self.person.page
        return Page(self.room, other, self.html)


@asynccontextmanager
async def town(library: Library) -> AsyncIterator[Page]:
    """Run everything."""
    async with room(library) as behind, connect(application(behind.talk, SETTINGS, behind.exchange)) as client:
        yield Page(behind, Person(client))


async def talk(page: Page) -> Helper:
    """Ask for a helper, who comes."""
    helper = page.room.sit("asha")
    await page.wait()
    await helper.take()
    await page.look()
    return helper


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the page's clock jump with the loop."""
    monkeypatch.setattr("bot.channels.web.voice.monotonic", seconds)


@timeless
async def test_a_talk_from_consent_to_the_end(library: Library) -> None:
    """Waiting, talking, the end: the page says each, shows both sides in order, and then nothing of them."""
    async with town(library) as page:
        helper = page.room.sit("asha")
        await page.wait()
        assert page.room.words("handoff_waiting") in page.text
        await page.look()
        assert "queue: 1" in page.text
        await helper.take()
        await page.press("See what is new")
        assert page.room.words("handoff_talking") in page.text
        await page.type("hello", "menu")
        await helper.says("<b>You</b> are safe & heard.")
        await page.look()
        assert page.said == ["You: hello", "You: menu", "Helper: <b>You</b> are safe & heard."]
        assert helper.words == ["hello", "menu"]
        assert await helper.seat.end(helper.case)
        await moment()
        await page.look()
        assert page.room.words("handoff_ended") in page.text
        assert "danger right now?" in page.text
        assert page.said == []
        assert "data-look" not in page.html
        await page.press("No, not right now")
        assert page.room.words("handoff_ended") not in page.text


@timeless
async def test_what_helpers_hear_names_nobody(library: Library) -> None:
    """The page's own name does not go to helpers."""
    async with town(library) as page:
        await talk(page)
        await page.type("hello")
        assert "Spoke" in repr(page.room.events)
        assert page.person.page.fields["chat"] not in repr(page.room.events)


@timeless
async def test_the_guide_goes_on_beside_the_talk(library: Library) -> None:
    """A page of the guide shows the talk below it, looks for what is new, and what is typed there goes to the helper."""
    async with town(library) as page:
        helper = await talk(page)
        await page.press("I need help now")
        assert page.text.index("You come first now.") < page.text.index(page.room.words("handoff_talking"))  # help is not below
        await helper.says("I am here.")
        await page.look()
        assert page.said == ["Helper: I am here."]
        await page.press("Menu")
        assert page.said == ["Helper: I am here."]
        assert page.room.words("handoff_talking") in page.text
        await page.type("1")
        assert helper.words == ["1"]
        await page.press("Talk to a person")
        assert page.text.count(page.room.words("handoff_talking")) == 1
        assert ">Stop<" in page.html
        await page.press("Stop")
        assert page.room.words("handoff_stopped") in page.text
        assert helper.closed == ["STOPPED"]
        assert page.said == []


@timeless
async def test_what_was_left_out_stays_out_for_who_types(library: Library) -> None:
    """Typed words mean the page that stands there."""
    async with town(library) as page:
        page.room.sit("asha")
        await page.open()
        await page.press("English", "Yes, go on", "It is about me", "Talk to a person", "India", "A helper in this chat")
        await page.press("Without: Country")
        await page.type("yes, ask for a helper")
        (own,) = page.room.exchange.front.cases
        assert (own.brief.locale, own.brief.facts) == ("en", {"who": "me"})
        await page.type("see what is new")
        assert page.room.words("handoff_waiting") in page.text
        await page.type("stop")
        assert page.room.words("handoff_stopped") in page.text


@timeless
@pytest.mark.parametrize("act", ["words", "Menu", "look"])
async def test_the_end_comes_first(library: Library, act: str) -> None:
    """Whatever is done after the end, first the page says that nobody hears it any more; words are not misread."""
    async with town(library) as page:
        helper = await talk(page)
        assert await helper.seat.end(helper.case)
        await moment()
        if act == "words":
            await page.type("menu")
        elif act == "look":
            await page.look()
        else:
            await page.press(act)
        assert page.room.words("handoff_ended") in page.text
        assert "danger right now?" in page.text
        await page.press("Menu")
        assert page.room.words("handoff_ended") not in page.text


@timeless
@pytest.mark.parametrize(("command", "shows"), [("I need help now", "You come first now."), ("Talk to a person", "14416")])
async def test_help_comes_before_the_end(library: Library, command: str, shows: str) -> None:
    """Help and people are shown at once, with a line that it is over."""
    async with town(library) as page:
        helper = await talk(page)
        assert await helper.seat.end(helper.case)
        await moment()
        await page.press(command)
        assert shows in page.text
        assert page.room.words("handoff_ended") in page.text
        await page.press(command)
        assert page.room.words("handoff_ended") not in page.text


@timeless
async def test_leaving(library: Library) -> None:
    """Leave ends the talk; after an end it just leaves."""
    async with town(library) as page:
        helper = await talk(page)
        token = page.person.page.fields["token"][:62]
        await page.send(token + CODES[Command.LEAVE])
        assert "You have left" in page.text or page.room.words("farewell_web") in page.text
        assert helper.closed == ["STOPPED"]
        assert page.said == []
    async with town(library) as page:
        helper = await talk(page)
        token = page.person.page.fields["token"][:62]
        assert await helper.seat.end(helper.case)
        await moment()
        await page.send(token + CODES[Command.LEAVE])
        assert page.room.words("handoff_ended") not in page.text


@timeless
@pytest.mark.parametrize("why", [Over.NOBODY, Over.BLOCKED])
async def test_who_else_can_be_called(library: Library, why: Over) -> None:
    """Where no helper can help, those who can be called stand there."""
    async with town(library) as page:
        helper = page.room.sit("asha")
        await page.wait()
        if why is Over.BLOCKED:
            await helper.take()
            assert await helper.seat.end(helper.case, why)
        await moment(120 + 2 * BEAT)
        await page.look()
        assert page.room.words(why.value) in page.text
        assert "14416" in page.text


@timeless
async def test_two_tabs(library: Library) -> None:
    """The same page in two tabs shows the same talk; both learn how it ended, whichever looks first."""
    async with town(library) as page:
        helper = await talk(page)
        other = page.twin()
        await other.type("from the other tab")
        await page.look()
        assert page.said == other.said == ["You: from the other tab"]
        assert await helper.seat.end(helper.case)
        await moment()
        for tab in (page, other):
            await tab.look()
            assert page.room.words("handoff_ended") in tab.text
            assert tab.said == []
    async with town(library) as page:
        await talk(page)
        other, third = page.twin(), page.twin()
        await page.press("Stop")
        await other.look()
        await third.type("menu")
        assert page.room.words("handoff_stopped") in other.text
        assert page.room.words("handoff_stopped") in third.text


@timeless
async def test_a_tab_of_its_own_knows_nothing(library: Library) -> None:
    """Another page of the same browser, or anybody's, is not in the talk."""
    async with town(library) as page:
        helper = await talk(page)
        other = Page(page.room, Person(page.person.client))
        await other.open()
        await other.type("hello")
        assert helper.words == []
        assert "data-look" not in other.html


@timeless
async def test_it_ends_at_this_very_moment(library: Library) -> None:
    """A look in the moment in which it ends tells the reason, not that a line broke."""
    async with town(library) as page:
        await talk(page)
        (own,) = page.room.exchange.front.cases
        gate = asyncio.Event()
        own.line.do(gate.wait)
        await page.room.exchange.front.end(own, Over.ENDED)  # it is over, and the page could not be told yet
        look = asyncio.create_task(page.look())
        await moment()
        gate.set()
        await look
        assert page.room.words("handoff_ended") in page.text


@timeless
async def test_media_is_refused(library: Library) -> None:
    """A file is not read. It has no page's name, so it opens the guide anew and disturbs nothing."""
    async with town(library) as page:
        helper = await talk(page)
        answer = await page.person.client.post("/", files={"file": b"x"})
        assert page.room.words("hint_shared") in unescape(answer.text)
        assert helper.words == []


@timeless
async def test_a_closed_page(library: Library) -> None:
    """What a helper says to a page that nobody looks at does not count as arrived; if it is looked at again, it is there."""
    async with town(library) as page:
        helper = await talk(page)
        await moment(voices.AWAY + 1)
        await helper.says("are you there?")
        assert [it for it in helper.changes if type(it).__name__ == "Arrived"] == []
        await page.look()
        assert page.said == ["Helper: are you there?"]
        await helper.says("good")
        assert len([it for it in helper.changes if type(it).__name__ == "Arrived"]) == 1
        stop = re.search(r'data-stop="([\w-]+)"', page.html)
        assert stop
        await page.send(stop[1])  # what the page sends when it is closed
        await moment()
        assert helper.closed == ["STOPPED"]


@timeless
@pytest.mark.parametrize("act", ["look", "words"])
async def test_the_process_restarts(library: Library, act: str) -> None:
    """A new process says that the line broke; it does not take words for its own."""
    async with town(library) as page:
        await talk(page)
        page.room.kill()
        async with page.room.exchange.running(), connect(application(page.room.talk, SETTINGS, page.room.exchange)) as client:
            page.person.client = client
            await (page.look() if act == "look" else page.type("menu"))
            assert page.room.words("handoff_broken") in page.text
            assert "14416" in page.text
            await page.type("menu")
            assert page.room.words("handoff_broken") not in page.text


@timeless
async def test_words_that_cannot_be_sent(library: Library) -> None:
    """Words that nobody heard do not stand there as said."""
    async with town(library) as page:
        await talk(page)
        page.room.exchange.say = never  # type: ignore[method-assign, assignment] # as over a cut line
        await page.type("hello")
        assert page.room.words("handoff_unheard") in page.text
        assert page.said == []


async def never(*_: object) -> bool:
    """Fail."""
    return False


@timeless
async def test_pages_are_not_known_for_ever(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page whose talk has long been over is forgotten; so is the oldest if there are too many."""
    monkeypatch.setattr("bot.channels.web.talk.MOST", 2)
    assert MOST > 2
    async with town(library) as page:
        await talk(page)
        known = page.person.page.fields["chat"]
        await page.press("Stop")
        await moment(voices.OLD + 1)
        names = []
        for _ in range(3):
            other = Page(page.room, Person(page.person.client))
            await other.wait()
            names.append(other.person.page.fields["chat"])
        await page.press("Menu")
        await page.send(page.person.page.fields["token"][:62] + LOOK)
        assert page.room.words("handoff_broken") in page.text
        assert known not in names
