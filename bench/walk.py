"""One real conversation, from the language to contacts, laws and a platform's route, in English and in Hindi."""

from dataclasses import dataclass
from typing import Final

from bot.channels.limits import TELEGRAM
from bot.content.library import Library
from bot.core.events import Command
from bot.core.private import Private
from bot.talk.codes import CODES, number_code
from bot.talk.conversation import Conversation
from bot.talk.ports import Address, Frame, Incoming, Opened, Press, Screen

LOCALES: Final = ("en", "hi")
CHOICES: Final[tuple[str | Command, ...]] = (
    "yes", "me", "no", "posted", "next", "next", "no", "known", "IN",
    Command.MENU, "law", "rights", "next", "call", "people",
    Command.MENU, "report", "have", "report", "private", "next", "next", "instagram",
)  # fmt: skip
ADDRESS: Final = Address("telegram", "bench", Private("4815162342"))
FRAME: Final[Frame] = TELEGRAM.frame


@dataclass(frozen=True, slots=True)
class Taken:
    """One turn that was taken: what came in, the code it carried, and the screen that went out."""

    incoming: Incoming
    code: str
    screen: Screen


class LostWayError(Exception):
    """The guide has changed under the walk."""


def walk(library: Library, conversation: Conversation, locale: str) -> list[Taken]:
    """Walk the conversation in one language.

    Raises:
        LostWayError: if the guide no longer has one of the choices.
    """
    taken = [_turn(conversation, Incoming(ADDRESS, Opened(), locale), "")]
    for choice in (locale, *CHOICES):
        screen = taken[-1].screen
        code = _code(library, screen, choice)
        taken.append(_turn(conversation, Incoming(ADDRESS, Press(screen.token + code), locale), code))
    return taken


def _turn(conversation: Conversation, incoming: Incoming, code: str) -> Taken:
    reply = conversation.turn(incoming, FRAME)
    if isinstance(reply, Screen):
        return Taken(incoming, code, reply)
    message = "The walk of the benchmarks left the guide. Mend CHOICES in bench/walk.py."
    raise LostWayError(message)


def _code(library: Library, screen: Screen, choice: str | Command) -> str:
    if isinstance(choice, Command):
        return CODES[choice]
    ways = [way.id for way in library.book.spoken(screen.ref).ways]
    if choice in ways:
        return number_code(ways.index(choice))
    message = f'At {screen.ref} there is no choice "{choice}" any more. Mend CHOICES in bench/walk.py.'
    raise LostWayError(message)
