"""One term for one concept: who reads on should never wonder whether another word means another thing."""

import re

import pytest
import yaml

from bot.content.library import Library
from tests.conftest import ROOT

TERMS = yaml.safe_load((ROOT / "tests/house/terms.yaml").read_text("utf-8"))


@pytest.mark.parametrize("concept", TERMS)
def test_one_term_for_one_concept(library: Library, concept: str) -> None:
    """Every translation of a text with this concept holds the term of its language."""
    entry = TERMS[concept]
    english = re.compile(rf"\b{entry['english']}", re.IGNORECASE)
    texts = [message.text for message in library.messages if english.search(message.text.english)]
    assert texts
    for tag in library.languages:
        if tag != "en":
            said = {text.context: library.catalogs.say(text, tag).casefold() for text in texts}
            assert {where: words for where, words in said.items() if not any(term in words for term in entry[tag])} == {}


def test_every_language_has_its_terms(library: Library) -> None:
    """A language that is added brings its terms."""
    for entry in TERMS.values():
        assert entry.keys() == {"english", *library.languages} - {"en"}
