"""Lay Telegram's published tables of methods and types beside the virtual environment, where tests/peers/ reads them.

They travel in aiogram's source distribution, and change with its version. They are not ours, so they are not kept here.
"""
# ruff: noqa: INP001 - a script, not a package

import subprocess
import sys
import tarfile
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

WHERE: Final = Path(sys.prefix) / "share/bot_api_schema.json"
INSIDE: Final = ".butcher/schema/schema.json"
PIP: Final = ("-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-build-isolation")


def fetch(folder: Path) -> bytes:
    """Download the source distribution of the aiogram that is installed, and take the tables out.

    Raises:
        SystemExit: if it cannot be downloaded.
    """
    wanted = f"aiogram=={version('aiogram')}"
    command = (sys.executable, *PIP, "--no-binary", "aiogram", "--dest", str(folder), wanted)
    if subprocess.run(command, check=False).returncode:  # noqa: S603 - our own words only
        sys.exit(f"Telegram's tables could not be fetched: pip cannot download the source of {wanted}. Is there a network?")
    archive = next(folder.glob("aiogram-*.tar.gz"))
    with tarfile.open(archive) as source:
        tables = source.extractfile(f"{archive.name.removesuffix('.tar.gz')}/{INSIDE}")
        return tables.read() if tables else b""


def main() -> None:
    """Fetch the tables and lay them down."""
    with TemporaryDirectory() as folder:
        tables = fetch(Path(folder))
    WHERE.parent.mkdir(parents=True, exist_ok=True)
    WHERE.write_bytes(tables)


if __name__ == "__main__":
    main()
