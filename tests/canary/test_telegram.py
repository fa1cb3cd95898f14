"""A real guide on Telegram is told marked words through every door, and keeps and shows none of them."""

import json
import os
import signal
import socket
import struct
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep
from typing import TypeAlias

import pytest

from tests.peers.answers import Hang, Refusal
from tests.peers.people import typed
from tests.peers.tables import tables

from .doors import write
from .looks import PROC, family
from .marks import Finding
from .rooms import DHAAL, PATIENCE
from .telegram_doors import Update, Visitors, crowded, private, taps
from .telegram_knocks import echoes, knocks, unasked
from .telegram_stage import HOOK, SECRET, Stage, Story, staged
from .watch import names, traced, traces

LEAKY = (sys.executable, "-m", "tests.canary.leaky")
PAUSE = 0.3  # seconds between two tries
RESET = struct.pack("ii", 1, 0)  # break a line without a farewell
TOLD = (b"The guide will be at", b"Telegram will be asked", b"Telegram's webhook will be", b"dhaal: ")
ALL = [*private(Visitors()), *crowded(Visitors())]
pytestmark = pytest.mark.skipif(not PROC.exists(), reason="looks at /proc")


def refuse(stage: Stage) -> None:
    """Let Telegram refuse what is sent to some, and what is asked for everybody."""
    visitors, brought = stage.visitors, []
    for code in (500, 409):
        stage.api.fail("getUpdates", with_=Refusal(code, visitors.words.new(f"polls refused with {code}")))
    for number, (door, *_) in enumerate([*echoes(Visitors(), 0)]):
        update = visitors.said(door, typed(visitors.words.new(door)))
        _, failure, shown = [*echoes(visitors, update.chat)][number]
        stage.api.fail("sendMessage", with_=failure, chat_id=update.chat)
        brought.append(replace(update, shown=shown))
    stage.bring(brought)


def tap(stage: Stage) -> None:
    """Open the guide, and tap everything that may be tapped."""
    user, chat = stage.visitors.person("tapper")
    stage.bring([Update("tapper", chat["id"], "message", stage.visitors.message(user, chat, typed("/start")))])
    shown = stage.api.person(chat["id"]).see()[-1]
    token = next(button.data for button in shown.buttons if button.data)[:-2]
    stage.bring(taps(stage.visitors, user, shown.as_json() | {"chat": chat}, token))


def knock(stage: Stage) -> None:
    """Knock, let the line break, and bring what was not asked for."""
    secret, marks = {SECRET: stage.keys.shown}, stage.visitors.words
    stage.answers |= {f"answer {name}": stage.server.exchange(raw) for name, raw in knocks(marks, secret)}
    for name in ("half", "whole"):
        update = stage.visitors.said(f"line broken: {name}", typed(marks.new(f"line broken: {name}")))
        raw = write("POST", HOOK, json.dumps(update.as_json(77)).encode(), secret)
        with socket.create_connection(("127.0.0.1", stage.server.port), PATIENCE) as line:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            line.sendall(raw[: -5 if name == "half" else None])
    stage.bring(replace(one, shown=False) for one in unasked(stage.visitors))


def remember(stage: Stage) -> None:
    """Go on until the store holds a place: a machine with much to do may be too slow for it, and then it is left alone."""
    ends = monotonic() + PATIENCE
    while not any(stage.store.ask("STRLEN", key) for key in stage.store.ask("KEYS", "*")):
        assert monotonic() < ends, "nothing is stored"
        sleep(PAUSE)
        stage.bring([stage.visitors.said("once more", typed(stage.visitors.words.new("once more")))])


def visit(stage: Stage) -> Story:
    """Go through every door, look around, and end it."""
    stage.bring(private(stage.visitors))
    stage.bring(crowded(stage.visitors))
    tap(stage)
    if stage.hooked:
        knock(stage)
    refuse(stage)
    remember(stage)
    return stage.end()


Program: TypeAlias = tuple[tuple[str, ...], Mapping[str, str]]

QUIET: Program = (DHAAL, {})
LATE: Program = ((sys.executable, "-m", "tests.canary.loud"), {"LATE": "1"})
LOUD: Program = ((sys.executable, "-X", "dev", "-m", "tests.canary.loud"), {"PYTHONASYNCIODEBUG": "1"})
CASES = {  # how it is started, and whether Telegram posts updates
    "polling, with handlers attached after silence": (LATE, False),
    "polling, with every logger at DEBUG": (LOUD, False),
    "webhook": (QUIET, True),
    "webhook, with every logger at DEBUG": (LOUD, True),
}


@pytest.mark.parametrize("update", ALL, ids=lambda update: update.door)
def test_telegram_brings_such_updates(update: Update) -> None:
    """Each update is one that Telegram can bring: so its marks stand where a guide would meet them."""
    assert [*tables().wrong_update(update.as_json(1))] == []


