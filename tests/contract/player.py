"""Somebody who plays a story: what every channel offers to the person in front of it, and nothing else."""

import re
from typing import Final, Protocol

GAP: Final = "\n\n"  # between two paragraphs
CONTROLS: Final = 6
BETWEEN: Final = " · "  # two controls in a text
CHOICE: Final = re.compile(r"\d+\. (\S.*)")


class Player(Protocol):
    """One person at one channel. A new channel joins the contract by one class of this shape.

    `text` holds the words of the message that is on the screen now, without choices and controls, every run of white
    space as one space. `choices` and `controls` hold the labels a person may press now.
    """

    channel: str
    text: str
    choices: tuple[str, ...]
    controls: tuple[str, ...]

    async def open(self) -> None:
        """Come to the guide for the first time."""

    async def press(self, which: str | int) -> None:
        """Press a choice by its number or label, or a control by its label.

        Raises:
            LookupError: if it is not on the screen.
        """

    async def type(self, words: str) -> None:
        """Type words and send them."""

    async def leave(self) -> None:
        """Press "Leave now", in whatever language it stands there; it is the last of the controls."""

    async def close(self) -> None:
        """Put the channel away, wherever the story has come to."""


def one_line(text: str) -> str:
    """Write every run of white space as one space."""
    return " ".join(text.split())


def parted(text: str, unnumbered: frozenset[str] = frozenset()) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Part a message where choices and controls are written below its words: the words, the choices, the controls.

    `unnumbered` are labels of choices that have no number. A message without controls is words alone.
    """
    said, _, last = text.rpartition(GAP)
    controls = tuple(last.split(BETWEEN))
    if len(controls) != CONTROLS:
        return text, (), ()
    before, _, below = said.rpartition(GAP)
    choices = [line if line in unnumbered else _label(line) for line in below.split("\n")]
    return (before, tuple(choices), controls) if all(choices) else (said, (), controls)


def _label(line: str) -> str:
    """Read a choice after its number; nothing if the line is none."""
    found = CHOICE.fullmatch(line)
    return found[1] if found else ""
