"""Two real processes, one for people and one for helpers, with Valkey between them; and all that is left of two talks there."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final

from tests.peers.exchange import Call
from tests.stores.server import Server as Store
from tests.stores.server import serving_valkey
from tests.telegram.town import MOMENT, WHO, tap
from tests.whole_desk.helpers import Helper, until
from tests.whole_desk.house import House, housed
from tests.whole_desk.people import TALKING, Chatter, Visitor

from .doors import COSTUMES
from .kept import LOOSE, Listening, kept
from .looks import strangers, told
from .marks import Finding, Mark, Marks
from .rooms import Server

NOTHING: Final[Mapping[str, str]] = {}
SOON: Final = 5.0  # seconds after the end in which all must be gone
GONE: Final = b"event: gone\n"
SAYS: Final = {"sendMessage"}  # the one call of a bot that brings words
OVER: Final = ("ended", "keep nothing")
NOT_TYPED: Final = {"null", "lines"}  # what a browser's line of words, or Telegram, does not bring as it is


@dataclass
class Words:
    """Marks: of what each side says, of who the person is, and of what shows that a helper is who they say."""

    person: Marks = field(default_factory=Marks)
    helper: Marks = field(default_factory=Marks)
    who: Marks = field(default_factory=Marks)
    names: Marks = field(default_factory=Marks)
    keys: Marks = field(default_factory=Marks)

    @property
    def said(self) -> Marks:
        """Give what either side said."""
        return Marks([*self.person.all, *self.helper.all])

    def key(self, door: str, value: str) -> None:
        """Look for a value that was given to a helper."""
        self.keys.all.append(Mark(door, value, value))


@dataclass
class Stage:
    """Both processes, what stands between them, and who is there."""

    house: House
    front: Server
    back: Server
    store: Store
    wire: Listening
    words: Words
    helper: Helper
    person: Chatter
    _visitors: list[Visitor] = field(default_factory=list)

    def costumes(self) -> list[tuple[str, str]]:
        """List the ways in which a word is dressed."""
        return [
            (name, costume) for name, costume in COSTUMES.items() if name not in NOT_TYPED and not name.startswith("danger")
        ]

    def relay(self) -> None:
        """Talk on Telegram with a helper at the web desk, about everything, until the helper ends it."""
        words, helper = self.words, self.helper
        self.person.to_the_desk().ask()
        case = helper.take()
        self.person.sees(TALKING)
        for door, costume in self.costumes():
            self.person.person.say(words.person.new(f"Telegram: {door}", costume))
            helper.hears(words.person.all[-1].core)
            helper.told(case, words.helper.new(f"web desk: {door}", costume))
            self.person.sees(words.helper.all[-1].core)
        helper.act("cards", case=case)
        helper.act("end", case=case, why="end")
        helper.gone(case)

    def relay_in_the_group(self) -> None:
        """Talk on the web with a helper in the group on Telegram, until the person ends it."""
        words, group = self.words, self.house.group
        before = group.topics()
        visitor = Visitor(self.front).to_the_desk().ask()
        self._visitors.append(visitor)
        thread = self.house.take(before)
        visitor.sees(TALKING)
        for door, costume in islice(self.costumes(), 4):
            visitor.say(words.person.new(f"web: {door}", costume))
            group.wait_in(thread, words.person.all[-1].core)
            group.say(self.house.asha, thread, words.helper.new(f"group: {door}", costume))
            visitor.sees(words.helper.all[-1].core)
        visitor.press("Stop")
        visitor.look()

    def shows(self) -> dict[str, bytes]:
        """Give what both sides show now: chat, group, a page that is loaded anew, and what its stream brings."""
        again = Helper(self.back, held=self.helper.held)
        self.house.helpers.append(again)
        page = again.sit().open("/desk/")
        until(lambda: again.events("queue"), what="The queue on the page")
        return {
            "chat": self.person.text.encode(),
            "group": self.house.shown().encode(),
            "page": page.encode(),
            "new stream": bytes(again.frames),
            "old stream": bytes(self.helper.frames).rpartition(GONE)[2],
            "person's page": self._visitors[-1].html.encode() if self._visitors else b"",
        }

    def left(self) -> list[Finding]:
        """Search what both sides show, and what the store holds."""
        return self.words.said.find({**self.shows(), **kept(self.store)})

    def end(self) -> "Story":
        """Look around while both run, stop them, and look at what is left."""
        ports = (self.front.port, self.back.port, self.store.port, int(self.house.api.url.rpartition(":")[2]))
        others = [one for server in (self.front, self.back) for one in strangers(server.process.pid, *ports)]
        places = {
            f"{name} {place}": found for name, server in self._both() for place, found in told(server.process.pid).items()
        }
        places |= self.shows()
        for helper in self.house.helpers:
            helper.hang_up()
        for _, server in self._both():
            server.end()
        for name, server in self._both():
            places |= {f"{name} {place}": found for place, found in {**server.room.said(), **server.room.written()}.items()}
        places |= {"store wire": self.wire.end(), **kept(self.store)}
        files = {f"desk {path.name}": path.read_bytes() for path in (self.house.folder / "desk").iterdir()}
        made = [path for _, server in self._both() for path in server.room.made()]
        return Story(self.words, places, files, self.house.api.calls, self.house.desk.calls, others, made)

    def _both(self) -> list[tuple[str, Server]]:
        return [("front", self.front), ("back", self.back)]


@dataclass(frozen=True)
class Story:
    """What two talks left behind. `front` and `back` are the calls of the guide's bot, and of the helpers' bot."""

    words: Words = field(repr=False)
    places: Mapping[str, bytes] = field(repr=False)
    files: Mapping[str, bytes] = field(repr=False)
    front: Sequence[Call] = field(repr=False)
    back: Sequence[Call] = field(repr=False)
    strangers: Sequence[str]
    made: Sequence[Path]

    def found(self) -> list[Finding]:
        """Search everything for what was said, and for who the person is."""
        return [one for marks in (self.words.said, self.words.who) for one in marks.find({**self.places, **self.files})]

    def passed(self) -> list[Finding]:
        """Search the calls of both bots: each brings the other side's words, in one kind of call, and nothing else."""
        mine, theirs = _said(self.front, "chat_id"), _said(self.back)
        return [
            *self.words.person.find({"guide's bot": json.dumps([*mine["words"], *mine["rest"]], ensure_ascii=False).encode()}),
            *self.words.helper.find({"guide's bot": json.dumps(mine["rest"], ensure_ascii=False).encode()}),
            *self.words.helper.find(
                {"helpers' bot": json.dumps([*theirs["words"], *theirs["rest"]], ensure_ascii=False).encode()}
            ),
            *self.words.person.find({"helpers' bot": json.dumps(theirs["rest"], ensure_ascii=False).encode()}),
            *self.words.who.find(
                {"helpers' bot": json.dumps([*theirs["words"], *theirs["rest"]], ensure_ascii=False).encode()}
            ),
            *self.words.names.find({"guide's bot": json.dumps([*mine["words"], *mine["rest"]], ensure_ascii=False).encode()}),
        ]


