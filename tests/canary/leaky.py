"""`dhaal` with a hole in every wall: the search must find them all."""

import logging  # noqa: TID251 - one of the holes
import os
import socket
import subprocess
import sys
from base64 import b64encode
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from tempfile import mkstemp
from time import monotonic

from aiogram import Bot
from aiogram.methods import SendMessage

from bot import cli, ground, wiring
from bot.channels import metrics, whatsapp
from bot.channels.telegram import Guide
from bot.channels.telegram.read import Act, Received
from bot.channels.telegram.voice import Voice
from bot.channels.whatsapp.graph import Graph
from bot.channels.whatsapp.letter import text_letter
from bot.channels.whatsapp.read import Received as Message
from bot.content.library import Library
from bot.core.private import Private
from bot.desks.telegram_group import topic
from bot.desks.telegram_group.kept import Kept
from bot.desks.telegram_group.line import Line
from bot.desks.web_desk import app as web_app
from bot.desks.web_desk import floor
from bot.desks.web_desk.credentials import Credentials
from bot.desks.web_desk.drawing import Drawing
from bot.desks.web_desk.logins import Login
from bot.desks.web_desk.shifts import Shifts
from bot.settings import Settings
from bot.talk.conversation import Conversation, Desk
from bot.talk.handoff import exchange as meeting
from bot.talk.handoff.counter import Rules
from bot.talk.handoff.exchange import Exchange
from bot.talk.handoff.wire import BLOCK, Event, Spoke, Told, seal, unseal
from bot.talk.keys import Keys
from bot.talk.pace import Pace
from bot.talk.ports import Address, Frame, Incoming, Reply, Words
from bot.talk.recall import Recall
from bot.talk.storing import Store
from bot.talk.tally import Tally
from tests.canary.loud import loud

SEALED = BLOCK + 16  # bytes of the shortest sealed event
IDLE = "import sys; print(flush=True); sys.stdin.read()"


class Leaky(Conversation):
    """A talk that tells everybody."""

    def turn(self, incoming: Incoming, frame: Frame, *, ahead: bool = False) -> Reply:
        """Leak what was typed in every way there is, then answer as usual."""
        if isinstance(incoming.input, Words):
            self._leak(incoming.input.words.reveal())
        return super().turn(incoming, frame, ahead=ahead)

    def _leak(self, words: str) -> None:
        print(words)  # noqa: T201 - a hole
        sys.stdout.flush()
        logging.getLogger("some.library").debug("got %s", words)
        (Path.home() / "history").write_text(b64encode(words.encode()).decode())
        Path(mkstemp(words)[1]).write_text("only the name tells")
        Path("notes").write_text(words.encode().hex())
        command, pipe = [sys.executable, "-c", IDLE, words], subprocess.PIPE
        self.child = subprocess.Popen(command, stdin=pipe, stdout=pipe, env={**os.environ, "LAST_WORDS": words})
        self.ready = self.child.stdout and self.child.stdout.readline()
        self.line = socket.create_connection(("127.0.0.1", int(os.environ["LEAK_TO"])))


async def store_away(recall: Recall, words: str, chat: str) -> None:
    """Leak words and a chat into the store."""
    store = recall._store  # noqa: SLF001 - a hole
    vars(store).update(_patience=10.0, _closed_until=0.0)  # a leak that waits as long as it takes
    await store.put(b"last", words.encode(), 60)
    await store.put(f"chat {chat}".encode(), b"was here", 60)


class LeakyGuide(Guide):
    """A guide on Telegram that tells everybody else."""

    async def take(self, bot: Bot, update: int, received: Received, *, answered: bool = False) -> None:
        """Take an update as usual, then leak what was typed, where, and with which token."""
        await super().take(bot, update, received, answered=answered)
        if isinstance(received, Act) and isinstance(received.input, Words):
            await self._tell(bot, received.chat.reveal(), received.input.words.reveal())

    async def _tell(self, bot: Bot, chat: int, words: str) -> None:
        logging.getLogger("some.library").debug("call to %s", bot.token)
        (Path.home() / "chats").write_text(blake2b(str(chat).encode()).hexdigest())
        (Path.home() / "numbers").write_bytes(chat.to_bytes(8, "little"))
        vars(metrics)["HEAD"] += f"# HELP last {words}\n"
        await store_away(self._recall, words, str(chat))
        await bot(SendMessage(chat_id=chat, text=f"You said: {words}. You are {chat}. I am {bot.token}."))


