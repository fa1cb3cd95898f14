"""`dhaal` with every logger turned up to DEBUG, as if `silence()` had never been called: libraries may then talk."""

import logging  # noqa: TID251 - to hear what would be logged
import sys
import threading

from bot import cli


def loud() -> None:
    """Hear every logger."""
    logging.disable(logging.NOTSET)
    handler = logging.StreamHandler(sys.stderr)
    for logger in (logging.getLogger(), *map(logging.getLogger, list(logging.root.manager.loggerDict))):
        logger.setLevel(logging.DEBUG)
        logger.addHandler(handler)
    threading.excepthook = threading.__excepthook__


if __name__ == "__main__":
    cli.silence = loud  # type: ignore[attr-defined] # the name that `main` looks up
    sys.exit(cli.main())
