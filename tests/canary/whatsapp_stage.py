"""A real `dhaal serve` between a Graph API, a Valkey server and a port for metrics, and all that is left of a visit there."""

import re
import secrets
import signal
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from tests.peers.graph_api import Call, GraphApi, Sent, serving_graph_api
from tests.stores.server import Server as Store
from tests.stores.server import serving_valkey

from .doors import write
from .kept import LOOSE, Listening, kept
from .line import Line, lined
from .looks import strangers, told
from .marks import Mark, Marks
from .rooms import DHAAL, Server, free_port, serving
from .whatsapp_doors import Guests, Parcel, signed
from .whatsapp_knocks import HOOK

NOTHING: Final[Mapping[str, str]] = {}
WHOM: Final = re.compile(rb'"(to|recipient)": "[^"]*"')


@dataclass(frozen=True, slots=True)
class Keys:
    """What only the operator may know. The token stands in the head of each call."""

    marks: Marks
    token: str
    app_secret: str
    word: str

    @classmethod
    def new(cls, api: GraphApi) -> "Keys":
        """Make them, and tell Meta."""
        marks, app_secret = Marks(), secrets.token_hex(16)
        marks.all.append(Mark("app secret", app_secret, app_secret))
        keys = cls(marks, marks.new("token", "EAAJ{}"), app_secret, marks.new("verify token", "{}-0"))
        api.token = api.account.token = keys.token
        api.app_secret = api.account.app_secret = app_secret
        api.verify_token = keys.word
        return keys

    def settings(self, folder: Path, **more: str) -> dict[str, str]:
        """Lay each into a file of its own, as an operator does who lets no other program see it."""
        folder.mkdir()
        known = {"TOKEN": self.token, "APP_SECRET": self.app_secret, "VERIFY_TOKEN": self.word}
        files = {f"WHATSAPP_{name}": value for name, value in known.items()} | {"SECRET": self.marks.new("secret", "{}" * 3)}
        for name, value in files.items():
            (folder / name).write_text(value)
        return {f"DHAAL_{name}_FILE": str(folder / name) for name in files} | more


@dataclass(frozen=True)
class Story:
    """What a visit left behind. `outgoing` is all that Meta was told."""

    guests: Guests = field(repr=False)
    keys: Keys = field(repr=False)
    parcels: Sequence[Parcel] = field(repr=False)
    places: Mapping[str, bytes] = field(repr=False)
    outgoing: bytes = field(repr=False)
    sent: Sequence[Sent] = field(repr=False)
    calls: Sequence[Call] = field(repr=False)
    complaints: Sequence[str]
    strangers: Sequence[str]
    made: Sequence[Path]
    said: Mapping[str, bytes]

    @property
    def unanswered(self) -> list[str]:
        """Name the doors behind which nobody showed a message."""
        shown = {sent.to for sent in self.sent}
        return [parcel.door for parcel in self.parcels if parcel.shown and parcel.chat not in shown]

    @property
    def answered(self) -> list[str]:
        """Name the doors behind which somebody was answered who did not speak to the guide."""
        silent = {parcel.chat: parcel.door for parcel in self.parcels if not parcel.shown}
        return [silent[sent.to] for sent in self.sent if sent.to in silent]

    @property
    def tokenless(self) -> bytes:
        """Give what went out without the token where it has to stand."""
        bearer = re.escape(f"Bearer {self.keys.token}".encode())
        return re.sub(rb"(?i)authorization: %s\r\n" % bearer, b"\r\n", self.outgoing)

    @property
    def addressless(self) -> bytes:
        """Give what went out without the person whom a message is for."""
        return WHOM.sub(b"", self.outgoing)


@dataclass
class Stage:
    """Where a guide talks with Meta. It is looked at while it runs, and ended."""

    server: Server
    api: GraphApi
    line: Line
    store: Store
    wire: Listening
    keys: Keys
    metrics: int
    answers: dict[str, bytes] = field(default_factory=dict)
    guests: Guests = field(default_factory=Guests)
    parcels: list[Parcel] = field(default_factory=list)

    def bring(self, parcels: Iterable[Parcel]) -> None:
        """Bring webhooks, and wait until all is shown that must be shown."""
        brought = list(parcels)
        self.parcels += brought
        for parcel in brought:
            self.answers[f"answer {parcel.door}"] = self.post(parcel.raw)
        self.api.wait_until(lambda: {one.chat for one in brought if one.shown} <= {sent.to for sent in self.api.sent})

    def post(self, raw: bytes) -> bytes:
        """Knock at the webhook as Meta does."""
        head = {"content-type": "application/json", **signed(raw, self.keys.app_secret)}
        return self.server.exchange(write("POST", HOOK, raw, head))

    def end(self, how: signal.Signals = signal.SIGTERM) -> Story:
        """Look around while it runs, stop it, and look at what is left."""
        pid, room = self.server.process.pid, self.server.room
        others = strangers(pid, self.server.port, self.metrics, self.line.port, self.store.port)
        measured = replace(self.server, port=self.metrics).exchange(write("GET", "/metrics", b"", {}))
        places = {**told(pid), "metrics": measured}
        self.server.end(how)
        places |= {"store wire": self.wire.end(), **kept(self.store), **self.answers, **room.said(), **room.written()}
        return Story(
            self.guests, self.keys, self.parcels, places, bytes(self.line.heard), self.api.sent, self.api.calls,
            self.api.complaints, others, room.made(), room.said(),
        )  # fmt: skip


@contextmanager
def staged(folder: Path, program: Sequence[str] = DHAAL, environ: Mapping[str, str] = NOTHING) -> Iterator[Stage]:
    """Set a stage: a store that any guide may use, Meta, and a guide between them."""
    metrics = free_port()
    with ExitStack() as stack:
        store = stack.enter_context(serving_valkey(*LOOSE))
        api = stack.enter_context(serving_graph_api())
        line = stack.enter_context(lined(api.url))
        wire = Listening(store.port)
        stack.callback(wire.end)
        keys = Keys.new(api)
        settings = keys.settings(
            folder.with_name(f"{folder.name}-secrets"), DHAAL_WHATSAPP_API=line.url, DHAAL_WHATSAPP_PHONE_ID=api.phone_id,
            DHAAL_STORE=store.url, DHAAL_WEB="on", DHAAL_METRICS_PORT=str(metrics), **environ,
        )  # fmt: skip
        server = stack.enter_context(serving(folder, program, **settings))
        yield Stage(server, api, line, store, wire, keys, metrics)
