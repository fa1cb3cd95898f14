"""A helper takes over on the web page, in real Chromium: with scripts the page follows by itself, without them by a button."""

import asyncio
import os
import re
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
import uvicorn
from selenium.webdriver.common.by import By
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route

from bot.channels.web import application
from bot.content.library import Library
from bot.core.private import Private
from bot.settings import Settings
from bot.stores.memory import Memory
from bot.talk.conversation import Conversation, Desk
from bot.talk.handoff.back import Closed, Words
from bot.talk.handoff.counter import Access, Rules
from bot.talk.handoff.exchange import Clocks, Exchange
from bot.talk.handoff.front import Over
from bot.talk.handoff.local import Local
from bot.talk.keys import Keys
from tests.conftest import NOON

from .chrome import CHROMIUM, DRIVER, Browser
from .guide import SECRET

pytestmark = pytest.mark.browser

SHOTS = Path(os.environ.get("DHAAL_SHOTS", ""))  # where pictures are laid, to be looked at
PATIENCE = 15
WAITING, TALKING, ENDED = "We have asked the helpers.", "A helper is with you now.", "The helper has ended the talk."


@dataclass
class Behind:
    """The helpers behind one page, in a loop of their own."""

    library: Library
    loop: asyncio.AbstractEventLoop
    exchange: Exchange = field(init=False)
    words: list[str] = field(default_factory=list)
    closed: list[Over] = field(default_factory=list)

    def app(self, leave_url: str) -> Starlette:
        """Build the web chat."""
        self.exchange = Exchange(Local(), Memory(), Keys(SECRET), Clocks(lambda: NOON, monotonic))
        talk = Conversation(self.library, Keys(SECRET), lambda: NOON, None, Desk(lambda: Access.OPEN, Rules()))
        return application(talk, Settings(leave_url=leave_url), self.exchange)

    async def run(self, stop: asyncio.Event) -> None:
        """Sit at the desk and take whatever comes."""
        async with self.exchange.running():
            self.seat = self.exchange.back.sit("asha")
            task = asyncio.create_task(self._listen())
            await stop.wait()
            task.cancel()

    async def _listen(self) -> None:
        while True:
            change = await self.seat.next()
            if isinstance(change, Words):
                self.words.append(change.words.reveal())
            if isinstance(change, Closed):
                self.closed.append(change.why)

    def do(self, act: Coroutine[Any, Any, object]) -> object:
        """Do something at the desk."""
        return asyncio.run_coroutine_threadsafe(act, self.loop).result(PATIENCE)

    @property
    def case(self) -> str:
        """Wait for the only case, and give it."""
        until(lambda: len(self.seat.cases) == 1)
        return self.seat.cases[0].case

    def take(self) -> None:
        """Take it."""
        assert self.do(self.seat.take(self.case))

    def says(self, words: str) -> None:
        """Say something."""
        assert self.do(self.seat.tell(self.case, Private(words)))

    def ends(self, why: Over = Over.ENDED) -> None:
        """End it."""
        assert self.do(self.seat.end(self.case, why))


def until(done: Callable[[], object]) -> None:
    """Wait until something is true."""
    ends = monotonic() + PATIENCE
    while not done():
        assert monotonic() < ends
        sleep(0.02)


SCRIPTS = pytest.mark.parametrize("page", [True], ids=["scripts"], indirect=True)  # without them nothing comes by itself


@pytest.fixture
def behind(library: Library, urdu: Library) -> Iterator[tuple[str, Behind, Behind]]:
    """Serve the guide with helpers at /, and in Urdu at /ur."""
    loop = asyncio.new_event_loop()
    english, other = Behind(library, loop), Behind(urdu, loop)
    with socket.create_server(("127.0.0.1", 0)) as door:
        address = f"http://127.0.0.1:{door.getsockname()[1]}"
        weather = Route("/weather", lambda _: HTMLResponse("<!doctype html><html lang=en><title>W</title><h1>Weather</h1>"))
        leave = f"{address}/weather"
        app = Starlette(routes=[weather, Mount("/ur", other.app(leave)), Mount("/", english.app(leave))])
        server = uvicorn.Server(uvicorn.Config(app, ws="none", log_config=None, server_header=False, access_log=False))
        stop = asyncio.Event()

        async def serve() -> None:
            desks = [asyncio.create_task(one.run(stop)) for one in (english, other)]
            await server.serve([door])
            stop.set()
            await asyncio.gather(*desks)

        thread = threading.Thread(target=lambda: english.loop.run_until_complete(serve()))
        thread.start()
        until(lambda: server.started and hasattr(other, "seat"))
        yield address, english, other
        server.should_exit = True
        thread.join()
    loop.close()


