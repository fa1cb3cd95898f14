"""A person with a browser: the real web chat over ASGI, its page read as a browser reads it, without scripts."""

from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Final

from httpx import ASGITransport, AsyncClient

from bot.channels.web import application
from bot.settings import Settings
from bot.talk.conversation import Conversation

from .player import one_line

BLOCKS: Final = {"p", "li", "h2", "section", "ol", "ul"}
ADDRESS: Final = "http://guide.test/"


class Form:
    """A form of the page: its class, its fields, its buttons by label."""

    def __init__(self, name: str) -> None:
        """Begin empty."""
        self.name = name
        self.fields: dict[str, str] = {}
        self.buttons: list[tuple[str, str]] = []


class Sheet(HTMLParser):
    """The page: the words of its message, and its forms."""

    def __init__(self, html: str) -> None:
        """Read a page."""
        super().__init__()
        self.said: list[str] = []
        self.forms: list[Form] = []
        self._open: list[tuple[str, bool]] = []  # the elements we are in, and whether each hides what is in it
        self._lists: list[int] = []
        self._button: str | None = None
        self._label: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Go into an element."""
        found = {name: value or "" for name, value in attrs}
        if tag in {"meta", "link", "input"}:
            self._field(found)
            return
        hidden = "hidden" in found or found.get("class") == "number" or tag in {"h1", "form", "head", "header", "footer"}
        self._open.append((tag, hidden))
        if tag == "form":
            self.forms.append(Form(found.get("class", "")))
        elif tag == "button":
            self._button, self._label = found.get("value", ""), []
        elif tag in {"ol", "ul"}:
            self._lists.append(1 if tag == "ol" else 0)
        elif tag == "li":
            self._mark()
        if tag in BLOCKS:
            self.said.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """Come out of an element."""
        while self._open and self._open.pop()[0] != tag:
            pass
        if tag == "button" and self._button is not None:
            self.forms[-1].buttons.append((one_line("".join(self._label)), self._button))
            self._button = None
        elif tag in {"ol", "ul"}:
            self._lists.pop()

    def handle_data(self, data: str) -> None:
        """Take words: a button's label, or the message's."""
        if self._button is not None:
            if not any(tag == "span" and hidden for tag, hidden in self._open):
                self._label.append(data)
        elif any(tag == "main" for tag, _ in self._open) and not any(hidden for _, hidden in self._open):
            self.said.append(data)

    def _field(self, found: Mapping[str, str]) -> None:
        if self.forms and found.get("type") == "hidden":
            self.forms[-1].fields[found["name"]] = found["value"]

    def _mark(self) -> None:
        """Write the mark that a browser shows before an item."""
        place = self._lists[-1]
        self.said.append(f" {place}. " if place else " - ")
        self._lists[-1] += bool(place)


class WebPlayer:
    """Plays a story on the web."""

    channel = "web"

    text: str
    choices: tuple[str, ...]
    controls: tuple[str, ...]

    def __init__(self, conversation: Conversation) -> None:
        """Open a browser in front of a talk."""
        self.text, self.choices, self.controls = "", (), ()
        self._client = AsyncClient(transport=ASGITransport(application(conversation, Settings())), base_url=ADDRESS)
        self._sheet = Sheet("")

    async def open(self) -> None:
        """Go to the address."""
        self._show((await self._client.get("/")).text)

    async def press(self, which: str | int) -> None:
        """Press a button."""
        label = self.choices[which - 1] if isinstance(which, int) and 0 < which <= len(self.choices) else which
        found = [(form, value) for form in self._sheet.forms for name, value in form.buttons if name == label and value]
        if not found:
            raise LookupError(which, self.choices, self.controls)
        form, value = found[0]
        await self._send({**form.fields, "press": value})

    async def type(self, words: str) -> None:
        """Fill the one input and send it."""
        form = next(form for form in self._sheet.forms if "words" in form.name.split())
        await self._send({**form.fields, "words": words})

    async def leave(self) -> None:
        """Press the last control."""
        await self.press(self.controls[-1])

    async def close(self) -> None:
        """Close the browser."""
        await self._client.aclose()

    async def _send(self, fields: Mapping[str, str]) -> None:
        answer = await self._client.post("/", data=dict(fields))
        assert answer.status_code == 200, answer.status_code
        self._show(answer.text)

    def _show(self, html: str) -> None:
        self._sheet = Sheet(html)
        self.text = one_line("".join(self._sheet.said))
        self.choices = self._labels("choices")
        self.controls = self._labels("controls")

    def _labels(self, name: str) -> tuple[str, ...]:
        return tuple(label for form in self._sheet.forms if name in form.name.split() for label, _ in form.buttons)
