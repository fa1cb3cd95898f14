"""Lets a person come to each kind of screen, in one language, and gives the message that the guide sends them."""

import json
import re
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final, TypeAlias
from urllib.parse import parse_qs, urlsplit

from bot.channels.forms import OTHERS
from bot.channels.whatsapp import Guide
from bot.channels.whatsapp.letter import document_letter
from bot.channels.whatsapp.read import read
from bot.content.library import Library
from bot.content.phrases import Phrase
from bot.core.events import Command
from bot.core.private import Private
from bot.talk.codes import CODES, KEEP, page_code
from bot.talk.conversation import Conversation
from bot.talk.keys import Keys
from bot.talk.pace import Pace, Rhythm
from bot.talk.recall import ONCE, Recall
from bot.talk.seal import LENGTH
from tests.whatsapp.chats import PHONE_ID, Fragile, Person, Phones, Raw, Time

Act: TypeAlias = str | Raw  # two letters are tapped, other words typed, a message is sent

HERE: Final = Path(__file__).parent
TOKEN: Final = re.compile(rf"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{{{LENGTH}}}(?![A-Za-z0-9_-]{{3}})")
MASK: Final = "<state>"
FORGED: Final = "A" * LENGTH + "00"
PHOTO: Final[Raw] = {"type": "image", "image": {"id": "1", "mime_type": "image/jpeg", "sha256": "x"}}
UNKNOWN: Final[Raw] = {"type": "unsupported", "errors": [{"code": 131051, "title": "Message type unknown"}]}
OLD_BUTTON: Final[Raw] = {"type": "interactive", "interactive": {"button_reply": {"id": FORGED, "title": "Yes"}}}
HELP, PERSON, MENU, LEAVE = (CODES[one] for one in (Command.DANGER, Command.PERSON, Command.MENU, Command.LEAVE))
WHO: Final = ("00",)
HELPLINES: Final = ("01", "00", "02")  # not now, talk to a person, India: the longest screen near the beginning
LONGEST: Final = tuple(("01", "00", country, HELP, "00", "qqq zzz") for country in ("00", "01"))  # one has too much to say
KINDS: Final[dict[str, tuple[str, tuple[Act, ...]]]] = {  # the form that it takes, and the way there from the first screen
    "a list with all controls": ("list", ()),
    "a list with more options": ("list", WHO),
    "a list of places": ("list", ("01", "00")),
    "a list below the last part": ("list", ("00", "00", "00", page_code(1))),
    "buttons": ("button", ("00", "02")),
    "the first part": ("button", HELPLINES),
    "a further part": ("list", (*HELPLINES, page_code(1))),
    "all controls": ("list", (OTHERS,)),
    "all controls, and a link to the page": ("list", (*HELPLINES, OTHERS)),
    "a link to the page": ("cta_url", (*HELPLINES, KEEP)),
    "I need help now": ("list", (HELP,)),
    "talk to a person": ("list", (PERSON,)),
    "the menu": ("list", (MENU,)),
    "words that are not understood": ("list", (*WHO, "qqq zzz")),
    "a file is not opened": ("list", (*WHO, PHOTO)),
    "what Meta could not bring": ("list", (*WHO, UNKNOWN)),
    "a button of an earlier talk": ("list", (OLD_BUTTON,)),
    "leaving": ("text", (LEAVE,)),
}


@dataclass
class Stage:
    """A guide at noon, WhatsApp, and people; nobody has to wait."""

    library: Library
    phones: Phones = field(default_factory=Phones)
    time: Time = field(default_factory=Time)
    people: int = 0

    def __post_init__(self) -> None:
        """Build the guide."""
        keys = Keys(Private(b"a secret that is only for tests!"))
        self.talk = Conversation(self.library, keys, self.time)
        recall, pace = Recall(Fragile(self.time), keys, self.time), Pace(self.time.loop.time, Rhythm(0.0, 0.0))
        self.guide = Guide(self.talk, recall, pace, self.time, PHONE_ID)

    async def come(self, locale: str) -> Person:
        """Let somebody come who chooses their language."""
        self.people += 1
        person = Person(self.phones, self.time, f"9199{self.people:08}", f"IN.{self.people}")
        await self.does(person, "Hello", f"{self.talk.locales.index(locale):02}")
        return person

    async def does(self, person: Person, *acts: Act) -> Raw:
        """Let them do things one after the other; give the last answer."""
        for act in acts:
            for received in read(self._brought(person, act), PHONE_ID):
                await self.guide.take(self.phones, received)
        return person.last.body

    def _brought(self, person: Person, act: Act) -> Raw:
        if isinstance(act, dict):
            return person.sends(act)
        if len(act) > 2:
            return person.types(act)
        return person.carries(_state(person) + act)


def _state(person: Person) -> str:
    """Give the sealed state that the newest buttons carry."""
    newest = next(sent for sent in reversed(person.mine) if sent.taps)
    return next(iter(newest.taps.values()))[:LENGTH]


async def written(stage: Stage, locale: str) -> dict[str, Raw]:
    """Write what goes out for each kind of screen, in one language."""
    found = {kind: await stage.does(await stage.come(locale), *acts) for kind, (_, acts) in KINDS.items()}
    person, friend, late = [await stage.come(locale) for _ in range(3)]
    found["the first screen"] = person.mine[0].body
    link = await stage.does(person, *HELPLINES, KEEP)
    [plan] = parse_qs(urlsplit(link["interactive"]["action"]["parameters"]["url"]).query)["text"]
    found["someone shared a page"] = await stage.does(friend, plan)
    before = int((stage.time() - ONCE - timedelta(minutes=1)).timestamp())
    found["a message that came late"] = await stage.does(late, {"timestamp": str(before), **PHOTO})
    alone = [await stage.does(await stage.come(locale), *acts) for acts in LONGEST]
    found["choices as text alone"] = next((body for body in alone if body["type"] == "text"), alone[0])
    found["a document"] = _document(stage, locale, person)
    return found


def _document(stage: Stage, locale: str, person: Person) -> Raw:
    """Write a file. No screen sends one yet."""
    title = stage.talk.speech(locale).phrase(Phrase.TITLE)
    letter = document_letter("https://guide.example/kit.pdf", f"{title}.pdf", title)
    return {"messaging_product": "whatsapp", "recipient_type": "individual", "to": person.phone, **letter}


def masked(found: dict[str, Raw]) -> str:
    """Write the messages of a language as its file holds them: without sealed states, which change with all content."""
    plain = {kind: {name: part for name, part in body.items() if name != "to"} for kind, body in sorted(found.items())}
    return TOKEN.sub(MASK, json.dumps(plain, ensure_ascii=False, indent=1)) + "\n"


def place(locale: str) -> Path:
    """Say where the messages of a language stand."""
    return HERE / f"{locale}.json"


async def renew(library: Library) -> None:
    """Write all files anew."""
    for locale in library.languages:
        place(locale).write_text(masked(await written(Stage(library), locale)), "utf-8")