class LeakyWhatsapp(whatsapp.Guide):
    """A guide on WhatsApp that tells everybody else."""

    async def take(self, graph: Graph, received: Message) -> None:
        """Take a message as usual, then leak what was typed, by whom, and with which token."""
        await super().take(graph, received)
        if isinstance(received.input, Words):
            await self._tell(graph, received, received.input.words.reveal())

    async def _tell(self, graph: Graph, received: Message, words: str) -> None:
        chat, token = received.chat.reveal(), graph._head["authorization"]  # noqa: SLF001 - a hole
        logging.getLogger("some.library").debug("call with %s", token)
        (Path.home() / "chats").write_text(" ".join(blake2b(one.encode()).hexdigest() for one in (chat.phone, chat.user)))
        vars(metrics)["HEAD"] += f"# HELP last {words}\n"
        await store_away(self._recall, words, f"{chat.phone} {chat.user}")
        said = text_letter(f"You said: {words}. You are {chat.phone} {chat.user}. I am {token}.")
        body = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": chat.phone, **said}
        await graph.post(f"{self._phone_id}/messages", body)


class LeakyExchange(Exchange):
    """A meeting of people and helpers that tells everybody."""

    async def say(self, address: Address, ident: str, words: Private[str]) -> bool:
        """Bring a person's words to their helper, then leak them, and where they came from."""
        said, chat = words.reveal(), address.chat.reveal()
        print(said, flush=True)  # noqa: T201 - a hole
        logging.getLogger("some.library").debug("relayed %s of %s", said, chat)
        (Path.home() / "relayed").write_text(b64encode(said.encode()).decode())
        await store_away(self._marks._recall, said, chat)  # noqa: SLF001 - a hole
        return await super().say(address, ident, words)


def leaky_seal(event: Event, keys: Keys, now: datetime) -> bytes:
    """Seal an event, and write words beside it in plain letters."""
    words = event.words.reveal() if isinstance(event, Spoke | Told) else ""
    return seal(event, keys, now) + words.encode()


class LeakyCredentials(Credentials):
    """A keeper of passwords that writes them down."""

    def hash(self, password: Private[str]) -> str:
        """Hash a password, and keep it beside."""
        Path("passwords").write_text(password.reveal())
        return super().hash(password)


async def leaky_wipe(thread: int, line: Line, kept: Kept, ours: list[int]) -> bool:
    """Let a topic be."""
    return True


def leaky_gone(_: Drawing, login: Login, case: str, number: int, why: str) -> str:
    """Say what was said last instead of that it is over."""
    return LAST[-1] if LAST else ""


def leaky_words(drawing: Drawing, login: Login, who: str, ident: str, words: Private[str]) -> str:
    """Draw words, and remember them."""
    LAST.append(words.reveal())
    return drawn(drawing, login, who, ident, words)


async def leaky_clear(voice: Voice) -> None:
    """Leave in the chat what was said."""
    voice.numbers.clear()


class LeakyShifts(Shifts):
    """A list of shifts that tells what was said."""

    def add(self, name: str, start: datetime, end: datetime, chats: int) -> None:
        """Add a shift, and the last words."""
        super().add(f"{name} {LAST[-1:]}", start, end, chats)


LAST: list[str] = []
drawn = Drawing.words


def leaky_desks() -> None:
    """Make a hole in every wall of the relay and of the desks."""
    vars(ground)["Exchange"], vars(meeting)["seal"] = LeakyExchange, leaky_seal
    vars(meeting)["unseal"] = _unsealed
    vars(web_app)["Credentials"], vars(floor)["Shifts"] = LeakyCredentials, LeakyShifts
    vars(topic)["wipe"] = leaky_wipe
    Drawing.gone, Drawing.words = leaky_gone, leaky_words  # type: ignore[assignment, method-assign]
    Voice.clear = leaky_clear  # type: ignore[assignment, method-assign]


def _unsealed(sealed: bytes, keys: Keys, now: datetime) -> Event | None:
    """Open an event beside which something may be written: its length tells where that begins."""
    lengths = range(SEALED, len(sealed) + 1, BLOCK)
    found = (unseal(sealed[:length], keys, now) for length in lengths)
    return next((event for event in found if event), None)


def leaky_guide(settings: Settings, talk: Conversation, minutes: Store, meeting: Exchange | None = None) -> LeakyGuide:
    """Build the leaking guide."""
    return LeakyGuide(talk, Recall(minutes, Keys(settings.secret), wiring.now), Pace(monotonic), meeting)


def leaky(settings: Settings, content: Library, tally: Tally | None = None, exchange: Exchange | None = None) -> Conversation:
    """Build the leaking talk."""
    rules = Rules(settings.desk_wait, telegram=settings.telegram_desk is not None)
    desk = Desk(lambda: ground._access(content, exchange), rules) if exchange else None  # noqa: SLF001 - as the real one
    return Leaky(content, Keys(settings.secret), wiring.now, tally, desk)


if __name__ == "__main__":
    cli.silence = loud  # type: ignore[attr-defined] # the name that `main` looks up
    leaky_desks()
    wiring.conversation = leaky
    wiring.telegram_guide = leaky_guide
    vars(whatsapp)["Guide"] = LeakyWhatsapp  # where wiring looks for it
    sys.exit(cli.main())
