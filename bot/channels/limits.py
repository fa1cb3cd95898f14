"""What each channel can carry, as data (LIMITS.md, with its sources). The proof holds every screen against it."""

from dataclasses import dataclass, field
from typing import Final

from bot.talk.ports import Frame, Unit


@dataclass(frozen=True, slots=True)
class Limits:
    """One channel: the frame its messages are laid out in, and the limits they are proved against."""

    channel: str
    frame: Frame = field(default_factory=Frame)
    text: int | None = None  # the longest text, in `unit`
    unit: Unit = Unit.CHARACTERS
    label: int | None = None  # the longest label of a button, in characters
    short: int | None = None  # the longest short label
    rows: int | None = None  # the most buttons, controls included
    data: int | None = None  # the most bytes a button carries


TELEGRAM: Final = Limits(
    "telegram",
    Frame(room=4096, rows=24, unit=Unit.UTF16),
    text=4096,
    unit=Unit.UTF16,
    rows=100,
    data=64,
)
WHATSAPP: Final = Limits(
    "whatsapp",
    Frame(room=1024, rows=8),  # of 10 list rows two hold "help now" and "more" (the rest of the controls stand behind it)
    text=1024,
    short=24,
    rows=8,
    data=200,
)
WEB: Final = Limits("web", Frame(), label=80)
CONSOLE: Final = Limits("console", Frame(), label=80)

ALL: Final = (CONSOLE, WEB, TELEGRAM, WHATSAPP)
