"""People and helpers talk over a real guide of two processes; when it is over, nothing of it is anywhere."""

import socket
import sys
from pathlib import Path

import pytest

from tests.whole_desk.helpers import invited, until
from tests.whole_desk.house import SECRET, housed
from tests.whole_desk.people import QUEUE, TALKING
from tests.whole_desk.screens import Desk, Page, browsing, held, kept

from .desk_stage import SOON, Stage, Story, shapes, staged
from .marks import Marks

pytestmark = pytest.mark.whole

LOUD = (sys.executable, "-m", "tests.canary.loud")
LEAKY = (sys.executable, "-m", "tests.canary.leaky")


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Talk, end it, look for five seconds, then look at everything; every logger of every library is at DEBUG.

    In the people's process nothing is silenced at all. In the helpers' process it is, and handlers are attached afterwards, as
    python-telegram-bot would print every call.
    """
    with staged(tmp_path_factory.mktemp("desks"), LOUD, {"LATE": "1"}) as stage:
        stage.relay()
        _settle(stage)
        stage.relay_in_the_group()
        _settle(stage)
        return stage.end()


def _settle(stage: Stage) -> None:
    """Hold that all is gone in time."""
    until(lambda: not stage.left(), SOON, "The end of all that was said")


def test_nothing_of_a_talk_is_left(story: Story) -> None:
    """No word and no name is in Valkey, its commands, a log, an output, a file, /proc, chat, group, page or stream."""
    assert len(story.words.person.all) > 10
    assert len(story.words.helper.all) > 10
    assert story.found() == []


def test_each_bot_brings_the_other_sides_words_alone(story: Story) -> None:
    """What a person typed goes to the group only, a helper's words to the person only; no name or number goes over."""
    assert story.passed() == []
    assert story.strangers == []


def test_what_shows_who_a_helper_is_stays_where_it_is(story: Story) -> None:
    """Password, cookie, key of codes and link are in no file, store, log or process list; the name in two files alone."""
    assert story.words.keys.find({**story.places, **story.files}) == []
    assert {one.place for one in story.words.names.find({**story.places, **story.files})} <= {
        "desk agents.json", "desk agents.audit.csv", "page", "new stream", "old stream",
    }  # fmt: skip
    assert set(story.files) == {"desk agents.json", "desk agents.audit.csv", "desk .agents.json.lock"}
    assert story.made == []


def test_a_browser_keeps_nothing(tmp_path: Path) -> None:
    """A helper's browser and a person's, then their profiles on disk: storage, history, caches, cookies hold no word."""
    marks, person, helper = Marks(), tmp_path / "person", tmp_path / "helper"
    with housed(tmp_path / "house") as house, house.serves("room", house.people, house.page) as server:
        site = f"http://127.0.0.1:{server.port}"
        with browsing(site, helper) as one, browsing(site, person, 360) as two:
            desk, page = Desk(one), Page(two)
            desk.join(invited("asha", server.room.environ(DHAAL_SECRET=SECRET, **house.page), tmp_path))
            page.to_the_desk()
            page.ask()
            assert QUEUE in page.text
            desk.take()
            page.sees(TALKING)
            page.say(marks.new("person"))
            desk.sees(marks.all[-1].core)
            desk.say(marks.new("helper"))
            page.sees(marks.all[-1].core)
            desk.draft(marks.new("draft"))
            assert {one.door for one in marks.find({"page": held(one)})} == {"person", "helper", "draft"}
            desk.end()
            page.sees("ended the talk")
            until(lambda: marks.find({"helper": held(one), "person": held(two)}) == [], SOON, "The end on both pages")
            assert two.driver.get_cookies() == []
            assert one.ask("history.length") <= 4
            one.driver.back()
            assert marks.find({"back": held(one)}) == []
    assert marks.find({**kept(person), **kept(helper)}) == []


def test_the_search_finds_every_leak(tmp_path: Path) -> None:
    """Processes that leak in every way are caught in every way: so the searches above can fail."""
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        port = str(elsewhere.getsockname()[1])
        with staged(tmp_path, LEAKY, LEAK_TO=port) as stage:
            stage.relay()
            until(lambda: "Telegram" in " ".join(one.door for one in stage.left()), SOON)
            thread = _in_the_group(stage)
            story = stage.end()
            assert thread in stage.house.group.topics()
    found = shapes(story.found(), tmp_path)
    assert found >= {
        ("front stdout", "plain"), ("front stderr", "plain"), ("front home", "base64"), ("store wire", "plain"),
        ("store values", "plain"), ("chat", "plain"), ("group", "plain"), ("old stream", "plain"),
        ("desk agents.audit.csv", "plain"),
    }  # fmt: skip
    assert ("back work", "plain") in shapes(story.words.keys.find(story.places), tmp_path)


def _in_the_group(stage: Stage) -> int:
    """Talk in the group, where the topic stays."""
    before = set(stage.house.group.topics())
    stage.relay_in_the_group()
    return next(iter(set(stage.house.group.topics()) - before))
