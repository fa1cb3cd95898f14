"""One turn in process: CPU time of each part, against `json.loads` of the update that would bring the press."""

import gc
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bench.sizes import Sizes, Spread
from bench.walk import ADDRESS, FRAME, LOCALES, Taken, walk
from bot import wiring
from bot.content.library import Library
from bot.core.engine import Engine
from bot.core.events import Event, Lost
from bot.core.private import Private
from bot.core.session import Session
from bot.core.space import Space
from bot.settings import Settings
from bot.talk.codes import read_code
from bot.talk.conversation import Conversation
from bot.talk.keys import Keys
from bot.talk.plain import text_of
from bot.talk.ports import Incoming, Press, Screen
from bot.talk.screen import Drawer
from bot.talk.seal import LENGTH, Seal

PARTS = ("open", "code", "advance", "seal", "draw")
REST = "rest"  # of the whole turn: the clock, and caches that one part repeated alone finds warm
SIZES = {"en": 1000, "hi": 2100}  # bytes of a real update that answers a message of ours
Job = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Step:
    """One press of the walk, with all that passes between the parts of its turn."""

    incoming: Incoming
    token: str
    code: str
    session: Session
    event: Event
    after: Session
    sealed: str


class Bench:
    """The parts of a turn, laid side by side."""

    def __init__(self, library: Library) -> None:
        """Build what `Conversation` builds, and the conversation itself, with one secret."""
        settings = Settings(Private(b"only for the benchmarks of Dhaal!"))
        space = Space(library.book)
        self.conversation = Conversation(library, Keys(settings.secret), wiring.now)
        self.engine = Engine(library.book, space.depth)
        self.seal = Seal(Keys(settings.secret), space)
        self.drawer = Drawer(library)

    def presses(self, taken: Sequence[Taken]) -> list[Step]:
        """Take apart every press of a walk."""
        return [self._press(turn) for turn in taken if isinstance(turn.incoming.input, Press)]

    def _press(self, turn: Taken) -> Step:
        data = turn.incoming.input.data if isinstance(turn.incoming.input, Press) else ""
        session, event = self.seal.open(data[:LENGTH], ADDRESS, wiring.now()), read_code(turn.code)
        after = self.engine.advance(session, event).session if session else None
        assert session is not None
        assert after is not None
        assert after.at == turn.screen.ref
        assert not isinstance(event, Lost)
        return Step(turn.incoming, data[:LENGTH], turn.code, session, event, after, turn.screen.token)

    def jobs(self, presses: Sequence[Step]) -> dict[str, Job]:
        """Give what is timed: each part for every press, and the whole turn."""
        now, frame, address = wiring.now(), FRAME, ADDRESS
        opened, advance, close = self.seal.open, self.engine.advance, self.seal.close
        draw, turn = self.drawer.draw, self.conversation.turn
        return {
            "open": lambda: [opened(it.token, address, now) for it in presses],
            "code": lambda: [read_code(it.code) for it in presses],
            "advance": lambda: [advance(it.session, it.event) for it in presses],
            "seal": lambda: [close(it.after, address, now) for it in presses],
            "draw": lambda: [draw(it.after, it.sealed, frame, now) for it in presses],
            "turn": lambda: [turn(it.incoming, frame) for it in presses],
        }


def measure(library: Library, sizes: Sizes) -> dict[str, object]:
    """Measure the turns of both languages."""
    bench = Bench(library)
    jobs: dict[tuple[str, str], Job] = {}
    counts: dict[str, int] = {}
    updates: dict[str, bytes] = {}
    for locale in LOCALES:
        taken = walk(library, bench.conversation, locale)
        presses = bench.presses(taken)
        counts[locale] = len(presses)
        updates[locale] = update = nearest([turn.screen for turn in taken], SIZES[locale])
        jobs |= {(locale, name): job for name, job in bench.jobs(presses).items()}
        jobs[locale, "floor"] = floor(update, len(presses))
    times = timed(jobs, counts, sizes)
    found = {locale: _locale(times, locale, len(updates[locale])) for locale in LOCALES}
    both = {key: [sum(pair) / 2 for pair in zip(*(times[tag, key] for tag in LOCALES), strict=True)] for _, key in jobs}
    both[REST] = [whole - sum(parts) for whole, *parts in zip(both["turn"], *(both[name] for name in PARTS), strict=True)]
    parts = {name: _against(both[name], both["floor"]) for name in (*PARTS, REST)}
    return {
        "presses": sum(counts.values()),
        "parts": parts,
        "turn": _against(both["turn"], both["floor"]),
        "floor_us": Spread.of(both["floor"]).record(),
        "locales": found,
    }


def _locale(times: Mapping[tuple[str, str], list[float]], locale: str, size: int) -> dict[str, object]:
    spent, least = times[locale, "turn"], times[locale, "floor"]
    return {"update_bytes": size, "floor_us": Spread.of(least).record(), **_against(spent, least)}


def _against(spent: list[float], least: list[float]) -> dict[str, object]:
    ratios = [mine / floor for mine, floor in zip(spent, least, strict=True)]
    return {"us": Spread.of(spent).record(), "ratio": Spread.of(ratios).record()}


def floor(update: bytes, times: int) -> Job:
    """Read the update as often as there are presses."""
    return lambda: [json.loads(update) for _ in range(times)]


def timed(jobs: Mapping[tuple[str, str], Job], counts: Mapping[str, int], sizes: Sizes) -> dict[tuple[str, str], list[float]]:
    """Time all jobs in rounds, one after the other within each; microseconds of CPU a press."""
    times: dict[tuple[str, str], list[float]] = {key: [] for key in jobs}
    for job in jobs.values():
        job()
    for _ in range(sizes.rounds):
        for key, job in jobs.items():
            gc.collect()
            begin = time.process_time_ns()
            for _ in range(sizes.repeats):
                job()
            spent = time.process_time_ns() - begin
            times[key].append(spent / sizes.repeats / counts[key[0]] / 1000)
    return times


def nearest(screens: Sequence[Screen], size: int) -> bytes:
    """Write the update for the screen whose update comes nearest to a size."""
    return min(map(update, screens), key=lambda written: abs(len(written) - size))


def update(screen: Screen) -> bytes:
    """Write a callback update of Telegram: the press, and the whole message it was made under."""
    person = {"id": 4815162342, "is_bot": False, "first_name": "A", "language_code": screen.locale}
    keys = [[{"text": offer.label, "callback_data": offer.data}] for offer in screen.offers]
    message = {
        "message_id": 1234,
        "from": {"id": 7000000001, "is_bot": True, "first_name": screen.title, "username": "dhaal_bench_bot"},
        "chat": {"id": 4815162342, "first_name": "A", "type": "private"},
        "date": 1795348800,
        "text": text_of(screen.blocks),
        "reply_markup": {"inline_keyboard": keys},
    }
    data = screen.offers[0].data if screen.offers else screen.token
    query = {"id": "20681572344", "from": person, "message": message, "chat_instance": "-418155", "data": data}
    return json.dumps({"update_id": 815162342, "callback_query": query}).encode()