def _said(calls: Sequence[Call], *but: str) -> dict[str, list[Any]]:
    """Part calls that bring words from all others; of the guide's bot, a chat's own number may say where they go."""
    found: dict[str, list[Any]] = {"words": [], "rest": []}
    for call in calls:
        params = {name: value for name, value in call.params.items() if name not in but}
        found["words" if call.method in SAYS else "rest"].append(params)
    return found


@contextmanager
def staged(folder: Path, program: Sequence[str], late: Mapping[str, str] = NOTHING, **environ: str) -> Iterator[Stage]:
    """Set a stage: a helper at the web desk, one in the group, and somebody on Telegram who is about to ask.

    `late` is for the helpers' process alone.
    """
    words = Words()
    with ExitStack() as stack:
        store = stack.enter_context(serving_valkey(*LOOSE))
        house = stack.enter_context(housed(folder))
        wire = Listening(store.port)
        stack.callback(wire.end)
        house.asha |= {"first_name": words.names.new("helper in the group")}
        common = {"DHAAL_STORE": store.url, **environ}
        front = stack.enter_context(house.serves("front", house.people, house.page, program=program, **common))
        back = stack.enter_context(
            house.serves("back", house.page, house.topics, program=program, DHAAL_WEB="off", **common, **late)
        )
        helper = house.helper(back, words.names.new("helper"), words.keys.new("password", "{} 12 horses"))
        for door, value in (("cookie", helper.held.partition("=")[2]), ("key of codes", helper.key), ("link", helper.link)):
            words.key(door, value)
        house.duty()
        name = words.who.new("first name")
        person = house.api.person(words.who.number("chat"), "en", name, words.who.new("username"))
        person.start()
        tap(person, "1. English", MOMENT)
        tap(person, "1. Yes, go on", WHO)
        yield Stage(house, front, back, store, wire, words, helper, Chatter(person))


def shapes(findings: Sequence[Finding], folder: Path) -> set[tuple[str, str]]:
    """Give where marks were found, and in what shapes; files by the folder they lie in."""
    return {(re.sub(rf"file {re.escape(str(folder))}/(\w+)/(\w+)/.*", r"\2", one.place), one.shape) for one in findings}
