"""Where commands write: results to stdout, complaints and progress to stderr."""

import json
import sys
from collections.abc import Mapping

from bot.content.problems import Problem


def say(*lines: str) -> None:
    """Write lines of a result."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))


def complain(*lines: str) -> None:
    """Write whole sentences about what is wrong."""
    sys.stderr.write("".join(f"{line}\n" for line in lines))


def record(values: Mapping[str, object]) -> None:
    """Write one JSON object on a line."""
    say(json.dumps(values, ensure_ascii=False))


def problem_record(problem: Problem) -> dict[str, object]:
    """Give a problem the shape that `--json` promises."""
    return {"file": problem.spot.file, "line": problem.spot.line, "say": problem.say}


def progress(what: str, share: float) -> None:
    """Draw a progress bar on a terminal; nothing elsewhere."""
    if sys.stderr.isatty():
        done = round(share * 30)
        end = "\r\x1b[K" if share >= 1 else ""
        sys.stderr.write(f"\r\x1b[K[{'#' * done}{'.' * (30 - done)}] {share:4.0%} {what}{end}")
        sys.stderr.flush()
