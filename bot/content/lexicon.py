"""flows/laws.yaml: the words and hosts that the proof looks for."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from bot.content.form import Form
from bot.content.reader import Desk, Map

LISTS = ("topic", "avoid", "promise", "media", "adult", "delete", "ask", "believe", "no_pay", "negation")
REST = "any"  # the languages that are not named
# vowel signs and marks of Arabic and the scripts of South Asia too; not the danda, which ends a sentence
_LETTER = r"[\w\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0963\u0966-\u0dff]"
_END = re.compile(r"[.!?\u0964\u06d4\u061f\n]")
BEFORE = 28  # characters in front of a word in which a "not" still governs it


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Word lists by purpose and language."""

    words: Mapping[str, Mapping[str, tuple[str, ...]]]
    adult_hosts: tuple[str, ...]
    longest_sentence: Mapping[str, int]

    def longest(self, locale: str) -> int:
        """Give the most words that a sentence may have in a language."""
        return self.longest_sentence.get(locale, self.longest_sentence[REST])

    def found(self, purpose: str, text: str, locale: str, *, denied: bool = True) -> Iterator[str]:
        """List the words of a purpose that stand in a text; `denied` counts those behind a "not" too."""
        words = self.words[purpose].get(locale, ())
        for match in pattern(words).finditer(text) if words else ():
            before = _END.split(text[: match.start()])[-1][-BEFORE:]
            negations = self.words["negation"].get(locale, ())
            if denied or not negations or not pattern(negations).search(before):
                yield match.group()


@cache
def pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Make one pattern of whole words; `*` stands for any ending."""
    parts = (re.escape(word).replace(r"\*", f"{_LETTER}*") for word in words)
    return re.compile(rf"(?<!{_LETTER})(?:{'|'.join(parts)})(?!{_LETTER})", re.IGNORECASE)


def read_lexicon(desk: Desk, page: Map, locales: tuple[str, ...]) -> Lexicon:
    """Read laws.yaml."""
    form = Form(desk, page)
    words = form.form("words")
    found: dict[str, dict[str, tuple[str, ...]]] = {purpose: {} for purpose in LISTS}
    for purpose in LISTS if words else ():
        entry = words.form(purpose) if words else None
        for locale in tuple(entry.left) if entry else ():
            if entry and locale in locales:
                found[purpose][locale] = entry.words(locale)
        for locale in locales if entry else ():
            if entry and locale not in found[purpose]:
                desk.wrong(entry.spot, f'There is no list "{purpose}" for {locale}. Add `{locale}: [...]`, or `{locale}: []`.')
        if entry:
            entry.done(lambda: locales)
    if words:
        words.done(lambda: LISTS)
    hosts = form.words("adult_hosts")
    longest = _longest(form, (*locales, REST))
    form.done(lambda: ("words", "adult_hosts", "longest_sentence"))
    return Lexicon(found, hosts, longest)


def _longest(form: Form, names: tuple[str, ...]) -> dict[str, int]:
    """Read the most words of a sentence: a number for some languages, and one for `any` other."""
    entry = form.form("longest_sentence")
    found = {name: entry.scalar(name, needed=name == REST) for name in names} if entry else {}
    if entry:
        entry.done(lambda: names)
    for scalar in filter(None, found.values()):
        if not scalar.value.isdecimal():
            form.desk.wrong(scalar.spot, f'"{scalar.value}" is no number. Write a whole number.')
    return {name: int(scalar.value) for name, scalar in found.items() if scalar and scalar.value.isdecimal()}
