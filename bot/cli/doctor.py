"""dhaal doctor: looks at this installation and says what is unsafe or missing, with the remedy."""

import argparse
import os
import resource
import stat
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bot import wiring
from bot.cli.out import record, say
from bot.content.library import Library
from bot.content.records import CHECK_FIRST_DAYS
from bot.settings import Settings, load

SWAPS: Final = Path("/proc/swaps")


def declare(command: argparse.ArgumentParser) -> None:
    """Declare the options."""
    command.add_argument("--json", action="store_true", help="one JSON object")


def run(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Look, and tell; 1 if there is anything to mend."""
    settings, content = load(environ), wiring.library()
    found = list(_findings(settings, content, environ))
    if options.json:
        record({"ok": not found, "findings": found})
    else:
        say(*(f"- {finding}" for finding in found))
        say(f"To mend: {len(found)}." if found else "Nothing to mend was found.")
    return 1 if found else 0


def _findings(settings: Settings, content: Library, environ: Mapping[str, str]) -> Iterator[str]:
    yield from _secret(settings, environ)
    yield from _machine(environ)
    yield from _content(content)


def _secret(settings: Settings, environ: Mapping[str, str]) -> Iterator[str]:
    if not settings.lasting:
        yield (
            "DHAAL_SECRET is not set, so a random secret is made at every start. Nothing is less safe, but after a "
            "restart every button made before shows the menu, and two processes cannot read each other's buttons. "
            "Make one with `openssl rand -hex 32` and put it into a file named by DHAAL_SECRET_FILE."
        )
    if "DHAAL_SECRET" in environ:
        yield "DHAAL_SECRET stands in the environment, where other programs of this user can read it. Use DHAAL_SECRET_FILE."
    path = Path(environ.get("DHAAL_SECRET_FILE", ""))
    if path.is_file() and path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        yield f"The secret's file {path} can be read by others. Run: chmod 600 {path}"


def _machine(environ: Mapping[str, str]) -> Iterator[str]:
    if os.geteuid() == 0:
        yield "The guide runs as root. Give it a user of its own; it needs no rights but to listen on a port."
    if SWAPS.is_file() and len(SWAPS.read_text().splitlines()) > 1:
        yield "Swap is on, so what is in memory may be written to disk. Run `swapoff -a`, or encrypt the swap."
    if resource.getrlimit(resource.RLIMIT_CORE)[0] != 0:
        yield "Core dumps are on, so a crash could write memory to disk. Start the guide with `ulimit -c 0`."
    if environ.get("PYTHONDEVMODE") or environ.get("PYTHONASYNCIODEBUG"):
        yield "Python's debug mode is on and can print what passes through. Unset PYTHONDEVMODE and PYTHONASYNCIODEBUG."


def _content(content: Library) -> Iterator[str]:
    today = datetime.now(UTC).date()
    ages = [(today - proof.checked).days for _, proof in content.proofs()]
    if min(ages, default=0) < -1:
        yield "This machine's clock is earlier than the newest check of the content: opening hours will be wrong. Set it."
    stale = sum(age > CHECK_FIRST_DAYS for age in ages)
    if stale:
        yield f"{stale} facts were not checked for {CHECK_FIRST_DAYS} days and show as doubtful. See `dhaal facts --stale 90`."
    for language in content.languages.values():
        if not language.reviewed:
            yield (
                f"No native speaker has reviewed the catalogue {language.tag}, and the guide says so. "
                "docs/add-a-language.md tells how a review is done."
            )
