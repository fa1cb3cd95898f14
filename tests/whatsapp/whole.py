"""People on the peer's WhatsApp, and real processes of the guide that serve them, alone or beside Telegram."""

import json
import re
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Final

from bot.channels.whatsapp.webhook import PATH
from tests.canary.rooms import Server, serving
from tests.peers.bot_api import BotApi
from tests.peers.graph_api import GraphApi, Json, Person

SECRET: Final = "a secret that is only for tests!"  # noqa: S105 - guards nothing
LANGUAGE: Final = "Choose your language."
MOMENT: Final = "Hello. This is a guide"
WHO: Final = "What brings you here?"
FAULT: Final = "not your fault"
DANGER: Final = "You come first now."
LOST: Final = "earlier talk"
FILES: Final = "Please do not send files here."
UNREAD: Final = "could not bring us"
SORRY: Final = "Something went wrong on our side."
END: Final = "You have left."
SAID: Final = re.compile(r"dhaal: (started|stopped|failed|unreachable|(refused|undelivered|unreachable) code=\d+)")
PYWA: Final = Path(__file__).parent.parent / "peers/meta/pywa_updates"
STRANGERS: Final = count(1)


@dataclass
class Town:
    """The people of one number, and of a bot if there is one."""

    api: GraphApi
    server: Server
    telegram: BotApi | None = None
    _numbers: Iterator[int] = field(default_factory=lambda: count(1001))

    def newcomer(self, *, phone: bool = True) -> Person:
        """Let somebody come who was never here."""
        number = next(self._numbers)
        return self.api.person(f"91990000{number}" if phone else "", f"IN.{number}")

    def settled(self, *, phone: bool = True) -> Person:
        """Let somebody come as far as the question what brings them here."""
        person = self.newcomer(phone=phone)
        go(person, "Hello", LANGUAGE)
        tap(person, "English", MOMENT)
        tap(person, "Yes, go on", WHO)
        return person

    def all_taken(self) -> None:
        """Wait until no webhook waits."""
        self.api.wait_until(lambda: self.api.waiting == 0)

    def asked(self) -> int:
        """Count the calls that would have sent something."""
        return sum(call.path.endswith("/messages") for call in self.api.calls)


def go(person: Person, words: str, shown: str) -> None:
    """Type, and see something."""
    assert shown in person.type(words).text


def tap(person: Person, label: str, shown: str) -> None:
    """Tap, and see something."""
    assert shown in person.tap(label).text


def minutes_ago(minutes: float, message: Json) -> Json:
    """Let a message have been sent some time ago."""
    return {**message, "timestamp": str(int(time.time() - minutes * 60))}


def hook(server: Server) -> str:
    """Give the address at which webhooks are posted to a process."""
    return f"http://127.0.0.1:{server.port}{PATH}"


@contextmanager
def serving_guide(api: GraphApi, folder: Path, **more: str) -> Iterator[Server]:
    """Run one process of the guide; webhooks go there."""
    with serving(folder, **{**api.settings(), "DHAAL_SECRET": SECRET, **more}) as server:
        api.deliver_to(hook(server))
        yield server


def ended_in_order(server: Server, api: GraphApi) -> None:
    """Stop a process, and look at what it left: nothing that was done may not be, and nothing tells of anybody."""
    assert server.process.poll() is None
    assert server.end() in {0, -signal.SIGTERM}
    assert api.complaints == []
    assert server.room.made() == []
    said = server.room.said()["stderr"].decode().splitlines()
    assert [line for line in said if line.startswith("dhaal: ") and not SAID.fullmatch(line)] == []


def recorded() -> Sequence[tuple[str, Json]]:
    """Give the webhooks that others recorded, with their names."""
    return [
        (f"{path.stem}.{name}", payload)
        for path in sorted(PYWA.glob("*.json"))
        for name, payload in json.loads(path.read_text("utf-8")).items()
    ]


def ours(part: Any, api: GraphApi, number: int) -> Any:  # noqa: ANN401 - any JSON
    """Make a recorded webhook one of our number, from somebody of its own, sent now."""
    match part:
        case dict():
            return {name: _named(name, ours(one, api, number), api, number) for name, one in part.items()}
        case list():
            return [ours(one, api, number) for one in part]
        case _:
            return part


def _named(name: str, value: Any, api: GraphApi, number: int) -> Any:  # noqa: ANN401 - any JSON
    fresh = {
        "phone_number_id": api.phone_id,
        "display_phone_number": api.number,
        "timestamp": str(int(time.time())),
        "wa_id": f"97298{number:07}",
        "user_id": f"IL.{number}",
        "from_user_id": f"IL.{number}",
    }
    if name == "from" and value != api.number:
        return f"97298{number:07}"
    if name == "id" and str(value).startswith(("wamid", "<WHATSAPP_MESSAGE")):
        return f"wamid.P{next(STRANGERS)}"
    return fresh.get(name, value)
