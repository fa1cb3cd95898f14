"""Processes, Valkey, Telegram and browsers fail in the middle of a talk: both sides are told, and nothing of it stays."""

import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from time import monotonic
from typing import Final

import pytest

from bot.desks.web_desk.shifts import Shifts
from tests.canary.kept import kept
from tests.canary.marks import Marks
from tests.canary.rooms import Server
from tests.peers.answers import Refusal, ServerError
from tests.stores.server import Server as Valkey
from tests.stores.server import serving_valkey
from tests.telegram.town import Town
from tests.whole_desk.helpers import Helper, invited, until
from tests.whole_desk.house import SECRET, House, housed
from tests.whole_desk.people import QUEUE, TALKING, Chatter, Visitor
from tests.whole_desk.screens import Desk, browsing, held

pytestmark = pytest.mark.whole

BROKEN: Final = "The line to the helper broke."
UNHEARD: Final = "Your last words did not arrive."
NOBODY: Final = "No helper is free right now."
SILENT: Final = "Nobody said anything for a while"
LOST: Final = 15.0  # seconds until both sides know: eight without a sign, and the next look
SEAT: Final = 45.0  # the same for a browser that is gone: its seat is kept for a line that comes back
IMPATIENT: Final = (  # `dhaal` that ends a talk in which nobody says anything for three seconds
    sys.executable, "-c",
    "import sys, bot.talk.handoff.front as front; front.SILENT = 3.0; from bot.cli import main; sys.exit(main())",
)  # fmt: skip


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Build a house."""
    with housed(tmp_path) as house:
        yield house


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    """Run a store that both sides share."""
    with serving_valkey() as valkey:
        yield valkey


def sides(stack: ExitStack, house: House, store: Valkey) -> tuple[Server, Server]:
    """Run one process for people, and one for helpers."""
    front = stack.enter_context(house.serves("front", house.people, house.page, DHAAL_STORE=store.url))
    back = stack.enter_context(house.serves("back", house.page, DHAAL_STORE=store.url, DHAAL_WEB="off"))
    return front, back


def talking(house: House, helper: Helper, marks: Marks) -> tuple[Chatter, str]:
    """Let somebody on Telegram and a helper talk."""
    person = Chatter(Town(house.api).settled()).to_the_desk().ask()
    case = helper.take()
    person.sees(TALKING)
    person.person.say(marks.new("person"))
    helper.hears(marks.all[-1].core)
    helper.told(case, marks.new("helper"))
    person.sees(marks.all[-1].core)
    return person, case


def cleared(person: Chatter, marks: Marks) -> None:
    """Hold that the chat shows nothing of the talk."""
    until(lambda: marks.find({"chat": person.text.encode()}) == [], what="The clearing of the chat")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_stopped_in_the_middle(house: House, how: signal.Signals) -> None:
    """A guide that is stopped tells the person before it ends, clears the chat, and writes the helper's shift down."""
    marks = Marks()
    with house.serves("room", house.people, house.page) as server:
        helper = house.helper(server)
        person, _ = talking(house, helper, marks)
        server.end(how)
        person.sees(BROKEN)
        cleared(person, marks)
        assert marks.find({**server.room.said(), **server.room.written()}) == []
    (shift,) = Shifts(house.accounts).last()
    assert (shift.name, bool(shift.end), shift.chats) == ("asha", True, 1)
    assert marks.find({path.name: path.read_bytes() for path in house.accounts.parent.iterdir()}) == []


def test_stopped_with_a_topic(house: House) -> None:
    """A guide that is stopped deletes the topics of its talks in the helpers' group, and says there that it is gone."""
    marks = Marks()
    with house.serves("room", house.people, house.topics) as server:
        house.duty()
        person = Chatter(Town(house.api).settled()).to_the_desk().ask()
        thread = house.take()
        person.sees(TALKING)
        person.person.say(marks.new("person"))
        house.group.wait_in(thread, marks.all[-1].core)
        server.end(signal.SIGTERM)
        person.sees(BROKEN)
        house.group.wait_until(lambda: not house.group.topics())
    assert marks.find({"group": house.shown().encode()}) == []
    assert "The desk has stopped" in house.shown()


