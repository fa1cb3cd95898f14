"""`dhaal` with a hole in every wall: the search must find them all."""

import logging  # noqa: TID251 - one of the holes
import os
import socket
import subprocess
import sys
from base64 import b64encode
from hashlib import blake2b
from pathlib import Path
from tempfile import mkstemp
from time import monotonic

from aiogram import Bot
from aiogram.methods import SendMessage

from bot import cli, wiring
from bot.channels import metrics
from bot.channels.telegram import Guide
from bot.channels.telegram.read import Act, Received
from bot.content.library import Library
from bot.settings import Settings
from bot.talk.conversation import Conversation
from bot.talk.keys import Keys
from bot.talk.pace import Pace
from bot.talk.ports import Frame, Incoming, Reply, Words
from bot.talk.recall import Recall
from bot.talk.storing import Store
from bot.talk.tally import Tally
from tests.canary.loud import loud

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
        store = self._recall._store  # noqa: SLF001 - a hole
        vars(store).update(_patience=10.0, _closed_until=0.0)  # a leak that waits as long as it takes
        await store.put(b"last", words.encode(), 60)
        await store.put(f"chat {chat}".encode(), b"was here", 60)
        await bot(SendMessage(chat_id=chat, text=f"You said: {words}. You are {chat}. I am {bot.token}."))


def leaky_guide(settings: Settings, talk: Conversation, minutes: Store) -> LeakyGuide:
    """Build the leaking guide."""
    return LeakyGuide(talk, Recall(minutes, Keys(settings.secret), wiring.now), Pace(monotonic))


def leaky(settings: Settings, content: Library, tally: Tally | None = None) -> Conversation:
    """Build the leaking talk."""
    return Leaky(content, Keys(settings.secret), wiring.now, tally)


if __name__ == "__main__":
    cli.silence = loud  # type: ignore[attr-defined] # the name that `main` looks up
    wiring.conversation = leaky
    wiring.telegram_guide = leaky_guide
    sys.exit(cli.main())
