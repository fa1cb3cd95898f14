"""A person at the terminal: the real `Console`, line after line, on a keyboard and a display of our own."""

import io
import re
from queue import SimpleQueue
from threading import Thread
from typing import Final

from bot.channels.console import KEYS, Console
from bot.talk.conversation import Conversation
from bot.talk.ports import Opened

from .player import one_line

PATIENCE: Final = 20.0  # seconds
OVER: Final = object()  # the talk has ended
CHOICE: Final = re.compile(r" *(\d+|>)  (\S.*)")
CONTROL: Final = re.compile(r"\[(\S)\] (.+?)(?=   \[|$)")


class Keyboard(io.StringIO):
    """A keyboard on which one line at a time is typed; tells when the next one is awaited."""

    def __init__(self) -> None:
        """Begin with nothing typed."""
        super().__init__()
        self.typed: SimpleQueue[str] = SimpleQueue()
        self.awaited: SimpleQueue[object] = SimpleQueue()

    def readline(self, _size: int | None = -1, /) -> str:  # type: ignore[override] # as `StringIO` itself
        """Wait for a line."""
        self.awaited.put(None)
        return self.typed.get(timeout=PATIENCE)


class ConsolePlayer:
    """Plays a story at the terminal."""

    channel = "console"

    def __init__(self, conversation: Conversation) -> None:
        """Sit down in front of a talk."""
        self.text, self.choices, self.controls = "", (), ()
        self._keyboard, self._display, self._read = Keyboard(), io.StringIO(), 0
        console = Console(conversation, self._keyboard, self._display, plain=True)
        self._thread = Thread(target=self._talk, args=(console,), daemon=True)
        self._numbers: dict[str, str] = {}

    text: str
    choices: tuple[str, ...]
    controls: tuple[str, ...]

    def _talk(self, console: Console) -> None:
        try:
            console.run(Opened(), None)
        finally:
            self._keyboard.awaited.put(OVER)

    async def open(self) -> None:
        """Start the talk."""
        self._thread.start()
        self._look()

    async def press(self, which: str | int) -> None:
        """Type the key that stands beside a label."""
        labels = [*self.choices, *self.controls]
        if isinstance(which, str) and which not in labels:
            raise LookupError(which, labels)
        key = str(which) if isinstance(which, int) else self._numbers[which]
        if key not in self._numbers.values():
            raise LookupError(which, labels)
        await self.type(key)

    async def type(self, words: str) -> None:
        """Type a line."""
        self._keyboard.typed.put(f"{words}\n")
        self._look()

    async def leave(self) -> None:
        """Type the key of "Leave now"."""
        await self.type(KEYS["lv"])

    async def close(self) -> None:
        """End the input, which leaves."""
        if self._thread.is_alive():
            self._keyboard.typed.put("")
            self._thread.join(PATIENCE)

    def _look(self) -> None:
        """Wait for the prompt or the end, and read what has been written since."""
        over = self._keyboard.awaited.get(timeout=PATIENCE) is OVER
        new = self._display.getvalue()[self._read :]
        self._read += len(new)
        if over:
            self.text, self.choices, self.controls, self._numbers = one_line(new), (), (), {}
        else:
            self._screen(new.removesuffix("\n\n> "))

    def _screen(self, shown: str) -> None:
        """Part a screen: the message, an empty line, the choices, an empty line, the controls."""
        before, _, controls = shown.rpartition("\n\n")
        message, _, choices = before.rpartition("\n\n") if CHOICE.match(before.rpartition("\n")[2]) else (before, "", "")
        chosen = [match.groups() for line in choices.split("\n") if (match := CHOICE.fullmatch(line))]
        fixed = [(key, one_line(label)) for key, label in CONTROL.findall("   ".join(_rows(controls)))]
        self.text = one_line(message)
        self.choices = tuple(label for _, label in chosen)
        self.controls = tuple(label for _, label in fixed)
        self._numbers = {label: key for key, label in [*fixed, *chosen]}


def _rows(controls: str) -> list[str]:
    """Join the rows of controls again where the width of the terminal parted one."""
    return [re.sub(r" (?=\[)", "   ", one_line(controls))]
