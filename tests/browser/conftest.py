"""A real Chromium before the real guide, served on the loopback."""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route

from bot import wiring
from bot.channels.web import application
from bot.content.library import Library, read
from bot.settings import Settings
from tests.channels.visitor import Stumbling

from .chrome import CHROMIUM, DRIVER, Browser
from .guide import conversation

Open = Callable[..., Browser]


@pytest.fixture(scope="session")
def urdu(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Give the content with Urdu, which is written from right to left, as its first language."""
    flows = tmp_path_factory.mktemp("urdu") / "flows"
    copytree(wiring.home() / "flows", flows)
    page = flows / "languages.yaml"
    head, _, rows = page.read_text("utf-8").partition("languages:\n")
    first = sorted(rows.splitlines(), key=lambda row: "tag: ur," not in row)
    page.write_text("\n".join([head + "languages:", *first, ""]), "utf-8")
    return read(flows, wiring.home() / "locales")


async def _weather(_: Request) -> HTMLResponse:
    return HTMLResponse("<!doctype html><html lang=en><title>Weather</title><link rel=icon href=data:,><h1>Weather</h1>")


def _app(library: Library, urdu: Library, settings: Settings) -> Starlette:
    return Starlette(
        routes=[
            Route("/weather", _weather),
            Mount("/ur", application(conversation(urdu), settings)),
            Mount("/broken", application(conversation(library, Stumbling), settings)),
            Mount("/", application(conversation(library), settings)),
        ]
    )


@pytest.fixture(scope="session")
def site(library: Library, urdu: Library) -> Iterator[str]:
    """Serve the guide at /, in Urdu at /ur, failing at /broken, and a neutral page at /weather; give the address."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        address = f"http://127.0.0.1:{door.getsockname()[1]}"
        app = _app(library, urdu, Settings(leave_url=f"{address}/weather"))
        server = uvicorn.Server(uvicorn.Config(app, ws="none", log_config=None, server_header=False, access_log=False))
        thread = threading.Thread(target=server.run, args=([door],))
        thread.start()
        yield address
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def browsers(site: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    """Open browsers, each with a new empty profile, and close them all at the end."""
    missing = [path for path in (CHROMIUM, DRIVER) if not Path(path).exists()]
    if missing:
        say = f"NOT TESTED IN A BROWSER: {' and '.join(missing)} missing. Install chromium and chromium-driver."
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(say)
    opened: list[Browser] = []

    def start(*, scripts: bool = True) -> Browser:
        opened.append(Browser(site, tmp_path_factory.mktemp("profile"), scripts=scripts))
        return opened[-1]

    yield start
    for browser in opened:
        browser.driver.quit()


@pytest.fixture(scope="module", params=[True, False], ids=["scripts", "plain"])
def browser(request: pytest.FixtureRequest, browsers: Open) -> Browser:
    """Give a browser with scripts, and one without."""
    return browsers(scripts=request.param)


@pytest.fixture
def scripted(browsers: Open) -> Browser:
    """Give a fresh browser with scripts."""
    return browsers()
