"""What each channel can carry, as data (LIMITS.md, with its sources). The proof holds everything that is sent against it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from bot.content.phrases import Phrase
from bot.talk.ports import Frame, Unit


@dataclass(frozen=True, slots=True)
class Menus:
    """What a channel's own forms of choices carry, in `unit`: a few buttons, or one list of rows."""

    unit: Unit
    buttons: int
    button: int  # the longest title of a button
    rows: int  # the most rows of a list, in all its sections
    title: int  # the longest title of a row
    description: int  # the longest line below a title
    opener: int  # the longest label of the button that opens a list
    section: int  # the longest title of a section
    body: int  # the longest text above buttons or a list
    plain: int  # the longest message without either


@dataclass(frozen=True, slots=True)
class Limits:
    """One channel: the frame its messages are laid out in, and the limits they are proved against, texts in `unit`."""

    channel: str
    frame: Frame = field(default_factory=Frame)
    text: int | None = None  # the longest text
    unit: Unit = Unit.CHARACTERS
    label: int | None = None  # the longest label of a button
    seen: int | None = None  # the most letters of a label that a small phone shows, its number included
    half: int | None = None  # the same where two buttons share a row
    buttons: int | None = None  # the most buttons of a message, controls included
    data: int | None = None  # the most bytes a button carries
    menus: Menus | None = None  # where buttons are few and choices may need a list
    phrases: Mapping[Phrase, int] = field(default_factory=dict)  # what else is said there, and how long it may be


TELEGRAM: Final = Limits(
    "telegram",
    Frame(room=4096, rows=24, unit=Unit.UTF16, farewell=Phrase.FAREWELL_TELEGRAM, desk=True),
    text=4096,
    unit=Unit.UTF16,
    seen=40,
    half=20,
    buttons=100,
    data=64,
    phrases={
        Phrase.TITLE: 64,
        Phrase.BOT_SHORT: 120,
        Phrase.BOT_ABOUT: 512,
        **dict.fromkeys(  # the descriptions of the commands
            (Phrase.START, Phrase.MENU, Phrase.BACK, Phrase.DANGER, Phrase.PERSON, Phrase.LANGUAGE, Phrase.LEAVE), 256
        ),
        **dict.fromkeys((Phrase.GROUP, Phrase.FAREWELL_TELEGRAM, Phrase.TROUBLE), 4096),
    },
)
FORMS: Final = Menus(
    Unit.UTF16, buttons=3, button=20, rows=10, title=24, description=72, opener=20, section=24, body=1024, plain=4096
)
WHATSAPP: Final = Limits(
    "whatsapp",
    Frame(  # of 10 rows two are kept: "I need help now", and the door to the other controls
        room=1024, rows=8, unit=Unit.UTF16, parted=True, farewell=Phrase.FAREWELL_WHATSAPP, desk=True
    ),
    text=1024,
    unit=Unit.UTF16,  # Meta says "characters" and not which; this is never less
    data=200,  # of a row; a button carries 256
    menus=FORMS,
    phrases={Phrase.TROUBLE: 1024, Phrase.FAREWELL_WHATSAPP: 4096, Phrase.PLAN_LINK: 900},
)
WEB: Final = Limits("web", Frame(desk=True), label=80)
CONSOLE: Final = Limits("console", Frame(farewell=Phrase.FAREWELL_CONSOLE), label=80)

ALL: Final = (
    CONSOLE,
    WEB,
    TELEGRAM,
    WHATSAPP,
)
