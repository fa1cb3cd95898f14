"""The settings of a desk: each bad one is a sentence that names it, and its value never stands there."""

from pathlib import Path
from typing import Final

import pytest

from bot.settings import Desk, SettingError, TelegramDesk, load

TOKEN: Final = "123456:a-secret_word"  # noqa: S105 - nobody has it
SECRET: Final = {"DHAAL_SECRET": "a secret that is only for tests!"}
GROUP: Final = "-1001234567890"
GROUPED: Final = {"DHAAL_TELEGRAM_DESK_TOKEN": TOKEN, "DHAAL_TELEGRAM_DESK_GROUP": GROUP}


def test_nothing_set_is_a_trial() -> None:
    """Whoever only wants to see it gets a web desk without a file of helpers."""
    settings = load({"PATH": "/bin"})
    assert settings.desk == Desk(None)
    assert settings.desk.trial
    assert (settings.desk_wait, settings.telegram_desk) == (120.0, None)


@pytest.mark.parametrize(
    ("environ", "desk"),
    [
        ({"DHAAL_LEAVE_URL": "https://x.example/"}, None),
        ({"DHAAL_SECRET": "x" * 40}, None),
        ({"DHAAL_DESK": "off"}, None),
        (SECRET | {"DHAAL_DESK_ACCOUNTS": "agents.json"}, Desk(Path("agents.json"))),
        (SECRET | {"DHAAL_DESK": "on", "DHAAL_DESK_ACCOUNTS": "agents.json"}, Desk(Path("agents.json"))),
        ({"DHAAL_DESK": "off", "DHAAL_DESK_ACCOUNTS": "agents.json"}, None),
    ],
)
def test_a_desk_in_earnest_needs_a_file(environ: dict[str, str], desk: Desk | None) -> None:
    """As soon as anything is set, the web desk is there only where helpers have accounts."""
    found = load(environ).desk
    assert found == desk
    assert found is None or not found.trial


def test_the_telegram_desk() -> None:
    """A token and a group make the other desk; both share the address of the Bot API."""
    found = load(GROUPED | {"DHAAL_TELEGRAM_API": "http://127.0.0.1:8081/", "DHAAL_DESK_WAIT": "90"})
    assert found.telegram_desk is not None
    assert (found.telegram_desk.group, found.telegram_desk.api, found.desk_wait) == (int(GROUP), "http://127.0.0.1:8081", 90.0)
    assert found.telegram_desk.token.reveal() == TOKEN
    assert TOKEN not in repr(found)
    usual = load(GROUPED).telegram_desk
    assert usual == TelegramDesk(usual.token, int(GROUP)) if usual else False


def test_its_token_may_stand_in_a_file(tmp_path: Path) -> None:
    """As every secret may."""
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n", "utf-8")
    found = load({"DHAAL_TELEGRAM_DESK_TOKEN_FILE": str(file), "DHAAL_TELEGRAM_DESK_GROUP": GROUP}).telegram_desk
    assert found
    assert found.token.reveal() == TOKEN


@pytest.mark.parametrize(
    ("environ", "name", "remedy"),
    [
        ({"DHAAL_DESK": "maybe"}, "DHAAL_DESK", "one of: on, off"),
        ({"DHAAL_DESK": "on"}, "DHAAL_DESK_ACCOUNTS", "Name a file"),
        ({"DHAAL_DESK_ACCOUNTS": "agents.json"}, "DHAAL_SECRET", "is missing"),
        ({"DHAAL_DESK_WAIT": "0"}, "DHAAL_DESK_WAIT", "from 1 to 3600"),
        ({"DHAAL_DESK_WAIT": "3601"}, "DHAAL_DESK_WAIT", "from 1 to 3600"),
        ({"DHAAL_DESK_WAIT": "-1"}, "DHAAL_DESK_WAIT", "from 1 to 3600"),
        ({"DHAAL_DESK_WAIT": "two minutes"}, "DHAAL_DESK_WAIT", "from 1 to 3600"),
        ({"DHAAL_DESK_WAIT": "²"}, "DHAAL_DESK_WAIT", "from 1 to 3600"),
        ({"DHAAL_TELEGRAM_DESK_GROUP": GROUP}, "DHAAL_TELEGRAM_DESK_TOKEN", "123456:ABC"),
        (GROUPED | {"DHAAL_TELEGRAM_DESK_TOKEN": "not-a-token-at-all"}, "DHAAL_TELEGRAM_DESK_TOKEN", "123456:ABC"),
        (GROUPED | {"DHAAL_TELEGRAM_TOKEN": TOKEN}, "DHAAL_TELEGRAM_DESK_TOKEN", "a bot of their own"),
        ({"DHAAL_TELEGRAM_DESK_TOKEN": TOKEN}, "DHAAL_TELEGRAM_DESK_GROUP", "-1001234567890"),
        (GROUPED | {"DHAAL_TELEGRAM_DESK_GROUP": "1001234567890"}, "DHAAL_TELEGRAM_DESK_GROUP", "-1001234567890"),
        (GROUPED | {"DHAAL_TELEGRAM_DESK_GROUP": "@our_group"}, "DHAAL_TELEGRAM_DESK_GROUP", "-1001234567890"),
    ],
)
def test_a_bad_setting_is_a_sentence(environ: dict[str, str], name: str, remedy: str) -> None:
    """It begins with the name, says what to do, and never shows what was set."""
    with pytest.raises(SettingError) as caught:
        load(environ)
    said = str(caught.value)
    assert said.startswith(f"{name} ")
    assert remedy in said
    assert TOKEN not in said
    assert "not-a-token-at-all" not in said
