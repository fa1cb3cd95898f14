"""Hear what typed words mean among the few things that can be meant, and let the words go.

Rules, not guesses: phrases of flows/words/*.yaml, labels on the screen, names of countries and platforms. A phrase may
write `a/b` for either word and `stem*` for any ending. Phrases of danger (R29, R30) count anywhere in a text, their words in
order with at most three others between neighbours; a denial is not weighed: "not suicidal" shows help too, which harms nobody.
Every other command counts only as the whole text, filler apart (R76): "my husband left" is not "leave".
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, product
from typing import TYPE_CHECKING, TypeAlias

from bot.core.events import Command, Named

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Offer:
    """A choice on the screen: its number as shown, and its label, short label and synonyms."""

    number: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """One value of a fact (a country, a platform) and what people call it; never a bare ISO code, which may be a word."""

    fact: str
    value: str
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
_Phrase: TypeAlias = tuple[tuple[str, ...], ...]  # a slot a word, each with the words that may fill it

_DANGERS = (Command.SELF_HARM, Command.IN_DANGER)  # of phrases as long as each other, the first wins
_REACH = 4  # how far the next word of a phrase of danger may be from the one before
_MOST = 3  # guesses; digits of a number
_TOO_MANY = 9  # slips
_TELLING = 4  # letters from which a word tells a label apart, or forgives two swapped letters
_LONGEST = 4  # words in a name
_SLACK = (5, 9, 17)  # a label of so many letters forgives one slip more
_IN_DANGER, _IN_COMMAND, _IN_NAME = 6, 5, 7  # letters from which a word forgives one slip
_SAME = str.maketrans("ىيكھہۃةەीूईऊष", "ییکههههہिुइउश")
_MUTE = re.compile("['’‘ʼ`ـ\u0900-\u0903\u093c\u09bc\u0a3c\u0abc\u0b3c\u0300-\u036f\u064b-\u065f\u0670\ufe00-\ufe0f\u20d0-\u20f0]")
_HINDI = ((re.compile("[नम]्(?=[क-ह])"), ""), (re.compile("यि"), "इ"), (re.compile("ये"), "ए"))
_VOWELS = str.maketrans("eowzq", "iuvjk")
_DIGITS = str.maketrans("013457", "oieast")  # d1e, k1ll
_TWICE = re.compile(r"([^\W\d_])\1+")
_BREATH = re.compile(r"(?<=[bcdfgjklmnprstv])h|(?<=.)h$")


class _Signs:
    """How one character is compared: letters and marks stay, digits of any script become ASCII, the rest parts words."""

    def __getitem__(self, code: int) -> str | int:
        kind = unicodedata.category(chr(code))
        if kind == "Cf":
            return ""
        return code if kind[0] in "LM" else str(unicodedata.digit(chr(code), " "))


def _sound(token: str, short: int = 3) -> str:
    """A word as it sounds: jeena and jina, wo and vo, pleeease and please agree; words up to `short` letters stay."""
    once = _TWICE.sub(r"\1", token if token.isdecimal() else token.translate(_DIGITS))
    if len(once) <= short or not token.isascii():
        return once
    return _TWICE.sub(r"\1", _BREATH.sub("", once.translate(_VOWELS).replace("ph", "f")))


def _tokens(words: str) -> tuple[str, ...]:
    """Words as they are compared: without case, accents, emoji, joiners and variants of a letter."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", words).casefold())
    plain = _MUTE.sub("", plain).translate(_SAME).translate(_Signs())
    for pattern, instead in _HINDI:
        plain = pattern.sub(instead, plain)
    return tuple(map(_sound, plain.split()))


@lru_cache(maxsize=8192)
def _key(name: str) -> str:
    """A name run together ("main menu", "mainmenu"), remembered: for our own labels, never for what a person types."""
    return "".join(_tokens(name))


