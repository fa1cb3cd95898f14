"""dhaal serve: runs the web chat at http://127.0.0.1:8080."""

import argparse
from collections.abc import Mapping

import uvicorn

from bot import wiring
from bot.channels import web
from bot.cli.out import complain
from bot.log import Moment, note
from bot.settings import load


def declare(command: argparse.ArgumentParser) -> None:
    """Declare the options."""
    command.add_argument("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1)")
    command.add_argument("--port", type=int, default=8080, help="the port to listen on (8080)")


def run(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Serve until stopped."""
    settings = load(environ)
    content = wiring.library()
    if not settings.lasting:
        complain("No DHAAL_SECRET is set: buttons made now stop working at the next start. `dhaal doctor` says more.")
    application = web.application(wiring.conversation(settings, content), settings)
    complain(f"The guide is at http://{options.host}:{options.port} - stop it with Ctrl-C.")
    note(Moment.STARTED)
    uvicorn.run(
        application, host=options.host, port=options.port, log_config=None, ws="none", access_log=False, server_header=False,
        date_header=False, proxy_headers=False, h11_max_incomplete_event_size=16384,
    )  # fmt: skip
    note(Moment.STOPPED)
    return 0
