"""dhaal facts: lists every contact, law, deadline and link with its source and dates, or every address and number there is."""

import argparse
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Final

from bot import wiring
from bot.cli.out import record, say
from bot.content.library import Library
from bot.content.links import Mention, mentions
from bot.content.problems import Spot
from bot.content.records import Proof

SHELF: Final = -1  # `--stale` without a number: older than the kind of record may be
WEB: Final = ("web", "host", "email")


def declare(command: argparse.ArgumentParser) -> None:
    """Declare the options."""
    old = "only what was not checked for so many days; without a number, for longer than its kind may wait"
    command.add_argument("--stale", type=int, nargs="?", const=SHELF, metavar="DAYS", help=old)
    command.add_argument("--links", action="store_true", help="every address and number, and each sentence it stands in")
    command.add_argument("--json", action="store_true", help="one JSON object a line")


def run(options: argparse.Namespace, _environ: Mapping[str, str]) -> int:
    """List the records, or the addresses and numbers."""
    library, today = wiring.library(), datetime.now(UTC).date()
    if options.links:
        _links(mentions(library), today, json=options.json)
        return 0
    for name, proof in library.proofs():
        if options.stale is None or _waits(library, proof, today, options.stale):
            _show(library, name, proof, today, json=options.json)
    return 0


def _waits(library: Library, proof: Proof, today: date, days: int) -> bool:
    """Tell whether a record waits for a check."""
    return proof.old(today, library.shelves[proof.kind]) if days == SHELF else proof.age(today) >= days


def _show(library: Library, name: str, proof: Proof, today: date, *, json: bool) -> None:
    shelf, age = library.shelves[proof.kind], proof.age(today)
    if json:
        about = {"id": name, "kind": proof.kind, "source": proof.source, "source_date": proof.source_date}
        when = {"checked": str(proof.checked), "age_days": age, "check_first_days": shelf.check_first, "fail_days": shelf.fail}
        until = str(proof.valid_until) if proof.valid_until else None
        record({**about, **when, "confidence": proof.confidence, "valid_until": until, "place": _place(proof.spot)})
    else:
        waits = " CHECK" * proof.old(today, shelf)
        dates = f"checked {proof.checked} ({age} of {shelf.check_first} days){waits}"
        say(f"{name:40} {proof.kind:9} {dates}, {proof.confidence}, {proof.source}  [{_place(proof.spot)}]")


def _links(found: Iterable[Mention], today: date, *, json: bool) -> None:
    """Write every address with all its places below it: the web first, by host, then numbers."""
    ordered = sorted(found, key=_order)
    for mention in ordered if json else ():
        record(_mention(mention, today))
    for _, group in groupby(() if json else ordered, key=_order):
        same = list(group)
        say(same[0].address)
        for one in same:
            checked = (
                f"checked {one.proof.checked}, {one.proof.confidence}, {one.proof.source}" if one.proof else "in a sentence"
            )
            say(f"    {one.kind:9} {one.where:32} {one.says!r}", f"    {'':9} {checked}  [{_place(one.spot)}]")


def _order(mention: Mention) -> tuple[bool, str, str]:
    return mention.kind not in WEB, mention.host or "", mention.address


def _mention(mention: Mention, today: date) -> dict[str, object]:
    proof = mention.proof
    what = {"address": mention.address, "kind": mention.kind, "host": mention.host, "id": mention.where, "says": mention.says}
    source = {"source": proof.source, "checked": str(proof.checked), "age_days": proof.age(today)} if proof else {}
    return {**what, "source": None, "checked": None, "age_days": None, **source, "place": _place(mention.spot)}


def _place(spot: Spot) -> str:
    return f"{spot.file}:{spot.line}"
