"""dhaal route: shows how typed words would be understood."""

import argparse
import sys
from collections.abc import Iterator, Mapping

from bot import wiring
from bot.cli.out import complain, record, say
from bot.content.library import Library
from bot.core.book import Branch
from bot.core.events import Asked, Event, Named, Pressed, Unclear
from bot.core.private import Private
from bot.core.session import Session
from bot.talk.listen import Listener
from bot.talk.screen import Drawer


def declare(command: argparse.ArgumentParser) -> None:
    """Declare the options."""
    command.add_argument("text", nargs="*", help="what a person types; without it, one text a line from stdin")
    command.add_argument("--json", action="store_true", help="one JSON object a line")
    command.add_argument("--locale", default="en", help="the language of the talk (en)")
    command.add_argument("--at", default=None, metavar="STEP", help="the step the person is at (the first screen)")


def run(options: argparse.Namespace, _environ: Mapping[str, str]) -> int:
    """Show each text's meaning."""
    content = wiring.library()
    listener = Listener(content, Drawer(content))
    session = Session(options.at or content.book.start, options.locale)
    if options.locale not in content.languages or isinstance(content.book.steps.get(session.at), Branch | None):
        complain("There is no such language, or no such step with a screen.")
        return 2
    for text in [" ".join(options.text)] if options.text else _lines():
        meaning = _meaning(content, session, listener.hear(session, Private(text)))
        if options.json:
            record({"text": text, **meaning})
        else:
            say(f"{text}: {', '.join(f'{key} {value}' for key, value in meaning.items())}")
    return 0


def _lines() -> Iterator[str]:
    return (line.rstrip("\n") for line in sys.stdin if line.strip())


def _meaning(content: Library, session: Session, event: Event) -> dict[str, object]:
    ways = content.book.spoken(session.at).ways
    match event:
        case Pressed(number):
            return {"meaning": "choice", "choice": ways[number].id, "number": number + 1}
        case Asked(command):
            return {"meaning": "command", "command": command.value}
        case Named(fact, value):
            return {"meaning": "name", "fact": fact, "value": value}
        case Unclear(guesses) if guesses:
            return {"meaning": "guess", "choices": [ways[number].id for number in guesses]}
        case _:
            return {"meaning": "nothing"}
