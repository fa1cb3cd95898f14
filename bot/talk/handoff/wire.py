"""What passes between the processes that serve people and those that serve helpers: sealed, and gone once it is read.

Everything goes to everybody as one stream, so one process and several work alike. Nothing of it is stored anywhere.
"""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Final, Protocol, TypeAlias, get_args

from cryptography.exceptions import InvalidTag

from bot.core.private import Private
from bot.talk.handoff.brief import Brief
from bot.talk.keys import Keys

BOUND: Final = [b"handoff"]
DAY: Final = timedelta(days=1)
BLOCK: Final = 256  # bytes; an event is as long as its words would be, rounded up to the next one
LONGEST: Final = 2000  # characters of one message


class Bus(Protocol):
    """Carries sealed bytes to every process of this guide, this one included, in order; it holds nothing."""

    async def open(self) -> None:
        """Get ready.

        Raises:
            StoreDownError: if it cannot be reached now; it is tried again later by itself.
        """

    async def send(self, sealed: bytes) -> bool:
        """Send to everybody; False if it cannot be known that anybody heard it."""

    def listen(self) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Hear everything that is sent from now on."""

    async def close(self) -> None:
        """Let go of everything; never fails."""


@dataclass(frozen=True, slots=True)
class Waits:
    """Said again and again by the process that a person came to: somebody waits. `wanted` is the helper asked for, if any."""

    case: str
    number: int
    brief: Brief
    since: float  # seconds since 1970
    wanted: str = ""


@dataclass(frozen=True, slots=True)
class Talks:
    """Said again and again likewise: somebody talks with a helper, and perhaps others read along."""

    case: str
    number: int
    brief: Brief
    since: float
    agent: str
    readers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """Another process than the one that a person came to has shown them where they stand, as far as it knew."""

    case: str
    place: int
    along: int  # who read along


@dataclass(frozen=True, slots=True)
class Gone:
    """A case is over."""

    case: str
    why: str


@dataclass(frozen=True, slots=True)
class Takes:
    """A helper has won a waiting case."""

    case: str
    agent: str


@dataclass(frozen=True, slots=True)
class Holds:
    """Said again and again by the process of a helper's desk: they are there."""

    case: str
    agent: str


@dataclass(frozen=True, slots=True)
class Reads:
    """A second helper begins, or stops, to read along."""

    case: str
    agent: str
    along: bool


@dataclass(frozen=True, slots=True)
class Spoke:
    """The person's words. `id` is the same when they come twice."""

    case: str
    id: str
    words: Private[str]


@dataclass(frozen=True, slots=True)
class Noted:
    """The process that a person came to has these words of theirs, which another one sent, and tells if they do not arrive."""

    case: str
    id: str


@dataclass(frozen=True, slots=True)
class Told:
    """A helper's words."""

    case: str
    id: str
    words: Private[str]
    agent: str


@dataclass(frozen=True, slots=True)
class Heard:
    """The other side has these words."""

    case: str
    id: str


@dataclass(frozen=True, slots=True)
class Stops:
    """Either side ends it."""

    case: str
    why: str
    agent: str = ""  # empty if it was the person


@dataclass(frozen=True, slots=True)
class Passes:
    """A helper passes a case on, to one colleague or to whoever is free."""

    case: str
    agent: str
    to: str = ""


@dataclass(frozen=True, slots=True)
class Begins:
    """A process has begun: may all others say at once who is there."""


@dataclass(frozen=True, slots=True)
class Duty:
    """Said again and again by every desk: how many helpers are there, and whether they can take one more."""

    desk: str
    agents: int
    room: bool


Move: TypeAlias = Takes | Holds | Reads | Passes  # what helpers do with a case
Said: TypeAlias = Spoke | Noted | Told | Heard  # words on their way
Event: TypeAlias = (
    Waits | Talks | Shown | Gone | Takes | Holds | Reads | Spoke | Noted | Told | Heard | Stops | Passes | Duty | Begins
)
KINDS: Final[Mapping[str, Callable[..., Event]]] = {kind.__name__: kind for kind in get_args(Event)}


def seal(event: Event, keys: Keys, now: datetime) -> bytes:
    """Seal an event with the key of the day, so that its length tells little."""
    plain = {field.name: _plain(getattr(event, field.name)) for field in fields(event)}
    written = json.dumps([type(event).__name__, plain], ensure_ascii=False).encode(errors="replace")
    return keys.on(keys.today(now)).places.encrypt(written.ljust(-(-len(written) // BLOCK) * BLOCK), BOUND)


def unseal(sealed: bytes, keys: Keys, now: datetime) -> Event | None:
    """Open one; None for what is not of this guide. Around midnight it may be of the day before."""
    for moment in (now, now - DAY, now + DAY):
        try:
            written = keys.on(keys.today(moment)).places.decrypt(sealed, BOUND)
        except InvalidTag:
            continue
        return _read(written)
    return None


def pieces(ident: str, words: Private[str]) -> list[tuple[str, Private[str]]]:
    """Cut words that are too long for one message, with a name for each piece; the last one bears the name of the whole."""
    text = words.reveal()
    cut = [text[at : at + LONGEST] for at in range(0, len(text), LONGEST)] or [""]
    return [*((f"{ident}.{at}", Private(piece)) for at, piece in enumerate(cut[:-1])), (ident, Private(cut[-1]))]


def _read(written: bytes) -> Event | None:
    try:
        kind, found = json.loads(written)
        return KINDS[kind](**{name: _rich(name, value) for name, value in dict(found).items()})
    except (TypeError, KeyError, ValueError):  # of another version of the guide
        return None


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a field holds
    match value:
        case Private():
            return value.reveal()
        case Brief(locale, facts, urgent):
            return [locale, dict(facts), urgent]
        case _:
            return value


def _rich(name: str, value: Any) -> Any:  # noqa: ANN401 - as above
    match name:
        case "words":
            return Private(str(value))
        case "brief":
            return Brief(*value)
        case "readers":
            return tuple(value)
        case _:
            return value
