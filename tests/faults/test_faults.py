"""Processes end in every way; each person goes on where they were, as their place is in their buttons."""

import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from time import monotonic, sleep

import pytest

from tests.canary.rooms import PATIENCE, Server
from tests.peers import contents
from tests.peers.answers import Hang
from tests.peers.bot_api import serving_bot_api
from tests.peers.people import Person
from tests.stores.server import Server as Valkey
from tests.stores.server import serving_valkey
from tests.telegram.town import DANGER, END, FAULT, LOST, MODES, MOMENT, WHO, Town, hook, serving_guide, shows, tap

pytestmark = pytest.mark.whole

LONG = Hang(60.0)  # longer than any process of these tests lives
SHORT = Hang(1.5)


@pytest.fixture
def town() -> Iterator[Town]:
    """Found a town; at the end nothing was done that may not be."""
    with serving_bot_api() as api:
        made = Town(api)
        yield made
        assert made.find_fault() == []


def hung(town: Town, person: Person, failure: Hang, button: str) -> None:
    """Let somebody tap, and wait until the call that should bring their screen hangs."""
    town.api.fail("editMessageText", with_=failure, chat_id=person.chat.id)
    before = town.edits(person)
    person.tap(button)
    town.api.wait_until(lambda: town.edits(person) > before)


@pytest.mark.parametrize("mode", MODES)
def test_killed_and_started_again(town: Town, tmp_path: Path, mode: str) -> None:
    """After kill -9, between two taps or in the middle of one, the same buttons lead on in a new process."""
    with serving_guide(town.api, mode, tmp_path / "first") as process:
        resting, waiting, keeping = town.settled(), town.settled(), town.settled()
        hung(town, waiting, LONG, "00")
        tap(keeping, "da", DANGER)
        tap(keeping, "kp", DANGER)
        assert process.end(signal.SIGKILL) == -signal.SIGKILL
    resting.say("typed while nobody is there")
    resting.send(contents.photo("and a photo"))
    early = keeping.tap("bk")
    with serving_guide(town.api, mode, tmp_path / "second"):
        keeping.answer(early)
        keeping.wait_for(shows(WHO))
        tap(waiting, "00", FAULT)
        resting.wait_for(lambda shown: all(message.mine for message in shown))
        town.api.wait_until(lambda: not town.api.mail.parcels)
        first = resting.see()[0]
        resting.press(first.buttons[0].data or "", first.id)
        resting.wait_for(lambda shown: FAULT in shown[0].text)
        tap(waiting, "bk", WHO)
        assert town.api.complaints == []


def test_two_processes_behind_one_address(town: Town, tmp_path: Path) -> None:
    """With nothing in common but the secret, they answer in turn, tap by tap, and it is one talk in one message."""
    with ExitStack() as stack:
        processes = [stack.enter_context(serving_guide(town.api, "webhook", tmp_path / name)) for name in ("one", "two")]
        town.api.deliver_to(*map(hook, processes))
        people = [town.settled(), town.settled("hi")]
        for person in people:
            [living] = person.see()
            for button, words in (("00", FAULT), ("bk", WHO), ("da", DANGER), ("bk", WHO), ("00", FAULT)):
                assert tap(person, button, words) == [living]
            tap(person, "lv", END)
        assert {delivery.url for delivery in town.api.deliveries} == {*map(hook, processes)}
        assert all(len(served(town, process)) > 5 for process in processes)


def served(town: Town, process: Server) -> list[int]:
    """List what a process answered to the updates it was brought."""
    return [delivery.status for delivery in town.api.deliveries if delivery.url == hook(process)]


def test_two_processes_with_one_store(town: Town, tmp_path: Path) -> None:
    """A typed word has its context in whichever process it arrives, and what arrives in both is answered by one."""
    with ExitStack() as stack:
        valkey = stack.enter_context(serving_valkey())
        processes = [
            stack.enter_context(serving_guide(town.api, "webhook", tmp_path / name, DHAAL_STORE=valkey.url))
            for name in ("one", "two")
        ]
        town.api.deliver_to(*map(hook, processes))
        town.api.repeat(2)  # each update comes to both, one after the other
        person = town.newcomer()
        person.start()
        tap(person, "1. English", MOMENT)
        for updates, words in ((2, WHO), (3, FAULT)):
            until_remembered(valkey, updates)
            person.say("1")
            person.wait_for(shows(words))
        town.api.wait_until(lambda: not town.api.mail.parcels)
        calls = [call.method for call in town.api.calls if call.chat_id == person.chat.id]
        assert (calls.count("sendMessage"), calls.count("editMessageText")) == (1, 3)
        assert all(len(served(town, process)) == 4 for process in processes)
        tap(person, "lv", END)
        assert [key for key in valkey.ask("KEYS", "*") if valkey.ask("PTTL", key) < 0] == []


def until_remembered(valkey: Valkey, updates: int) -> None:
    """Wait until both processes have claimed so many updates, and one of them has remembered the place after each."""
    ends = monotonic() + PATIENCE
    while valkey.ask("INFO", "commandstats").get("cmdstat_set", {"calls": 0})["calls"] < 3 * updates:
        assert monotonic() < ends
        sleep(0.01)


def test_stopped_in_a_turn_and_started_with_another_secret(town: Town, tmp_path: Path) -> None:
    """A turn under way is finished before the process ends; under another secret every old button shows the menu, calmly."""
    with serving_guide(town.api, "webhook", tmp_path / "first") as process:
        person, another = town.settled(), town.settled()
        hung(town, person, SHORT, "00")
        assert process.end(signal.SIGTERM) in {0, -signal.SIGTERM}
        person.wait_for(shows(FAULT), 0.1)
        assert b"dhaal: failed" not in process.room.said()["stderr"]
    with serving_guide(town.api, "webhook", tmp_path / "second", DHAAL_SECRET="another secret that is only for tests"):  # noqa: S106
        for who in (person, another):
            tap(who, "00", LOST)
            assert len(who.see()[0].buttons) > 6
        tap(another, "da", DANGER)
        tap(another, "lv", END)
