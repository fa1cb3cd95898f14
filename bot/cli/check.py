"""dhaal check: reads all content, visits every reachable state, proves every law and every fit."""

import argparse
import resource
import sys
import time as clock
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Final

from bot import wiring
from bot.channels.limits import ALL
from bot.cli import book
from bot.cli.out import complain, problem_record, progress, record, say
from bot.content.problems import Problem, UnsoundError
from bot.proof.check import Report, check
from bot.proof.laws import LAWS
from bot.proof.years import ahead

MIB: Final = 1 << (20 if sys.platform == "darwin" else 10)  # of ru_maxrss, which Linux gives in KiB


def declare(command: argparse.ArgumentParser) -> None:
    """Declare the options."""
    command.add_argument("--json", action="store_true", help="one JSON object")
    command.add_argument("--as-of", type=date.fromisoformat, metavar="DATE", help="check as if it were this day")
    command.add_argument("--years", type=int, default=0, metavar="N", help="prove every day of the next N years as well")
    command.add_argument("--book", metavar="TAG", help="write the guide in this language as an HTML page for a native reviewer")


def run(options: argparse.Namespace, _environ: Mapping[str, str]) -> int:
    """Check; 1 if there is any problem."""
    as_of = datetime.combine(options.as_of, time(12), UTC) if options.as_of else datetime.now(UTC)
    if options.book:
        return book.run(options.book, as_of)
    begin = clock.monotonic()
    try:
        report = check(wiring.library(), as_of, progress)
        if options.years:
            report = replace(
                report, problems=(*report.problems, *ahead(wiring.library(), as_of, options.years, report, progress))
            )
    except UnsoundError as error:
        return _unsound(error.problems, json=options.json)
    cost = {
        "seconds": round(clock.monotonic() - begin, 1),
        "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // MIB,
    }
    if options.json:
        record(_record(report) | cost)
    else:
        *counted, verdict = _summary(report)
        say(*map(str, report.problems), *counted, "It took {seconds} s and {mib} MiB.".format_map(cost), verdict)
    return 0 if report.ok else 1


def _unsound(problems: tuple[Problem, ...], *, json: bool) -> int:
    if json:
        channels = [limits.channel for limits in ALL]
        found = list(map(problem_record, problems))
        counts = {"states": 0, "screens": 0, "checks": 0, "laws": list(LAWS), "locales": [], "channels": channels}
        record({"ok": False, **counts, "problems": found})
    else:
        complain(*map(str, problems), f"Problems: {len(problems)}. Nothing was proved: first the files must be readable.")
    return 1


def _record(report: Report) -> dict[str, object]:
    return {
        "ok": report.ok,
        "states": report.states,
        "screens": report.screens,
        "checks": report.checks,
        "laws": report.laws,
        "locales": report.locales,
        "channels": report.channels,
        "untranslated": report.untranslated,
        "problems": [problem_record(problem) for problem in report.problems],
    }


def _summary(report: Report) -> list[str]:
    gaps = ", ".join(f"{tag} {count}" for tag, count in report.untranslated.items() if count)
    counted = (
        f"{report.states:,} states, {report.screens:,} screens, {report.checks:,} checks; {len(report.laws)} laws, "
        f"{len(report.locales)} languages, {len(report.channels)} channels; Back remembers {report.depth} screens."
    )
    return [
        counted,
        f"Texts that fall back to English: {gaps}." if gaps else "Every text is translated.",
        "Fine." if report.ok else f"Problems: {len(report.problems)}.",
    ]
