"""The clock of this machine beside a platform's: opening hours, the life of buttons and what is late depend on it."""

from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from aiohttp import ClientSession, ClientTimeout

PATIENCE: Final = ClientTimeout(total=5.0)
SLACK: Final = 60  # seconds that two clocks may differ


async def look(api: str, whose: str) -> list[str]:
    """Compare with the clock of the platform at an address."""
    away = await _seconds_away(api)
    told = f"This machine's clock is {away} seconds off {whose}: opening hours and buttons go wrong. Let NTP set it."
    return [told] if away > SLACK else []


async def _seconds_away(api: str) -> int:
    """Give how many seconds two clocks are apart, by the Date of an answer; no token is sent."""
    with suppress(Exception):  # it answered a moment ago; a clock that cannot be compared is no finding
        async with ClientSession(timeout=PATIENCE) as session, session.head(api, allow_redirects=False) as answer:
            date = parsedate_to_datetime(answer.headers["Date"])
            return abs(round((datetime.now(UTC) - date).total_seconds()))
    return 0
