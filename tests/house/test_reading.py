"""The English is plain: grade 8 at most, and far below it as a rule (R72)."""

import re
from statistics import median

from pyphen import Pyphen

from bot.content.library import Library

HARDEST, USUAL = 8.0, 4.0  # Flesch-Kincaid grades
SHORTEST = 20  # words; the formula says nothing about less
HYPHENS = Pyphen(lang="en_US")


def grade(text: str) -> float:
    """Compute the Flesch-Kincaid grade, syllables counted by hyphenation."""
    words = re.findall(r"[A-Za-z’']+", text)
    sentences = [part for part in re.split(r"[.!?:]\s+|\n+", text) if re.search("[a-z]", part)]
    syllables = sum(HYPHENS.inserted(word.lower()).count("-") + 1 for word in words)
    return float(0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59)


def test_no_text_is_harder_than_grade_8(library: Library) -> None:
    """Each text of 20 words or more can be read after eight years of school, most of them much earlier."""
    grades = {
        message.text.context: grade(message.text.english)
        for message in library.messages
        if len(message.text.english.split()) >= SHORTEST
    }
    assert {context: found for context, found in grades.items() if found > HARDEST} == {}
    assert median(grades.values()) <= USUAL
