"""The words that the proof looks for are found as whole words, in both scripts, behind a "not" or not."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.lexicon import LISTS, REST, Lexicon
from bot.content.library import Library

WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "topic": {"en": ("photo*", "sex"), "hi": ("फोटो*", "यौन", "तू")},
    "delete": {"en": ("delete", "block them", "100%")},
    "negation": {"en": ("not", "don't", "never"), "hi": ("नहीं", "मत")},
}
LEXICON = Lexicon({purpose: WORDS.get(purpose, {}) for purpose in LISTS}, (), {"en": 20, REST: 25})


def found(purpose: str, text: str, locale: str = "en", *, denied: bool = True) -> list[str]:
    """List what is found."""
    return list(LEXICON.found(purpose, text, locale, denied=denied))


def test_only_whole_words_count() -> None:
    """A word inside another is not that word; beside a sign it is; capitals do not matter."""
    assert found("topic", "Sussex, sextant, unisex") == []
    assert found("topic", "(Sex), or SEX.") == ["Sex", "SEX"]
    assert found("delete", "It is 100% sure, 1100%") == ["100%"]


def test_a_star_is_any_ending() -> None:
    """A star stands for any ending, or none, and for no beginning."""
    assert found("topic", "photo, photos, photographer, telephoto") == ["photo", "photos", "photographer"]


def test_devanagari_words_are_whole() -> None:
    """Vowel signs and the virama belong to a Hindi word, though Python counts them as no letters."""
    assert found("topic", "मेरी फोटोओं को", "hi") == ["फोटोओं"]
    assert found("topic", "यौनिक", "hi") == []
    assert found("topic", "तू, तूफ़ान और तूँ", "hi") == ["तू"]
    assert found("topic", "फोटो, यौन?", "hi") == ["फोटो", "यौन"]


def test_a_danda_ends_a_word() -> None:
    """A Hindi word at the end of its sentence is found, and without the danda behind it."""
    assert found("topic", "यह यौन। वह फोटो॥", "hi") == ["यौन", "फोटो"]


def test_a_not_denies() -> None:
    """Behind a "not" a word counts only where denied words count too."""
    assert found("delete", "Do not delete it.") == ["delete"]
    assert found("delete", "Do not delete it.", denied=False) == []
    assert found("delete", "Don't block them yet.", denied=False) == []
    assert found("delete", "Now delete it.", denied=False) == ["delete"]
    assert found("delete", "Delete it, not later.", denied=False) == ["Delete"]


def test_a_far_not_does_not_deny() -> None:
    """A "not" long before a word does not govern it."""
    assert found("delete", "Do not worry about anything at all today, and delete it.", denied=False) == ["delete"]


@pytest.mark.parametrize("text", ["It is not you. Delete it.", "It is not you.\n\nDelete it.", "Why not? Delete it."])
def test_a_not_ends_with_its_sentence(text: str) -> None:
    """A "not" denies nothing in the next sentence."""
    assert found("delete", text, denied=False) == ["Delete"]


def test_a_language_without_words_finds_none() -> None:
    """No words, nothing found, whatever the text."""
    assert found("avoid", "anything", "en") == []
    assert found("topic", "photo", "ur") == []


@given(st.text(), st.sampled_from(LISTS), st.sampled_from(["en", "hi"]))
def test_denied_words_are_among_all(text: str, purpose: str, locale: str) -> None:
    """What counts without a "not" counts with it; what is found stands in the text."""
    every = found(purpose, text, locale)
    assert all(word in text for word in every)
    rest = found(purpose, text, locale, denied=False)
    assert len(rest) <= len(every)
    assert set(rest) <= set(every)


def test_every_real_word_finds_itself(library: Library) -> None:
    """Each entry of flows/laws.yaml is found in a text that holds it, so no entry is dead."""
    for purpose in LISTS:
        for locale, words in library.lexicon.words[purpose].items():
            for word in words:
                text = f"… {word.replace('*', '')} …"
                assert list(library.lexicon.found(purpose, text, locale)), (purpose, locale, word)


def test_a_language_without_a_number_takes_the_common_one() -> None:
    """The longest sentence is given for some languages, and for all others together."""
    assert (LEXICON.longest("en"), LEXICON.longest("ur")) == (20, 25)
