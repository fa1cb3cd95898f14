"""dhaal doctor: looks at this installation and says what is unsafe or missing, with the remedy."""

import argparse
import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

from bot import wiring
from bot.cli.doctor import content, desk, given, machine, store
from bot.cli.out import record, say
from bot.settings import load


def declare(command: argparse.ArgumentParser) -> None:
    """Declare the options."""
    command.add_argument("--json", action="store_true", help="one JSON object")


def run(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Look, and tell; 1 if there is anything to mend."""
    found = asyncio.run(_found(environ))
    if options.json:
        record({"ok": not found, "findings": found})
    else:
        say(*(f"- {finding}" for finding in found))
        say(f"To mend: {len(found)}." if found else "Nothing to mend was found.")
    return 1 if found else 0


async def _found(environ: Mapping[str, str]) -> list[str]:
    settings, library = load(environ), wiring.library()
    found = [
        *given.look(settings, environ),
        *machine.look(settings, environ),
        *content.look(library, datetime.now(UTC).date()),
        *await store.look(settings),
        *await desk.look(settings, library, datetime.now(UTC)),
    ]
    if settings.telegram:
        from bot.cli.doctor import telegram  # noqa: PLC0415 - aiogram takes two seconds and 100 MiB

        found += await telegram.look(settings.telegram, settings.public_url, library)
    if settings.whatsapp:
        from bot.cli.doctor import whatsapp  # noqa: PLC0415 - who has no WhatsApp does not pay for its client

        found += await whatsapp.look(settings.whatsapp, settings.public_url, library)
    return found
