"""Where a conversation stands. No text, no name, no id: there is no field that could hold one."""

from dataclasses import dataclass, field, replace

from bot.core.book import Book, Facts, Ref


@dataclass(frozen=True, slots=True)
class Past:
    """A screen left behind, and what the answer given there replaced (`unknown` if nothing was known)."""

    at: Ref
    undo: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Session:
    """Position, facts, language, page of a long list, and the short trail that Back walks."""

    at: Ref
    locale: str
    facts: Facts = field(default_factory=dict)
    page: int = 0
    trail: tuple[Past, ...] = ()

    @classmethod
    def fresh(cls, book: Book, locale: str) -> "Session":
        """Begin at the first screen, knowing nothing."""
        return cls(at=book.start, locale=locale)

    def turned(self, page: int) -> "Session":
        """Show another page of the same list."""
        return replace(self, page=page)
