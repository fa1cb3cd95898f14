"""Writes what helpers read: the pinned message, the first message of a topic, the guide's cards. All of it in English."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, Protocol

from bot.content.library import Library
from bot.content.phrases import Phrase
from bot.desks.telegram_group import words
from bot.desks.telegram_group.letter import Letter, size
from bot.talk.handoff.brief import Part
from bot.talk.handoff.counter import Counter, Rules
from bot.talk.handoff.seat import Seen
from bot.talk.screen import Drawer

ENGLISH: Final = "en"
SHOWN: Final = 3  # cards that are suggested at once
PREVIEW: Final = 3500  # units of a card before it is sent; all of it is sent


class Shelf(Protocol):
    """The guide's cards for somebody of whom some facts are known."""

    def suggested(self, facts: Mapping[str, str]) -> list[str]:
        """List what the guide would say next."""

    def title(self, ref: str, locale: str) -> str:
        """Give the first words of a card."""

    def say(self, ref: str, locale: str, facts: Mapping[str, str]) -> list[str]:
        """Say a card, in as many messages as it needs."""


class Scribe:
    """Writes messages; it knows nobody."""

    def __init__(self, library: Library, drawer: Drawer, shelf: Shelf | None) -> None:
        """Take the content, what draws it, and its cards, if helpers may send them."""
        self._library = library
        self._speech = drawer.speech(ENGLISH)
        self._counter = Counter(library, drawer, Rules())
        self._shelf = shelf

    def brief(self, seen: Seen, holder: str, readers: Sequence[str]) -> Letter:
        """Write what a person agreed to show, and who has them."""
        since = datetime.fromtimestamp(seen.since, UTC)
        lines = [words.SINCE.format(seen.number, f"{since:%H:%M}"), *(self._lines(seen) or [words.NOTHING])]
        state = words.HELD.format(holder, holder) if seen.agent else words.WAITS
        after = [words.READERS.format(", ".join(readers))] if seen.agent and readers else []
        return Letter("\n\n".join(("\n".join(lines), state, *after)), rows=self._buttons(seen))

    def board(self, duty: int, waiting: int, talks: int, *, room: bool) -> Letter:
        """Write the pinned message."""
        text = words.BOARD.format(duty, waiting, talks, "" if room else words.BOARD_FULL)
        switch = (words.FULL, "full") if room else (words.ROOM, "room")
        return Letter(text, rows=(((words.ON, "on"), (words.OFF, "off")), (switch,)))

    def cards(self, seen: Seen) -> Letter | None:
        """Write which cards the guide would show next; None if there are none."""
        titles = [self._shelf.title(ref, ENGLISH) for ref in self._suggested(seen)] if self._shelf else []
        rows = tuple(((title, f"look{number}:{seen.case}"),) for number, title in enumerate(titles))
        return Letter(words.CARD_ASK, rows=rows) if rows else None

    def card(self, seen: Seen, number: int) -> Letter | None:
        """Write one of them as a helper reads it; None if there is none."""
        parts = self._said(seen, number, ENGLISH)
        while len(parts) > 1 and size("\n\n".join(parts)) > PREVIEW:
            parts = [*parts[:-2], words.CARD_GOES_ON]
        rows = (((words.SEND, f"send{number}:{seen.case}"),), ((words.CARDS, f"list:{seen.case}"),))
        return Letter("\n\n".join(parts), rows=rows) if parts else None

    def theirs(self, seen: Seen, number: int) -> list[str]:
        """Write one of them as the person reads it, in as many messages as it needs."""
        return self._said(seen, number, seen.brief.locale or ENGLISH)

    def _said(self, seen: Seen, number: int, locale: str) -> list[str]:
        found = self._suggested(seen)
        return self._shelf.say(found[number], locale, seen.brief.facts) if self._shelf and number < len(found) else []

    def _suggested(self, seen: Seen) -> list[str]:
        return self._shelf.suggested(seen.brief.facts)[:SHOWN] if self._shelf else []

    def _lines(self, seen: Seen) -> list[str]:
        """Write the parts that were not left out."""
        said = dict(self._counter.said(self._speech, seen.brief))
        if seen.brief.locale:
            name = self._speech.tongues([seen.brief.locale.replace("-", "_")])
            own = said[Part.LANGUAGE]
            said[Part.LANGUAGE] = name if name == own else f"{name} ({own})"
        return [f"{self._speech.phrase(Phrase(part.value))}: {value}" for part, value in said.items()]

    def _buttons(self, seen: Seen) -> tuple[tuple[tuple[str, str], ...], ...]:
        if not seen.agent:
            return (((words.TAKE, f"take:{seen.case}"),),)
        card = ((words.CARD, f"cards:{seen.case}"),) if self._suggested(seen) else ()
        rows = (
            card,
            ((words.PASS, f"pass:{seen.case}"), (words.READ, f"read:{seen.case}")),
            ((words.END, f"end:{seen.case}"), (words.BLOCK, f"block:{seen.case}")),
        )
        return tuple(row for row in rows if row)
