"""Settings: from the environment, from files named by `..._FILE`, and from one optional TOML file."""

import re
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
MODES: Final = ("polling", "webhook")
PROFILES: Final = ("plain", "hardened")
TELEGRAM: Final = "https://api.telegram.org"
WHATSAPP: Final = "https://graph.facebook.com/v23.0"  # the version whose published schema our messages are held against
NEEDED: Final = ("WHATSAPP_TOKEN", "WHATSAPP_PHONE_ID", "WHATSAPP_APP_SECRET", "WHATSAPP_VERIFY_TOKEN")
PORTS: Final = 65536
LONGEST_WAIT: Final = 3600
GROUP: Final = re.compile(r"-[0-9]{5,20}", re.ASCII)
TOKEN: Final = re.compile(r"[0-9]+:[A-Za-z0-9_-]+", re.ASCII)
WEBHOOK_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{1,256}", re.ASCII)  # Bot API, setWebhook
BEARER: Final = re.compile(r"[A-Za-z0-9_|.-]+", re.ASCII)
APP_SECRET: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
STORE: Final = re.compile(r"(valkey|valkeys|redis|rediss)://\S+")


class SettingError(Exception):
    """A setting is wrong; the message says which, and the remedy."""


@dataclass(frozen=True, slots=True)
class Telegram:
    """How to reach Telegram. `bot` is the bot's number; `webhook_secret` is what Telegram shows us with every update."""

    token: Private[str]
    bot: str
    mode: str = "polling"
    api: str = TELEGRAM
    webhook_secret: Private[str] | None = None


@dataclass(frozen=True, slots=True)
class Whatsapp:
    """How to reach WhatsApp. `phone_id` is Meta's id of our number.

    With `app_secret` Meta signs what it brings; `verify_token` is the word it shows when the webhook is set up.
    """

    token: Private[str]
    phone_id: str
    app_secret: Private[str]
    verify_token: Private[str]
    api: str = WHATSAPP


@dataclass(frozen=True, slots=True)
class Desk:
    """The web desk: the file of its helpers. A trial has none; its first helper comes by a link that works once."""

    accounts: Path | None = None

    @property
    def trial(self) -> bool:
        """Tell whether nothing was set up, and somebody only wants to see it."""
        return self.accounts is None


@dataclass(frozen=True, slots=True)
class TelegramDesk:
    """The helpers' own bot in their own group, a forum: its token, and the number of that group."""

    token: Private[str]
    group: int
    api: str = TELEGRAM


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
    telegram, whatsapp = _telegram(values), _whatsapp(values)
    url = values.get("LEAVE_URL", NEUTRAL_SITE)
    _need("LEAVE_URL", url.startswith("https://"), "should be a neutral page that starts with https://.")
    public = values.get("PUBLIC_URL", "").rstrip("/") or None
    _need(
        "PUBLIC_URL",
        public is None or public.startswith("https://"),
        "should start with https://, as Telegram and Meta ask.",
    )
    store = values.get("STORE", MEMORY)
    _need(
        "STORE", store == MEMORY or STORE.fullmatch(store), "should be memory, or an address such as valkey://127.0.0.1:6379/0."
    )
    _need(
        "TELEGRAM_WEBHOOK_SECRET", public or telegram is None or telegram.mode != "webhook" or telegram.webhook_secret,
        "is missing. Tell Telegram the same word when you set the webhook; or set DHAAL_PUBLIC_URL, then the guide does both.",
    )  # fmt: skip
    secret = values.get("SECRET", "").encode()
    _need(
        "SECRET", "SECRET" not in values or len(secret) >= SHORTEST,
        f"is too short: give at least {SHORTEST} characters. `openssl rand -hex 32` makes a good one.",
    )  # fmt: skip
    return Settings(
        Private(secret or secrets.token_bytes(SHORTEST * 2)), lasting=bool(secret), leave_url=url, store=Private(store),
        telegram=telegram, whatsapp=whatsapp, public_url=public, desk=_desk(values), telegram_desk=_telegram_desk(values),
        desk_wait=_seconds(values),
        web=_choice(values, "WEB", ("on", "off"), "off" if telegram or whatsapp else "on") == "on",
        hardened=_choice(values, "PROFILE", PROFILES) == "hardened",
        metrics_port=_port(values.get("METRICS_PORT")),
    )  # fmt: skip


