"""dhaal graph: draws a journey, or how all journeys hang together."""

import argparse
from collections.abc import Mapping

from bot import wiring
from bot.cli.out import complain, say
from bot.content.diagram import FORMATS, draw, journeys


def declare(command: argparse.ArgumentParser) -> None:
    """Declare the options."""
    command.add_argument("journey", nargs="?", help="a journey's name; without it, all journeys at a glance")
    command.add_argument("--list", action="store_true", help="only list the journeys' names")
    command.add_argument("--format", choices=FORMATS, default="mermaid", help="mermaid (default), dot or svg")


def run(options: argparse.Namespace, _environ: Mapping[str, str]) -> int:
    """Draw to stdout."""
    book = wiring.library().book
    if options.list:
        say(*journeys(book))
        return 0
    if options.journey and options.journey not in journeys(book):
        complain(f'There is no journey "{options.journey}". These are: {", ".join(journeys(book))}.')
        return 2
    try:
        say(draw(book, options.journey, options.format))
    except (ImportError, OSError, RuntimeError, AttributeError):
        complain("This format needs Graphviz. Install it: pip install 'dhaal[graph]', and Debian's package graphviz.")
        return 1
    return 0
