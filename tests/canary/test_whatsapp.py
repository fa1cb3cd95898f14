"""A real guide on WhatsApp is told marked words through every door, and keeps and shows none of them."""

import os
import signal
import socket
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep
from typing import TypeAlias

import pytest

from .doors import write
from .line import RESET, hang
from .looks import PROC, family
from .marks import Finding
from .rooms import DHAAL, PATIENCE
from .watch import names, traced, traces
from .whatsapp_doors import PHONE_ID, Guest, crowded, kinds, private, signed, taps, text
from .whatsapp_knocks import HOOK, echoes, knocks
from .whatsapp_stage import Stage, Story, staged

LEAKY = (sys.executable, "-m", "tests.canary.leaky")
PAUSE = 0.3  # seconds between two tries
TOLD = (b"The guide will be at", b"WhatsApp", b"Meta", b"dhaal: ")
pytestmark = pytest.mark.skipif(not PROC.exists(), reason="looks at /proc")


def tap(stage: Stage) -> None:
    """Open the guide, and tap everything that may be tapped."""
    guest = stage.guests.guest("tapper")
    stage.bring([stage.guests.parcel("tapper", guest, stage.guests.message("tapper", guest, text("hi")))])
    shown = next(sent for sent in stage.api.sent if sent.to == guest.chat)
    token = next(iter(shown.buttons.values()))[:-2]
    for number, parcel in enumerate(taps(stage.guests, guest, token), 2):
        stage.bring([parcel])
        _wait_for(stage, guest, number)


def _wait_for(stage: Stage, guest: Guest, number: int) -> None:
    stage.api.wait_until(lambda: sum(sent.to == guest.chat for sent in stage.api.sent) >= number)


def knock(stage: Stage) -> None:
    """Knock as a stranger, and let the line break."""
    marks = stage.guests.words
    stage.answers |= {
        f"answer {name}": stage.server.exchange(raw) for name, raw in knocks(marks, stage.keys.app_secret, stage.keys.word)
    }
    for name in ("half", "whole"):
        raw = stage.guests.said(f"line broken: {name}", text(marks.new(f"line broken: {name}"))).raw
        request = write("POST", HOOK, raw, signed(raw, stage.keys.app_secret))
        with socket.create_connection(("127.0.0.1", stage.server.port), PATIENCE) as line:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            line.sendall(request[: -5 if name == "half" else None])


def refuse(stage: Stage) -> None:
    """Let Meta refuse what is sent to some."""
    for number in range(sum(1 for _ in echoes(stage.guests, stage.guests.guest("nobody")))):
        guest = stage.guests.guest("refused")
        door, breach, shown = [*echoes(stage.guests, guest)][number]
        stage.line.fail(breach)
        message = stage.guests.message(door, guest, text(stage.guests.words.new(door)))
        stage.bring([replace(stage.guests.parcel(door, guest, message), shown=shown)])
        stage.api.wait_until(lambda: stage.line.spent)


def remember(stage: Stage) -> None:
    """Go on until the store holds a place: a machine with much to do may be too slow for it, and then it is left alone."""
    ends = monotonic() + PATIENCE
    while not any(stage.store.ask("STRLEN", key) for key in stage.store.ask("KEYS", "*")):
        assert monotonic() < ends, "nothing is stored"
        sleep(PAUSE)
        stage.bring([stage.guests.said("once more", text(stage.guests.words.new("once more")))])


def visit(stage: Stage) -> Story:
    """Go through every door, look around, and end it."""
    for sort in (private, crowded, kinds):
        stage.bring(sort(stage.guests))
    tap(stage)
    knock(stage)
    refuse(stage)
    remember(stage)
    return stage.end()


Program: TypeAlias = tuple[tuple[str, ...], Mapping[str, str]]

CASES: Mapping[str, Program] = {
    "as it is": (DHAAL, {}),
    "with handlers attached after silence": ((sys.executable, "-m", "tests.canary.loud"), {"LATE": "1"}),
    "with every logger at DEBUG": ((sys.executable, "-X", "dev", "-m", "tests.canary.loud"), {"PYTHONASYNCIODEBUG": "1"}),
}


@pytest.mark.parametrize("case", CASES)
def test_all_doors(tmp_path: Path, case: str) -> None:
    """Each message is answered, Meta has no complaint, and no word, name, number or file is found.

    Looked at are stdout and stderr, every file, /proc, the metrics, what the store was told and would write to disk, the
    answers to Meta, and every call. A person's own number or name at Meta goes only into the field that says whom a message
    is for, and to nobody else; the token only into the head of a call. An operator reads what is going to run and moments
    that say nothing, even in handlers attached after the silence.
    """
    with staged(tmp_path / "room", *CASES[case]) as stage:
        story = visit(stage)
    assert story.unanswered == []
    assert story.complaints == []
    assert story.places["store values"].strip()  # the searches below have something to look at
    assert b"dhaal:" in story.places["store wire"]
    assert story.guests.words.find({**story.places, "calls": story.outgoing}) == []
    assert story.guests.ids.find({**story.places, "calls": story.addressless}) == []
    assert story.keys.marks.find({**story.places, "calls": story.tokenless}) == []
    assert story.strangers == []
    assert story.made == []
    assert story.said["stdout"] == b""
    lines = story.said["stderr"].splitlines()
    assert case == "with every logger at DEBUG" or [line for line in lines if not line.startswith(TOLD)] == []


