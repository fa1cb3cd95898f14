"""One chat sends a flood of taps; others go on meanwhile, and some want to leave or need help now."""

import asyncio
from itertools import cycle
from typing import Final

from bench.server import Server
from bench.whatsapp.api import Api
from bench.whatsapp.delivery import Delivery
from bench.whatsapp.load import Found, spread
from bench.whatsapp.people import Crowd, Person, steadily
from bot.core.events import Command
from bot.talk.codes import CODES
from bot.talk.seal import LENGTH

RATE: Final = 1000.0  # taps a second from one chat
OTHERS: Final = 100.0  # taps a second from all the others
URGENT: Final = 4.0  # people a second who leave or need help now
WAYS: Final = tuple(CODES[command].encode() for command in (Command.LEAVE, Command.DANGER))


async def flood(server: Server, api: Api, seconds: float) -> Found:
    """Let one chat send without end, and see how long the others wait."""
    await server.opened()
    delivery = Delivery()
    await delivery.open(server.port)
    loud, others, urgent = (Crowd(api, delivery) for _ in range(3))
    try:
        await others.open(max(int(OTHERS * min(8, seconds)), 1), OTHERS * 4)
        await urgent.open(max(int(URGENT * seconds), 1), OTHERS * 4)
        await loud.open(1, OTHERS)
        for crowd in (others, urgent, loud):
            await crowd.settle()
            crowd.again()
        await _pour(loud.people[0], others, urgent, seconds)
        await others.settle()
        await urgent.settle()
        return _found(loud, others, urgent)
    finally:
        for crowd in (loud, others, urgent):
            crowd.leave()
        delivery.close()


async def _pour(loud: Person, others: Crowd, urgent: Crowd, seconds: float) -> None:
    people = zip(cycle(WAYS), urgent.people, strict=False)

    def call() -> None:
        way, person = next(people)
        person.press(person.choices[0][:LENGTH] + way)

    await asyncio.gather(
        steadily(RATE, int(RATE * seconds), lambda: loud.press(loud.choices[0])),
        others.talk(OTHERS, seconds),
        steadily(URGENT, len(urgent.people), call),
    )


def _found(loud: Crowd, others: Crowd, urgent: Crowd) -> Found:
    return {
        "per_second": RATE,
        "webhooks": loud.delivery.sent,
        "answered": len(loud.waits) + loud.doubled,
        "others": len(others.waits),
        "others_ms": spread(others.waits),
        "urgent": len(urgent.waits),
        "urgent_ms": spread(urgent.waits),
        "wrong": {"lost": others.lost() + urgent.lost(), "doubled": others.doubled + urgent.doubled,
                  "refused": loud.delivery.refused},
    }  # fmt: skip
