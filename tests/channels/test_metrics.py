"""The operator's counts over HTTP: well formed, calm, and the same whoever did what."""

import re
import socket
from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from httpx import ASGITransport, AsyncClient, ConnectError, Response

from bot.channels.metrics import TYPE, exposition, listening, metrics
from bot.content.library import Library
from bot.core.book import UNKNOWN
from bot.talk.tally import Cell, Tally
from tests.canary.rooms import free_port
from tests.conftest import NOON

MANY = [Cell("start", "en", UNKNOWN)] * 23 + [Cell("law", "hi", "Asia")] * 10 + [Cell("minor", "en", "Europe")] * 9
SAMPLE = re.compile(r'dhaal_arrivals\{journey="[a-z_]+",locale="[A-Za-z-]+",group="[A-Za-z]+"\} [1-9][0-9]*0')


def after_an_hour(library: Library, arrivals: Iterable[Cell]) -> Tally:
    """Give a tally whose last hour had these arrivals."""
    now: list[datetime] = [NOON]
    tally = Tally(library, lambda: now[0])
    for cell in arrivals:
        tally.count(*cell)
    now[0] += timedelta(hours=1)
    return tally


async def ask(tally: Tally, path: str = "/metrics", method: str = "GET") -> Response:
    """Ask the private port."""
    async with AsyncClient(transport=ASGITransport(metrics(tally)), base_url="http://private") as client:
        return await client.request(method, path)


async def test_the_counts_are_openmetrics(library: Library) -> None:
    """The answer is OpenMetrics text: what it is, one line for each cell that is shown, and the end."""
    answer = await ask(after_an_hour(library, MANY))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == TYPE
    assert answer.headers["cache-control"] == "no-store"
    kind, explained, *samples, end = answer.text.splitlines()
    assert kind == "# TYPE dhaal_arrivals gauge"
    assert explained.startswith("# HELP dhaal_arrivals ")
    assert end == "# EOF"
    assert all(map(SAMPLE.fullmatch, samples))
    assert samples == [
        'dhaal_arrivals{journey="law",locale="hi",group="Asia"} 10',
        'dhaal_arrivals{journey="start",locale="en",group="unknown"} 20',
    ]


async def test_nothing_else_is_told(library: Library) -> None:
    """There is no figure of the process, no time stamp and no sum; an hour without people is the frame alone."""
    empty = await ask(after_an_hour(library, []))
    few = await ask(after_an_hour(library, MANY[-9:]))
    assert few.content == empty.content
    assert [line for line in empty.text.splitlines() if not line.startswith("#")] == []
    assert "date" not in few.headers


async def test_order_does_not_show(library: Library) -> None:
    """The same arrivals in the opposite order give the same bytes."""
    one, other = await ask(after_an_hour(library, MANY)), await ask(after_an_hour(library, MANY[::-1]))
    assert one.content == other.content
    assert one.headers == other.headers


async def test_every_label_could_be_shown(library: Library) -> None:
    """Each journey, language and part of the world of the guide is a well-formed label."""
    journeys = {ref.partition(".")[0] for ref in library.book.steps}
    arrivals = [Cell(journey, locale, "Asia") for journey in journeys for locale in library.book.locales] * 10
    samples = exposition(after_an_hour(library, arrivals)).splitlines()[2:-1]
    assert len(samples) == len(journeys) * len(library.book.locales)
    assert all(map(SAMPLE.fullmatch, samples))


async def test_there_is_one_address(library: Library) -> None:
    """Other addresses and methods are refused; the guide itself is not behind this port."""
    tally = after_an_hour(library, MANY)
    assert [(await ask(tally, path)).status_code for path in ("/", "/metrics/", "/health", "/hooks/telegram")] == [404] * 4
    assert (await ask(tally, method="POST")).status_code == 405


async def test_a_port_of_its_own(library: Library) -> None:
    """The counts are shown on their own port of this machine, as long as the guide runs and no longer."""
    port = free_port()
    async with listening(metrics(Tally(library, lambda: NOON)), port):
        assert (await _asked(port)).status_code == 200
    with pytest.raises(ConnectError):
        await _asked(port)


async def test_a_port_that_is_taken(library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    """If another program has the port, one word says so, and the guide goes on."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        async with listening(metrics(Tally(library, lambda: NOON)), door.getsockname()[1]) as nothing:
            assert nothing is None
    assert "metrics closed" in capsys.readouterr().err


async def _asked(port: int) -> Response:
    async with AsyncClient() as client:
        return await client.get(f"http://127.0.0.1:{port}/metrics")
