"""The command line: `dhaal serve`, `chat`, `check`, `graph`, `route`, `facts`, `doctor`, `agents`, `bench`."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import Final

from bot.cli import agents, bench, chat, check, doctor, facts, graph, route, serve
from bot.cli.out import complain
from bot.content.problems import UnsoundError
from bot.log import silence
from bot.settings import SettingError

FINE, PROBLEMS, MISUSE = 0, 1, 2
COMMANDS: Final = {
    "serve": serve,
    "chat": chat,
    "check": check,
    "graph": graph,
    "route": route,
    "facts": facts,
    "doctor": doctor,
    "agents": agents,
    "bench": bench,
}


def parser() -> argparse.ArgumentParser:
    """Build the parser; each command's module declares its own options."""
    top = argparse.ArgumentParser(prog="dhaal", description="A chat guide that keeps no message.")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, module in COMMANDS.items():
        about = (module.__doc__ or "").strip()
        module.declare(commands.add_parser(name, help=about.partition(":")[2].strip() or about, description=about))
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. Exit code 0: fine, 1: problems found, 2: misuse or a bad setting."""
    silence()
    options = parser().parse_args(arguments)
    run: Callable[..., int] = COMMANDS[options.command].run
    try:
        return run(options, os.environ)
    except SettingError as error:
        complain(f"{error}")
        return MISUSE
    except UnsoundError as error:
        complain("The content has problems. Nothing was started.", *map(str, error.problems))
        return PROBLEMS
    except BrokenPipeError:
        sys.stderr.close()
        return FINE
    except KeyboardInterrupt:
        return FINE
