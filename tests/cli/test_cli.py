"""The command line: what it prints, where, and with which exit code."""

import io
import json
import socket
import sys
from pathlib import Path

import pytest

from bot.channels.console import CLEAR, ENTER_ASIDE, LEAVE_ASIDE, Console
from bot.cli import main
from bot.talk.conversation import Conversation
from bot.talk.ports import Opened


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run without settings of this machine."""
    for name in ("DHAAL_SECRET", "DHAAL_SECRET_FILE", "DHAAL_CONFIG", "DHAAL_LEAVE_URL"):
        monkeypatch.delenv(name, raising=False)


def objects(text: str) -> list[dict[str, object]]:
    """Read one JSON object a line."""
    return [json.loads(line) for line in text.splitlines()]


def test_check_prints_one_stable_object(capsys: pytest.CaptureFixture[str]) -> None:
    """`dhaal check --json` ends in one object with the promised keys, and exit code 0."""
    assert main(["check", "--json"]) == 0
    last = objects(capsys.readouterr().out)[-1]
    assert last.keys() >= {"ok", "states", "screens", "checks", "laws", "locales", "channels", "problems"}
    assert last["ok"] is True
    assert last["locales"] == ["en", "hi", "hi-Latn", "ur", "es"]


def test_check_on_a_day_long_ahead_finds_stale_facts(capsys: pytest.CaptureFixture[str]) -> None:
    """`--as-of` draws another day: exit code 1, each problem with file, line and remedy."""
    assert main(["check", "--json", "--as-of", "2027-12-24"]) == 1
    problems = objects(capsys.readouterr().out)[-1]["problems"]
    assert isinstance(problems, list)
    assert {"file", "line", "say"} == set(problems[0])


def test_check_says_it_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    """Without `--json` a person can read the result."""
    assert main(["check"]) == 0
    assert "Fine." in capsys.readouterr().out
    assert main(["check", "--as-of", "2027-12-24"]) == 1
    assert "flows/countries/IN.yaml:" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("typed", "meaning"),
    [
        ("1", {"meaning": "choice", "choice": "en", "number": 1}),
        ("menu", {"meaning": "command", "command": "menu"}),
        ("blackmail ho raha hai instagram pe", {"meaning": "name", "fact": "platform", "value": "instagram"}),
        ("mujhe marna hai", {"meaning": "command", "command": "self_harm"}),
        ("zzzz", {"meaning": "nothing"}),
    ],
)
def test_route_shows_how_words_are_understood(capsys: pytest.CaptureFixture[str], typed: str, meaning: dict[str, str]) -> None:
    """`dhaal route` tells what a typed text would do."""
    assert main(["route", "--json", typed]) == 0
    assert objects(capsys.readouterr().out) == [{"text": typed, **meaning}]


def test_route_reads_lines_and_guesses(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """One text a line on stdin; near choices are guessed."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("leave\n\nsafe now\n"))
    assert main(["route", "--at", "safety.now"]) == 0
    assert "leave: meaning command" in capsys.readouterr().out
    assert main(["route", "--at", "nowhere", "x"]) == 2
    assert main(["route", "--at", "plan.next", "x"]) == 2