def _distance(left: str, right: str) -> int:
    """How many letters were missed, added, changed or swapped with a neighbour."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left):
        last, before, row = before, row, [i + 1]
        for j, b in enumerate(right):
            cost = min(before[j] + (a != b), before[j + 1] + 1, row[j] + 1)
            swapped = i and j and a == right[j - 1] and b == left[i - 1]
            row.append(min(cost, last[j - 1] + 1) if swapped else cost)
    return row[-1]


def _shorter(word: str) -> set[str]:
    """The word, and the word without any one letter but the first."""
    return {word, *(word[:at] + word[at + 1 :] for at in range(1, len(word)))}


@dataclass(frozen=True, slots=True)
class _Ear:
    """Words to listen for (`stem*` for any ending); those of at least `least` letters may hold one slip."""

    words: frozenset[str]
    least: int
    slips: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, words: Iterable[str], least: int) -> _Ear:
        listed = frozenset(words)
        slips: dict[str, tuple[str, ...]] = {}
        for word in sorted(word for word in listed if len(word) >= _TELLING and word[-1] != "*"):
            for slip in _shorter(word):
                slips[slip] = (*slips.get(slip, ()), word)
        return cls(listed, least, slips)

    def hear(self, token: str) -> set[str]:
        """The words that a token is, or else may be misspelt from."""
        sure = {token, *(token[:end] + "*" for end in range(1, len(token) + 1))} & self.words
        near = () if sure else (word for slip in _shorter(token) for word in self.slips.get(slip, ()))
        return sure or {word for word in near if self._slipped(word, token)}

    def _slipped(self, word: str, token: str) -> bool:
        enough = len(word) >= self.least or sorted(word) == sorted(token)
        return enough and word[0] == token[0] and _distance(word, token) == 1


def _slots(phrase: str) -> _Phrase:
    return tuple(tuple(map(_listed, slot.split("/"))) for slot in phrase.split())


def _listed(word: str) -> str:
    return _sound(_key(word), 0) + "*" if word.endswith("*") else _key(word)


def _follows(phrase: _Phrase, places: Mapping[str, Sequence[int]]) -> bool:
    """Whether the words of a phrase stand in order, close to one another."""
    reach: set[int] = set()
    for nth, slot in enumerate(phrase):
        here = {at for word in slot for at in places.get(word, ())}
        reach = {at for at in here if not nth or not reach.isdisjoint(range(at - _REACH, at))}
    return bool(reach)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What can be understood at every step, compiled once per language by `Lexicon.of`."""

    filler: frozenset[str]
    dangers: Mapping[str, Sequence[tuple[Command, _Phrase]]]  # under the longest words, seldom met by chance
    commands: Mapping[str, Command]
    names: Mapping[str, Sequence[Named]]
    danger_ear: _Ear
    command_ear: _Ear
    name_ear: _Ear

    @classmethod
    def of(cls, phrases: Mapping[Command, Sequence[str]], filler: Iterable[str], known: Iterable[Known]) -> Lexicon:
        """Compile the phrases and the filler of flows/words/*.yaml, languages merged, and every known name."""
        spare = frozenset(map(_key, filler))
        dangers: dict[str, list[tuple[Command, _Phrase]]] = {}
        commands: dict[str, Command] = {}
        names: dict[str, list[Named]] = {}
        heard: set[str] = set()
        for command, phrase in ((command, _slots(phrase)) for command in phrases for phrase in phrases[command]):
            if command not in _DANGERS:
                commands |= dict.fromkeys(_whole(phrase, spare), command)
                continue
            heard.update(*phrase)
            for word in max(phrase, key=lambda slot: min(map(len, slot))):
                dangers.setdefault(word, []).append((command, phrase))
        for key, named in ((_key(name), Named(one.fact, one.value)) for one in known for name in one.names):
            names.setdefault(key, []).append(named)
        ears = _Ear.of(heard, _IN_DANGER), _Ear.of(commands, _IN_COMMAND), _Ear.of(names, _IN_NAME)
        return cls(spare, dangers, commands, names, *ears)


def _whole(phrase: _Phrase, filler: frozenset[str]) -> Iterator[str]:
    """Every way to write a phrase that is a whole text, with its filler and without."""
    for words in product(*phrase):
        yield "".join(words)
        yield "".join(word for word in words if word not in filler) or "".join(words)


@dataclass(frozen=True, slots=True)
class _Typed:
    """Typed words, for one turn: all, and without filler and repetition."""

    all: tuple[str, ...]
    core: tuple[str, ...]

    @classmethod
    def of(cls, words: str, filler: frozenset[str]) -> _Typed:
        tokens = _tokens(words)
        return cls(tokens, tuple(token for token, _ in groupby(tokens) if token not in filler))

    @property
    def whole(self) -> tuple[str, ...]:
        return tuple(filter(None, ("".join(self.all), "".join(self.core))))


