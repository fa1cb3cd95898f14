"""The guide in a terminal: the same talk, the same screens, numbers to press, nothing left to scroll back to."""

import shutil
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Final, TextIO

from bot.channels.limits import CONSOLE
from bot.content.phrases import Phrase
from bot.core.private import Private
from bot.log import Moment, note
from bot.talk.codes import LENGTH
from bot.talk.conversation import Conversation
from bot.talk.plain import text_of
from bot.talk.ports import Address, Farewell, Incoming, Input, Offer, Opened, Press, Screen, Words

ADDRESS: Final = Address("console", "console", Private("terminal"))
KEYS: Final = {"da": "!", "pe": "p", "bk": "b", "me": "m", "la": "l", "lv": "q"}  # code of a control -> key
WIDEST: Final = 76
ENTER_ASIDE, LEAVE_ASIDE, CLEAR = "\x1b[?1049h", "\x1b[?1049l", "\x1b[2J\x1b[3J\x1b[H"
HELD: Final = "\N{NO-BREAK SPACE}"  # keeps a control and its key on one line
BOLD, PLAIN = "\x1b[1m", "\x1b[0m"


@dataclass(slots=True)
class Console:
    """One person at one terminal. `plain` writes line after line, for screen readers and pipes."""

    conversation: Conversation
    keyboard: TextIO
    display: TextIO
    plain: bool = False
    last: dict[str, tuple[str, str]] = field(init=False)  # trouble and farewell in each language, said before all else

    def __post_init__(self) -> None:
        """Get ready to fail calmly."""
        speeches = map(self.conversation.speech, self.conversation.locales)
        self.last = {it.language.tag: (it.trouble(), it.phrase(Phrase.FAREWELL_CONSOLE)) for it in speeches}

    def run(self, opened: Opened, locale: str | None) -> None:
        """Talk until the person leaves or the input ends."""
        with self._aside():
            reply = self._turn(opened, locale)
            while isinstance(reply, Screen):
                self._show(reply)
                line = self.keyboard.readline()
                if not line or line.strip() == KEYS["lv"]:  # leaving works even when nothing else does
                    reply = Farewell(reply.locale, reply.rtl, reply.title, self.last[reply.locale][1])
                else:
                    reply = self._turn(self._input(line, reply), reply.locale, reply)
        self.display.write(f"{reply.text}\n")

    def _turn(self, what: Input, locale: str | None, before: Screen | None = None) -> Screen | Farewell:
        """Take a turn. If it fails, the person keeps their screen and is told calmly; the failure's words go nowhere."""
        try:
            return self.conversation.turn(Incoming(ADDRESS, what, locale), CONSOLE.frame)
        except Exception:  # noqa: BLE001 - a person in need never sees an error (DESIGN §7)
            note(Moment.FAILED)
            tag = locale if locale in self.last else next(iter(self.last))
            trouble = self.last[tag][0]
            return replace(before, notice=trouble) if before else Farewell(tag, rtl=False, title="", text=trouble)

    def _input(self, line: str, screen: Screen) -> Input:
        """Read a line: a key, or words."""
        keys = {key(offer): offer for offer in (*screen.offers, *screen.controls)}
        typed = line.strip()
        chosen = keys.get(typed)
        return Press(chosen.data) if chosen else Words(Private(typed), screen.token)

    @contextmanager
    def _aside(self) -> Iterator[None]:
        """Work on the terminal's second screen, which keeps no scrollback, and wipe it at the end."""
        if not self.plain:
            self.display.write(ENTER_ASIDE + CLEAR)
        try:
            yield
        finally:
            if not self.plain:
                self.display.write(CLEAR + LEAVE_ASIDE)
            self.display.flush()

    def _show(self, screen: Screen) -> None:
        if not self.plain:
            self.display.write(CLEAR)
        height = shutil.get_terminal_size().lines - 1
        lines = list(self._lines(screen))
        while not self.plain and len(lines) > height:
            self.display.write("\n".join(lines[: height - 1]) + "\n… [Enter]")
            self.display.flush()
            if not self.keyboard.readline():
                break
            lines = lines[height - 1 :]
        self.display.write("\n".join(lines) + "\n\n> ")
        self.display.flush()

    def _lines(self, screen: Screen) -> Iterator[str]:
        width = min(WIDEST, shutil.get_terminal_size().columns)
        for line in text_of(screen.blocks, screen.notice, screen.footnote).split("\n"):
            yield from textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False) or [""]
        yield ""
        for offer in screen.offers:
            yield self._row(offer)
        yield ""
        controls = (f"[{key(offer)}] {offer.label}".replace(" ", HELD) for offer in screen.controls)
        row = textwrap.wrap("   ".join(controls), width, break_long_words=False, break_on_hyphens=False)
        yield from (line.replace(HELD, " ") for line in row)

    def _row(self, offer: Offer) -> str:
        mark = f"{key(offer):>3}"
        return f"{mark if self.plain else BOLD + mark + PLAIN}  {offer.label}"


def key(offer: Offer) -> str:
    """Give the key of a button: its number, a letter for a control, > and < for turning pages."""
    return str(offer.number) if offer.number else KEYS.get(offer.data[-LENGTH:], ">")
