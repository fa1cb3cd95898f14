"""dhaal bench: measures speed and memory against a floor in the same run."""

import argparse
import sys
from collections.abc import Mapping
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from bot import wiring
from bot.cli.out import complain, progress, record, say


def declare(command: argparse.ArgumentParser) -> None:
    """Declare the options."""
    command.add_argument("--quick", action="store_true", help="a minute instead of several; good for a first look")
    command.add_argument("--json", action="store_true", help="one JSON object")
    command.add_argument("--scale", type=float, default=1, help=argparse.SUPPRESS)  # for tests: sizes that measure nothing


def run(options: argparse.Namespace, _environ: Mapping[str, str]) -> int:
    """Measure; 2 where that cannot be done, 1 if something went wrong on the way."""
    folder = wiring.home() / "bench"
    if not (folder / "suite.py").is_file():
        complain("The benchmarks need a checkout: an installed wheel does not carry them.")
        return 2
    if sys.platform != "linux":
        complain("The benchmarks need Linux: they pin processes to cores and read /proc.")
        return 2
    _load(folder)
    suite = import_module("bench.suite")
    try:
        found = suite.run(quick=options.quick, scale=options.scale, progress=progress)
    except suite.REFUSALS as error:
        complain(str(error))
        return 1
    if options.json:
        record(found)
    else:
        say(*import_module("bench.table").lines(found))
    return 0


def _load(folder: Path) -> None:
    """Make the folder known as `bench`, whatever the path holds under that name."""
    spec = spec_from_file_location("bench", folder / "__init__.py", submodule_search_locations=[str(folder)])
    if spec is not None and spec.loader is not None:
        sys.modules["bench"] = package = module_from_spec(spec)
        spec.loader.exec_module(package)
