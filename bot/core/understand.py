"""Hear what typed words mean among the few things that can be meant, and let the words go.

Rules, not guesses: phrases of flows/words/*.yaml, labels on the screen, names of countries and platforms. A phrase
may write `a/b` for either word and `stem*` for any ending. Phrases of danger (R29, R30) count anywhere in a text, their
words in order with at most three others between neighbours; a denial is not weighed: "not suicidal" shows help too,
which harms nobody. Every other command counts only as the whole text, filler apart (R76): "my husband left" is not
"leave".
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias

from bot.core.events import Command, Named
from bot.core.lexicon import DANGERS, IN_NAME, Known, Lexicon, Phrase
from bot.core.spelling import TELLING, distance, run, spell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = ["Chosen", "Guess", "Heard", "Known", "Lexicon", "Named", "Nothing", "Offer", "Said", "understand"]

_REACH = 4  # how far the next word of a phrase of danger may be from the one before
_MOST = 3  # guesses; digits of a number
_TOO_MANY = 9  # slips
_LONGEST = 4  # words in a name
_SLACK = (5, 9, 17)  # a label of so many letters forgives one slip more


@dataclass(frozen=True, slots=True)
class Offer:
    """A choice on the screen: its number as shown, and its label, short label and synonyms."""

    number: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """One choice on the screen is meant."""

    number: int


@dataclass(frozen=True, slots=True)
class Said:
    """A command is meant."""

    command: Command


@dataclass(frozen=True, slots=True)
class Guess:
    """One to three choices may be meant: ask which."""

    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Nothing:
    """No meaning was found."""


Heard: TypeAlias = Chosen | Said | Named | Guess | Nothing


@dataclass(frozen=True, slots=True)
class _Typed:
    """Typed words, for one turn: all, and without filler and repetition."""

    all: tuple[str, ...]
    core: tuple[str, ...]

    @classmethod
    def of(cls, words: str, filler: frozenset[str]) -> _Typed:
        tokens = spell(words)
        return cls(tokens, tuple(token for token, _ in groupby(tokens) if token not in filler))

    @property
    def whole(self) -> tuple[str, ...]:
        return tuple(filter(None, ("".join(self.all), "".join(self.core))))


def understand(words: str, offers: Sequence[Offer], lexicon: Lexicon) -> Heard:
    """Find what typed words mean; never raises, keeps nothing.

    The first that fits wins: danger to life; leave; a number on the screen in digits of any script; a label; another
    command; a country or platform, on the screen or not; a label with slips; a command with one slip; up to three
    labels that share words with the text; nothing.

    Args:
        words: what the person typed, of any length.
        offers: the choices on the screen.
        lexicon: what is understood at every step.

    """
    typed = _Typed.of(words, lexicon.filler)
    said = next((Said(lexicon.commands[key]) for key in typed.whole if key in lexicon.commands), None)
    return (
        _danger(typed.all, lexicon)
        or (said if said == Said(Command.LEAVE) else None)
        or _number(typed.core, offers)
        or _label(typed, offers, slack=0)
        or said
        or _name(typed, offers, lexicon)
        or _label(typed, offers, slack=1)
        or _misspelt(typed, lexicon)
        or _sharing(typed, offers, lexicon.filler)
        or Nothing()
    )


def _danger(tokens: Sequence[str], lexicon: Lexicon) -> Said | None:
    places: dict[str, list[int]] = {}
    for at, token in enumerate(tokens):
        for word in lexicon.danger_ear.hear(token):
            places.setdefault(word, []).append(at)
    near = (listed for word in places for listed in lexicon.dangers.get(word, ()))
    found = [(len(phrase), -DANGERS.index(command)) for command, phrase in near if _follows(phrase, places)]
    return Said(DANGERS[-max(found)[1]]) if found else None


def _follows(phrase: Phrase, places: Mapping[str, Sequence[int]]) -> bool:
    """Tell whether the words of a phrase stand in order, close to one another."""
    reach: set[int] = set()
    for nth, slot in enumerate(phrase):
        here = {at for word in slot for at in places.get(word, ())}
        reach = {at for at in here if not nth or not reach.isdisjoint(range(at - _REACH, at))}
    return bool(reach)


def _number(core: Sequence[str], offers: Sequence[Offer]) -> Chosen | None:
    typed = core[0] if len(core) == 1 and len(core[0]) <= _MOST and core[0].isdecimal() else "-1"
    return next((Chosen(offer.number) for offer in offers if offer.number == int(typed)), None)


def _among(numbers: Iterable[int]) -> Chosen | Guess | None:
    """Choose one; ask which of two or three; of more, know nothing."""
    found = tuple(dict.fromkeys(numbers))
    if len(found) == 1:
        return Chosen(found[0])
    return Guess(found) if 1 < len(found) <= _MOST else None


def _label(typed: _Typed, offers: Sequence[Offer], slack: int) -> Chosen | Guess | None:
    """Find the label nearest to the text, within the slips that its length forgives."""
    names = [(offer.number, run(name)) for offer in offers for name in offer.names]
    pairs = [(number, _slips(whole, key, slack)) for number, key in names for whole in typed.whole]
    least = min((slips for _, slips in pairs), default=_TOO_MANY)
    return _among(number for number, slips in pairs if slips == least) if least < _TOO_MANY else None


def _slips(whole: str, label: str, slack: int) -> int:
    """Count the slips between a text and a label; too many when its length does not forgive them."""
    if whole == label:
        return 0
    forgiven = slack * sum(len(label) >= length for length in _SLACK)
    if abs(len(whole) - len(label)) > forgiven or len(set(whole) ^ set(label)) > 2 * forgiven:
        return _TOO_MANY
    slips = distance(whole, label)
    return slips if slips <= forgiven else _TOO_MANY


def _name(typed: _Typed, offers: Sequence[Offer], lexicon: Lexicon) -> Chosen | Guess | Named | None:
    """Find a name on the screen, else the first fact of which one value alone was named."""
    found = tuple(dict.fromkeys(_names(typed, lexicon)))
    if not found:
        return None
    shown = {key for key, named in lexicon.names.items() if not set(named).isdisjoint(found)}
    facts = [one.fact for one in found]
    sole = (one for one in found if facts.count(one.fact) == 1)
    return _among(o.number for o in offers if any(run(name) in shown for name in o.names)) or next(sole, None)


def _names(typed: _Typed, lexicon: Lexicon) -> Iterator[Named]:
    """Find every known name in a text, the longest first."""
    at = 0
    while at < len(typed.all):
        ends = range(min(at + _LONGEST, len(typed.all)), at, -1)
        end, key = next(((end, key) for end in ends if (key := _named(typed, at, end, lexicon))), (at + 1, ""))
        yield from lexicon.names.get(key, ())
        at = end


def _named(typed: _Typed, at: int, end: int, lexicon: Lexicon) -> str:
    """Find the name between two places; one that is also filler ("us"), or one letter, only as the whole text."""
    key = "".join(typed.all[at:end])
    if key in lexicon.names:
        plain = len(key) > 1 and key not in lexicon.filler and (end - at == 1 or len(key) >= TELLING)
        return key if plain or key in typed.whole else ""
    near = lexicon.name_ear.hear(key) if end - at == 1 and len(key) >= IN_NAME - 1 else ()
    return next(iter(near), "") if len(near) == 1 else ""


def _misspelt(typed: _Typed, lexicon: Lexicon) -> Said | None:
    """Find a command with one slip in it, if only one is so near."""
    near = {lexicon.commands[key] for key in lexicon.command_ear.hear("".join(typed.core))}
    return Said(near.pop()) if len(near) == 1 else None


def _sharing(typed: _Typed, offers: Sequence[Offer], filler: frozenset[str]) -> Guess | None:
    """Find the labels that hold every word of the text, or that the text holds whole."""
    mine = frozenset(typed.core)
    found = [offer.number for offer in offers if any(_share(mine, _content(name) - filler) for name in offer.names)]
    return Guess(tuple(dict.fromkeys(found))) if 0 < len(found) <= _MOST else None


def _share(mine: frozenset[str], label: frozenset[str]) -> bool:
    return (mine <= label or label <= mine) and any(len(word) >= TELLING for word in mine & label)


@lru_cache(maxsize=8192)
def _content(name: str) -> frozenset[str]:
    return frozenset(spell(name))