@pytest.fixture(params=[True, False], ids=["scripts", "plain"])
def page(request: pytest.FixtureRequest, behind: tuple[str, Behind, Behind], tmp_path: Path) -> Iterator[Browser]:
    """Open a browser with scripts, and one without."""
    if not (Path(CHROMIUM).exists() and Path(DRIVER).exists()):
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("NOT TESTED IN A BROWSER: install chromium.")
    browser = Browser(behind[0], tmp_path / "profile", scripts=request.param)
    yield browser
    browser.driver.quit()


def press(page: Browser, label: str) -> None:
    """Press a button by its label."""
    buttons = page.driver.find_elements(By.CSS_SELECTOR, "button")
    found = next(button for button in buttons if re.sub(r"^\d+\s+", "", button.text.strip()) == label)
    page.turn(found.click)


def ask(page: Browser, path: str = "/", labels: tuple[str, ...] = ()) -> None:
    """Ask for a helper."""
    page.open(path)
    english = (
        "English",
        "Yes, go on",
        "It is about me",
        "Talk to a person",
        "India",
        "A helper in this chat",
        "Yes, ask for a helper",
    )
    for label in labels or english:
        press(page, label)


def sees(page: Browser, words: str) -> None:
    """Wait until words stand there: by itself with scripts, else by looking."""

    def there() -> bool:
        with suppress(Exception):
            if words in page.see("main"):
                return True
            if not page.scripts:
                press(page, "See what is new")
        return False

    until(there)


def sound(page: Browser, name: str) -> None:
    """Hold the page against axe and a narrow phone, by day and by night, and take pictures."""
    for dark in (False, True):
        page.look(dark=dark)
        assert page.overflow() == 0
        assert page.axe() == []
        if SHOTS.name:
            page.driver.save_screenshot(
                str(SHOTS / f"{name}-{'dark' if dark else 'light'}-{'js' if page.scripts else 'plain'}.png")
            )
    page.look()


def said(page: Browser) -> list[str]:
    """List what was said."""
    return [line.text for line in page.driver.find_elements(By.CSS_SELECTOR, ".said li")]


def test_a_talk(page: Browser, behind: tuple[str, Behind, Behind]) -> None:
    """Consent, the queue, a talk, the end: all is said, sound for axe, and at the end nothing of it is left on the page."""
    _, desk, _ = behind
    page.open("/")
    for label in ("English", "Yes, go on", "It is about me", "Talk to a person", "India", "A helper in this chat"):
        press(page, label)
    sound(page, "consent")
    press(page, "Without: Country")
    sound(page, "left-out")
    press(page, "Yes, ask for a helper")
    assert WAITING in page.see("main")
    sound(page, "waiting")
    desk.take()
    sees(page, TALKING)
    page.type("I am <b>scared</b> & alone. " + "x" * 80)
    page.type("menu")
    until(lambda: len(desk.words) == 2)
    desk.says("You are safe here. " * 8)
    sees(page, "Helper: You are safe here.")
    assert said(page)[1] == "You: menu"
    sound(page, "talk")
    press(page, "I need help now")
    assert "You come first now." in page.see("main")
    desk.says("I am still here.")
    if page.scripts:
        sees(page, "I am still here.")
    sound(page, "help-beside")
    press(page, "Talk to a person")
    assert said(page)[-1] == "Helper: I am still here."
    desk.ends()
    sees(page, ENDED)
    assert said(page) == []
    assert "scared" not in page.ask("document.documentElement.innerHTML")
    sound(page, "ended")


def test_nothing_is_kept_in_the_browser(page: Browser, behind: tuple[str, Behind, Behind]) -> None:
    """Neither storage nor cookies hold anything of the talk, and Back leads out of it."""
    _, desk, _ = behind
    ask(page)
    desk.take()
    sees(page, TALKING)
    page.type("canary-word")
    kept = "JSON.stringify([localStorage, sessionStorage, document.cookie, location.href, document.title, history.state])"
    assert "canary" not in page.ask(kept)
    assert page.ask("localStorage.length + sessionStorage.length") == 0
    if page.scripts:
        assert page.ask("history.length") == 2