def understand(words: str, offers: Sequence[Offer], lexicon: Lexicon) -> Heard:
    """Find what typed words mean; never raises, keeps nothing.

    The first that fits wins: danger to life; leave; a number on the screen in digits of any script; a label; another command;
    a country or platform, on the screen or not; a label with slips; a command with one slip; up to three labels that share
    words with the text; nothing.

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
    found = [(len(phrase), -_DANGERS.index(command)) for command, phrase in near if _follows(phrase, places)]
    return Said(_DANGERS[-max(found)[1]]) if found else None


def _number(core: Sequence[str], offers: Sequence[Offer]) -> Chosen | None:
    typed = core[0] if len(core) == 1 and len(core[0]) <= _MOST and core[0].isdecimal() else "-1"
    return next((Chosen(offer.number) for offer in offers if offer.number == int(typed)), None)


def _among(numbers: Iterable[int]) -> Chosen | Guess | None:
    """One choice is chosen; of two or three it is asked which; of more, nothing is known."""
    found = tuple(dict.fromkeys(numbers))
    if len(found) == 1:
        return Chosen(found[0])
    return Guess(found) if 1 < len(found) <= _MOST else None


def _label(typed: _Typed, offers: Sequence[Offer], slack: int) -> Chosen | Guess | None:
    """The label nearest to the text, within the slips that its length forgives."""
    pairs = [(offer.number, _slips(whole, _key(name), slack)) for offer in offers for name in offer.names for whole in typed.whole]
    least = min((slips for _, slips in pairs), default=_TOO_MANY)
    return _among(number for number, slips in pairs if slips == least) if least < _TOO_MANY else None


def _slips(whole: str, label: str, slack: int) -> int:
    """How many slips part a text from a label; too many when its length does not forgive them."""
    if whole == label:
        return 0
    forgiven = slack * sum(len(label) >= length for length in _SLACK)
    if abs(len(whole) - len(label)) > forgiven or len(set(whole) ^ set(label)) > 2 * forgiven:
        return _TOO_MANY
    slips = _distance(whole, label)
    return slips if slips <= forgiven else _TOO_MANY


def _name(typed: _Typed, offers: Sequence[Offer], lexicon: Lexicon) -> Chosen | Guess | Named | None:
    """A name on the screen, else the first fact of which one value alone was named."""
    found = tuple(dict.fromkeys(_names(typed, lexicon)))
    if not found:
        return None
    shown = {key for key, named in lexicon.names.items() if not set(named).isdisjoint(found)}
    facts = [one.fact for one in found]
    sole = (one for one in found if facts.count(one.fact) == 1)
    return _among(o.number for o in offers if any(_key(name) in shown for name in o.names)) or next(sole, None)


def _names(typed: _Typed, lexicon: Lexicon) -> Iterator[Named]:
    """Every known name in a text, the longest first."""
    at = 0
    while at < len(typed.all):
        ends = range(min(at + _LONGEST, len(typed.all)), at, -1)
        end, key = next(((end, key) for end in ends if (key := _named(typed, at, end, lexicon))), (at + 1, ""))
        yield from lexicon.names.get(key, ())
        at = end


def _named(typed: _Typed, at: int, end: int, lexicon: Lexicon) -> str:
    """The key of a name between two places; one that is also filler ("us"), or a bare letter, only as the whole text."""
    key = "".join(typed.all[at:end])
    if key in lexicon.names:
        plain = len(key) > 1 and key not in lexicon.filler and (end - at == 1 or len(key) >= _TELLING)
        return key if plain or key in typed.whole else ""
    near = lexicon.name_ear.hear(key) if end - at == 1 and len(key) >= _IN_NAME - 1 else ()
    return next(iter(near), "") if len(near) == 1 else ""


def _misspelt(typed: _Typed, lexicon: Lexicon) -> Said | None:
    """A command with one slip in it, if only one command is so near."""
    near = {lexicon.commands[key] for key in lexicon.command_ear.hear("".join(typed.core))}
    return Said(near.pop()) if len(near) == 1 else None


def _sharing(typed: _Typed, offers: Sequence[Offer], filler: frozenset[str]) -> Guess | None:
    """The labels that hold every word of the text, or that the text holds whole."""
    mine = frozenset(typed.core)
    found = [offer.number for offer in offers if any(_share(mine, _content(name) - filler) for name in offer.names)]
    return Guess(tuple(dict.fromkeys(found))) if 0 < len(found) <= _MOST else None


def _share(mine: frozenset[str], label: frozenset[str]) -> bool:
    return (mine <= label or label <= mine) and any(len(word) >= _TELLING for word in mine & label)


@lru_cache(maxsize=8192)
def _content(name: str) -> frozenset[str]:
    return frozenset(_tokens(name))
