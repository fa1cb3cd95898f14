"""All contenders in the same run, on the same talk: our guide, aiogram, python-telegram-bot, and the floor."""

import asyncio
import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Final

from bench.server import GUIDE, MIB, Server, pinned
from bench.sizes import Sizes, Spread
from bench.telegram.api import Api
from bench.telegram.flood import flood
from bench.telegram.pages import pages, record
from bench.telegram.people import Crowd, Talks, talk
from bench.telegram.wire import SECRET
from bench.walk import Taken

USERS, MANY = 32, 256
SLOW: Final = 0.05  # seconds that a slow Bot API takes
WARM: Final = 0.5  # seconds before each measurement
FLOOR: Final = "floor"
HERE: Final = Path(__file__).parent
# The guide lets a chat take one ordinary turn a second. Here 32 people stand for thousands, so this is lifted.
UNPACED: Final = ("-c", "from bot.talk import pace; pace.Pace.__init__.__defaults__ = (pace.Rhythm(every=1e-6),); " + GUIDE[1])
PROGRAMS: Final[Mapping[str, tuple[str, ...]]] = {
    FLOOR: ("-P", str(HERE / "floor.py")),
    "guide": UNPACED,
    "aiogram": ("-P", str(HERE / "aiogram_echo.py")),
    "aiogram_reply": ("-P", str(HERE / "aiogram_echo.py")),
    **({"ptb": ("-P", str(HERE / "ptb.py"))} if find_spec("telegram") else {}),
}
Round = dict[str, float]


def mib(size: int) -> float:
    """Give bytes in MiB."""
    return round(size / MIB, 1)


@dataclass(slots=True)
class Contender:
    """One bot that runs, and what was measured of it."""

    name: str
    server: Server
    start: float = 0.0
    resident: int = 0
    end: int = 0
    rounds: list[Round] = field(default_factory=list)

    def sums(self) -> dict[str, object]:
        """Give the medians of all rounds."""
        keys = self.rounds[0]
        found: dict[str, object] = {key: round(median(it[key] for it in self.rounds), 3) for key in keys}
        return {**found, "start_s": round(self.start, 3), "start_mib": mib(self.resident), "end_mib": mib(self.end)}

    def against(self, floor: "Contender") -> dict[str, float]:
        """Give the CPU of an update in floors of the same round."""
        ratios = [mine["cpu_us"] / other["cpu_us"] for mine, other in zip(self.rounds, floor.rounds, strict=True)]
        return Spread.of(ratios).record()


class Contest:
    """The same talks for everybody, and one Bot API."""

    def __init__(self, talks: Talks, api: Api, answers: Path) -> None:
        """Take the talks, also as a file for those who have no guide of their own."""
        self._talks = talks
        self._api = api
        self._answers = answers
        self.field: list[Contender] = []
        self.servers: list[Server] = []

    def start(self, program: Sequence[str], *more: str) -> Server:
        """Start a bot as its operator would."""
        settings = {
            "DHAAL_SECRET": "only for the benchmarks of Dhaal!", "DHAAL_TELEGRAM_TOKEN": "7000000001:bench",
            "DHAAL_TELEGRAM_MODE": "webhook", "DHAAL_TELEGRAM_API": self._api.url, "DHAAL_TELEGRAM_WEBHOOK_SECRET": SECRET,
            "DHAAL_PUBLIC_URL": "https://bench.example",
        }  # fmt: skip
        self.servers.append(Server(program, str(self._answers), self._api.url, *more, settings=settings))
        return self.servers[-1]

    async def enter(self, name: str) -> None:
        """Start a contender, wait for its first answer, and hold all of its answers against the talk."""
        server = self.start(PROGRAMS[name], *(["reply"] if name == "aiogram_reply" else []))
        await server.opened()
        await talk(server.port, Crowd(self._talks, self._api, left=1, most=1), 1)
        self.field.append(Contender(name, server, server.age(), server.resident()))
        await talk(server.port, Crowd(self._talks, self._api, left=len(self._talks)), len(self._talks))

    async def warm(self, contender: Contender, seconds: float) -> None:
        """Let a contender run in."""
        await talk(contender.server.port, Crowd(self._talks, self._api), USERS, seconds)

    async def round(self, contender: Contender, users: int, seconds: float) -> Round:
        """Measure one contender for some seconds; it must be warm."""
        port = contender.server.port
        crowd = Crowd(self._talks, self._api)
        begin = contender.server.cpu()
        with quiet():
            took = await talk(port, crowd, users, seconds)
        spent, waits = contender.server.cpu() - begin, sorted(crowd.waits)
        contender.end = contender.server.resident()
        return {
            "updates_per_second": crowd.answers / took,
            "cpu_us": spent / max(crowd.answers, 1) * 1e6,
            "p50_ms": waits[len(waits) // 2] * 1000,
            "p99_ms": waits[len(waits) * 99 // 100] * 1000,
        }

    async def flood(self, seconds: float) -> dict[str, object]:
        """Flood the guide as it is."""
        server = self.start(GUIDE)
        try:
            await server.opened()
            return await flood(server.port, self._api, self._talks["en"][0], seconds)
        finally:
            server.stop()


def rounded(found: Mapping[str, Round]) -> dict[str, Round]:
    """Leave out digits that mean nothing."""
    return {name: {key: round(value, 3) for key, value in it.items()} for name, it in found.items()}


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the collector of this process still, so that its pauses are not counted as a bot's."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def measure(walks: Mapping[str, Sequence[Taken]], answers: Path, sizes: Sizes) -> dict[str, object]:
    """Measure everybody.

    Raises:
        WrongAnswerError: if a bot does not walk the talk.
        SilentServerError: if one does not start.
    """
    talks = {tag: pages(walk) for tag, walk in walks.items()}
    record(talks, answers)
    with pinned(-1):
        return asyncio.run(_measure(talks, answers, sizes))


async def _measure(talks: Talks, answers: Path, sizes: Sizes) -> dict[str, object]:
    api = Api()
    async with await api.open():
        contest = Contest(talks, api, answers)
        try:
            for name in PROGRAMS:
                await contest.enter(name)
            for _ in range(sizes.web_rounds):
                for contender in contest.field:
                    await contest.warm(contender, min(WARM, sizes.seconds))
                    contender.rounds.append(await contest.round(contender, USERS, sizes.seconds))
            api.delay = SLOW
            slow = {it.name: await contest.round(it, MANY, sizes.seconds) for it in contest.field}
        finally:
            for server in contest.servers:
                server.stop()
        api.delay = 0.0
        return {
            "users": USERS,
            "seconds": sizes.seconds,
            "rounds": sizes.web_rounds,
            "contenders": {it.name: {**it.sums(), "ratio": it.against(contest.field[0])} for it in contest.field},
            "slow": {"users": MANY, "delay_ms": SLOW * 1000, "contenders": rounded(slow)},
            "flood": await contest.flood(max(sizes.seconds, 1.0)),
        }
