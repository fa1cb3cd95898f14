"""A real `dhaal serve` for WhatsApp begins, ends, and begins again."""

from pathlib import Path

import pytest

from bot.channels.whatsapp.runner import NOT_LET_IN, NUMBER_REFUSED
from tests.canary.rooms import DHAAL, PATIENCE, Room, free_port
from tests.peers.graph_api import Person, serving_graph_api

from .whole import LANGUAGE, WHO, Town, ended_in_order, go, serving_guide

pytestmark = pytest.mark.whole


def test_a_new_process_goes_on(tmp_path: Path) -> None:
    """Stopped in the middle of many turns, it ends them all; what comes meanwhile waits at Meta, and old buttons work."""
    with serving_graph_api() as api:
        with serving_guide(api, tmp_path / "first") as server:
            people = [Person(api, f"9198000000{number:02}", f"IN.{number}", "A person") for number in range(20)]
            town = Town(api, server)
            for person in people:
                go(person, "Hello", LANGUAGE)
            api.slow = 1.0
            for person in people:
                person.send(person.reply("English"))
            town.all_taken()
            ended_in_order(server, api)
            assert [len(person.got) for person in people] == [2] * 20
        api.slow = 0.0
        for person in people:
            person.send(person.reply("Yes, go on"))
        with serving_guide(api, tmp_path / "second") as server:
            for person in people:
                assert WHO in person.wait_for(WHO).text
            ended_in_order(server, api)
        assert [len(person.got) for person in people] == [3] * 20


@pytest.mark.parametrize(
    ("name", "value", "sentence"), [("TOKEN", "EAAJanother", NOT_LET_IN), ("PHONE_ID", "42", NUMBER_REFUSED)]
)
def test_what_meta_does_not_know(tmp_path: Path, name: str, value: str, sentence: str) -> None:
    """The guide stops with exit code 2 and one sentence, which does not hold the token."""
    with serving_graph_api() as api:
        room = Room(tmp_path / "room")
        process = room.start(
            [*DHAAL, "serve", "--port", str(free_port())], **{**api.settings(), f"DHAAL_WHATSAPP_{name}": value}
        )
        try:
            code = process.wait(PATIENCE)
        finally:
            process.kill()
            process.wait()
        said = room.said()["stderr"].decode()
    assert (code, said.splitlines()[-1], said.count(sentence)) == (2, sentence, 1)
    assert value not in said


def test_meta_is_away_at_the_start(tmp_path: Path) -> None:
    """The guide notes it without a word, and stays."""
    with serving_graph_api() as api:
        away = {"DHAAL_WHATSAPP_API": f"http://127.0.0.1:{free_port()}/v23.0"}
        with serving_guide(api, tmp_path / "away", **away) as server:
            api.wait_until(lambda: b"dhaal: unreachable" in server.room.said()["stderr"])
            ended_in_order(server, api)
        assert api.calls == []
