"""The benchmarks run, say what the docs promise, and find that conversations leave nothing behind. No time is asserted."""

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from bench import walk
from bench.load import WrongAnswerError
from bench.table import lines
from bench.telegram import wire
from bench.telegram.api import Api
from bench.telegram.pages import pages
from bench.telegram.people import DATA, Crowd, talk
from bench.whatsapp import api as whatsapp
from bench.whatsapp import delivery, people, rounds
from bot import wiring
from bot.cli import main
from bot.settings import Settings
from bot.talk.seal import LENGTH
from tests.conftest import ROOT

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
KEYS = {"quick", "machine", "turn", "growth", "web", "start", "memory", "telegram", "whatsapp", "relay"}
SMALL = ["bench", "--quick", "--scale", "0.01"]


def keys(found: object) -> Iterator[str]:
    """List every key of an object, inner ones included."""
    if isinstance(found, dict):
        for key, value in found.items():
            yield key
            yield from keys(value)


@LINUX
@pytest.mark.whole
def test_the_object_has_the_documented_keys_and_no_conversation_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    """`dhaal bench --quick --json` prints one object; docs/speed.md names its keys; memory does not grow."""
    assert main([*SMALL, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) == KEYS
    documented = (ROOT / "docs" / "speed.md").read_text("utf-8")
    assert not [key for key in keys(found) if f"`{key}`" not in documented]
    assert found["turn"]["turn"]["ratio"]["median"] > 0
    assert found["web"]["guide"]["requests_per_second"] > 0
    assert found["memory"]["bytes_per_conversation"] < 100
    assert found["telegram"]["contenders"].keys() >= {"floor", "guide", "aiogram"}
    assert found["telegram"]["flood"]["leaves"] > 0
    assert found["whatsapp"]["servers"].keys() == {"floor", "guide"}
    assert all(it["messages"] == it["taps"] == it["webhooks"] > 0 for it in found["whatsapp"]["servers"].values())
    assert found["whatsapp"]["flood"]["urgent"] > 0
    assert "the whole turn, hi" in "\n".join(lines(found))


async def test_a_bot_that_shows_another_page_is_found_out() -> None:
    """A contender that does not walk the talk is not measured: the run ends with a sentence."""
    library = wiring.library()
    talks = {"en": pages(walk.walk(library, wiring.conversation(Settings(), library), "en"))}
    wrong = wire.ok(b'{"method":"sendMessage","text":"Hello."}')

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(wire.END)
        writer.write(wrong)
        await reader.read()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(WrongAnswerError, match="not page 0"):
            await talk(port, Crowd(talks, Api(), left=1), 1)


async def test_a_message_that_never_comes_or_comes_twice_or_is_an_apology_is_found_out() -> None:
    """The load on WhatsApp counts each message against the tap it answers, and says what does not fit."""
    crowd = people.Crowd(whatsapp.Api(0.0), delivery.Delivery())
    await crowd.open(3, 1000.0)
    first, second, _ = crowd.people
    for who, choices in ((first, [b"A" * LENGTH + b"00", b"A" * LENGTH + b"01"]), (second, [b"A" * LENGTH + b"me"])):
        who.letter(choices)
    assert (crowd.lost(), crowd.doubled, crowd.troubled) == (1, 0, 1)
    second.letter([])
    assert (crowd.lost(), crowd.doubled) == (1, 1)
    told = {"servers": {}, "flood": {"wrong": {"lost": crowd.lost(), "doubled": crowd.doubled, "refused": 0}}}
    assert list(rounds.losses(told)) == ["WhatsApp, flood: 1 lost, 1 doubled."]


async def test_a_person_taps_what_the_last_message_offered_and_not_too_soon() -> None:
    """Nobody taps while they wait or within six seconds of their last tap; Leave is never tapped by chance."""
    sent = delivery.Delivery()
    crowd = people.Crowd(whatsapp.Api(0.0), sent)
    await crowd.open(1, 1000.0)
    await crowd.talk(1000.0, 0.002)
    assert (sent.sent, crowd.starved) == (1, 2)
    crowd.people[0].letter([b"A" * LENGTH + people.LEAVE, b"B" * LENGTH + b"07"])
    await crowd.talk(1000.0, 0.001)
    assert b'"id":"%b07"' % (b"B" * LENGTH) in sent.queue[-1][1]
    crowd.people[0].letter([b"C" * LENGTH + b"00"])
    await crowd.talk(1000.0, 0.001)
    assert (sent.sent, crowd.starved) == (2, 3)


@pytest.mark.parametrize("step", [1, 7, 100_000])
def test_messages_are_put_together_from_pieces(step: int) -> None:
    """However the network cuts them, requests come out whole, and buttons are found in a form as in JSON."""
    data = "A" * LENGTH + "00"
    keys = json.dumps({"inline_keyboard": [[{"text": "Yes", "callback_data": data}]]})
    sent = [wire.ok(keys.encode()), wire.ok(urlencode({"chat_id": 1, "reply_markup": keys}).encode()), wire.ok(b"")]
    line, inbox = b"".join(sent), wire.Inbox()
    found = [body for at in range(0, len(line), step) for _, body in inbox.feed(line[at : at + step])]
    assert [DATA.findall(body) for body in found] == [[data.encode()], [data.encode()], []]


def test_an_installed_wheel_says_that_a_checkout_is_needed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where there is no bench/ beside flows/, a sentence says so."""
    monkeypatch.setattr(wiring, "home", lambda: tmp_path)
    assert main(SMALL) == 2
    assert "checkout" in capsys.readouterr().err
    monkeypatch.undo()
    monkeypatch.setattr(sys, "platform", "beos")
    assert main(SMALL) == 2
    assert "Linux" in capsys.readouterr().err


@LINUX
def test_a_walk_that_no_longer_fits_says_where_to_mend_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """When the guide changes under the walk, the person who changed it learns what to do."""
    monkeypatch.setattr(walk, "CHOICES", ("no such choice",))
    assert main(SMALL) == 1
    assert "Mend CHOICES in bench/walk.py" in capsys.readouterr().err