@SCRIPTS
def test_words_are_not_lost_while_one_types(page: Browser, behind: tuple[str, Behind, Behind]) -> None:
    """With scripts, what comes from the helper leaves alone what is being typed, and the focus is still there."""
    _, desk, _ = behind
    ask(page)
    desk.take()
    sees(page, TALKING)
    page.type("first")
    assert page.ask("document.activeElement.id") == "words"
    page.driver.find_element(By.ID, "words").send_keys("half a sent")
    for number in range(12):
        desk.says(f"line {number}, long enough to take more than one row of a small phone")
    sees(page, "line 11,")
    assert page.ask("document.querySelector('#words').value") == "half a sent"
    assert page.ask("document.activeElement.id") == "words"
    box = page.ask("document.querySelector('#words').getBoundingClientRect().toJSON()")
    assert box["top"] > 0
    assert box["bottom"] <= page.ask("innerHeight")
    if SHOTS.name:
        page.driver.save_screenshot(str(SHOTS / "typing.png"))
    changed = (
        "new Promise(done => new MutationObserver(found => done(found.flatMap(one => [...one.addedNodes])"
        ".map(it => it.textContent))).observe(document.querySelector('.said'), {childList: true}))"
    )
    seen = asyncio.run_coroutine_threadsafe(asyncio.to_thread(page.ask, changed), desk.loop)
    sleep(0.5)
    desk.says("one more")
    assert seen.result(PATIENCE) == ["Helper: one more"]


@SCRIPTS
@pytest.mark.parametrize("how", ["leave", "escape", "close"])
def test_going_away_ends_it(page: Browser, behind: tuple[str, Behind, Behind], how: str) -> None:
    """With scripts, whoever leaves or closes the page is not waited for: the helper knows at once."""
    _, desk, _ = behind
    ask(page)
    desk.take()
    sees(page, TALKING)
    if how == "leave":
        page.driver.find_element(By.CSS_SELECTOR, ".leave").click()
    elif how == "escape":
        page.keys("\ue00c", "\ue00c")
    else:
        page.driver.get("about:blank")
    until(lambda: desk.closed == [Over.STOPPED])


@pytest.mark.parametrize("why", [Over.NOBODY, Over.BLOCKED])
def test_who_else_can_be_called(page: Browser, behind: tuple[str, Behind, Behind], why: Over) -> None:
    """Where no helper can help, people who can be called stand there, with a way to call them."""
    _, desk, _ = behind
    ask(page)
    if why is Over.BLOCKED:
        desk.take()
        desk.ends(why)
    else:
        (own,) = desk.exchange.front.cases
        desk.do(desk.exchange.front.end(own, why))
    sees(page, "These people m")
    assert page.driver.find_elements(By.CSS_SELECTOR, "a[href^='tel:']")
    sound(page, why.name.lower())


def test_right_to_left(page: Browser, behind: tuple[str, Behind, Behind], urdu: Library) -> None:
    """The same holds in Urdu; what each side says is read in its own direction."""
    _, _, desk = behind
    speech = Conversation(urdu, Keys(SECRET), lambda: NOON).speech("ur")
    page.open("/ur/")
    page.click("[name=press]")
    page.click("[name=press]")
    for _ in range(1):
        page.click(".choices [name=press]")
    buttons = {button.text.strip(): button for button in page.driver.find_elements(By.CSS_SELECTOR, ".controls button")}
    page.turn(list(buttons.values())[1].click)
    press(page, speech.territory("IN"))
    page.turn(page.driver.find_elements(By.CSS_SELECTOR, ".choices button")[1].click)
    sound(page, "ur-consent")
    page.click(".choices [name=press]")
    sound(page, "ur-waiting")
    desk.take()
    until(lambda: bool(desk.seat.cases[0].agent))
    if not page.scripts:
        page.click(".choices [name=press]")
    else:
        page.wait("document.querySelector('#talk').innerText.length > 0")
    page.type("میں ڈری ہوئی ہوں 123 hello")
    desk.says("I am here: آپ محفوظ ہیں۔")

    def both() -> bool:
        if not page.scripts:
            page.click(".choices [name=press]")
        return len(said(page)) == 2

    until(both)
    assert page.ask("document.documentElement.dir") == "rtl"
    sound(page, "ur-talk")
    desk.ends()
