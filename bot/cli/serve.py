"""dhaal serve: runs the web chat at http://127.0.0.1:8080."""

import argparse
from collections.abc import Mapping
from typing import Final

import uvicorn

from bot import wiring
from bot.channels import web
from bot.cli.out import complain
from bot.log import Moment, note
from bot.settings import load

PORTS: Final = 65536


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


def run(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Serve until stopped."""
    settings = load(environ)
    content = wiring.library()
    if not settings.lasting:
        complain("No DHAAL_SECRET is set: buttons made now stop working at the next start. `dhaal doctor` says more.")
    application = web.application(wiring.conversation(settings, content), settings)
    config = uvicorn.Config(
        application, host=options.host, port=options.port, log_config=None, ws="none", access_log=False, server_header=False,
        date_header=False, proxy_headers=False, h11_max_incomplete_event_size=16384,
    )  # fmt: skip
    complain(f"The guide will be at http://{options.host}:{options.port} - stop it with Ctrl-C.")
    return _serve(uvicorn.Server(config), f"{options.host}, port {options.port}")


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
