"""What can happen in a conversation. Typed words are gone by the time one of these exists."""

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from bot.core.session import Session


class Command(Enum):
    """What a person can ask for on every screen; the values are the keys of flows/words/*.yaml."""

    MENU = "menu"
    BACK = "back"
    LEAVE = "leave"
    PERSON = "person"
    DANGER = "danger"
    SELF_HARM = "self_harm"
    IN_DANGER = "in_danger"
    LANGUAGE = "language_change"


@dataclass(frozen=True, slots=True)
class Pressed:
    """A numbered way of the screen, counted from 0 over all pages."""

    number: int


@dataclass(frozen=True, slots=True)
class Named:
    """A country or platform was named in words."""

    fact: str
    value: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One of the commands."""

    command: Command


@dataclass(frozen=True, slots=True)
class Turned:
    """Another page of a long list."""

    page: int


@dataclass(frozen=True, slots=True)
class Unclear:
    """Words that were not understood; `guesses` are near choices, at most three."""

    guesses: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Shared:
    """A picture, file, voice note or contact arrived; it was not fetched. `lost`: the platform could not bring it."""

    lost: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """The person keeps this page in their chat, as a message of its own."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A button that cannot be used: forged, foreign, expired, cut short, or from an older guide."""


Event: TypeAlias = Pressed | Named | Asked | Turned | Unclear | Shared | Kept | Lost


class Hint(Enum):
    """A gentle line above a screen; the values are keys of flows/phrases.yaml."""

    UNCLEAR = "hint_unclear"
    GUESS = "hint_guess"
    SHARED = "hint_shared"
    UNREAD = "hint_unread"
    LOST = "hint_lost"
    NOTED = "hint_noted"
    KEPT = "hint_kept"
    TEXT_ONLY = "hint_text_only"


@dataclass(frozen=True, slots=True)
class Turn:
    """What follows from an event: the next session (None: the person left, forget everything) and a hint."""

    session: Session | None
    hint: Hint | None = None
    guesses: tuple[int, ...] = ()
