"""Settings: from the environment, from files named by `..._FILE`, and from one optional TOML file."""

import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bot.core.private import Private
from bot.talk.keys import SHORTEST

PREFIX: Final = "DHAAL_"
FILE: Final = "_FILE"
SECRETS: Final = ("SECRET",)
PLAIN: Final = ("LEAVE_URL", "CONFIG")
NEUTRAL_SITE: Final = "https://www.wikipedia.org/"


class SettingError(Exception):
    """A setting is wrong; the message says which, and the remedy."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator decides. `lasting` tells whether the secret was given, or made at random for this start."""

    secret: Private[bytes] = field(default_factory=lambda: Private(secrets.token_bytes(32)))
    lasting: bool = False
    leave_url: str = NEUTRAL_SITE


def load(environ: Mapping[str, str]) -> Settings:
    """Read the settings.

    Raises:
        SettingError: with a sentence, if one is unknown, unreadable or unusable.
    """
    values = {key.removeprefix(PREFIX): value for key, value in environ.items() if key.startswith(PREFIX)}
    values = {**_toml(values.pop("CONFIG", None)), **values}
    values |= {name: _file(name, values.pop(name + FILE)) for name in SECRETS if name + FILE in values}
    unknown = sorted(set(values) - {*SECRETS, *PLAIN})
    if unknown:
        known = ", ".join(PREFIX + name for name in (*SECRETS, *PLAIN))
        message = f"{PREFIX}{unknown[0]} is no setting. These are: {known}. A secret may stand in a file: {PREFIX}SECRET_FILE."
        raise SettingError(message)
    return _settings(values)


def _settings(values: Mapping[str, str]) -> Settings:
    url = values.get("LEAVE_URL", NEUTRAL_SITE)
    if not url.startswith("https://"):
        message = "DHAAL_LEAVE_URL should be a neutral page that starts with https://."
        raise SettingError(message)
    if "SECRET" not in values:
        return Settings(leave_url=url)
    secret = values["SECRET"].strip().encode()
    if len(secret) < SHORTEST:
        message = f"DHAAL_SECRET is too short: give at least {SHORTEST} characters. `openssl rand -hex 32` makes a good one."
        raise SettingError(message)
    return Settings(Private(secret), lasting=True, leave_url=url)


def _toml(path: str | None) -> dict[str, str]:
    if path is None:
        return {}
    try:
        table = tomllib.loads(Path(path).read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        message = f"DHAAL_CONFIG: the file {path} cannot be read as TOML ({type(error).__name__}). Correct or remove it."
        raise SettingError(message) from None
    return {name.upper(): str(value) for name, value in table.items()}


def _file(name: str, path: str) -> str:
    try:
        return Path(path).read_text("utf-8")
    except OSError:
        message = f"{PREFIX}{name}{FILE}: the file {path} cannot be read. Check its path and rights."
        raise SettingError(message) from None
