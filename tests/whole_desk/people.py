"""People who ask for a helper: on the web, and on the peer's Telegram."""

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Final

import httpx

from tests.canary.rooms import Server
from tests.contract.player import one_line
from tests.contract.web import Sheet
from tests.peers.people import Person

from .helpers import until

A_PERSON: Final = "Talk to a person"
HELPER: Final = "A helper in this chat"
ASK: Final = "Yes, ask for a helper"
STOP: Final = "Stop"
QUEUE: Final = "Your place in the queue"
TALKING: Final = "A helper is with you now"
LOOKS: Final = re.compile(r'data-look="([^"]+)"')


@dataclass
class Visitor:
    """Somebody at the web chat, without scripts but with their looks. `pages` is every byte that came."""

    server: Server
    html: str = ""
    pages: list[bytes] = field(default_factory=list)

    @property
    def site(self) -> str:
        """Give the address."""
        return f"http://127.0.0.1:{self.server.port}/"

    @property
    def sheet(self) -> Sheet:
        """Read the page."""
        return Sheet(self.html)

    @property
    def text(self) -> str:
        """Give the words of the page."""
        return one_line("".join(self.sheet.said))

    @property
    def labels(self) -> list[str]:
        """List the buttons."""
        return [label for form in self.sheet.forms for label, _ in form.buttons]

    def open(self) -> "Visitor":
        """Go to the address."""
        self._take(httpx.get(self.site).content)
        return self

    def press(self, label: str) -> str:
        """Press a button."""
        found = [(form, value) for form in self.sheet.forms for name, value in form.buttons if label in name and value]
        assert found, (label, self.labels)
        return self._post({**found[0][0].fields, "press": found[0][1]})

    def say(self, words: str) -> str:
        """Type."""
        form = next(form for form in self.sheet.forms if "words" in form.name.split())
        return self._post({**form.fields, "words": words})

    def look(self) -> str:
        """Look for what is new, as the page's script does."""
        found = LOOKS.search(self.html)
        if not found:
            return self.text
        form = next(form for form in self.sheet.forms if "choices" in form.name.split())
        return self._post({**form.fields, "press": unescape(found[1])})

    def sees(self, words: str, seconds: float = 20.0) -> str:
        """Look again and again until some words are there."""
        until(lambda: words in self.text or words in self.look(), seconds, f"{words!r} on the page")
        return self.text

    def to_the_desk(self) -> "Visitor":
        """Go from the first screen to the consent, through a country."""
        self.open().press("English")
        self.press("Yes, go on")
        self.press(A_PERSON)
        self.press("India")
        until(lambda: HELPER in self.labels or self._again(), what="A helper on the page")
        self.press(HELPER)
        return self

    def _again(self) -> bool:
        """Draw the page anew: whether a helper is there is decided as it is drawn."""
        self.press("Back")
        self.press("India")
        return HELPER in self.labels

    def ask(self) -> "Visitor":
        """Ask for a helper with all that is shown."""
        self.press(ASK)
        assert QUEUE in self.text, self.text
        return self

    def _post(self, fields: dict[str, str]) -> str:
        self._take(httpx.post(self.site, data=fields).content)
        return self.text

    def _take(self, page: bytes) -> None:
        self.pages.append(page)
        self.html = page.decode()


@dataclass
class Chatter:
    """Somebody on Telegram."""

    person: Person

    def to_the_desk(self) -> "Chatter":
        """Go from a settled chat to the consent, through a country if none is known."""
        until(self._there, what="A helper in the chat")
        return self.go(HELPER)

    def ask(self) -> "Chatter":
        """Ask for a helper with all that is shown."""
        self.go(ASK)
        self.sees(QUEUE)
        return self

    def go(self, label: str) -> "Chatter":
        """Tap the newest button whose label holds some words, and wait for what follows."""
        until(lambda: any(label in one for one in self.labels), what=f"A button {label!r}")
        self.person.go(next(one for one in reversed(self.labels) if label in one))
        return self

    def sees(self, words: str, seconds: float = 20.0) -> str:
        """Wait until the chat shows some words."""
        self.person.wait_for(lambda shown: any(words in one.text for one in shown), seconds)
        return self.text

    @property
    def text(self) -> str:
        """Give all that the chat shows."""
        return "\n".join(message.text for message in self.person.see())

    @property
    def labels(self) -> list[str]:
        """List the buttons of the chat."""
        return [button.label for message in self.person.see() for button in message.buttons]

    def _there(self) -> bool:
        """Tell whether a helper can be asked; that is decided when the screen is drawn, so it is drawn anew."""
        if not self._offers("India"):
            self.go(A_PERSON)
        if self._offers("India"):
            self.go("India")
        if not self._offers(HELPER):
            self.go("Back")
        return self._offers(HELPER)

    def _offers(self, label: str) -> bool:
        return any(label in one for one in self.labels)