def test_killed_with_a_topic(house: House, valkey: Valkey) -> None:
    """After kill -9 the next process deletes what stands in the group, and tells the person when they come back."""
    marks = Marks()
    with house.serves("first", house.people, house.topics, DHAAL_STORE=valkey.url) as server:
        house.duty()
        person = Chatter(Town(house.api).settled()).to_the_desk().ask()
        thread = house.take()
        person.sees(TALKING)
        person.person.say(marks.new("person"))
        house.group.wait_in(thread, marks.all[-1].core)
        server.end(signal.SIGKILL)
    with house.serves("second", house.people, house.topics, DHAAL_STORE=valkey.url):
        house.group.wait_until(lambda: not house.group.topics(), 40.0)
        until(lambda: _told_on_coming_back(person), LOST, "The word to the person")
    assert marks.find({"group": house.shown().encode(), **kept(valkey)}) == []


def _told_on_coming_back(person: Chatter) -> bool:
    """Type something, as somebody does who waits for an answer."""
    if BROKEN not in person.text:
        message = person.person.say("hello?")
        person.person.wait_for(lambda shown: message not in shown)
    return BROKEN in person.text


def test_the_helpers_process_is_killed(house: House, valkey: Valkey) -> None:
    """The person is told within seconds, the chat is cleared, and the way to others stands there; they can ask again."""
    marks = Marks()
    with ExitStack() as stack:
        _, back = sides(stack, house, valkey)
        person, _ = talking(house, house.helper(back), marks)
        back.end(signal.SIGKILL)
        person.sees(BROKEN, LOST)
        cleared(person, marks)
        assert [(shift.name, shift.end) for shift in Shifts(house.accounts).last()] == [("asha", "")]
        again = stack.enter_context(house.serves("again", house.page, DHAAL_STORE=valkey.url, DHAAL_WEB="off"))
        helper = house.helper(again, "bina")
        person.to_the_desk().ask()
        helper.take()
        person.sees(TALKING)
        assert marks.find(kept(valkey)) == []


def test_the_persons_process_is_killed(house: House, valkey: Valkey) -> None:
    """The helper is told within seconds, and the words are off the page; the person is told when they do anything."""
    marks = Marks()
    with ExitStack() as stack:
        front, back = sides(stack, house, valkey)
        helper = house.helper(back)
        person, case = talking(house, helper, marks)
        front.end(signal.SIGKILL)
        assert "broke" in helper.gone(case)
        assert marks.find({"stream": bytes(helper.frames).rpartition(b"event: gone\n")[2]}) == []
        stack.enter_context(house.serves("again", house.people, house.page, DHAAL_STORE=valkey.url))
        until(lambda: _told_on_coming_back(person), LOST, "The word to the person")
        assert marks.find(kept(valkey)) == []


def test_valkey_is_gone_and_comes_back(house: House, valkey: Valkey) -> None:
    """Without Valkey each side is told that words did not arrive, or that the line broke; with it, both can begin anew."""
    marks = Marks()
    with ExitStack() as stack:
        _, back = sides(stack, house, valkey)
        helper = house.helper(back)
        person, case = talking(house, helper, marks)
        valkey.stop(signal.SIGKILL)
        status, _ = helper.ask(
            "POST", "/desk/tell", {"stamp": helper.stamp, "tab": helper.tab, "case": case, "ident": "a", "words": "x"}
        )
        assert status == 409
        person.sees(BROKEN, LOST)
        helper.gone(case)
        valkey.start()
        cleared(person, marks)
        person.to_the_desk().ask()
        until(lambda: helper.waiting() != case, what="Somebody new in the queue")
        helper.take()
        person.sees(TALKING)
        assert marks.find(kept(valkey)) == []


def test_valkey_is_gone_for_a_moment(house: House, valkey: Valkey) -> None:
    """A short absence is bridged: the talk goes on, and what did not arrive is said."""
    with ExitStack() as stack:
        _, back = sides(stack, house, valkey)
        helper = house.helper(back)
        person, case = talking(house, helper, Marks())
        valkey.stop(signal.SIGKILL)
        person.person.say("lost on the way")
        valkey.start()
        person.sees(UNHEARD)
        person.person.say("once more")
        helper.hears("once more")
        helper.told(case, "I hear you")
        person.sees("I hear you")


def test_telegram_is_gone_for_the_person(house: House) -> None:
    """A helper's words that Telegram does not take are not marked as arrived; what comes later is."""
    with house.serves("room", house.people, house.page) as server:
        helper = house.helper(server)
        person, case = talking(house, helper, Marks())
        arrived = len(helper.events("arrived"))
        chat = person.person.chat.id
        house.api.fail("sendMessage", 1, with_=Refusal(400, "Bad Request: nothing to be done"), chat_id=chat)
        helper.act("tell", case=case, words="into the void")
        helper.told(case, "this arrives")
        person.sees("this arrives")
        assert len(helper.events("arrived")) == arrived + 1
        assert "into the void" not in person.text
        house.api.fail("sendMessage", 1, with_=ServerError(502), chat_id=chat)
        helper.told(case, "after one failure")
        person.sees("after one failure")


