"""The settings of WhatsApp: each bad one is a sentence that names it, and its value never stands there."""

from pathlib import Path
from typing import Final

import pytest

from bot.settings import SettingError, load
from bot.settings.platforms import WHATSAPP

GOOD: Final = {
    "DHAAL_WHATSAPP_TOKEN": "EAAJsecret|Word.1-2_3",
    "DHAAL_WHATSAPP_PHONE_ID": "106540352242922",
    "DHAAL_WHATSAPP_APP_SECRET": "0123456789abcdef0123456789abcdef",
    "DHAAL_WHATSAPP_VERIFY_TOKEN": "a word of mine",
}
SECRETS: Final = [name for name in GOOD if name != "DHAAL_WHATSAPP_PHONE_ID"]


def refused(environ: dict[str, str]) -> str:
    """Give the sentence with which some settings are refused."""
    with pytest.raises(SettingError) as caught:
        load(environ)
    return str(caught.value)


def test_the_settings_are_read() -> None:
    """Four values make a number; the API is Meta's own, in the version that our messages are held against."""
    found = load(GOOD).whatsapp
    assert found is not None
    assert (found.phone_id, found.api) == (GOOD["DHAAL_WHATSAPP_PHONE_ID"], WHATSAPP)
    shown = [found.token.reveal(), found.app_secret.reveal(), found.verify_token.reveal()]
    assert shown == [GOOD[name] for name in SECRETS]
    assert not any(value in repr(found) for value in shown)


def test_without_them_there_is_no_number() -> None:
    """An address alone is no number; nothing is configured, so the web chat is served."""
    settings = load({"DHAAL_WHATSAPP_API": "https://graph.example/v23.0"})
    assert settings.whatsapp is None
    assert settings.web


@pytest.mark.parametrize(("word", "served"), [(None, False), ("on", True), ("off", False)])
def test_the_web_chat_beside_it(word: str | None, *, served: bool) -> None:
    """Where there is a number the web chat is off, unless it is wanted."""
    assert load({**GOOD, **({} if word is None else {"DHAAL_WEB": word})}).web is served


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("value", [None, "", "  "])
def test_each_of_the_four_is_needed(name: str, value: str | None) -> None:
    """One that is missing or empty is named, with all four beside it."""
    rest = {key: kept for key, kept in GOOD.items() if key != name}
    sentence = refused(rest if value is None else {**rest, name: value})
    assert sentence.startswith(f"{name} is missing.")
    assert all(needed in sentence for needed in GOOD)
    assert not any(kept in sentence for kept in rest.values())


BAD: Final = [
    ("DHAAL_WHATSAPP_TOKEN", "two words"),
    ("DHAAL_WHATSAPP_TOKEN", "Bearer EAAJ"),
    ("DHAAL_WHATSAPP_TOKEN", "EAAJ\r\nx: y"),
    ("DHAAL_WHATSAPP_TOKEN", "EAAJé"),
    ("DHAAL_WHATSAPP_PHONE_ID", "+1 555 078 3881"),
    ("DHAAL_WHATSAPP_PHONE_ID", "106540352242922/messages"),
    ("DHAAL_WHATSAPP_PHONE_ID", "१०६५४०३५२"),
    ("DHAAL_WHATSAPP_APP_SECRET", "0123456789abcdef"),
    ("DHAAL_WHATSAPP_APP_SECRET", "0123456789ABCDEF0123456789ABCDEF"),
    ("DHAAL_WHATSAPP_APP_SECRET", "0123456789abcdef0123456789abcdefg"),
    ("DHAAL_WHATSAPP_API", "graph.example"),
    ("DHAAL_WHATSAPP_API", "ftp://graph.example"),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_bad_one_is_a_sentence(name: str, value: str) -> None:
    """It begins with the name, says what it should be, ends as a sentence, and does not show the value."""
    sentence = refused({**GOOD, name: value})
    assert sentence.startswith((f"{name} should ", f"{name} is no "))
    assert sentence.endswith(".")
    assert value not in sentence
    assert not any(kept in sentence for kept in GOOD.values())


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_may_stand_in_a_file(name: str, tmp_path: Path) -> None:
    """A file that `..._FILE` names holds it, with a line's end or without; one that cannot be read is a sentence."""
    file = tmp_path / "secret"
    file.write_text(GOOD[name] + "\n", "utf-8")
    rest = {key: kept for key, kept in GOOD.items() if key != name}
    assert load({**rest, f"{name}_FILE": str(file)}).whatsapp is not None
    file.unlink()
    assert refused({**rest, f"{name}_FILE": str(file)}).startswith(f"{name}_FILE: the file ")


def test_the_number_s_id_is_no_secret(tmp_path: Path) -> None:
    """It has no file of its own."""
    assert "is no setting" in refused({**GOOD, "DHAAL_WHATSAPP_PHONE_ID_FILE": str(tmp_path)})


def test_an_address_may_end_with_a_slash() -> None:
    """Paths are put behind it with one slash."""
    found = load({**GOOD, "DHAAL_WHATSAPP_API": "http://127.0.0.1:8082/v23.0/"}).whatsapp
    assert found is not None
    assert found.api == "http://127.0.0.1:8082/v23.0"


def test_telegram_and_whatsapp_together() -> None:
    """Both can run in one process."""
    settings = load({**GOOD, "DHAAL_TELEGRAM_TOKEN": "42:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
    assert settings.telegram
    assert settings.whatsapp
    assert not settings.web
