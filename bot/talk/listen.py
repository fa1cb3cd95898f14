"""Hears typed words: what they mean on this screen. The words go out of scope here."""

from bot.content.library import Library
from bot.core.events import Event, Unclear
from bot.core.private import Private
from bot.core.session import Session
from bot.talk.screen import Drawer


class Listener:
    """Understands typed words in the person's language, in English and in Hindi."""

    def __init__(self, library: Library, drawer: Drawer) -> None:
        """Take the content."""
        self._library = library
        self._drawer = drawer

    def hear(self, session: Session, words: Private[str]) -> Event:
        """Turn words into an event."""
        return Unclear()
