"""One turn of one conversation, from what came in to the screen that goes out. Nothing is kept in between."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, assert_never

from babel.core import negotiate_locale

from bot.content.library import Library
from bot.content.phrases import Phrase
from bot.core.engine import Engine
from bot.core.events import Asked, Command, Event, Lost, Pressed, Shared, Turn, Unclear
from bot.core.private import Private
from bot.core.session import Session
from bot.core.space import Space
from bot.talk import seal as sealing
from bot.talk.codes import read_code
from bot.talk.handoff.brief import Brief, Part, brief
from bot.talk.handoff.counter import LOOK, Access, Counter, Rules, Sight, read
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
        """Draw again what a helper would see, with some lines left out; None where nobody can be asked for."""
        now = self._clock()
        session, access = self._open(token, address, now), self._desk.access()
        if session is None or not self._counter.asks(session.at):
            return None
        sight = Sight(session, token, frame, now)
        return self._counter.consent(sight, left_out) if access is Access.OPEN else self._counter.draw(sight, access)

    def brief(self, token: str, address: Address, left_out: frozenset[Part]) -> Brief | None:
        """Take what a helper may see; None where nobody is asked for, or nobody is there now."""
        session = self._open(token, address, self._clock())
        asks = session is not None and self._counter.asks(session.at) and self._desk.access() is Access.OPEN
        return brief(session, left_out) if session and asks else None

    def stand(self, token: str, address: Address, frame: Frame, state: State, hint: str | None = None) -> Screen:
        """Draw where somebody stands who asked for a helper; `hint` is their language if the token cannot tell it."""
        now = self._clock()
        opened = self._open(token, address, now)
        session = opened or Session.fresh(self._library.book, self.locale(hint))
        session = session if state.over is None else self._after(session, state.over)
        token = token if session is opened else self._seal.close(session, address, now)
        if state.over is None:
            return self._counter.stand(Sight(session, token, frame, now), state)
        return self._counter.over(self._draw(session, token, frame, now, Told()), state.over)

    def only_words(self, token: str, address: Address, frame: Frame) -> Screen:
        """Draw the talk with a helper again, under a line that says that only words can go there."""
        return self._counter.noted(self.stand(token, address, frame, State(0)), Phrase.HINT_TEXT_ONLY)

    def beside(self, screen: Screen, address: Address, frame: Frame, state: State) -> Screen:
        """Draw a screen for somebody who waits or talks. Where a helper would be asked for, they see where they stand.

        Others say that what is typed goes to a helper; only a page without an end shows the whole talk beside it.
        """
        if self._counter.asks(screen.ref):
            return replace(self.stand(screen.token, address, frame, state), notice=screen.notice)
        return self._counter.noted(screen, Phrase.HANDOFF_TALKING) if state.talks and frame.room is not None else screen

    def told(self, screen: Screen, why: Over) -> Screen:
        """Say on a screen why it is over."""
        return self._counter.over(screen, why)

    def leaves(self, token: str, address: Address, words: Private[str]) -> bool:
        """Tell whether typed words are the label of "Leave now", word for word: so it works in the middle of a talk too."""
        session = self._open(token, address, self._clock())
        return any(self._listener.leaves(locale, words) for locale in ([session.locale] if session else self.locales))

    def picked(self, token: str, address: Address, frame: Frame, words: Private[str], code: str) -> str:
        """Find the code of the button that typed words mean, below a screen that stands for a handoff; empty if there is none.

        `code` is that of the screen's first button: it tells what is left out there.
        """
        now = self._clock()
        session = self._open(token, address, now)
        if session is None:
            return ""
        if code == LOOK:
            offers = self._counter.ways(self.speech(session.locale), token)
        elif self._counter.asks(session.at) and self._desk.access() is Access.OPEN:
            _, left_out = read(code) or ("", frozenset())
            offers = self._counter.consent(Sight(session, token, frame, now), left_out).offers
        else:
            return ""
        number = self._listener.pick(session, words, [offer.label for offer in offers])
        return offers[number].data[sealing.LENGTH :] if number is not None else ""

    def _after(self, session: Session, why: Over) -> Session:
        """Find where somebody goes on: where they were; or, if nobody could help, where others stand who can be called."""
        if why in DONE:
            return (self._engine.returned(session) if self._counter.asks(session.at) else session).turned(0)
        turn = self._engine.advance(session, Asked(Command.PERSON))
        if turn.session is not None and self._counter.asks(turn.session.at):  # this guide asks for a helper at once
            turn = self._engine.advance(turn.session, Pressed(0))
        return turn.session or session

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
        found = negotiate_locale([hint], self.locales, sep="-") if hint else None
        return next((tag for tag in self.locales if tag.lower() == (found or "").lower()), self.locales[0])
