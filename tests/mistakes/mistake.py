"""One small wrong thing, as data: what is changed in the small guide, and what must be said about it.

A file holds `file` (inside flows/), then `find` and `put`, or `write` (and an `encoding` other than UTF-8), or `remove`;
and `expect`: for each problem its `line`, its `file` if it is another one, and the sentence `say`, whole, or its beginning
and `…`.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from inspect import currentframe
from pathlib import Path
from shutil import copy, copytree
from typing import Any, Final

import yaml

from bot.content.library import Library, Reading, read
from bot.content.problems import Problem, Spot, UnsoundError
from bot.content.reader import Desk
from bot.proof.check import check
from bot.proof.findings import Case
from bot.proof.laws import BOOK_LAWS, SCREEN_LAWS
from bot.proof.states import States
from bot.proof.views import Views

HERE: Final = Path(__file__).parent
FLOWS: Final = HERE.parents[1] / "flows"
TODAY: Final = datetime(2026, 12, 1, 12, tzinfo=UTC)
MORE: Final = "…"
KEYS: Final = {"file", "find", "put", "write", "encoding", "remove", "expect"}


@dataclass(frozen=True, slots=True)
class Mistake:
    """One case."""

    name: str
    said: dict[str, Any]

    @property
    def expected(self) -> list[Problem]:
        """Give the problems that must come out, in their order."""
        return sorted(
            Problem(Spot(f"flows/{entry.get('file', self.said['file'])}", int(entry["line"])), entry["say"])
            for entry in self.said["expect"]
        )

    def make(self, flows: Path) -> None:
        """Make the mistake in a copy of the small guide."""
        file = flows / self.said["file"]
        file.parent.mkdir(parents=True, exist_ok=True)
        if "remove" in self.said:
            file.unlink()
            return
        text = self.said["write"] if "write" in self.said else self._changed(file.read_text("utf-8"))
        file.write_text(text, self.said.get("encoding", "utf-8"))

    def _changed(self, text: str) -> str:
        assert text.count(self.said["find"]) == 1, f"{self.name}: what is to be found must stand there once"
        return text.replace(self.said["find"], self.said["put"])


class Tracing(Desk):
    """A desk that remembers who complained: the lines of the program that called `wrong`."""

    def __init__(self, root: Path) -> None:
        """Start with nobody."""
        super().__init__(root)
        self.callers: set[tuple[str, int]] = set()

    def wrong(self, spot: Spot, say: str) -> None:
        """Note the mistake and the caller."""
        frame = currentframe()
        if frame and frame.f_back:
            self.callers.add((Path(frame.f_back.f_code.co_filename).name, frame.f_back.f_lineno))
        super().wrong(spot, say)


def known() -> list[Mistake]:
    """Read all cases."""
    return [Mistake(path.stem, _load(path)) for path in sorted(HERE.glob("*.yaml"))]


def _load(path: Path) -> dict[str, Any]:
    return dict(yaml.load(path.read_text("utf-8"), yaml.BaseLoader))  # noqa: S506 - BaseLoader builds strings only


def guide(folder: Path) -> Path:
    """Lay the small guide into a folder."""
    flows = folder / "flows"
    copytree(HERE / "guide", flows)
    copy(FLOWS / "phrases.yaml", flows)
    copytree(FLOWS / "desk", flows / "desk")
    return flows


def problems(flows: Path) -> list[Problem]:
    """Read a guide and, if it can be read, prove it: everything that is wrong with it."""
    try:
        library = read(flows, flows.parent / "locales")
    except UnsoundError as error:
        return list(error.problems)
    return list(check(library, TODAY).problems)


def callers(flows: Path) -> set[tuple[str, int]]:
    """Read a guide and list who complained, as (file, line) of the program."""
    reading = Reading(flows)
    desk = reading.desk = Tracing(flows)
    with suppress(UnsoundError):
        reading.library(flows.parent / "locales")
    return desk.callers


def case_of(library: Library) -> Case:
    """Give what a law may look at."""
    states = States(library.book)
    return Case(library, states, Views(library, states, TODAY), TODAY)


def broken(library: Library) -> set[str]:
    """List the laws that a library breaks."""
    case = case_of(library)
    views = [view for locale in library.languages for view in case.views.of(locale)]
    book = {name for name, law in BOOK_LAWS.items() if any(law(case))}
    return book | {name for name, law in SCREEN_LAWS.items() for view in views if any(law(case, view))}


def says(found: Problem, expected: Problem) -> bool:
    """Tell whether a problem is the expected one, at its very place."""
    same = found.say.startswith(expected.say[:-1]) if expected.say.endswith(MORE) else found.say == expected.say
    return same and found.spot == expected.spot


def agree(found: Iterable[Problem], expected: Iterable[Problem]) -> bool:
    """Tell whether exactly the expected problems were found."""
    left, right = list(found), list(expected)
    return len(left) == len(right) and all(map(says, left, right))
