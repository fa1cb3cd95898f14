"""The counts of the last hour, for the operator's own monitoring: OpenMetrics on a port that the world does not reach.

No client library: those keep live counters that tell the order of events to whoever asks every second, stamp each cell
with the moment of its first event, and add figures of the process that nobody asked for.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from json import dumps
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.log import Moment, note
from bot.talk.tally import Cell, Tally

TYPE: Final = "application/openmetrics-text; version=1.0.0; charset=utf-8"
HEAD: Final = (
    "# TYPE dhaal_arrivals gauge\n"
    "# HELP dhaal_arrivals Arrivals in a journey in the last hour that ended, in whole tens; fewer than ten are left out.\n"
)
END: Final = "# EOF\n"
BLINK: Final = 0.005  # seconds between two looks whether the port is open


def exposition(tally: Tally) -> str:
    """Write the counts as OpenMetrics text, in an order that does not depend on what happened."""
    lines = (f"dhaal_arrivals{{{_labels(cell)}}} {number}\n" for cell, number in sorted(tally.ended().items()))
    return HEAD + "".join(lines) + END


def _labels(cell: Cell) -> str:
    """Write the labels; JSON escapes a text just as OpenMetrics asks."""
    return ",".join(f"{name}={dumps(value, ensure_ascii=False)}" for name, value in cell._asdict().items())


def metrics(tally: Tally) -> Starlette:
    """Build the application: `/metrics`, and nothing else."""

    async def show(_: Request) -> Response:
        return Response(exposition(tally), headers={"content-type": TYPE, "cache-control": "no-store"})

    app = Starlette(routes=[Route("/metrics", show, methods=["GET"])])
    app.router.redirect_slashes = False  # a redirect would repeat the Host header
    return app


class Aside(uvicorn.Server):
    """A server beside the main one, which leaves the signals to it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


@asynccontextmanager
async def listening(app: Starlette, port: int) -> AsyncIterator[None]:
    """Show the counts on a port of this machine alone. If it is taken, the guide goes on without them."""
    server = Aside(
        uvicorn.Config(
            app, host="127.0.0.1", port=port, log_config=None, ws="none", lifespan="off", access_log=False, server_header=False,
            date_header=False,
        )
    )  # fmt: skip
    task = asyncio.create_task(_serve(server))
    while not (server.started or task.done()):  # noqa: ASYNC110 - uvicorn tells it by a flag
        await asyncio.sleep(BLINK)
    try:
        yield
    finally:
        server.should_exit = True
        await task


async def _serve(server: uvicorn.Server) -> None:
    try:
        await server.serve()
    except SystemExit:  # uvicorn's way to say that the port is taken
        note(Moment.METRICS_CLOSED)
