"""A screen as plain text, for channels that have nothing else, and for measuring."""

from collections.abc import Iterable
from typing import assert_never

from bot.talk.ports import Block, Card, Points, Say


def block_text(block: Block) -> str:
    """Write one block."""
    match block:
        case Say(text):
            return text
        case Points(items, numbered):
            marks = (f"{place}." if numbered else "-" for place in range(1, len(items) + 1))
            return "\n".join(f"{mark} {item}" for mark, item in zip(marks, items, strict=True))
        case Card(heading, lines):
            return "\n".join([heading] * bool(heading) + [line.text for line in lines])
        case _:
            assert_never(block)


def text_of(blocks: Iterable[Block], notice: str | None = None, footnote: str | None = None) -> str:
    """Write a whole message: a notice, the blocks, a footnote."""
    parts = [notice, *map(block_text, blocks), footnote]
    return "\n\n".join(part for part in parts if part)
