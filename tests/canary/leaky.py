"""`dhaal` with a hole in every wall: the search must find them all."""

import logging  # noqa: TID251 - one of the holes
import os
import socket
import subprocess
import sys
from base64 import b64encode
from pathlib import Path
from tempfile import mkstemp

from bot import cli, wiring
from bot.content.library import Library
from bot.settings import Settings
from bot.talk.conversation import Conversation
from bot.talk.keys import Keys
from bot.talk.ports import Frame, Incoming, Reply, Words
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


def leaky(settings: Settings, content: Library, tally: Tally | None = None) -> Conversation:
    """Build the leaking talk."""
    return Leaky(content, Keys(settings.secret), wiring.now, tally)


if __name__ == "__main__":
    cli.silence = loud  # type: ignore[attr-defined] # the name that `main` looks up
    wiring.conversation = leaky
    sys.exit(cli.main())