def _telegram(values: Mapping[str, str]) -> Telegram | None:
    mode = _choice(values, "TELEGRAM_MODE", MODES)
    api = values.get("TELEGRAM_API", TELEGRAM).rstrip("/")
    _need("TELEGRAM_API", api.startswith(("https://", "http://")), "should be an address such as http://127.0.0.1:8081.")
    shown = values.get("TELEGRAM_WEBHOOK_SECRET")
    _need(
        "TELEGRAM_WEBHOOK_SECRET", shown is None or WEBHOOK_SECRET.fullmatch(shown),
        "may hold 1 to 256 letters, digits, _ and -. `openssl rand -hex 32` makes a good one.",
    )  # fmt: skip
    token = values.get("TELEGRAM_TOKEN")
    if token is None:
        return None
    _need("TELEGRAM_TOKEN", TOKEN.fullmatch(token), "is no bot token. It looks like 123456:ABC..., and @BotFather gives it.")
    number = token.partition(":")[0]
    return Telegram(Private(token), number, mode, api, None if shown is None else Private(shown))


def _whatsapp(values: Mapping[str, str]) -> Whatsapp | None:
    api = values.get("WHATSAPP_API", WHATSAPP).rstrip("/")
    _need("WHATSAPP_API", api.startswith(("https://", "http://")), f"should be an address such as {WHATSAPP}.")
    if not any(name in values for name in NEEDED):
        return None
    for name in NEEDED:
        _need(name, values.get(name), f"is missing. WhatsApp needs these four: {', '.join(PREFIX + one for one in NEEDED)}.")
    token, phone_id, app_secret, word = (values[name] for name in NEEDED)
    _need(
        "WHATSAPP_TOKEN", BEARER.fullmatch(token), "is no access token. It is one word of letters and digits, such as EAAJ..."
    )
    _need(
        "WHATSAPP_PHONE_ID", phone_id.isascii() and phone_id.isdecimal(),
        'should be digits alone: the "phone number ID" of WhatsApp > API Setup, not the telephone number.',
    )  # fmt: skip
    _need(
        "WHATSAPP_APP_SECRET", APP_SECRET.fullmatch(app_secret),
        "should be 32 hexadecimal digits: the app secret of App settings > Basic.",
    )  # fmt: skip
    return Whatsapp(Private(token), phone_id, Private(app_secret), Private(word), api)


def _desk(values: Mapping[str, str]) -> Desk | None:
    """Read the web desk; a guide for which nothing at all is set shows it as a trial."""
    accounts = values.get("DESK_ACCOUNTS")
    if _choice(values, "DESK", ("on", "off"), "off" if values and not accounts else "on") == "off":
        return None
    _need("DESK_ACCOUNTS", accounts or not values, "is missing. Name a file for the helpers' accounts, such as agents.json.")
    return Desk(Path(accounts) if accounts else None)


def _telegram_desk(values: Mapping[str, str]) -> TelegramDesk | None:
    token, group = values.get("TELEGRAM_DESK_TOKEN"), values.get("TELEGRAM_DESK_GROUP")
    if token is None and group is None:
        return None
    name = "TELEGRAM_DESK_TOKEN"
    _need(name, TOKEN.fullmatch(token or ""), "should be the token of the helpers' own bot. It looks like 123456:ABC...")
    _need(name, token != values.get("TELEGRAM_TOKEN"), "is the guide's own bot. Helpers need a bot of their own.")
    fits = GROUP.fullmatch(group or "")
    _need("TELEGRAM_DESK_GROUP", fits, "should be the number of the helpers' group, such as -1001234567890.")
    return TelegramDesk(Private(token or ""), int(group or 0), values.get("TELEGRAM_API", TELEGRAM).rstrip("/"))


def _seconds(values: Mapping[str, str]) -> float:
    text = values.get("DESK_WAIT", "120")
    _need("DESK_WAIT", text.isdecimal() and 0 < int(text) <= LONGEST_WAIT, "should be a number of seconds, from 1 to 3600.")
    return float(text)


def _need(name: str, held: object, sentence: str) -> None:
    """Stop with a sentence that begins with the name of the setting and never shows its value."""
    if not held:
        message = f"{PREFIX}{name} {sentence}"
        raise SettingError(message)


def _choice(values: Mapping[str, str], name: str, allowed: tuple[str, ...], usual: str = "") -> str:
    value = values.get(name, usual or allowed[0])
    _need(name, value in allowed, f"should be one of: {', '.join(allowed)}.")
    return value


def _port(text: str | None) -> int | None:
    if text is None:
        return None
    _need("METRICS_PORT", text.isdecimal() and 0 < int(text) < PORTS, "should be a port, such as 9464.")
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
