"""A real `dhaal serve` between a Bot API, a Valkey server and a port for metrics, and all that is left of a visit there."""

import json
import re
import signal
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any, Final, TypeAlias

from tests.peers.bot_api import BotApi, serving_bot_api
from tests.peers.exchange import Call
from tests.stores.server import Server as Store
from tests.stores.server import serving_valkey

from .doors import write
from .kept import LOOSE, Listening, kept
from .looks import strangers, told
from .marks import Marks
from .rooms import DHAAL, Server, free_port, serving
from .telegram_doors import Update, Visitors

Json: TypeAlias = dict[str, Any]

HOOK: Final = "/hooks/telegram"
SECRET: Final = "x-telegram-bot-api-secret-token"  # noqa: S105 - the header's name
PUBLIC: Final = "https://guide.test"
NUMBERS: Final = count(910_000_001)
NOTHING: Final[Mapping[str, str]] = {}


@dataclass(frozen=True, slots=True)
class Keys:
    """What only the operator may know. The token stands in the address of each call, and the webhook's secret in one call."""

    marks: Marks
    token: str
    shown: str

    @classmethod
    def new(cls) -> "Keys":
        """Make them."""
        marks = Marks()
        return cls(marks, marks.new("bot token", "4242:AA{}-and_more"), marks.new("webhook secret", "{}_0"))

    def settings(self, folder: Path, **more: str) -> dict[str, str]:
        """Lay each into a file of its own, as an operator does who lets no other program see it."""
        folder.mkdir()
        secrets = {
            "TELEGRAM_TOKEN": self.token,
            "TELEGRAM_WEBHOOK_SECRET": self.shown,
            "SECRET": self.marks.new("secret", "{}" * 3),
        }
        for name, value in secrets.items():
            (folder / name).write_text(value)
        return {f"DHAAL_{name}_FILE": str(folder / name) for name in secrets} | more


@dataclass(frozen=True)
class Story:
    """What a visit left behind. `calls` went to the chat's own platform, as bytes and as they were understood."""

    visitors: Visitors = field(repr=False)
    keys: Keys = field(repr=False)
    updates: Sequence[Update] = field(repr=False)
    places: Mapping[str, bytes] = field(repr=False)
    outgoing: bytes = field(repr=False)
    calls: Sequence[Call] = field(repr=False)
    complaints: Sequence[str]
    strangers: Sequence[str]
    made: Sequence[Path]
    said: Mapping[str, bytes]

    @property
    def unanswered(self) -> list[str]:
        """Name the doors behind which nobody showed a page."""
        shown = {call.chat_id for call in self.calls if call.method == "sendMessage" and call.result}
        return [update.door for update in self.updates if update.shown and update.chat not in shown]

    @property
    def tokenless(self) -> bytes:
        """Give what went out without the bot's token where it has to stand, and the webhook's secret where it is told."""
        plain = re.sub(rb"POST /bot%s/" % re.escape(self.keys.token.encode()), b"POST /bot/", self.outgoing)
        return re.sub(rb'(secret_token["=: ]+)%s' % re.escape(self.keys.shown.encode()), rb"\1", plain)

    @property
    def tapless(self) -> Mapping[str, bytes]:
        """Give the webhook's answers without the taps that they answer."""
        return {
            place: re.sub(rb'"callback_query_id":"\d+"', b"", content)
            for place, content in self.places.items()
            if place.startswith("answer ")
        }

    @property
    def addressless(self) -> bytes:
        """Give what every call said, without the chat it went to and the tap that it answered."""
        open_ = {"chat_id", "callback_query_id"}
        said = [{name: value for name, value in call.params.items() if name not in open_} for call in self.calls]
        return json.dumps(said).encode()


@dataclass
class Stage:
    """Where a guide talks with Telegram. It is looked at while it runs, and ended."""

    server: Server
    api: BotApi
    store: Store
    wire: Listening
    keys: Keys
    hooked: bool
    metrics: int
    answers: dict[str, bytes] = field(default_factory=dict)
    visitors: Visitors = field(default_factory=Visitors)
    updates: list[Update] = field(default_factory=list)

    def bring(self, updates: Iterable[Update]) -> None:
        """Bring updates, each from a chat that Telegram knows, and wait until all that must be shown is shown."""
        brought = list(updates)
        self.updates += brought
        for update in brought:
            if update.chat:
                self._know(update.chat)
            self._carry(update)
        self.api.wait_until(lambda: all(self._shows(update) for update in brought))

    def _know(self, chat: int) -> None:
        person = self.api.person(chat)
        with self.api.telegram.moved:
            person.chat.wall = None

    def _carry(self, update: Update) -> None:
        if self.hooked:
            body = json.dumps(update.as_json(next(NUMBERS))).encode()
            self.answers[f"answer {update.door}"] = self.post(body, {SECRET: self.keys.shown})
        else:
            with self.api.telegram.moved:
                self.api.mail.send(update.kind, update.chat, update.body)

    def _shows(self, update: Update) -> bool:
        return not update.shown or any(call.chat_id == update.chat and call.result for call in self.api.called("sendMessage"))

    def post(self, body: bytes, headers: Mapping[str, str]) -> bytes:
        """Knock at the webhook."""
        return self.server.exchange(write("POST", HOOK, body, {"content-type": "application/json", **headers}))

    def end(self, how: signal.Signals = signal.SIGTERM) -> Story:
        """Look around while it runs, stop it, and look at what is left."""
        pid, room = self.server.process.pid, self.server.room
        port = int(self.api.url.rpartition(":")[2])
        others = strangers(pid, self.server.port, self.metrics, port, self.store.port)
        places = {**told(pid), "metrics": self._measured()}
        self.server.end(how)
        places |= {"store wire": self.wire.end(), **kept(self.store), **self.answers, **room.said(), **room.written()}
        return Story(
            self.visitors, self.keys, self.updates, places, self.api.bytes_in, self.api.calls, self.api.complaints, others,
            room.made(), room.said(),
        )  # fmt: skip

    def _measured(self) -> bytes:
        return replace(self.server, port=self.metrics).exchange(write("GET", "/metrics", b"", {}))


@contextmanager
def staged(
    folder: Path, program: Sequence[str] = DHAAL, environ: Mapping[str, str] = NOTHING, *, hooked: bool = False
) -> Iterator[Stage]:
    """Set a stage: a store that any guide may use, Telegram, and a guide between them."""
    keys, metrics = Keys.new(), free_port()
    with ExitStack() as stack:
        store = stack.enter_context(serving_valkey(*LOOSE))
        api = stack.enter_context(serving_bot_api())
        wire = Listening(store.port)
        stack.callback(wire.end)
        settings = keys.settings(
            folder.with_name(f"{folder.name}-secrets"), DHAAL_TELEGRAM_API=api.url, DHAAL_STORE=store.url, DHAAL_WEB="on",
            DHAAL_TELEGRAM_MODE="webhook" if hooked else "polling", DHAAL_METRICS_PORT=str(metrics),
            **({"DHAAL_PUBLIC_URL": PUBLIC} if hooked else {}), **environ,
        )  # fmt: skip
        server = stack.enter_context(serving(folder, program, **settings))
        yield Stage(server, api, store, wire, keys, hooked, metrics)
