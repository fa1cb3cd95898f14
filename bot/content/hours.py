"""Opening hours as data, and whether a line is open now."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.content.form import Form
from bot.content.problems import meant
from bot.content.reader import Scalar

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Span:
    """Open from `start` to `end` on these weekdays (Monday is 0); an end not after the start is on the next day."""

    days: tuple[int, ...]
    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Hours:
    """When a line answers, in its own zone; no spans means day and night."""

    spans: tuple[Span, ...]
    zone: ZoneInfo

    @property
    def always(self) -> bool:
        """Tell whether it never closes."""
        return not self.spans

    def open_at(self, now: datetime) -> bool:
        """Tell whether it is open at `now` (aware)."""
        return self.always or any(start <= now < end for start, end in self._around(now))

    def opens(self, now: datetime) -> datetime:
        """Give the next opening after `now`, in the line's own zone."""
        return min(start for start, _ in self._around(now) if start > now)

    def _around(self, now: datetime) -> Iterator[tuple[datetime, datetime]]:
        today = now.astimezone(self.zone).date()
        for offset in range(-1, 8):
            day = today + timedelta(days=offset)
            for span in self.spans:
                if day.weekday() in span.days:
                    last = day if span.end > span.start else day + timedelta(days=1)
                    start, end = datetime.combine(day, span.start, self.zone), datetime.combine(last, span.end, self.zone)
                    if start.astimezone(UTC) < end.astimezone(UTC):  # not in an hour that the clock skips
                        yield start, end


def read_zone(form: Form, fallback: ZoneInfo | None) -> ZoneInfo | None:
    """Read `zone`, an IANA name such as Asia/Kolkata."""
    scalar = form.scalar("zone", needed=False)
    if scalar is None:
        return fallback
    try:
        return ZoneInfo(scalar.value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        form.desk.wrong(scalar.spot, f'"{scalar.value}" is no time zone. Write it like Asia/Kolkata or Europe/London.')
        return fallback


def read_hours(form: Form, zone: ZoneInfo | None) -> Hours | None:
    """Read `hours`: `always`, or a list of spans; None when it is not known."""
    if isinstance(form.left.get("hours"), Scalar):
        form.word("hours", ("always",))
        return Hours((), zone or ZoneInfo("UTC"))
    spans = tuple(span for span in map(_span, form.forms("hours")) if span)
    if spans and zone is None:
        form.desk.wrong(form.at("hours"), "These hours need a `zone`, such as Asia/Kolkata, here or for the country.")
    return Hours(spans, zone) if spans and zone else None


def _span(form: Form) -> Span | None:
    days, start, end = form.scalar("days"), _clock(form, "from"), _clock(form, "to")
    form.done(lambda: ("days", "from", "to"))
    numbers = _days(form, days) if days else ()
    return Span(numbers, start, end) if numbers and start is not None and end is not None else None


def _days(form: Form, scalar: Scalar) -> tuple[int, ...]:
    first, _, last = scalar.value.partition("-")
    for name in (first, last or first):
        if name not in DAYS:
            form.desk.wrong(scalar.spot, f'"{name}" is no day. {meant(name, DAYS)} Write one day or a range: mon-fri.')
            return ()
    start, end = DAYS.index(first), DAYS.index(last or first)
    return tuple((start + i) % 7 for i in range((end - start) % 7 + 1))


def _clock(form: Form, key: str) -> time | None:
    scalar = form.scalar(key)
    if scalar is None:
        return None
    try:
        return datetime.strptime("00:00" if scalar.value == "24:00" else scalar.value, "%H:%M").time()  # noqa: DTZ007
    except ValueError:
        form.desk.wrong(scalar.spot, f'"{scalar.value}" is no time of day. Write it with two digits each: 09:30.')
        return None
