"""Hears typed words: what they mean on this screen. The words go out of scope here."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Final

from bot.content.library import Library
from bot.content.phrases import Phrase
from bot.content.words import FILLER
from bot.core.book import OTHER, Way
from bot.core.engine import PAGES
from bot.core.events import Asked, Command, Event, Pressed, Turned, Unclear
from bot.core.lexicon import Known, Lexicon
from bot.core.private import Private
from bot.core.session import Session
from bot.core.spelling import run, spell
from bot.core.understand import Chosen, Guess, Heard, Nothing, Offer, Said, understand
from bot.talk.screen import CONTROLS, Drawer
from bot.talk.speech import Speech

LONGEST: Final = 500  # characters that are looked at
UNDERSTOOD_EVERYWHERE = ("en", "hi")  # people mix these into any language


class Listener:
    """Understands typed words in the person's language, in English and in Hindi."""

    def __init__(self, library: Library, drawer: Drawer) -> None:
        """Take the content; the words are compiled when somebody first types."""
        self._library = library
        self._drawer = drawer
        self._lexicon = cache(self._compile)

    def first(self, session: Session, words: Private[str]) -> tuple[Session, Event]:
        """Hear the first words of all, when nobody knows the language yet: a call for help tells it.

        Gives the session in that language.
        """
        for tag, lexicon in self._lexicons(_script(_text(words))):
            heard = understand(_text(words), (), lexicon)
            if isinstance(heard, Said):
                return replace(session, locale=tag), Asked(heard.command)
        return session, self.hear(session, words)

    def warm(self) -> None:
        """Compile the words of every language now, not while somebody waits."""
        for _ in self._lexicons():
            pass

    def hear(self, session: Session, words: Private[str]) -> Event:
        """Turn words into an event; they are not kept, shown or passed on."""
        heard = understand(_text(words), tuple(self._offers(session)), self._lexicon(self._heard_in(session.locale)))
        match self._printed(session, words, heard):
            case Turned() as turned:
                return turned
            case Chosen(number):
                return Pressed(number - 1)
            case Said(command):
                return Asked(command)
            case Guess(numbers):
                return Unclear(tuple(number - 1 for number in numbers))
            case Nothing():
                return Unclear()
            case named:
                return named

    def leaves(self, locale: str, words: Private[str]) -> bool:
        """Tell whether words are the printed label of "Leave now" in a language."""
        return run(self._drawer.speech(locale).phrase(Phrase.LEAVE)) == "".join(spell(_text(words)))

    def pick(self, session: Session, words: Private[str], labels: Sequence[str]) -> int | None:
        """Find which of some labels is meant, by its words or its number from 1; None if none, or several, may be."""
        typed = "".join(spell(_text(words)))
        printed = [number for number, label in enumerate(labels) if run(label) == typed]
        if printed:  # word for word, it is no other word: "Stop" is not "Leave now" where a button says "Stop"
            return printed[0]
        offers = tuple(Offer(number, (label,)) for number, label in enumerate(labels, start=1))
        heard = understand(_text(words), offers, self._lexicon(self._heard_in(session.locale)))
        return heard.number - 1 if isinstance(heard, Chosen) else None

    def _printed(self, session: Session, words: Private[str], heard: Heard) -> Heard | Turned:
        """Prefer the printed label of a control, word for word (R73): "I need help now" is not "I need help"."""
        speech, typed = self._drawer.speech(session.locale), "".join(spell(_text(words)))
        for phrase, page in ((Phrase.MORE, min(session.page + 1, PAGES - 1)), (Phrase.EARLIER, max(session.page - 1, 0))):
            if run(speech.phrase(phrase)) == typed:
                return Turned(page)
        return next((Said(command) for command, phrase in CONTROLS if run(speech.phrase(phrase)) == typed), heard)

    def _offers(self, session: Session) -> Iterator[Offer]:
        step = self._library.book.spoken(session.at)
        speech = self._drawer.speech(session.locale)
        for number, way in enumerate(step.ways, start=1):
            label, short = self._drawer.label(speech, step, way)
            yield Offer(number, (label, short, label.replace("،", ",").partition(",")[0], *self._synonyms(way)))

    def _synonyms(self, way: Way) -> tuple[str, ...]:
        """Give the other names of a listed value: synonyms from its file, its English name, a language's own names."""
        if way.speaks:
            locale = self._library.languages[way.speaks].locale
            return (locale.get_display_name("en") or way.speaks,)  # never its tag: "hi" is a greeting
        if way.label is not None:
            return (way.label.english,)
        return ()

    def _lexicons(self, script: str = "") -> Iterator[tuple[str, Lexicon]]:
        """Give the words of each language by itself, those first that are written as the words are."""
        languages = self._library.languages
        for tag in sorted(languages, key=lambda tag: _script(languages[tag].name) != script):
            yield tag, self._lexicon(frozenset({tag} & self._library.words.keys()))

    def _heard_in(self, tag: str) -> frozenset[str]:
        """Name the languages whose words are understood in a language; English and Hindi talks share one lexicon."""
        return frozenset({tag, *UNDERSTOOD_EVERYWHERE} & self._library.words.keys())

    def _compile(self, tags: frozenset[str]) -> Lexicon:
        pages = [self._library.words[tag] for tag in sorted(tags)]
        phrases: dict[Command, list[str]] = {
            command: [phrase for page in pages for phrase in page[command.value]]
            for command in Command
            if command is not Command.DANGER
        }
        filler = [word for page in pages for word in page[FILLER]]
        return Lexicon.of(phrases, filler, list(self._known()))

    def _known(self) -> Iterator[Known]:
        """List every country and platform with all its names, in every language offered."""
        speeches = [self._drawer.speech(tag) for tag in dict.fromkeys((*self._library.languages, "en"))]
        for fact in self._library.book.named:
            for value in self._library.book.facts[fact]:
                if value != OTHER:
                    yield Known(fact, value, (*self._names(fact, value, speeches), *self._also(fact, value)))

    def _names(self, fact: str, value: str, speeches: list[Speech]) -> Iterator[str]:
        yield from (self._drawer.name(speech, fact, value) for speech in speeches)

    def _also(self, fact: str, value: str) -> tuple[str, ...]:
        return self._library.countries[value].also if fact == "country" else self._library.platforms[value].also


def _script(text: str) -> str:
    """Name the script of a text by its first letter, as Unicode does: LATIN, DEVANAGARI, ARABIC; empty without a letter."""
    return next((unicodedata.name(one, "").partition(" ")[0] for one in text if one.isalpha()), "")


def _text(words: Private[str]) -> str:
    return words.reveal()[:LONGEST]
