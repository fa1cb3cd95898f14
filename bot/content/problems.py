"""What is wrong with the content, said to an editor: the place, the sentence, the remedy."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

MOST: Final = 30  # names worth listing in a remedy


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """A place in a file; lines count from 1."""

    file: str
    line: int


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake, in a whole sentence with its remedy."""

    spot: Spot
    say: str

    def __str__(self) -> str:
        """Write `file:line: sentence`, as editors and problem matchers read it."""
        return f"{self.spot.file}:{self.spot.line}: {self.say}"


class UnsoundError(Exception):
    """The content has problems; the guide does not start on it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Hold all problems, in the order of files and lines."""
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


def meant(word: str, choices: Iterable[str]) -> str:
    """Add a remedy to a wrong word: the nearest right one, or all of them."""
    from difflib import get_close_matches  # noqa: PLC0415 - only when something is wrong

    known = sorted(choices)
    near = get_close_matches(word, known, n=1)
    if near:
        return f'Did you mean "{near[0]}"?'
    if not known:
        return "There is nothing to choose from yet."
    return f"Use one of: {', '.join(known)}." if len(known) <= MOST else "Look up its exact name."