def test_who_did_not_ask_is_not_answered(tmp_path: Path) -> None:
    """What is no message to the guide is answered to nobody: in groups, about others, statuses, marks, deletions.

    And all that Meta is asked for is to take messages: no file is fetched, nothing is marked as read, nobody sees us type.
    """
    with staged(tmp_path / "room") as stage:
        for sort in (private, crowded, kinds):
            stage.bring(sort(stage.guests))
        story = stage.end()
    assert story.answered == []
    assert {call.method + " " + call.path for call in story.calls} == {f"GET {PHONE_ID}", f"POST {PHONE_ID}/messages"}
    assert {sent.body["type"] for sent in story.sent} <= {"text", "interactive"}
    assert sum(not parcel.shown for parcel in story.parcels) > 10


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_killed_in_the_middle(tmp_path: Path, how: signal.Signals) -> None:
    """Killed or stopped in the middle of turns, while Meta lets it wait, the guide leaves nothing behind."""
    with staged(tmp_path / "room", *CASES["with handlers attached after silence"]) as stage:
        stage.line.broken = hang
        stage.bring(replace(parcel, shown=False) for parcel in private(stage.guests))
        stage.api.wait_until(lambda: stage.line.posts > 0)
        story = stage.end(how)
    assert story.guests.words.find({**story.places, "calls": story.outgoing}) == []
    assert story.guests.ids.find({**story.places, "calls": story.addressless}) == []
    assert story.keys.marks.find(story.places) == []
    assert story.made == []


def test_no_file_is_opened_for_writing(tmp_path: Path) -> None:
    """The kernel's own record: nothing is opened for writing, only Meta and the store are called, no path tells a word."""
    record = tmp_path / "record"
    with staged(tmp_path / "room", (*traced(record), *DHAAL), {"PYTHONDONTWRITEBYTECODE": "1"}) as stage:
        stage.bring([*private(stage.guests)][::3])
        tap(stage)
        os.kill(family(stage.server.process.pid)[1], signal.SIGTERM)
        stage.server.process.wait(PATIENCE)
    assert traces(record, (stage.line.port, stage.store.port)) == []
    for marks in (stage.guests.words, stage.guests.ids, stage.keys.marks):
        assert marks.find({"record": names(record)}) == []


def test_the_search_finds_every_leak(tmp_path: Path) -> None:
    """A guide that leaks in every way is caught in every way: so the searches above can fail."""
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        port = str(elsewhere.getsockname()[1])
        with staged(tmp_path / "room", LEAKY, {"LEAK_TO": port}) as stage:
            stage.bring([stage.guests.said("words", text(stage.guests.words.new("words")))])
            stage.api.wait_until(lambda: any("You said" in sent.text for sent in stage.api.sent))
            story = stage.end()
    words = story.guests.words.find({**story.places, "calls": story.outgoing})
    assert _shapes(words, "words", tmp_path) >= {
        ("stdout", "plain"), ("stderr", "plain"), ("home", "base64"), ("tmp", "plain"), ("work", "hex"), ("calls", "plain"),
        ("proc cmdline", "plain"), ("proc environ", "plain"), ("metrics", "plain"), ("store wire", "plain"),
        ("store values", "plain"), ("store dumps", "plain"), ("store file dump.rdb", "plain"),
        ("store file appendonly.aof.1.base.rdb", "plain"),
    }  # fmt: skip
    ids = story.guests.ids.find({**story.places, "calls": story.addressless})
    for door in ("words: phone", "words: user"):
        assert _shapes(ids, door, tmp_path) >= {("home", "hash"), ("store keys", "plain"), ("calls", "plain")}
    keys = story.keys.marks.find({**story.places, "calls": story.tokenless})
    assert _shapes(keys, "token", tmp_path) >= {("stderr", "plain"), ("calls", "plain")}
    assert story.strangers
    assert story.made


def _shapes(findings: list[Finding], door: str, folder: Path) -> set[tuple[str, str]]:
    """Give where one mark was found, and in what shapes."""
    room = f"file {folder}/room/"
    return {(one.place.removeprefix(room).partition("/")[0], one.shape) for one in findings if one.door == door}
