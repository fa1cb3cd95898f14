"""The helpers' desks: who may sit there, whether anybody can, how people come to them, and when."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from stat import S_IRWXG, S_IRWXO
from typing import Final

from bot.content.library import Library
from bot.settings import Desk, Settings, TelegramDesk

LONG: Final = 300.0  # seconds; who is afraid does not wait longer in front of a screen
WEEKS: Final = 8  # in which a desk should open at least once
STEP: Final = timedelta(minutes=15)

TRIAL: Final = (
    "Nothing is configured, so the helpers' desk is a trial: its first helper comes in by a link, without a password, and "
    "nobody is remembered. Before real people come, set DHAAL_DESK_ACCOUNTS and DHAAL_SECRET, or DHAAL_DESK=off."
)
MISSING: Final = "The helpers' group needs python-telegram-bot, which is not installed. Run: pip install 'dhaal[telegram-desk]'"


async def look(settings: Settings, library: Library, now: datetime) -> list[str]:
    """Look at the desks; nothing if there are none."""
    found: list[str] = []
    if settings.desk is not None:
        found += _page(settings.desk, settings)
    if settings.telegram_desk is not None:
        found += await _group(settings.telegram_desk)
    if settings.desk is not None or settings.telegram_desk is not None:
        found += _hours(settings, library, now)
    return found


def _page(desk: Desk, settings: Settings) -> Iterator[str]:
    """Look at the web desk."""
    if desk.accounts is None:
        yield TRIAL
        return
    if settings.public_url is None:
        yield (
            "DHAAL_PUBLIC_URL is not set, so links of `dhaal agents add` lead to this machine, and behind a proxy the "
            "desk takes no form. Set it to https://your.host, with TLS in front (docs/run-it.md)."
        )
    yield from _file(desk.accounts)


def _file(path: Path) -> Iterator[str]:
    """Look at the file of the helpers, and at that of their shifts."""
    place = path if path.exists() else path.parent
    if not place.exists():
        yield f"The folder of the helpers' accounts, {path.parent}, is not there. Make it: mkdir -m 700 {path.parent}"
        return
    if not (os.access(path.parent, os.W_OK) and os.access(place, os.W_OK)):
        yield (
            f"The helpers' accounts at {path} cannot be written, so nobody can be invited, and no shift is noted. "
            "Give the folder and its files to the user that the guide runs as."
        )
    for one in (path, path.with_suffix(".audit.csv")):
        if one.is_file() and one.stat().st_mode & (S_IRWXG | S_IRWXO):
            yield f"The file {one} tells who your helpers are, and can be read by others. Run: chmod 600 {one}"
    yield from _people(path)


def _people(path: Path) -> Iterator[str]:
    """Look at who is there."""
    from bot.desks.web_desk import Accounts, Role, UnreadableError  # noqa: PLC0415 - who has no desk does not pay for it

    try:
        roll = Accounts(path).roll()
    except UnreadableError as error:
        yield str(error)
        return
    roles = [one.role for one in roll.agents.values()] + [one.role for one in roll.invited.values()]
    if not roles:
        yield "No helper has an account, and nobody is invited. Run: dhaal agents add NAME --lead"
    elif Role.LEAD not in roles:
        yield "No helper is a lead, so nobody can invite or remove others at the page. Run: dhaal agents add NAME --lead"
    elif not roll.agents:
        yield "Nobody has taken up their invitation yet. Links last 24 hours: `dhaal agents list` shows until when."


def _hours(settings: Settings, library: Library, now: datetime) -> Iterator[str]:
    """Look at when people may come, and how long they wait."""
    if settings.desk_wait > LONG:
        yield (
            f"People wait up to {settings.desk_wait / 60:.0f} minutes before they are told that nobody is free. "
            "Two minutes are enough: take DHAAL_DESK_WAIT out, or set it to 120."
        )
    moments = (now + STEP * number for number in range(WEEKS * 7 * 24 * 4))
    if not any(library.opening.open_at(moment) for moment in moments):
        yield f"By its hours the desk does not open in the next {WEEKS} weeks. Correct flows/desk.yaml: hours, zone, closed."


async def _group(desk: TelegramDesk) -> list[str]:
    """Ask Telegram about the helpers' bot and its group."""
    try:
        from bot.desks.telegram_group import examine  # noqa: PLC0415 - its library is an extra
    except ImportError:
        return [MISSING]
    return await examine(desk)
