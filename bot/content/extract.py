"""The Babel extractor of flows/: the same reading that the guide starts on, so nothing can be missed."""

from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import IO, Any

from bot.content.library import Reading
from bot.content.problems import UnsoundError
from bot.content.reader import Message


@cache
def _messages(flows: Path) -> tuple[Message, ...]:
    reading = Reading(flows)
    with suppress(UnsoundError):
        reading.library(flows / "no-catalogues")
    return tuple(reading.desk.messages)


def extract(
    fileobj: IO[bytes],
    keywords: Any,  # noqa: ANN401, ARG001 - Babel's signature
    comment_tags: Any,  # noqa: ANN401, ARG001 - Babel's signature
    options: Any,  # noqa: ANN401, ARG001 - Babel's signature
) -> Iterator[tuple[int, str, tuple[str, str], list[str]]]:
    """Give Babel every text of one file: line, function, (context, message), notes for translators."""
    path = Path(fileobj.name).resolve()
    flows = next(parent for parent in path.parents if (parent / "guide.yaml").exists())
    file = path.relative_to(flows.parent).as_posix()
    for message in _messages(flows):
        if message.spot.file == file:
            yield (
                message.spot.line,
                "pgettext",
                (message.text.context, message.text.english),
                [message.note] * bool(message.note),
            )
