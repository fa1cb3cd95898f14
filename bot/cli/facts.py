"""dhaal facts: lists every contact, law, deadline and link with its source and dates."""

import argparse
from collections.abc import Mapping
from datetime import UTC, datetime

from bot import wiring
from bot.cli.out import record, say


def declare(command: argparse.ArgumentParser) -> None:
    """Declare the options."""
    command.add_argument("--stale", type=int, metavar="DAYS", help="only what was not checked for so many days")
    command.add_argument("--json", action="store_true", help="one JSON object a line")


def run(options: argparse.Namespace, _environ: Mapping[str, str]) -> int:
    """List the records."""
    today = datetime.now(UTC).date()
    for name, proof in wiring.library().proofs():
        age = (today - proof.checked).days
        if options.stale is not None and age < options.stale:
            continue
        place = f"{proof.spot.file}:{proof.spot.line}"
        if options.json:
            record(
                {
                    "id": name,
                    "source": proof.source,
                    "source_date": proof.source_date,
                    "checked": str(proof.checked),
                    "age_days": age,
                    "confidence": proof.confidence,
                    "valid_until": str(proof.valid_until) if proof.valid_until else None,
                    "place": place,
                }
            )
        else:
            say(f"{name:40} checked {proof.checked} ({age} days), {proof.confidence}, {proof.source}  [{place}]")
    return 0
