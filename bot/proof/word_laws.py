"""The laws on words, over every text of the guide in every language."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from bot.content.catalogs import SOURCE
from bot.content.phrases import Phrase
from bot.content.problems import Problem
from bot.proof.findings import Case, Law

END: Final = re.compile(
    r"(?<=[.!?:\u0964\u0965\u06d4\u061f])[\"\u201d\u2019\u00bb)\]]*\s+|\n"
)  # danda, Urdu's stop and mark too
SURFACE: Final = (  # what stands where others see it: names, buttons, hints, the last line
    Phrase.TITLE, Phrase.NEXT, Phrase.BACK, Phrase.LEAVE, Phrase.PERSON, Phrase.DANGER, Phrase.MENU, Phrase.LANGUAGE,
    Phrase.MORE, Phrase.EARLIER, Phrase.START, Phrase.SEND, Phrase.KEEP, Phrase.TYPE_HERE, Phrase.PLAN_HERE, Phrase.PLAN_OPEN,
    Phrase.HINT_UNCLEAR, Phrase.HINT_GUESS, Phrase.HINT_SHARED, Phrase.HINT_LOST, Phrase.HINT_NOTED, Phrase.HINT_KEPT,
    Phrase.NOTHING_HERE, Phrase.GROUP, Phrase.TROUBLE, Phrase.BOT_SHORT, Phrase.BOT_ABOUT,
    Phrase.FAREWELL_WEB, Phrase.FAREWELL_CONSOLE, Phrase.FAREWELL_TELEGRAM,
)  # fmt: skip
PURPOSES: Final = (("avoid", True), ("promise", False), ("ask", False))  # and whether "not" in front makes it no better
PICTURES: Final = frozenset({"So", "Sk", "Cs", "Co"})  # Unicode's kinds of signs that are pictures


def words_we_never_say(case: Case) -> Iterator[Problem]:
    """No blame, no word that hurts, no promise of outcomes, no method of self-harm, no asking for names, links or images.

    In any language, and no English word of them in a translation (R07, R08, R15, R24, R31, R40, R44, R77, R79).
    What helpers read at their desk is bound by the first two alone.
    """
    people = set(case.library.messages)
    for message in case.library.translatable:
        for locale in case.library.languages:
            text = case.library.catalogs.say(message.text, locale)
            for purpose, denied in PURPOSES if message in people else PURPOSES[:1]:
                for listed in {locale, SOURCE} if purpose == "avoid" else (locale,):
                    case.checks += 1
                    for word in case.library.lexicon.found(purpose, text, listed, denied=denied):
                        yield Problem(message.spot, f'"{word}" is never said ({purpose}, {locale}). Say it otherwise.')


def short_sentences(case: Case) -> Iterator[Problem]:
    """No sentence is too long to follow in fear: 20 words in English, and what is as short in each language (R72)."""
    for message in case.library.messages:
        for locale in case.library.languages:
            most = case.library.lexicon.longest(locale)
            for sentence in END.split(case.library.catalogs.say(message.text, locale)):
                case.checks += 1
                words = len([word for word in sentence.removeprefix("- ").split() if any(map(str.isalnum, word))])
                if words > most:
                    short = f"{sentence[:50]}…"
                    which = "" if locale == SOURCE else f" in {locale}"
                    yield Problem(message.spot, f"This sentence{which} has {words} words; {most} is the most: {short}")


def neutral_names(case: Case) -> Iterator[Problem]:
    """The guide's name, its description, its buttons, hints and last lines show nobody what it is about (R02, R58, R59)."""
    spots = {message.text.context: message.spot for message in case.library.messages}
    for phrase in SURFACE:
        text = case.library.phrases[phrase]
        for locale in case.library.languages:
            case.checks += 1
            for word in case.library.lexicon.found("topic", case.library.catalogs.say(text, locale), locale):
                yield Problem(spots[text.context], f'"{word}" ({locale}) stands where others may see it. Say it otherwise.')


def words_not_pictures(case: Case) -> Iterator[Problem]:
    """No emoji and no sign stands for words: they are read out badly, or not shown at all (R74)."""
    for message in case.library.messages:
        for locale in case.library.languages:
            case.checks += 1
            for sign in case.library.catalogs.say(message.text, locale):
                if unicodedata.category(sign) in PICTURES:
                    yield Problem(message.spot, f'"{sign}" ({locale}) is a picture. Say it in words.')


WORD_LAWS: Final[dict[str, Law]] = {
    law.__name__: law for law in (words_we_never_say, short_sentences, neutral_names, words_not_pictures)
}
