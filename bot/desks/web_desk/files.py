"""The two files of a web desk: who its helpers are, and their shifts. For the owner's eyes only, and never half written."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Final

OURS: Final = 0o600


def read(path: Path) -> str:
    """Read a file; empty if it is not there yet.

    Raises:
        OSError: if it cannot be read.
    """
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        return ""


def stamp(path: Path) -> int:
    """Give a number that changes when the file does; 0 if it is not there."""
    try:
        seen = path.stat()
    except FileNotFoundError:
        return 0
    return hash((seen.st_mtime_ns, seen.st_size, seen.st_ino))


def replace(path: Path, text: str) -> None:
    """Put a new file in the place of the old one, in one move.

    Raises:
        OSError: if it cannot be written.
    """
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        _write(fresh, os.O_TRUNC, text)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def append(path: Path, line: str) -> None:
    """Add a line.

    Raises:
        OSError: if it cannot be written.
    """
    _write(path, os.O_APPEND, line)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Be the only one, of all programs, who changes a file.

    Raises:
        OSError: if the folder cannot be written.
    """
    lock = os.open(path.with_name(f".{path.name}.lock"), os.O_WRONLY | os.O_CREAT, OURS)
    try:
        flock(lock, LOCK_EX)
        yield
    finally:
        os.close(lock)


def _write(path: Path, how: int, text: str) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | how, OURS)
    try:
        os.fchmod(file, OURS)
        os.write(file, text.encode())
        os.fsync(file)
    finally:
        os.close(file)
