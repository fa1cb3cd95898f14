"""The one place that may log: an enum and integers, never words. Everything else is silenced here."""

import logging  # noqa: TID251 - this is the one module
import sys
from enum import Enum


class Moment(Enum):
    """What may be noted about a running guide."""

    STARTED = "started"
    STOPPED = "stopped"
    FAILED = "failed"  # a turn raised; the type is counted, the words are not kept
    UNREACHABLE = "unreachable"  # a chat platform did not answer, or refused a call of the guide's own
    STORE_DOWN = "store down"  # typed words are understood without their context until it is back
    METRICS_CLOSED = "metrics closed"  # their port is taken
    REFUSED = "refused"  # the platform did not take a message; its code for the reason follows
    UNDELIVERED = "undelivered"  # the platform took a message and could not deliver it; likewise
    CONFLICT = "conflict"  # another program asks for the same bot's updates


def silence() -> None:
    """Turn every library's logger off: some of them print messages, addresses and tokens at DEBUG."""
    logging.disable(logging.CRITICAL)
    logging.raiseExceptions = False
    root = logging.getLogger()
    root.handlers.clear()
    root.addHandler(logging.NullHandler())


def note(moment: Moment, **numbers: int) -> None:
    """Write one line to stderr: the moment and some integers.

    Raises:
        TypeError: if anything but an integer is passed; words have no way in.
    """
    if not all(isinstance(number, int) for number in numbers.values()):
        message = "only integers are noted"
        raise TypeError(message)
    sys.stderr.write(" ".join([f"dhaal: {moment.value}", *(f"{name}={number:d}" for name, number in numbers.items())]) + "\n")
