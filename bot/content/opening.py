"""flows/desk.yaml: when the helpers behind this chat answer."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.content.form import Form
from bot.content.hours import Hours, read_hours, read_zone
from bot.content.reader import Desk, Map, Rows, Scalar, Value

UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Opening:
    """Hours in their zone, and days on which nobody is there."""

    hours: Hours
    closed: frozenset[date] = frozenset()

    def open_at(self, now: datetime) -> bool:
        """Tell whether helpers answer at `now` (aware)."""
        return now.astimezone(self.hours.zone).date() not in self.closed and self.hours.open_at(now)


def read_opening(desk: Desk, page: Map) -> Opening:
    """Read desk.yaml."""
    form = Form(desk, page)
    zone = read_zone(form, UTC) if "zone" in form.left else None
    rows = form.left.get("hours")
    if rows is None or (isinstance(rows, Rows) and not rows.items):
        desk.wrong(form.at("hours"), "Say when helpers answer: `hours: always`, or days with `from` and `to`.")
    hours = read_hours(form, zone) or Hours((), zone or UTC)
    closed = {day for row in form.rows("closed") for day in _day(desk, row)}
    form.done(lambda: ("zone", "hours", "closed"))
    return Opening(hours, frozenset(closed))


def _day(desk: Desk, row: Value) -> list[date]:
    try:
        return [date.fromisoformat(row.value if isinstance(row, Scalar) else "")]
    except ValueError:
        desk.wrong(row.spot, 'This is no day. Write it in quotes: "2026-12-25".')
        return []