def test_the_helpers_browser_is_gone(house: House) -> None:
    """A browser that does not come back costs the talk its helper: the person is told, with others who help."""
    marks = Marks()
    with house.serves("room", house.people, house.page) as server:
        helper = house.helper(server)
        person, _ = talking(house, helper, marks)
        helper.hang_up()
        begins = monotonic()
        person.sees(BROKEN, SEAT)
        assert monotonic() - begins > 10  # a line that breaks for a moment ends nothing
        cleared(person, marks)


@pytest.mark.browser
def test_the_page_of_a_process_that_is_gone(house: House, tmp_path: Path) -> None:
    """In a real browser, a page whose guide was killed says that the line is lost, and then takes the talk away by itself."""
    marks = Marks()
    with ExitStack() as stack:
        server = stack.enter_context(house.serves("room", house.people, house.page))
        browser = stack.enter_context(browsing(f"http://127.0.0.1:{server.port}", tmp_path / "profile"))
        desk = Desk(browser)
        desk.join(invited("asha", server.room.environ(DHAAL_SECRET=SECRET, **house.page), tmp_path))
        person = Visitor(server).to_the_desk().ask()
        desk.take()
        person.sees(TALKING)
        person.say(marks.new("person"))
        desk.sees(marks.all[-1].core)
        server.end(signal.SIGKILL)
        until(lambda: "The connection is lost" in browser.see("#alerts"), LOST, "The alert")
        desk.gone(SEAT)
        assert marks.find({"page": held(browser)}) == []


def test_a_broken_line_comes_back(house: House) -> None:
    """A page whose line breaks for a moment goes on, and gets what was said meanwhile."""
    with house.serves("room", house.people, house.page) as server:
        helper = house.helper(server)
        person, case = talking(house, helper, Marks())
        helper.hang_up()
        person.person.say("meanwhile")
        helper.listen()
        helper.hears("meanwhile")
        helper.told(case, "still here")
        person.sees("still here")


def test_nobody_says_anything(house: House) -> None:
    """A talk in which both are silent ends by itself, and both are told."""
    with house.serves("room", house.people, house.page, program=IMPATIENT) as server:
        helper = house.helper(server)
        person, case = talking(house, helper, Marks())
        person.sees(SILENT)
        assert "is over" in helper.gone(case)


def test_nobody_takes_them(house: House) -> None:
    """Whoever waited long enough is told so, with people who can be called; on Telegram and on the web alike."""
    with house.serves("room", house.people, house.page, DHAAL_DESK_WAIT="3") as server:
        helper = house.helper(server)
        person = Chatter(Town(house.api).settled()).to_the_desk().ask()
        visitor = Visitor(server).to_the_desk()
        visitor.press("Yes, ask for a helper")
        assert QUEUE in visitor.text or NOBODY in visitor.text
        person.sees(NOBODY)
        visitor.sees(NOBODY)
        assert "14416" in person.text
        assert "14416" in visitor.text
        until(lambda: "Nobody is waiting" in str(helper.events("queue")[-1]), what="An empty queue")


def test_killed_alone(house: House) -> None:
    """Without a store a kill is forgotten as everything is; the person's next tap tells them that the line broke."""
    marks = Marks()
    with house.serves("first", house.people, house.page) as server:
        helper = house.helper(server)
        person, _ = talking(house, helper, marks)
        server.end(signal.SIGKILL)
    assert marks.find({**server.room.said(), **server.room.written()}) == []
    with house.serves("second", house.people, house.page):
        person.go("See what is new")
        person.sees(BROKEN)


def test_telegram_is_gone_for_the_group(house: House) -> None:
    """When a person's words cannot be brought into the group, the person is told, and the group shows nothing of the talk."""
    marks = Marks()
    with house.serves("room", house.people, house.topics):
        house.duty()
        person = Chatter(Town(house.api).settled()).to_the_desk().ask()
        thread = house.take()
        person.sees(TALKING)
        house.desk.fail("sendMessage", 1, with_=ServerError(502))
        person.person.say(marks.new("after one failure"))
        house.group.wait_in(thread, marks.all[-1].core)
        house.desk.fail("sendMessage", 1, with_=Refusal(400, "Bad Request: message thread not found"))
        person.person.say(marks.new("into the void"))
        person.sees(BROKEN, LOST)
        until(lambda: marks.find({"group": house.shown().encode()}) == [], what="The end of the topic")
        assert marks.find({"chat": person.text.encode()}) == []
