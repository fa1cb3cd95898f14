"""Settings: from the environment, from files named by `..._FILE`, and from one optional TOML file."""

import re
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bot.core.private import Private
from bot.settings.desks import Desk, TelegramDesk
from bot.settings.desks import desk as read_desk
from bot.settings.desks import seconds as read_seconds
from bot.settings.desks import telegram_desk as read_telegram_desk
from bot.settings.need import PREFIX, SettingError, choice, need
from bot.settings.platforms import TOKEN, Telegram, Whatsapp
from bot.settings.platforms import telegram as read_telegram
from bot.settings.platforms import whatsapp as read_whatsapp
from bot.talk.keys import SHORTEST

__all__ = [
    "FILE", "MEMORY", "PREFIX", "SECRETS", "TOKEN", "Desk", "SettingError", "Settings", "Telegram", "TelegramDesk", "Whatsapp",
    "load",
]  # fmt: skip

FILE: Final = "_FILE"
SECRETS: Final = (  # may stand in a file; a store has a password
    "SECRET", "STORE", "TELEGRAM_TOKEN", "TELEGRAM_WEBHOOK_SECRET", "WHATSAPP_TOKEN", "WHATSAPP_APP_SECRET",
    "WHATSAPP_VERIFY_TOKEN", "TELEGRAM_DESK_TOKEN",
)  # fmt: skip
PLAIN: Final = (
    "LEAVE_URL", "PUBLIC_URL", "WEB", "PROFILE", "METRICS_PORT", "TELEGRAM_MODE", "TELEGRAM_API", "WHATSAPP_PHONE_ID",
    "WHATSAPP_API", "DESK", "DESK_ACCOUNTS", "DESK_WAIT", "TELEGRAM_DESK_GROUP", "CONFIG",
)  # fmt: skip
NEUTRAL_SITE: Final = "https://www.wikipedia.org/"
MEMORY: Final = "memory"
PROFILES: Final = ("plain", "hardened")
PORTS: Final = 65536
STORE: Final = re.compile(r"(valkey|valkeys|redis|rediss)://\S+")


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator decides. `lasting` tells whether the secret was given, or made at random for this start.

    `store` is "memory" or the address of a Valkey server, which may hold a password. `web` tells whether the web chat is
    served. `public_url` is where the world reaches this guide, without a slash at its end. `metrics_port` is off if None.
    """

    secret: Private[bytes] = field(default_factory=lambda: Private(secrets.token_bytes(32)))
    lasting: bool = False
    leave_url: str = NEUTRAL_SITE
    store: Private[str] = field(default_factory=lambda: Private(MEMORY))
    telegram: Telegram | None = None
    whatsapp: Whatsapp | None = None
    desk: Desk | None = None
    telegram_desk: TelegramDesk | None = None
    desk_wait: float = 120.0
    web: bool = True
    public_url: str | None = None
    hardened: bool = False
    metrics_port: int | None = None


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
    return _settings({name: value.strip() for name, value in values.items()})


def _settings(values: Mapping[str, str]) -> Settings:
    telegram, whatsapp = read_telegram(values), read_whatsapp(values)
    url = values.get("LEAVE_URL", NEUTRAL_SITE)
    need("LEAVE_URL", url.startswith("https://"), "should be a neutral page that starts with https://.")
    public = values.get("PUBLIC_URL", "").rstrip("/") or None
    need(
        "PUBLIC_URL",
        public is None or public.startswith("https://"),
        "should start with https://, as Telegram and Meta ask.",
    )
    store = values.get("STORE", MEMORY)
    need(
        "STORE", store == MEMORY or STORE.fullmatch(store), "should be memory, or an address such as valkey://127.0.0.1:6379/0."
    )
    need(
        "TELEGRAM_WEBHOOK_SECRET", public or telegram is None or telegram.mode != "webhook" or telegram.webhook_secret,
        "is missing. Tell Telegram the same word when you set the webhook; or set DHAAL_PUBLIC_URL, then the guide does both.",
    )  # fmt: skip
    secret = values.get("SECRET", "").encode()
    need(
        "SECRET", "SECRET" not in values or len(secret) >= SHORTEST,
        f"is too short: give at least {SHORTEST} characters. `openssl rand -hex 32` makes a good one.",
    )  # fmt: skip
    return Settings(
        Private(secret or secrets.token_bytes(SHORTEST * 2)), lasting=bool(secret), leave_url=url, store=Private(store),
        telegram=telegram, whatsapp=whatsapp, public_url=public, desk=read_desk(values),
        telegram_desk=read_telegram_desk(values), desk_wait=read_seconds(values),
        web=choice(values, "WEB", ("on", "off"), "off" if telegram or whatsapp else "on") == "on",
        hardened=choice(values, "PROFILE", PROFILES) == "hardened",
        metrics_port=_port(values.get("METRICS_PORT")),
    )  # fmt: skip


def _port(text: str | None) -> int | None:
    if text is None:
        return None
    need("METRICS_PORT", text.isdecimal() and 0 < int(text) < PORTS, "should be a port, such as 9464.")
    return int(text)


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
