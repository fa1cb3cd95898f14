"""The doctor and the helpers' desks: each finding is a whole sentence with its remedy, and a sound desk has none."""

import asyncio
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from bot.cli.doctor import desk
from bot.content.library import Library
from bot.content.opening import Opening
from bot.core.private import Private
from bot.desks.web_desk import Accounts, Role
from bot.settings import Desk, Settings, TelegramDesk
from tests.peers.bot_api import serving_bot_api

from .test_doctor import SOUND, URL, sentences

NOW: Final = datetime(2026, 11, 24, 12, tzinfo=UTC)
GROUP: Final = -1001234567890


def sound(folder: Path) -> Settings:
    """Set up a desk with a lead and a helper."""
    accounts = Accounts(folder / "agents.json")
    for name, role in (("asha", Role.LEAD), ("bina", Role.AGENT)):
        accounts.accept(accounts.invite(name, role), "hash", "sealed")
    return replace(SOUND, desk=Desk(folder / "agents.json"), public_url=URL)


def findings(settings: Settings, library: Library) -> list[str]:
    """Look at the desks."""
    return sentences(asyncio.run(desk.look(settings, library, NOW)))


def test_a_sound_desk_has_no_finding(library: Library, tmp_path: Path) -> None:
    """Nothing is said of a desk that is as it should be, nor where there is none; and nothing is written."""
    settings = sound(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert findings(settings, library) == []
    assert findings(SOUND, library) == []
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before


def test_a_trial_is_told(library: Library) -> None:
    """A desk with nothing configured is for trying."""
    assert "is a trial" in findings(replace(SOUND, desk=Desk()), library)[0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"public_url": None}, "DHAAL_PUBLIC_URL is not set"),
        ({"desk_wait": 900.0}, "up to 15 minutes"),
    ],
)
def test_what_the_settings_lack(library: Library, tmp_path: Path, change: dict[str, object], said: str) -> None:
    """No address for links, and a long wait, are told, each once."""
    found = findings(replace(sound(tmp_path), **change), library)  # type: ignore[arg-type]
    assert [said in one for one in found] == [True]


def test_files_that_others_can_read(library: Library, tmp_path: Path) -> None:
    """Who the helpers are and when they worked is for the guide's user alone."""
    settings = sound(tmp_path)
    (tmp_path / "agents.audit.csv").write_text("")
    for name in ("agents.json", "agents.audit.csv"):
        (tmp_path / name).chmod(0o640)
    found = findings(settings, library)
    assert [one.rpartition(" ")[2] for one in found] == [str(tmp_path / name) for name in ("agents.json", "agents.audit.csv")]


def test_nobody_can_come_in(library: Library, tmp_path: Path) -> None:
    """No account, no lead, nobody who took up the invitation: each is told with the command that helps."""
    path = tmp_path / "agents.json"
    settings = replace(SOUND, desk=Desk(path), public_url=URL)
    assert "No helper has an account" in findings(settings, library)[0]
    accounts = Accounts(path)
    accounts.invite("asha", Role.LEAD)
    assert "Nobody has taken up" in findings(settings, library)[0]
    accounts.remove("asha")
    accounts.accept(accounts.invite("bina", Role.AGENT), "hash", "sealed")
    assert "No helper is a lead" in findings(settings, library)[0]


def test_files_that_cannot_be_used(library: Library, tmp_path: Path) -> None:
    """A folder that is not there, text that is none of ours, and a place where nothing can be written."""
    settings = sound(tmp_path)
    assert "mkdir -m 700" in findings(replace(settings, desk=Desk(tmp_path / "no/agents.json")), library)[0]
    (tmp_path / "agents.json").write_text("[")
    assert "cannot be used" in findings(settings, library)[0]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_place_where_nothing_can_be_written(library: Library, tmp_path: Path) -> None:
    """A folder of another user is told."""
    settings = sound(tmp_path)
    tmp_path.chmod(0o500)
    assert "cannot be written" in findings(settings, library)[0]
    tmp_path.chmod(0o700)


def test_hours_that_never_come(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A desk that never opens by its hours is told."""
    monkeypatch.setattr(Opening, "open_at", lambda *_: False)
    assert "does not open" in findings(sound(tmp_path), library)[0]


def test_the_group_is_looked_at(library: Library) -> None:
    """What Telegram knows of the helpers' group is told, and nobody is written to there."""
    with serving_bot_api() as api:
        group = api.forum(GROUP)
        settings = replace(SOUND, telegram_desk=TelegramDesk(Private(api.token), GROUP, api.url))
        assert findings(settings, library) == []
        group.forum.username, group.forum.protected = "helpers", False
        assert len(findings(settings, library)) == 2
        other = replace(settings, telegram_desk=TelegramDesk(Private(api.token), GROUP - 1, api.url))
        assert "does not find the group" in findings(other, library)[0]
        assert {call.method for call in api.calls} <= {"getMe", "getChat", "getChatMember"}
        assert api.complaints == []
