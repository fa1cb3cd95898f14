"""How long each benchmark runs."""

from dataclasses import dataclass, replace
from statistics import median


@dataclass(frozen=True, slots=True)
class Sizes:
    """The sizes of one run."""

    repeats: int = 40  # whole conversations in one timing of a turn's part
    rounds: int = 5  # interleaved rounds in process
    presses: int = 20_000  # presses in one timing of the engine alone
    web_rounds: int = 3
    seconds: float = 4.0  # of one round over HTTP
    starts: int = 5
    chats: int = 100_000  # conversations held against the memory

    def scaled(self, scale: float) -> "Sizes":
        """Shrink a run, for tests; nothing it measures then means anything."""
        if scale == 1:
            return self
        return replace(
            self,
            repeats=max(int(self.repeats * scale), 1), rounds=2, presses=max(int(self.presses * scale), 100),
            web_rounds=1, seconds=max(self.seconds * scale, 0.2), starts=1, chats=max(int(self.chats * scale), 2500),
        )  # fmt: skip


FULL = Sizes()
QUICK = Sizes(repeats=10, presses=5_000, seconds=1.0, starts=3, chats=5_000)


@dataclass(frozen=True, slots=True)
class Spread:
    """A figure measured several times."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: list[float]) -> "Spread":
        """Sum up the values of all rounds."""
        return cls(median(values), min(values), max(values))

    def record(self) -> dict[str, float]:
        """Give the shape that `--json` promises."""
        return {"median": round(self.median, 4), "least": round(self.least, 4), "most": round(self.most, 4)}
