"""Chromium, driven over its own protocol, so that it can be asked things with scripts off and under a strict CSP."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from selenium.webdriver import Chrome, ChromeOptions, ChromeService
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.command import Command
from selenium.webdriver.support.wait import WebDriverWait

CHROMIUM = "/usr/bin/chromium"
DRIVER = "/usr/bin/chromedriver"
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
AXE = files("axe_core_python").joinpath("axe.min.js").read_text("utf-8")
PATIENCE = 10  # seconds


class Browser:
    """One browser with a new profile, at a site."""

    def __init__(self, site: str, profile: Path, *, scripts: bool, asks: str = "ur,en") -> None:
        """Start it; `scripts` is the person's own setting, and so are the languages that it `asks` for."""
        options = ChromeOptions()
        options.binary_location = CHROMIUM
        for flag in (*FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        wishes = {"profile.default_content_setting_values.javascript": 1 if scripts else 2, "intl.accept_languages": asks}
        options.add_experimental_option("prefs", wishes)
        options.set_capability("goog:loggingPrefs", {"performance": "ALL"})
        self.site, self.scripts = site, scripts
        self.driver = Chrome(options, ChromeService(DRIVER))
        self.look()

    def look(self, width: int = 320, *, dark: bool = False) -> None:
        """Be a phone of this width, light or dark."""
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        metrics = {"width": width, "height": 640, "deviceScaleFactor": 1, "mobile": True}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": scheme})

    def open(self, path: str = "/") -> None:
        """Type an address."""
        self.driver.get(self.site + path)

    def ask(self, expression: str) -> Any:  # noqa: ANN401 - whatever the page answers
        """Evaluate in the page, past its policy, and wait for a promise."""
        asked = {"expression": expression, "returnByValue": True, "awaitPromise": True}
        answer = self.driver.execute_cdp_cmd("Runtime.evaluate", asked)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def see(self, selector: str) -> str:
        """Read the text of the first element."""
        return self.driver.find_element(By.CSS_SELECTOR, selector).text

    def click(self, selector: str) -> None:
        """Click on the first element and wait for the next page."""
        self.turn(self.driver.find_element(By.CSS_SELECTOR, selector).click)

    def show(self, press: str, chat: str, path: str = "/") -> None:
        """Go to a screen through the first button of a first page."""
        self.open(path)
        self.ask(f"document.querySelectorAll('[name=chat]').forEach(field => field.value = {json.dumps(chat)})")
        self.ask(f"document.querySelector('[name=press]').value = {json.dumps(press)}")
        self.click("[name=press]")

    def type(self, words: str) -> None:
        """Type words and press Enter."""
        self.turn(lambda: self.driver.find_element(By.ID, "words").send_keys(words, Keys.ENTER))

    def keys(self, *keys: str) -> None:
        """Press keys, one after the other."""
        ActionChains(self.driver).send_keys(*keys).perform()

    def turn(self, act: Any) -> None:  # noqa: ANN401 - any call
        """Do something and wait until another page stands there, complete."""
        self.ask("document.body.dataset.old = 1")
        act()
        fresh = "!!document.body && !document.body.dataset.old && document.readyState === 'complete'"
        self.wait(fresh)

    def wait(self, truth: str) -> None:
        """Wait until something is true in the page."""
        WebDriverWait(self.driver, PATIENCE, 0.02).until(lambda _: self.ask(truth))

    def axe(self) -> list[str]:
        """Give what axe objects to on this page: the rule and the element."""
        if not self.scripts:  # Chromium holds timers back where scripts are off
            self.ask("window.setTimeout = (act, _, ...given) => { Promise.resolve().then(() => act(...given)); return 0 };0")
        self.ask(AXE + ";0")
        found = self.ask("axe.run(document, {resultTypes: ['violations']}).then(found => found.violations)")
        return [f"{rule['id']}: {node['html']} {node['failureSummary']}" for rule in found for node in rule["nodes"]]

    def overflow(self) -> int:
        """Give how many pixels one would have to scroll sideways."""
        return int(self.ask("document.scrollingElement.scrollWidth - document.documentElement.clientWidth"))

    def log(self, kind: str) -> list[dict[str, Any]]:
        """Take what the browser noted since the last look."""
        return list(self.driver.execute(Command.GET_LOG, {"type": kind})["value"])

    def hosts(self) -> set[str]:
        """Give every host that was asked for anything since the last look."""
        lines = (json.loads(entry["message"])["message"] for entry in self.log("performance"))
        urls = (line["params"]["request"]["url"] for line in lines if line["method"] == "Network.requestWillBeSent")
        return {urlsplit(url).netloc for url in urls if not url.startswith("data:")}
