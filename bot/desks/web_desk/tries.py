"""How often somebody may try to sign in: a few times for each name, and a bound for all together."""

from collections import deque
from collections.abc import Callable
from typing import Final

WINDOW: Final = 300.0  # seconds
EACH: Final = 5  # tries of one name in that time
ALL: Final = 50  # tries of everybody


class Tries:
    """Counts tries of the last minutes, right and wrong ones. Names that nobody has are counted alike."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        """Take a clock that never goes back."""
        self._seconds = seconds
        self._made: deque[tuple[float, str]] = deque(maxlen=ALL)

    def more(self, name: str) -> bool:
        """Count a try, unless there were too many: then it is False, and nothing was counted."""
        now, name = self._seconds(), name.casefold()
        while self._made and now - self._made[0][0] > WINDOW:
            self._made.popleft()
        if len(self._made) >= ALL or sum(of == name for _, of in self._made) >= EACH:
            return False
        self._made.append((now, name))
        return True

    def forgive(self, name: str) -> None:
        """Forget the tries of a name: somebody has shown who they are."""
        kept = [made for made in self._made if made[1] != name.casefold()]
        self._made.clear()
        self._made.extend(kept)
