"""dhaal chat: the guide in this terminal."""

import argparse
import io
import signal
import sys
from collections.abc import Mapping
from types import FrameType
from typing import NoReturn

from bot import wiring
from bot.channels.console import Console
from bot.cli.out import complain
from bot.settings import load
from bot.talk.ports import Opened


def declare(command: argparse.ArgumentParser) -> None:
    """Declare the options."""
    command.add_argument("--locale", help="the language, such as hi")
    command.add_argument("--country", help="the country, such as IN")
    command.add_argument("--plain", action="store_true", help="line after line, for screen readers and pipes")


def run(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Talk until the person leaves."""
    settings, content = load(environ), wiring.library()
    if options.locale and options.locale not in content.languages:
        complain(f'There is no language "{options.locale}". These are: {", ".join(content.languages)}.')
        return 2
    if options.country and options.country not in content.book.facts["country"]:
        complain(f'There is no country "{options.country}". These are: {", ".join(content.book.facts["country"])}.')
        return 2
    facts = {"country": options.country} if options.country else {}
    _prepare()
    plain = options.plain or not (sys.stdin.isatty() and sys.stdout.isatty())
    Console(wiring.conversation(settings, content), sys.stdin, sys.stdout, plain).run(Opened(facts), options.locale)
    return 0


def _prepare() -> None:
    """Read and write on any terminal, and wipe the screen whatever ends the program."""
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, _stop)


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
