"""Where helpers answer."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.core.private import Private
from bot.settings.need import choice, need
from bot.settings.platforms import TELEGRAM, TOKEN

GROUP: Final = re.compile(r"-[0-9]{5,20}", re.ASCII)
LONGEST_WAIT: Final = 3600


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


def desk(values: Mapping[str, str]) -> Desk | None:
    """Read the web desk; a guide for which nothing at all is set shows it as a trial."""
    accounts = values.get("DESK_ACCOUNTS")
    if choice(values, "DESK", ("on", "off"), "off" if values and not accounts else "on") == "off":
        return None
    need("DESK_ACCOUNTS", accounts or not values, "is missing. Name a file for the helpers' accounts, such as agents.json.")
    need("SECRET", "SECRET" in values or not accounts, "is missing. Helpers' keys are sealed with it, so it must last.")
    return Desk(Path(accounts) if accounts else None)


def telegram_desk(values: Mapping[str, str]) -> TelegramDesk | None:
    """Read the helpers' own bot."""
    token, group = values.get("TELEGRAM_DESK_TOKEN"), values.get("TELEGRAM_DESK_GROUP")
    if token is None and group is None:
        return None
    name = "TELEGRAM_DESK_TOKEN"
    need(name, TOKEN.fullmatch(token or ""), "should be the token of the helpers' own bot. It looks like 123456:ABC...")
    need(name, token != values.get("TELEGRAM_TOKEN"), "is the guide's own bot. Helpers need a bot of their own.")
    fits = GROUP.fullmatch(group or "")
    need("TELEGRAM_DESK_GROUP", fits, "should be the number of the helpers' group, such as -1001234567890.")
    return TelegramDesk(Private(token or ""), int(group or 0), values.get("TELEGRAM_API", TELEGRAM).rstrip("/"))


def seconds(values: Mapping[str, str]) -> float:
    """Read how long somebody waits for a helper at most."""
    text = values.get("DESK_WAIT", "120")
    need("DESK_WAIT", text.isdecimal() and 0 < int(text) <= LONGEST_WAIT, "should be a number of seconds, from 1 to 3600.")
    return float(text)
