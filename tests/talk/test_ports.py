"""What passes between channels and the talk: units of length, and screens as plain text."""

import pytest

from bot.talk.plain import text_of
from bot.talk.ports import Block, Card, Line, Points, Say, Unit


@pytest.mark.parametrize(
    ("text", "characters", "utf16", "octets"),
    [("abc", 3, 3, 3), ("हिन्दी", 6, 6, 18), ("👍", 1, 2, 4), ("", 0, 0, 0)],
)
def test_each_channel_counts_in_its_own_unit(text: str, characters: int, utf16: int, octets: int) -> None:
    """Telegram counts UTF-16 units, a button bytes, others characters."""
    assert [unit.measure(text) for unit in (Unit.CHARACTERS, Unit.UTF16, Unit.BYTES)] == [characters, utf16, octets]


def test_a_screen_reads_well_as_plain_text() -> None:
    """Paragraphs stand apart, lists keep their marks, cards their headings, and nothing empty is left."""
    blocks: list[Block] = [
        Say("First."),
        Points(("one", "two"), numbered=True),
        Points(("a",)),
        Card("Line", (Line("Call 1", "tel:1"),)),
        Card("", (Line("alone"),)),
    ]
    assert text_of(blocks, "Notice.") == "Notice.\n\nFirst.\n\n1. one\n2. two\n\n- a\n\nLine\nCall 1\n\nalone"
