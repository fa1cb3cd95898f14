"""dhaal serve: runs every channel that is configured; with none, the web chat at http://127.0.0.1:8080."""

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import FrameType
from typing import Final

import uvicorn

from bot import wiring
from bot.cli.out import complain
from bot.harden import harden
from bot.log import Moment, note
from bot.settings import Settings, load

PORTS: Final = 65536
GRACE: Final = 10  # seconds for answers under way when the guide stops


def declare(command: argparse.ArgumentParser) -> None:
    """Declare the options."""
    command.add_argument("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1)")
    command.add_argument("--port", type=_port, default=8080, help="the port to listen on (8080)")


def _port(text: str) -> int:
    """Read a port.

    Raises:
        ValueError: if it is none.
    """
    port = int(text)
    if not 0 <= port < PORTS:
        raise ValueError(text)
    return port


class Server(uvicorn.Server):
    """A server that ends the answers which do not end by themselves, when it is asked to stop."""

    def __init__(self, config: uvicorn.Config, hush: Sequence[Callable[[], None]]) -> None:
        """Take what is to be ended."""
        super().__init__(config)
        self._hush = hush

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop."""
        for hush in self._hush:
            hush()
        super().handle_exit(sig, frame)


def run(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Serve until stopped."""
    settings = load(environ)
    harden(settings, environ)
    content = wiring.library()
    address = f"http://{options.host}:{options.port}"
    complain(*_announced(settings, address))
    sentences: list[str] = []

    def stop(sentence: str) -> None:
        sentences.append(sentence)
        server.should_exit = True

    app = wiring.application(settings, content, stop)
    if app.state.invitation:
        complain(f"The helpers' desk, to try both sides: {address}{app.state.invitation} (this link works once)")
    config = uvicorn.Config(
        app, host=options.host, port=options.port, log_config=None, ws="none",
        access_log=False, server_header=False, date_header=False, proxy_headers=False, h11_max_incomplete_event_size=16384,
        lifespan="on", timeout_graceful_shutdown=GRACE,
    )  # fmt: skip
    server = Server(config, app.state.hush)
    code = _serve(server, f"{options.host}, port {options.port}")
    complain(*sentences)
    return 2 if sentences else code


def _announced(settings: Settings, address: str) -> Iterator[str]:
    """Say what is going to run."""
    if not settings.lasting:
        yield "No DHAAL_SECRET is set: buttons made now stop working at the next start. `dhaal doctor` says more."
    telegram = settings.telegram
    if telegram and telegram.mode == "webhook":
        yield f"Telegram's webhook will be at {address}/hooks/telegram."
        if settings.public_url is None:
            yield "DHAAL_PUBLIC_URL is not set, so Telegram is not told where the webhook is: tell it yourself."
    elif telegram:
        yield "Telegram will be asked for messages. No address in the world is needed."
    if settings.whatsapp:
        yield f"WhatsApp's webhook will be at {address}/hooks/whatsapp. Meta is told in its own dashboard (docs/run-it.md)."
    if settings.web:
        yield f"The guide will be at {address} - stop it with Ctrl-C."
    else:
        yield f"Its health will be at {address}/health - stop it with Ctrl-C."


def _serve(server: uvicorn.Server, where: str) -> int:
    """Run until stopped; a door that cannot be opened ends in a sentence."""
    note(Moment.STARTED)
    try:
        server.run()
    except SystemExit:
        complain(f"Nothing can listen on {where}. Is another program there already? Choose another with --host or --port.")
        return 2
    finally:
        note(Moment.STOPPED)
    return 0
