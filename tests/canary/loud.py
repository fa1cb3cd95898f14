"""`dhaal` with every logger turned up to DEBUG, as if `silence()` had never been called: libraries may then talk.

With LATE set, `silence()` is called first, and handlers are attached afterwards: nobody may talk then.
"""

import logging  # noqa: TID251 - to hear what would be logged
import os
import sys
import threading

from bot import cli
from bot.log import silence


def loud() -> None:
    """Hear every logger, whatever was forbidden."""
    logging.disable(logging.NOTSET)
    late()
    threading.excepthook = threading.__excepthook__


def late() -> None:
    """Hear every logger that may still talk."""
    handler = logging.StreamHandler(sys.stderr)
    for logger in (logging.getLogger(), *map(logging.getLogger, list(logging.root.manager.loggerDict))):
        logger.setLevel(logging.DEBUG)
        logger.addHandler(handler)


def hushed() -> None:
    """Silence all, then listen."""
    silence()
    late()


if __name__ == "__main__":
    cli.silence = hushed if os.environ.pop("LATE", "") else loud  # type: ignore[attr-defined] # the name that `main` looks up
    sys.exit(cli.main())
