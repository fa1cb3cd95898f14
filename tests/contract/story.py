"""Stories of tests/walks/, tables that an editor can read and write, and how one is played.

A story is a YAML file: `walk` (what it is about, one sentence) and `steps`, a list of

- `see: step.ref`: this step of the library is on the screen, in the language of the talk (`farewell` after leaving);
- `press:` a choice by its label, its id in the journey's file or its number, or a control by its label or its name
  (back, menu, person, danger, language, leave);
- `type:` words;
- `text:` words that must be on the screen; `absent:` words that must not be.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from bot.content.library import Library
from bot.content.phrases import Phrase
from bot.core.book import Branch
from bot.talk.screen import CONTROLS

from .player import Player, one_line

ACTS: Final = ("see", "press", "type", "text", "absent")
FAREWELL: Final = "farewell"


@dataclass(frozen=True, slots=True)
class Act:
    """One line of a story."""

    kind: str
    what: str | int


@dataclass(frozen=True, slots=True)
class Story:
    """One walk."""

    name: str
    about: str
    acts: tuple[Act, ...]

    @classmethod
    def read(cls, path: Path) -> "Story":
        """Read a file.

        Raises:
            ValueError: with a sentence, if a line is not one of the five kinds.
        """
        page = yaml.safe_load(path.read_text("utf-8"))
        if set(page) != {"walk", "steps"}:
            message = f"{path.name}: a story has `walk` and `steps`, and nothing else."
            raise ValueError(message)
        return cls(path.stem, page["walk"], tuple(_act(path, line) for line in page["steps"]))


def _act(path: Path, line: object) -> Act:
    if isinstance(line, dict) and len(line) == 1:
        [(kind, what)] = line.items()
        if kind in ACTS and isinstance(what, str | int) and not isinstance(what, bool):
            return Act(kind, what)
    message = f'{path.name}: "{line}" is no line of a story. These are: {", ".join(ACTS)}. Put yes, no and numbers in quotes.'
    raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Seen:
    """What was on one screen: which step it is, and all that a person could read and press there."""

    ref: str
    text: str
    choices: tuple[str, ...]
    controls: tuple[str, ...]


class Map:
    """Finds a step by its words."""

    def __init__(self, library: Library) -> None:
        """Take every step's words in every language, the longest first."""
        self.library = library
        self._texts = sorted(
            (
                (one_line(library.catalogs.say(step.text, locale).replace("\n- ", " - ")), ref, locale)
                for ref, step in library.book.steps.items()
                if not isinstance(step, Branch)
                for locale in library.languages
            ),
            key=lambda it: -len(it[0]),
        )

    def where(self, text: str, channel: str) -> tuple[str, str]:
        """Name the step and the language of the words on a screen.

        Raises:
            LookupError: if no step says this.
        """
        for locale in self.library.languages:
            if self._phrase(Phrase(f"farewell_{channel}"), locale) == text:
                return FAREWELL, locale
        found = next(((ref, locale) for words, ref, locale in self._texts if words in text), None)
        if found is None:
            message = f"No step says: {text}"
            raise LookupError(message)
        return found

    def label(self, ref: str, locale: str, choices: tuple[str, ...], what: str | int) -> str | int:
        """Find the label that a story means by an id of the step or by the name of a control."""
        if isinstance(what, int) or what in choices or ref == FAREWELL:
            return what
        ids = [way.id for way in self.library.book.spoken(ref).ways]
        if what in ids:
            return ids.index(what) + 1
        names = {command.value: phrase for command, phrase in CONTROLS} | {"language": Phrase.LANGUAGE}
        return self._phrase(names[what], locale) if what in names else what

    def _phrase(self, phrase: Phrase, locale: str) -> str:
        return one_line(self.library.catalogs.say(self.library.phrases[phrase], locale))


async def play(story: Story, player: Player, known: Map) -> list[Seen]:
    """Play a story on a channel, check what it says must be seen, and give every screen on the way."""
    await player.open()
    screens = [_look(player, known)]
    try:
        for number, act in enumerate(story.acts, start=1):
            place = f"{story.name}, line {number} ({act.kind}: {act.what}) on {player.channel}, at {screens[-1].ref}"
            if act.kind in {"press", "type"}:
                await _do(act, player, known)
                screens.append(_look(player, known))
            else:
                assert _holds(act, screens[-1], player), f"{place}: {player.text}"
    finally:
        await player.close()
    return screens


async def _do(act: Act, player: Player, known: Map) -> None:
    if act.kind == "type":
        await player.type(str(act.what))
        return
    ref, locale = known.where(player.text, player.channel)
    await player.press(known.label(ref, locale, (*player.choices, *player.controls), act.what))


def _look(player: Player, known: Map) -> Seen:
    ref, _ = known.where(player.text, player.channel)
    return Seen(ref, "" if ref == FAREWELL else player.text, player.choices, player.controls)


def _holds(act: Act, seen: Seen, player: Player) -> bool:
    whole = one_line(" ".join((player.text, *player.choices)))
    match act.kind:
        case "see":
            return seen.ref == act.what
        case "text":
            return one_line(str(act.what)) in whole
        case _:
            return one_line(str(act.what)).casefold() not in whole.casefold()


def stories(folder: Path) -> Iterator[Story]:
    """Read every story below a folder."""
    return map(Story.read, sorted(folder.rglob("*.yaml")))
