"""A person and a helper, each with the app they have, from the consent to the end; with real parts on the whole way."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.canary.rooms import Server, serving
from tests.peers import contents
from tests.telegram.town import Town

from .helpers import invited, until
from .house import SECRET, House, housed
from .people import ASK, QUEUE, TALKING, Chatter, Visitor
from .screens import Desk, Page, browsing, held, shoot

pytestmark = [pytest.mark.whole, pytest.mark.browser]

OVER = "The helper has ended the talk."
LINK = re.compile(r"http://\S+(/desk/welcome/\S+)")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Build a house."""
    with housed(tmp_path) as house:
        yield house


@pytest.fixture
def server(house: House) -> Iterator[Server]:
    """Run everything there is in one process."""
    with house.serves("room", house.people, house.page, house.topics) as server:
        yield server


def test_on_telegram_and_at_a_page(house: House, server: Server, tmp_path: Path) -> None:
    """A person on Telegram, a helper in Chromium: consent, queue, both ways, a card, the end; then both show nothing of it."""
    site = f"http://127.0.0.1:{server.port}"
    with browsing(site, tmp_path / "profile") as browser:
        desk = Desk(browser)
        desk.join(invited("asha", server.room.environ(DHAAL_SECRET=SECRET, **house.page), tmp_path))
        person = Chatter(Town(house.api).settled()).to_the_desk()
        assert "Country: India" in person.text
        assert "POCSO" in person.text
        assert browser.see("#queue .none")  # nothing is shown before somebody agreed
        person.ask()
        shoot(browser, tmp_path / "waits.png")
        desk.take()
        person.sees(TALKING)
        person.person.say("is somebody there?")
        desk.sees("is somebody there?")
        desk.say("yes, I am here")
        person.sees("yes, I am here")
        assert "Country" in browser.see(".talk .facts")
        card = desk.card()
        shoot(browser, tmp_path / "talks.png")
        person.sees(card.strip().splitlines()[0].strip()[:40])
        photo = person.person.send(contents.photo("look"))
        person.person.wait_for(lambda shown: photo not in shown)
        desk.say("text only, please")
        desk.end()
        shoot(browser, tmp_path / "over.png")
        person.sees(OVER)
        until(lambda: "here" not in person.text.partition(OVER)[0], what="The clearing of the chat")
        for words in ("is somebody there?", "yes, I am here", "text only", card.strip()[:40]):
            assert words.encode() not in held(browser)
            assert words not in person.text.partition("What brings you here?")[0]


def test_at_a_page_and_in_a_group(house: House, server: Server, tmp_path: Path) -> None:
    """A person in Chromium and a helper in the group on Telegram; at the end page and group show nothing of it."""
    house.duty()
    with browsing(f"http://127.0.0.1:{server.port}", tmp_path / "profile", 360) as browser:
        person = Page(browser)
        person.to_the_desk()
        shoot(browser, tmp_path / "consent.png")
        person.ask()
        assert QUEUE in person.text
        shoot(browser, tmp_path / "queue.png")
        thread = house.take()
        person.sees(TALKING)
        person.say("are you there?")
        house.group.wait_in(thread, "are you there?")
        house.group.say(house.asha, thread, "I read you")
        person.sees("Helper: I read you")
        shoot(browser, tmp_path / "talk.png")
        house.group.send(house.asha, thread, contents.photo("never"))
        house.group.wait_in(thread, "Only text reaches the person")
        house.end(thread)
        person.sees(OVER)
        shoot(browser, tmp_path / "over.png")
        house.group.wait_until(lambda: not house.group.topics())
        assert not any(words in house.shown() for words in ("are you there?", "I read you", "never"))
        assert b"I read you" not in held(browser)
        assert browser.driver.get_cookies() == []


def test_what_is_left_out_is_not_shown(house: House, server: Server) -> None:
    """A line that a person takes out of the consent is on no helper's screen."""
    helper = house.helper(server)
    person = Visitor(server).to_the_desk()
    person.press("Without: Country")
    assert "Country: India" not in person.text
    person.ask()
    helper.take()
    shown = str(helper.events("queue")) + str(helper.events("case"))
    assert "English" in shown
    assert "India" not in shown
    person.press("Stop")
    assert "You have ended it" in person.text


def test_a_page_keeps_its_place_in_the_guide(house: House, server: Server) -> None:
    """Nobody waits in silence: the place is said, one can stop at any time, and the guide is where it was."""
    house.helper(server)
    first, second = (Visitor(server).to_the_desk().ask() for _ in range(2))
    assert f"{QUEUE}: 1" in first.text
    assert f"{QUEUE}: 2" in second.text
    first.press("Stop")
    second.sees(f"{QUEUE}: 1")
    assert ASK not in " ".join(first.labels)
    assert "What brings you here?" in first.text


def test_both_parts_within_a_minute(tmp_path: Path) -> None:
    """With nothing configured, a link that works once opens the desk beside the web chat, and both sides can be tried."""
    with serving(tmp_path / "room") as server:
        link = LINK.search(server.room.said()["stderr"].decode())
        assert link
        with browsing(f"http://127.0.0.1:{server.port}", tmp_path / "profile") as browser:
            desk = Desk(browser)
            browser.open(link[1])
            desk.ready()
            person = Visitor(server).to_the_desk().ask()
            desk.take()
            person.sees(TALKING)
            person.say("both sides")
            desk.sees("both sides")
            desk.say("I see it")
            person.sees("I see it")
            desk.end()
            person.sees(OVER)
        assert httpx.get(f"http://127.0.0.1:{server.port}{link[1]}").status_code == 404
        assert server.room.made() == []