def test_facts_list_every_source(capsys: pytest.CaptureFixture[str]) -> None:
    """Every record has a source, a day of checking and a place in a file."""
    assert main(["facts", "--json"]) == 0
    records = objects(capsys.readouterr().out)
    assert len(records) > 200
    assert all(record["source"] and record["checked"] and ":" in str(record["place"]) for record in records)
    assert main(["facts", "--stale", "9999"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("form", ["mermaid", "dot"])
def test_graph_draws_a_journey(capsys: pytest.CaptureFixture[str], form: str) -> None:
    """A journey is drawn with its steps and what is said on the way."""
    assert main(["graph", "safety", "--format", form]) == 0
    drawn = capsys.readouterr().out
    assert "safety.first" in drawn
    assert "No, not right now" in drawn
    assert main(["graph", "--list"]) == 0
    assert "safety" in capsys.readouterr().out.split()
    assert main(["graph", "nowhere"]) == 2


def test_doctor_says_what_a_missing_secret_means(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a secret, `dhaal doctor` tells what happens at a restart and how to mend it."""
    assert main(["doctor", "--json"]) == 1
    findings = objects(capsys.readouterr().out)[0]["findings"]
    assert isinstance(findings, list)
    assert any("DHAAL_SECRET is not set" in finding and "DHAAL_SECRET_FILE" in finding for finding in findings)


def test_doctor_looks_at_the_secret_file(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A secret others can read is named, with the command that mends it."""
    secret = tmp_path / "secret"
    secret.write_text("x" * 40)
    secret.chmod(0o644)
    monkeypatch.setenv("DHAAL_SECRET_FILE", str(secret))
    main(["doctor"])
    said = capsys.readouterr().out
    assert f"chmod 600 {secret}" in said
    assert "is not set" not in said


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DHAAL_SECRET", "short", "too short"),
        ("DHAAL_SECRET_FILE", "/nowhere/secret", "cannot be read"),
        ("DHAAL_CONFIG", "/nowhere/dhaal.toml", "cannot be read as TOML"),
        ("DHAAL_LEAVE_URL", "ftp://x", "https://"),
        ("DHAAL_SECRT", "x", "is no setting"),
    ],
)
def test_a_bad_setting_stops_the_start_with_a_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    """Exit code 2 and a sentence that names the setting; never its value if it is a secret."""
    monkeypatch.setenv(name, value)
    assert main(["doctor"]) == 2
    complaint = capsys.readouterr().err
    assert said in complaint
    assert name in complaint
    assert "short\n" not in complaint


def test_settings_may_stand_in_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One TOML file holds the settings; the environment wins."""
    file = tmp_path / "dhaal.toml"
    file.write_text('secret = "' + "y" * 40 + '"\nleave_url = "http://wrong"\n')
    monkeypatch.setenv("DHAAL_CONFIG", str(file))
    assert main(["doctor"]) == 2
    monkeypatch.setenv("DHAAL_LEAVE_URL", "https://example.org/")
    main(["doctor"])
    assert "is not set" not in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["chat", "--locale", "xx"], ["chat", "--country", "XX"]])
def test_chat_refuses_what_it_does_not_have(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown language or country is misuse, with a list of what there is."""
    assert main(arguments) == 2
    assert "These are:" in capsys.readouterr().err


def test_chat_plays_the_guide_from_a_pipe(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a terminal the chat is plain: numbers in, lines out, no escape codes; the end of input leaves."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("2\n1\n"))
    assert main(["chat"]) == 0
    said = capsys.readouterr().out
    assert "\x1b" not in said
    assert "[!] मुझे अभी मदद चाहिए" in said


def test_the_terminal_keeps_nothing_to_scroll_back_to(conversation: Conversation) -> None:
    """The talk happens on the second screen, is wiped before each screen and at the end; typed words are not shown again."""
    display = io.StringIO()
    Console(conversation, io.StringIO("my secret words\n\n\n\nq\n"), display).run(Opened(), None)
    said = display.getvalue()
    assert said.startswith(ENTER_ASIDE + CLEAR)
    assert CLEAR + LEAVE_ASIDE in said
    assert "my secret words" not in said
    assert said.rindex("We kept nothing") > said.rindex(LEAVE_ASIDE)


def test_the_terminal_is_wiped_even_if_something_breaks(conversation: Conversation) -> None:
    """An interrupt in the middle still clears the screen."""

    class Broken(io.StringIO):
        def readline(self, _size: int = -1, /) -> str:  # type: ignore[override]
            raise KeyboardInterrupt

    display = io.StringIO()
    with pytest.raises(KeyboardInterrupt):
        Console(conversation, Broken(), display).run(Opened(), "en")
    assert display.getvalue().endswith(CLEAR + LEAVE_ASIDE)


def test_unknown_commands_are_misuse() -> None:
    """A command that is not there ends with code 2."""
    with pytest.raises(SystemExit) as stop:
        main(["fly"])
    assert stop.value.code == 2


def test_a_taken_port_is_told_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    """If another program listens there, the start stops with the address and the remedy."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["serve", "--port", str(port)]) == 2
    said = capsys.readouterr().err
    assert f"port {port}" in said
    assert "--port" in said
    with pytest.raises(SystemExit) as stop:
        main(["serve", "--port", "99999"])
    assert stop.value.code == 2
