"""flows/desk.yaml: helpers are there within their hours, on their own clock, and not on days they are away."""

import asyncio
from datetime import UTC, date, datetime, time
from pathlib import Path
from time import monotonic
from zoneinfo import ZoneInfo

import pytest

from bot.content.hours import Hours, Span
from bot.content.library import Library, read
from bot.content.opening import Opening
from bot.core.events import Command
from bot.core.private import Private
from bot.ground import conversation, exchange
from bot.settings import Desk, Settings
from bot.stores.memory import Memory
from bot.talk.codes import CODES
from bot.talk.plain import text_of
from bot.talk.ports import Address, Frame, Incoming, Opened, Press, Screen
from tests.mistakes.mistake import guide

KOLKATA = ZoneInfo("Asia/Kolkata")
OFFICE = Hours((Span((0, 1, 2, 3, 4), time(10), time(18)),), KOLKATA)
NIGHT = Hours((Span((3,), time(20), time(2)),), KOLKATA)  # Thursday night; 24 December 2026 is a Thursday
HOLIDAY = frozenset({date(2026, 12, 25)})


def delhi(day: int, hour: int, minute: int = 0) -> datetime:
    """Give a moment of December 2026 on Delhi's clock."""
    return datetime(2026, 12, day, hour, minute, tzinfo=KOLKATA).astimezone(UTC)


@pytest.mark.parametrize(
    ("opening", "moment", "there"),
    [
        (Opening(OFFICE), delhi(24, 10), True),
        (Opening(OFFICE), delhi(24, 9, 59), False),
        (Opening(OFFICE), delhi(24, 18), False),
        (Opening(OFFICE), delhi(26, 12), False),  # a Saturday
        (Opening(OFFICE, HOLIDAY), delhi(25, 12), False),
        (Opening(OFFICE, HOLIDAY), delhi(28, 12), True),
        (Opening(NIGHT, HOLIDAY), delhi(24, 23, 59), True),
        (Opening(NIGHT, HOLIDAY), delhi(25, 0), False),  # a holiday begins at midnight on their clock
        (Opening(NIGHT), delhi(25, 0), True),
        (Opening(Hours((), KOLKATA), HOLIDAY), delhi(25, 3), False),  # which is still the 24th in London
        (Opening(Hours((), KOLKATA), HOLIDAY), delhi(26, 0), True),
    ],
)
def test_open(opening: Opening, moment: datetime, *, there: bool) -> None:
    """Hours and holidays are read on the helpers' own clock."""
    assert opening.open_at(moment) is there


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("hours: always\n", Opening(Hours((), ZoneInfo("UTC")))),
        ("zone: Asia/Kolkata\nhours: always\nclosed: []\n", Opening(Hours((), KOLKATA))),
        (
            'zone: Asia/Kolkata\nhours: [{days: mon-fri, from: "10:00", to: "18:00"}]\nclosed: ["2026-12-25"]\n',
            Opening(OFFICE, HOLIDAY),
        ),
    ],
)
def test_read(tmp_path: Path, written: str, expected: Opening) -> None:
    """It is read as it is written."""
    flows = guide(tmp_path)
    (flows / "desk.yaml").write_text(written, "utf-8")
    assert read(flows, tmp_path / "locales").opening == expected


def test_the_real_one(library: Library) -> None:
    """The guide comes without hours of its own: whoever sets up a desk writes theirs."""
    assert library.opening == Opening(Hours((), ZoneInfo("UTC")))


async def test_helpers_are_offered_only_within_their_hours(tmp_path: Path) -> None:
    """A helper who sits there outside the hours is not offered; without anybody there nobody is, whatever the hours."""
    for hours, seated, there in (("always", True, True), ("always", False, False), ("never", True, False)):
        flows = guide(tmp_path / f"{hours} {seated}")
        closed = ", ".join(f'"{day}"' for day in ("2026-12-25", str(datetime.now(UTC).date())))
        (flows / "desk.yaml").write_text("hours: always\n" + (f"closed: [{closed}]\n" if hours == "never" else ""), "utf-8")
        content, settings = read(flows, flows.parent / "locales"), Settings(desk=Desk())
        meeting = exchange(settings, Memory())
        assert meeting
        if seated:
            meeting.back.sit("asha")
        async with meeting.running():
            await meeting.back.tick(0.0)
            for _ in range(20):
                await asyncio.sleep(0)
            assert meeting.back.staffed(monotonic()) is seated
            talk = conversation(settings, content, None, meeting)
            here = Address("web", "web", Private("a chat"))
            start = talk.turn(Incoming(here, Opened()), Frame(desk=True))
            assert isinstance(start, Screen)
            asked = talk.turn(Incoming(here, Press(start.token + CODES[Command.PERSON])), Frame(desk=True))
            assert isinstance(asked, Screen)
            assert ("A helper would see" in text_of(asked.blocks, asked.notice, None)) is there