@pytest.mark.parametrize("case", CASES)
def test_all_doors(tmp_path: Path, case: str) -> None:
    """Each message is answered with a page, Telegram has no complaint, and no word, name, number or file is found.

    Looked at are stdout and stderr, every file, /proc, the metrics, what the store was told and would write to disk, the
    answers to Telegram, and every call. A chat's own number goes only into the field that says which chat a call is for,
    the bot's token only into the address of a call, the webhook's secret only into the call that sets it. An operator reads
    what is going to run and moments that say nothing, even in handlers attached after the silence.
    """
    program, hooked = CASES[case]
    with staged(tmp_path / "room", *program, hooked=hooked) as stage:
        story = visit(stage)
    assert story.unanswered == []
    assert story.complaints == []
    assert story.places["store values"].strip()  # the searches below have something to look at
    assert b"dhaal:" in story.places["store wire"]
    assert story.visitors.words.find({**story.places, "calls": story.outgoing}) == []
    assert story.visitors.ids.find({**story.places, **story.tapless, "calls": story.addressless}) == []
    assert story.keys.marks.find({**story.places, "calls": story.tokenless}) == []
    assert story.strangers == []
    assert story.made == []
    assert story.said["stdout"] == b""
    lines = story.said["stderr"].splitlines()
    assert program is LOUD or [line for line in lines if not line.startswith(TOLD)] == []


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_killed_in_the_middle(tmp_path: Path, how: signal.Signals) -> None:
    """Killed or stopped in the middle of turns, while Telegram lets it wait, the guide leaves nothing behind."""
    with staged(tmp_path / "room", *LATE) as stage:
        updates = [replace(update, shown=False) for update in private(stage.visitors)]
        stage.api.fail("sendMessage", times=len(updates), with_=Hang(1.0))
        stage.bring(updates)
        stage.api.wait_until(lambda: stage.api.called("sendMessage"))
        story = stage.end(how)
    assert story.visitors.words.find({**story.places, "calls": story.outgoing}) == []
    assert story.visitors.ids.find({**story.places, "calls": story.addressless}) == []
    assert story.keys.marks.find(story.places) == []
    assert story.made == []


def test_no_file_is_opened_for_writing(tmp_path: Path) -> None:
    """The kernel's own record: nothing is opened for writing, only Telegram and the store are called, no path tells a word."""
    record = tmp_path / "record"
    with staged(tmp_path / "room", (*traced(record), *DHAAL), {"PYTHONDONTWRITEBYTECODE": "1"}) as stage:
        stage.bring([*private(stage.visitors)][::3])
        tap(stage)
        pid = family(stage.server.process.pid)[1]
        os.kill(pid, signal.SIGTERM)
        stage.server.process.wait(PATIENCE)
        called = (int(stage.api.url.rpartition(":")[2]), stage.store.port)
    assert traces(record, called) == []
    for marks in (stage.visitors.words, stage.visitors.ids, stage.keys.marks):
        assert marks.find({"record": names(record)}) == []


def test_the_search_finds_every_leak(tmp_path: Path) -> None:
    """A guide that leaks in every way is caught in every way: so the searches above can fail."""
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        port = str(elsewhere.getsockname()[1])
        with staged(tmp_path / "room", LEAKY, {"LEAK_TO": port}) as stage:
            update = stage.visitors.said("words", typed(stage.visitors.words.new("words")))
            stage.bring([update])
            stage.api.wait_until(lambda: any("You said" in call.params["text"] for call in stage.api.called("sendMessage")))
            story = stage.end()
    words = story.visitors.words.find({**story.places, "calls": story.outgoing})
    assert _shapes(words, "words", tmp_path) >= {
        ("stdout", "plain"), ("stderr", "plain"), ("home", "base64"), ("tmp", "plain"), ("work", "hex"), ("calls", "plain"),
        ("proc cmdline", "plain"), ("proc environ", "plain"), ("metrics", "plain"), ("store wire", "plain"),
        ("store values", "plain"), ("store dumps", "plain"), ("store file dump.rdb", "plain"),
        ("store file appendonly.aof.1.base.rdb", "plain"),
    }  # fmt: skip
    ids = story.visitors.ids.find({**story.places, "calls": story.addressless})
    assert _shapes(ids, "words: chat", tmp_path) >= {
        ("home", "hash"), ("home", "packed"), ("store keys", "plain"), ("calls", "plain"),
    }  # fmt: skip
    assert ("stderr", "plain") in _shapes(story.keys.marks.find(story.places), "bot token", tmp_path)
    assert ("calls", "plain") in _shapes(story.keys.marks.find({"calls": story.tokenless}), "bot token", tmp_path)
    assert story.strangers
    assert story.made


def _shapes(findings: list[Finding], door: str, folder: Path) -> set[tuple[str, str]]:
    """Give where one mark was found, and in what shapes."""
    room = f"file {folder}/room/"
    return {(one.place.removeprefix(room).partition("/")[0], one.shape) for one in findings if one.door == door}
