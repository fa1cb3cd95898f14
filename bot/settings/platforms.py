"""How to reach Telegram and WhatsApp."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.core.private import Private
from bot.settings.need import PREFIX, choice, need

MODES: Final = ("polling", "webhook")
TELEGRAM: Final = "https://api.telegram.org"
WHATSAPP: Final = "https://graph.facebook.com/v23.0"  # the version whose published schema our messages are held against
NEEDED: Final = ("WHATSAPP_TOKEN", "WHATSAPP_PHONE_ID", "WHATSAPP_APP_SECRET", "WHATSAPP_VERIFY_TOKEN")
TOKEN: Final = re.compile(r"[0-9]+:[A-Za-z0-9_-]+", re.ASCII)
WEBHOOK_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{1,256}", re.ASCII)  # Bot API, setWebhook
BEARER: Final = re.compile(r"[A-Za-z0-9_|.-]+", re.ASCII)
APP_SECRET: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)


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


def telegram(values: Mapping[str, str]) -> Telegram | None:
    """Read how to reach Telegram; None without a token."""
    mode = choice(values, "TELEGRAM_MODE", MODES)
    api = values.get("TELEGRAM_API", TELEGRAM).rstrip("/")
    need("TELEGRAM_API", api.startswith(("https://", "http://")), "should be an address such as http://127.0.0.1:8081.")
    shown = values.get("TELEGRAM_WEBHOOK_SECRET")
    need(
        "TELEGRAM_WEBHOOK_SECRET", shown is None or WEBHOOK_SECRET.fullmatch(shown),
        "may hold 1 to 256 letters, digits, _ and -. `openssl rand -hex 32` makes a good one.",
    )  # fmt: skip
    token = values.get("TELEGRAM_TOKEN")
    if token is None:
        return None
    need("TELEGRAM_TOKEN", TOKEN.fullmatch(token), "is no bot token. It looks like 123456:ABC..., and @BotFather gives it.")
    number = token.partition(":")[0]
    return Telegram(Private(token), number, mode, api, None if shown is None else Private(shown))


def whatsapp(values: Mapping[str, str]) -> Whatsapp | None:
    """Read how to reach WhatsApp; None if nothing of it is set."""
    api = values.get("WHATSAPP_API", WHATSAPP).rstrip("/")
    need("WHATSAPP_API", api.startswith(("https://", "http://")), f"should be an address such as {WHATSAPP}.")
    if not any(name in values for name in NEEDED):
        return None
    for name in NEEDED:
        need(name, values.get(name), f"is missing. WhatsApp needs these four: {', '.join(PREFIX + one for one in NEEDED)}.")
    token, phone_id, app_secret, word = (values[name] for name in NEEDED)
    need("WHATSAPP_TOKEN", BEARER.fullmatch(token), "is no access token. It is one word of letters and digits, such as EAAJ...")
    need(
        "WHATSAPP_PHONE_ID", phone_id.isascii() and phone_id.isdecimal(),
        'should be digits alone: the "phone number ID" of WhatsApp > API Setup, not the telephone number.',
    )  # fmt: skip
    need(
        "WHATSAPP_APP_SECRET", APP_SECRET.fullmatch(app_secret),
        "should be 32 hexadecimal digits: the app secret of App settings > Basic.",
    )  # fmt: skip
    return Whatsapp(Private(token), phone_id, Private(app_secret), Private(word), api)
