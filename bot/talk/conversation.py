"""One turn of one conversation, from what came in to the screen that goes out. Nothing is kept in between."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, assert_never

from babel.core import negotiate_locale

from bot.content.library import Library
from bot.content.phrases import Phrase
from bot.core.engine import Engine
from bot.core.events import Asked, Event, Lost, Shared, Turn, Unclear
from bot.core.private import Private
from bot.core.session import Session
from bot.core.space import Space
from bot.talk import seal as sealing
from bot.talk.codes import read_code
from bot.talk.handoff.brief import Brief, Part, brief
from bot.talk.handoff.counter import Access, Counter, Rules, Sight
from bot.talk.handoff.front import Over, State
from bot.talk.keys import Keys
from bot.talk.listen import Listener
from bot.talk.ports import Address, Called, Frame, Incoming, Media, Opened, Press, Reply, Screen, Words
from bot.talk.screen import Drawer, Told
from bot.talk.seal import Seal
from bot.talk.speech import Speech
from bot.talk.tally import Tally

DONE: Final = (Over.ENDED, Over.STOPPED, Over.SILENT)  # after these a person goes on where they were in the guide
PLAN: Final = Private("a plan that anybody may open")  # stands for the chat in a shared token; no channel has such a chat


@dataclass(frozen=True, slots=True)
class Desk:
    """Whether helpers can be asked now, and the rules of that."""

    access: Callable[[], Access] = lambda: Access.NONE
    rules: Rules = field(default_factory=Rules)


class Conversation:
    """Talks with everybody; remembers nobody."""

    def __init__(
        self, library: Library, keys: Keys, clock: Callable[[], datetime], tally: Tally | None = None, desk: Desk | None = None
    ) -> None:
        """Take the content, the keys, and a clock that gives aware datetimes.

        Raises:
            OverflowError: if a session of this guide does not fit a button.
        """
        space = Space(library.book)
        self._library = library
        self._clock = clock
        self._tally = tally
        self._engine = Engine(library.book, space.depth)
        self._seal = Seal(keys, space)
        self._drawer = Drawer(library)
        self._listener = Listener(library, self._drawer)
        self._desk = desk or Desk()
        self._counter = Counter(library, self._drawer, self._desk.rules)

    @property
    def locales(self) -> tuple[str, ...]:
        """List the languages, in the order in which they are offered."""
        return tuple(self._library.languages)

    def warm(self) -> None:
        """Get ready for first words in any language: where people type before they tap, nobody should wait for that."""
        self._listener.warm()

    def turn(self, incoming: Incoming, frame: Frame, *, ahead: bool = False) -> Reply:
        """Open what came, think, draw, seal. A look `ahead` is not counted, as nobody sees its screen."""
        now = self._clock()
        shared = self._shared(incoming, now)
        if shared is not None:
            return self._drawer.gate(shared, self._seal.close(shared, incoming.address, now))
        session, event = self._read(incoming, now)
        turn = self._engine.advance(session, event) if event else Turn(session)
        if turn.session is None:
            return self._drawer.farewell(session.locale, frame.farewell)
        if self._tally and not ahead:
            self._tally.turned(session if event else None, turn.session)
        token = self._seal.close(turn.session, incoming.address, now)
        return self._draw(turn.session, token, frame, now, Told(turn.hint, turn.guesses))

    def consent(self, token: str, address: Address, frame: Frame, left_out: frozenset[Part]) -> Screen | None:
        """Draw again what a helper would see, with some lines left out; None if the token cannot be opened."""
        now = self._clock()
        session = self._open(token, address, now)
        return self._counter.consent(Sight(session, token, frame, now), left_out) if session else None

    def brief(self, token: str, address: Address, left_out: frozenset[Part]) -> Brief | None:
        """Take what a helper may see; None if the token cannot be opened."""
        session = self._open(token, address, self._clock())
        return brief(session, left_out) if session else None

    def stand(self, token: str, address: Address, frame: Frame, state: State) -> Screen:
        """Draw where somebody stands who asked for a helper."""
        now = self._clock()
        session = self._open(token, address, now) or Session.fresh(self._library.book, self.locale(None))
        if state.over in DONE and self._counter.asks(session.at):
            session = self._engine.returned(session)
            token = self._seal.close(session, address, now)
        return self._counter.stand(Sight(session, token, frame, now), state)

    def only_words(self, token: str, address: Address, frame: Frame) -> Screen:
        """Draw the talk with a helper again, under a line that says that only words can go there."""
        screen = self.stand(token, address, frame, State(0))
        return replace(screen, notice=self.speech(screen.locale).phrase(Phrase.HINT_TEXT_ONLY))

    def leaves(self, token: str, address: Address, words: Private[str]) -> bool:
        """Tell whether typed words are the label of "Leave now", word for word: so it works in the middle of a talk too."""
        session = self._open(token, address, self._clock())
        return session is not None and self._listener.leaves(session, words)

    def picked(self, token: str, address: Address, frame: Frame, words: Private[str]) -> str:
        """Find the code of the button that typed words mean where a helper can be asked; empty if there is none."""
        now = self._clock()
        session = self._open(token, address, now)
        if session is None or not self._counter.asks(session.at) or self._desk.access() is not Access.OPEN:
            return ""
        offers = self._counter.consent(Sight(session, token, frame, now)).offers
        number = self._listener.pick(session, words, [offer.label for offer in offers])
        return offers[number].data[sealing.LENGTH :] if number is not None else ""

    def _draw(self, session: Session, token: str, frame: Frame, now: datetime, told: Told) -> Screen:
        """Draw a step; where a helper can be asked, or could be, say so."""
        access = self._desk.access() if frame.desk else Access.NONE
        met = self._counter.draw(Sight(session, token, frame, now, told), access)
        return met or self._drawer.draw(session, token, frame, now, told)

    def tongue(self, token: str, address: Address) -> str | None:
        """Tell the language of a talk; None if its token cannot be opened."""
        session = self._open(token, address, self._clock())
        return session.locale if session else None

    def share(self, screen: Screen, address: Address) -> str:
        """Seal the page of a screen so that any chat of this bot can open it for two days: position and answers, no trail.

        Raises:
            LookupError: if the screen is not of this chat, or too old.
        """
        now = self._clock()
        session = self._open(screen.token, address, now)
        if session is None:
            raise LookupError(screen.ref)
        return self._seal.close(replace(session, trail=()), replace(address, chat=PLAN), now)

    def _shared(self, incoming: Incoming, now: datetime) -> Session | None:
        """Open a shared page, in the language of the one who opens it. What cannot be opened is a plain beginning."""
        match incoming.input:
            case Opened(plan=str(plan)):
                session = self._open(plan, replace(incoming.address, chat=PLAN), now)
                return replace(session, locale=self.locale(incoming.hint or session.locale)) if session else None
            case _:
                return None

    def _read(self, incoming: Incoming, now: datetime) -> tuple[Session, Event | None]:
        """Find where the person stands and what they did."""
        fresh = Session.fresh(self._library.book, self.locale(incoming.hint))
        match incoming.input:
            case Opened(facts):
                known = {fact: value for fact, value in facts.items() if value in self._library.book.facts.get(fact, ())}
                return replace(fresh, facts=known), None
            case Press(data):
                session = self._open(data[: sealing.LENGTH], incoming.address, now)
                return (session, read_code(data[sealing.LENGTH :])) if session else (fresh, Lost())
            case Words(words, token):
                return self._hear(self._open(token, incoming.address, now), fresh, words)
            case Called(command, token):
                return self._open(token, incoming.address, now) or fresh, Asked(command)
            case Media(token, lost):
                return self._open(token, incoming.address, now) or fresh, Shared(lost)
            case _:
                assert_never(incoming.input)

    def _hear(self, session: Session | None, fresh: Session, words: Private[str]) -> tuple[Session, Event | None]:
        """Hear typed words. Before all else, those that mean nothing, such as a greeting, open the guide."""
        if session is None:
            session, event = self._listener.first(fresh, words)
            return session, None if isinstance(event, Unclear) else event
        return session, self._listener.hear(session, words)

    def _open(self, token: str | None, address: Address, now: datetime) -> Session | None:
        return self._seal.open(token, address, now) if token else None

    def speech(self, hint: str | None) -> Speech:
        """Give the voice of a language, for the words that a channel puts around a screen."""
        return self._drawer.speech(self.locale(hint))

    def locale(self, hint: str | None) -> str:
        """Choose the language for a first screen from the channel's hint."""
        return negotiate_locale([hint], self.locales, sep="-") or self.locales[0] if hint else self.locales[0]
