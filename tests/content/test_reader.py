"""Texts as editors write them, and as people read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.problems import Spot, meant
from bot.content.reader import is_point, tidy
from bot.talk.plain import text_of
from bot.talk.screen import paragraphs

WORD = st.text("abcdeé अआ", min_size=1, max_size=6).filter(str.strip)
LINE = st.lists(WORD, min_size=1, max_size=6).map(" ".join)
BLOCK = st.lists(st.one_of(LINE, LINE.map("- {}".format), LINE.map("1. {}".format)), min_size=1, max_size=5).map("\n".join)
TEXT = st.lists(BLOCK, min_size=1, max_size=4).map("\n\n".join)


@pytest.mark.parametrize("line", ["- one", "1. one", "12. one", "- 999"])
def test_a_point_is_known(line: str) -> None:
    """A line that starts with a dash or a number and a dot is one of a list."""
    assert is_point(line)


@pytest.mark.parametrize("line", ["one", "-one", "1.one", "999 is free", "v1. one", "", "Call 1. Now", "1 . one"])
def test_any_other_line_is_no_point(line: str) -> None:
    """Everything else belongs to its paragraph."""
    assert not is_point(line)


def test_a_number_alone_is_no_point() -> None:
    """A number that stands alone on a line is a number to call; it is not taken for the mark of a list and lost."""
    assert not is_point("999")
    assert text_of(list(paragraphs("999"))) == "999"


def test_lines_of_a_paragraph_are_joined() -> None:
    """Where an editor breaks a line, a reader does not see it."""
    assert tidy("One\ntwo\n  three\n\nfour\n") == "One two three\n\nfour"


def test_lists_stay_lists() -> None:
    """A line of a list keeps its own line; what is broken below it still belongs to it."""
    assert (
        tidy("Do this:\n- one\n  and more\n- two\n\n1. first\n2. second")
        == "Do this:\n- one and more\n- two\n\n1. first\n2. second"
    )


def test_blank_lines_are_one() -> None:
    """Many blank lines part as one does; at the ends they are nothing."""
    assert tidy("\n\nOne\n\n\n\ntwo\n\n") == "One\n\ntwo"


def test_a_line_of_spaces_is_blank() -> None:
    """A line that only holds spaces looks blank, and parts like one."""
    assert tidy("One\n   \ntwo") == "One\n\ntwo"


@given(TEXT)
def test_tidy_is_tidy(text: str) -> None:
    """What was tidied once stays as it is."""
    assert tidy(tidy(text)) == tidy(text)


@given(TEXT)
def test_no_word_is_lost(text: str) -> None:
    """Tidying moves line ends, never words, and keeps the number of paragraphs."""
    assert tidy(text).split() == text.split()
    assert len(tidy(text).split("\n\n")) == len(text.split("\n\n"))


def test_a_remedy_names_the_nearest() -> None:
    """A slip is met with the word that was meant, anything else with the words there are."""
    assert meant("polise", ["police", "crisis"]) == 'Did you mean "police"?'
    assert meant("xyz", ["b", "a"]) == "Use one of: a, b."
    assert meant("xyz", []) == "There is nothing to choose from yet."
    assert (
        meant("123", [f"step.{chr(97 + number % 26) * (2 + number // 26)}" for number in range(31)])
        == "Look up its exact name."
    )


def test_places_sort_as_editors_read() -> None:
    """Places sort by file, then by line as a number."""
    assert sorted([Spot("b", 1), Spot("a", 10), Spot("a", 9)]) == [Spot("a", 9), Spot("a", 10), Spot("b", 1)]
