"""Somebody who plays a story: what every channel offers to the person in front of it, and nothing else."""

from typing import Protocol


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
