"""One mapping of an editor's file being read, key by key; what is left over or missing is told."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from bot.content.problems import Spot, meant
from bot.content.reader import Desk, Map, Rows, Scalar, Value


@dataclass(slots=True)
class Form:
    """One mapping being read: takes keys off, and complains about what is left over or missing."""

    desk: Desk
    map: Map
    left: dict[str, Value] = field(init=False)

    def __post_init__(self) -> None:
        """Start with all keys untaken."""
        self.left = dict(self.map.items)

    @property
    def spot(self) -> Spot:
        """Give the place of the mapping."""
        return self.map.spot

    def at(self, key: str) -> Spot:
        """Give the place of a key, or of the mapping if the key is missing."""
        return self.map.keys.get(key, self.map.spot)

    def scalar(self, key: str, *, needed: bool = True) -> Scalar | None:
        """Take a string."""
        value = self.left.pop(key, None)
        if isinstance(value, Scalar) and value.value.strip():
            return Scalar(self.at(key), value.value.strip())
        if value is not None:
            self.desk.wrong(self.at(key), f'"{key}" should be one piece of text. Write it as `{key}: text`.')
        elif needed:
            self.desk.wrong(self.spot, f'"{key}" is missing here. Add it.')
        return None

    def word(self, key: str, choices: Iterable[str], *, needed: bool = True) -> str | None:
        """Take a string that must be one of `choices`."""
        scalar = self.scalar(key, needed=needed)
        known = tuple(choices)
        if scalar is None or scalar.value in known:
            return scalar.value if scalar else None
        self.desk.wrong(scalar.spot, f'"{scalar.value}" is not known as {key}. {meant(scalar.value, known)}')
        return None

    def words(self, key: str, choices: Iterable[str] | None = None, *, needed: bool = False) -> tuple[str, ...]:
        """Take a list of strings, each one of `choices` if given."""
        known = None if choices is None else frozenset(choices)
        found = []
        for item in self.rows(key, needed=needed):
            if not isinstance(item, Scalar):
                self.desk.wrong(item.spot, f'"{key}" should be a list of words. Write it as `{key}: [one, two]`.')
            elif known is not None and item.value not in known:
                self.desk.wrong(item.spot, f'"{item.value}" is not known in {key}. {meant(item.value, known)}')
            else:
                found.append(item.value)
        return tuple(found)

    def rows(self, key: str, *, needed: bool = False) -> tuple[Value, ...]:
        """Take a list."""
        value = self.left.pop(key, None)
        if isinstance(value, Rows):
            return value.items
        if value is not None:
            self.desk.wrong(self.at(key), f'"{key}" should be a list. Write it as `{key}: [one, two]` or with `- ` lines.')
        elif needed:
            self.desk.wrong(self.spot, f'"{key}" is missing here. Add a list.')
        return ()

    def forms(self, key: str, *, needed: bool = False) -> "Iterator[Form]":
        """Take a list of mappings."""
        for item in self.rows(key, needed=needed):
            if isinstance(item, Map):
                yield Form(self.desk, item)
            else:
                self.desk.wrong(item.spot, f'An entry of "{key}" should be `key: value` lines. See docs/content.md.')

    def form(self, key: str, *, needed: bool = True) -> "Form | None":
        """Take a mapping."""
        value = self.left.pop(key, None)
        if isinstance(value, Map):
            return Form(self.desk, value)
        if value is not None:
            self.desk.wrong(self.at(key), f'"{key}" should be `key: value` lines. See docs/content.md.')
        elif needed:
            self.desk.wrong(self.spot, f'"{key}" is missing here. Add it.')
        return None

    def pairs(self) -> Iterator[tuple[str, Value]]:
        """Take all keys that are left."""
        while self.left:
            yield next(iter(self.left)), self.left.pop(next(iter(self.left)))

    def done(self, hint: Callable[[], Iterable[str]]) -> None:
        """Complain about every key nobody took; `hint` gives the keys that would be right."""
        for key in self.left:
            self.desk.wrong(self.at(key), f'"{key}" is not a key that belongs here. {meant(key, set(hint()) - {key})}')
