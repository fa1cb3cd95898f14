"""What passes between a channel and the talk: what came in, and the screen that goes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, TypeAlias, assert_never
from unicodedata import category

from bot.content.phrases import Phrase
from bot.core.events import Command
from bot.core.private import Private


@dataclass(frozen=True, slots=True)
class Address:
    """One chat: which channel, which bot of it, and the chat itself, which nobody may print."""

    channel: str
    bot: str
    chat: Private[str]


@dataclass(frozen=True, slots=True)
class Press:
    """A button came back; `data` is what the button carried: a sealed state and a two-letter code."""

    data: str


@dataclass(frozen=True, slots=True)
class Words:
    """Somebody typed. `token` is the sealed state of the screen they typed under, if the channel knows it."""

    words: Private[str]
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Called:
    """A command of the channel's own menu, such as /leave, was called; `token` as above."""

    command: Command
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Media:
    """A picture, file, voice note, contact or location. It was not fetched.

    `lost` tells that the platform itself could not bring it: nobody knows what it was.
    """

    token: str | None = None
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """The chat was opened for the first time, or again.

    `facts` is what the opening told (a country, say); `plan` the sealed page that somebody shared.
    """

    facts: Mapping[str, str] = field(default_factory=dict)
    plan: str | None = None


Input: TypeAlias = Press | Words | Called | Media | Opened


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing that a person did. `hint` is the channel's guess of their language, a BCP 47 tag."""

    address: Address
    input: Input
    hint: str | None = None


UNSEEN: Final = frozenset(
    {"Mn", "Me", "Mc", "Cf"}
)  # Unicode's marks, and signs that only steer: they add no letter of their own


class Unit(Enum):
    """How a channel counts the length of a text."""

    CHARACTERS = "characters"
    UTF16 = "UTF-16 units"
    BYTES = "bytes"
    GRAPHEMES = "letters and signs"  # what people see (docs/decisions/0021)

    def measure(self, text: str) -> int:
        """Give the length of `text` in this unit."""
        match self:
            case Unit.CHARACTERS:
                return len(text)
            case Unit.UTF16:
                return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2
            case Unit.BYTES:
                return len(text.encode())
            case Unit.GRAPHEMES:
                return len(text) if text.isascii() else sum(category(one) not in UNSEEN for one in text)
            case _:
                assert_never(self)


@dataclass(frozen=True, slots=True)
class Frame:
    """What one message of a channel can carry; None means as much as there is.

    `room` is the longest text in `unit`; `rows` the most choices beside the fixed controls. What does not fit turns
    a page: nothing is ever cut. `parted` tells that each page is a message of its own, whose first words a notification shows.
    `farewell` is what the channel can truthfully say when somebody leaves; `desk` tells that it can carry a talk with a helper.
    """

    room: int | None = None
    rows: int | None = None
    unit: Unit = Unit.CHARACTERS
    parted: bool = False
    farewell: Phrase = Phrase.FAREWELL_WEB
    desk: bool = False


@dataclass(frozen=True, slots=True)
class Say:
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Points:
    """A list; numbered where the order matters."""

    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a card; `href` makes it something to tap where a channel can."""

    text: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """A contact or a group of lines under one heading; the heading may be empty."""

    heading: str
    lines: tuple[Line, ...]


Block: TypeAlias = Say | Points | Card


@dataclass(frozen=True, slots=True)
class Offer:
    """A button: what it carries (ASCII), its label, a short label, and the number a person may type instead.

    `lang` is the language of the label where it is not the screen's: a language is offered in its own name.
    """

    data: str
    label: str
    short: str
    number: int = 0
    lang: str | None = None

    @property
    def shown(self) -> str:
        """Give the label behind the number that may be typed, if there is one."""
        return f"{self.number}. {self.label}" if self.number else self.label


@dataclass(frozen=True, slots=True)
class Screen:
    """One message, complete, in the person's language.

    `keep` is the button that keeps the page as a message of its own, where a channel can do that. `urgent` tells whether it
    shows people who help: such a screen is never held back (R70).
    """

    ref: str
    token: str
    locale: str
    rtl: bool
    title: str
    notice: str | None
    blocks: tuple[Block, ...]
    offers: tuple[Offer, ...]
    controls: tuple[Offer, ...]
    footnote: str | None = None
    keep: Offer | None = None
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Farewell:
    """The person left. A neutral line; nothing is remembered."""

    locale: str
    rtl: bool
    title: str
    text: str


Reply: TypeAlias = Screen | Farewell
