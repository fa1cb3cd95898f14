"""People who write to one WhatsApp number, and real processes of the guide that answer them over a line that may break."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from time import monotonic, sleep, time
from typing import Final

from bot.channels.whatsapp.webhook import PATH
from tests.canary.line import Line
from tests.canary.rooms import BLINK, PATIENCE, Server, serving
from tests.peers.graph_api import GraphApi, Person
from tests.telegram.town import MOMENT, WHO

SECRET: Final = "a secret that is only for tests!"  # noqa: S105 - guards nothing


@dataclass
class Town:
    """People who write to one number, and a line to Meta that may break."""

    api: GraphApi
    line: Line
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def newcomer(self) -> Person:
        """Let somebody come who was never here."""
        number = next(self.numbers)
        return self.api.person(f"9199{number:08}", f"IN.{number}")

    def settled(self) -> Person:
        """Let somebody come as far as the question what brings them here."""
        person = self.newcomer()
        person.type("hi")
        tap(person, "English", MOMENT)
        tap(person, "00", WHO)
        return person

    @contextmanager
    def guide(self, folder: Path, **environ: str) -> Iterator[Server]:
        """Run one process of the guide, which webhooks are brought to."""
        settings = self.api.settings() | {"DHAAL_WHATSAPP_API": self.line.url, "DHAAL_SECRET": SECRET}
        with serving(folder, **settings | environ) as server:
            self.api.deliver_to(hook(server))
            yield server


def hook(server: Server) -> str:
    """Give the address at which webhooks are taken."""
    return f"http://127.0.0.1:{server.port}{PATH}"


def tap(person: Person, button: str, words: str) -> None:
    """Tap a button of the newest message, and see one message with some words."""
    before = len(person.got)
    assert words in person.tap(button).text
    assert len(person.got) == before + 1


def until(happened: Callable[[], object]) -> None:
    """Wait for what the peers cannot tell of."""
    ends = monotonic() + PATIENCE
    while not happened():
        assert monotonic() < ends
        sleep(BLINK)


def sent(seconds: int) -> str:
    """Give when something was sent that is so many seconds old."""
    return str(int(time()) - seconds)
