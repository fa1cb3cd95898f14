"""The people behind a WhatsApp number, what the number sent to them, and the webhooks that tell what they do."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from typing import Any, Final, Protocol, TypeAlias

from tests.peers.chats import PATIENCE, PatienceError

Json: TypeAlias = dict[str, Any]

CODE: Final = 2  # letters at the end of what a button carries
NUMBERS: Final = count(1)


@dataclass(frozen=True, eq=False)
class Sent:
    """A message that Meta took: to whom, the whole JSON, and its id."""

    body: Json
    id: str = field(default_factory=lambda: f"wamid.T{next(NUMBERS):08}")
    at: float = field(default_factory=time.monotonic)

    @property
    def to(self) -> str:
        """Give the telephone number it is for, or Meta's name of the person."""
        return str(self.body.get("to") or self.body.get("recipient"))

    @property
    def text(self) -> str:
        """Give what it says."""
        match self.body:
            case {"text": {"body": str(text)}} | {"interactive": {"body": {"text": str(text)}}}:
                return text
            case {"document": {"caption": str(text)}}:
                return text
            case _:
                return ""

    @cached_property
    def buttons(self) -> dict[str, str]:
        """Give what each button or row carries, by its title."""
        match self.body:
            case {"interactive": {"action": {"buttons": [*buttons]}}}:
                return {one["reply"]["title"]: one["reply"]["id"] for one in buttons}
            case {"interactive": {"action": {"sections": [*sections]}}}:
                return {row["title"]: row["id"] for section in sections for row in section["rows"]}
            case _:
                return {}

    @property
    def opener(self) -> str:
        """Give the label of the button that opens a list, if it is one."""
        match self.body:
            case {"interactive": {"action": {"button": str(opener)}}}:
                return opener
            case _:
                return ""

    @property
    def link(self) -> str:
        """Give the address behind a link button or of a document."""
        match self.body:
            case {"interactive": {"action": {"parameters": {"url": str(url)}}}} | {"document": {"link": str(url)}}:
                return url
            case _:
                return ""

    def find(self, label: str) -> tuple[str, str]:
        """Find a button by its title, or by the last two letters that it carries; give its title and all that it carries.

        Raises:
            PatienceError: if there is none.
        """
        for title, data in self.buttons.items():
            if label in {title, data[-CODE:]}:
                return title, data
        message = f"There is no button {label!r} among {[*self.buttons]}."
        raise PatienceError(message)


class Number(Protocol):
    """What somebody needs of the number that they write to."""

    @property
    def sent(self) -> list[Sent]:
        """Give what it sent."""

    phone_id: str
    number: str

    def bring_soon(self, payload: Json) -> None:
        """Deliver a webhook, again and again until it is taken."""

    def wait_until(self, done: Callable[[], bool], seconds: float = PATIENCE) -> None:
        """Wait."""

    def payload(self, *changes: Json) -> Json:
        """Write a webhook that tells of these changes."""


@dataclass(eq=False)
class Person:
    """Somebody with WhatsApp. Without `phone` they have a username, and the number is not told who they are."""

    api: Number
    phone: str
    user_id: str
    name: str

    # What they see

    @property
    def got(self) -> list[Sent]:
        """Give all that was sent to them."""
        return [one for one in [*self.api.sent] if one.to in {self.phone or self.user_id, self.user_id}]

    @property
    def last(self) -> Sent:
        """Give the newest message."""
        return self.got[-1]

    def wait_for(self, words: str, seconds: float = PATIENCE) -> Sent:
        """Wait until the newest message holds some words.

        Raises:
            PatienceError: if it does not come.
        """
        try:
            self.api.wait_until(lambda: words in (self.got or [Sent({})])[-1].text, seconds)
        except PatienceError:
            message = f"No message with {words!r}; the newest: {[one.text[:200] for one in self.got[-2:]]}"
            raise PatienceError(message) from None
        return self.last

    # What they do

    def type(self, words: str) -> Sent:
        """Type something, and wait for the answer."""
        return self._answered(text(words))

    def tap(self, label: str, on: Sent | None = None) -> Sent:
        """Tap a button or a row of the newest message, or of another, and wait for the answer."""
        return self._answered(self.reply(label, on))

    def send(self, message: Json) -> None:
        """Send any message; its id, its time and who sent it are filled in where they are missing."""
        self.api.bring_soon(self.api.payload(self.change(message)))

    def reply(self, label: str, on: Sent | None = None) -> Json:
        """Write the tap on a button, without sending it."""
        under = on or self.last
        title, data = under.find(label)
        kind = "list_reply" if under.opener else "button_reply"
        return tapped(kind, data, title) | {"context": {"from": self.api.number, "id": under.id}}

    def change(self, *messages: Json, **value: Any) -> Json:  # noqa: ANN401 - any JSON
        """Write the part of a webhook that tells what they did."""
        contact: Json = {"profile": {"name": self.name}, "user_id": self.user_id} | (
            {"wa_id": self.phone} if self.phone else {}
        )
        metadata = {"display_phone_number": self.api.number, "phone_number_id": self.api.phone_id}
        told = [self.written(message) for message in messages]
        whole = {"messaging_product": "whatsapp", "metadata": metadata, "contacts": [contact], "messages": told, **value}
        return {"field": "messages", "value": whole}

    def written(self, message: Json) -> Json:
        """Fill in who, when, and under what id."""
        who = {"from_user_id": self.user_id} | ({"from": self.phone} if self.phone else {})
        return who | {"id": f"wamid.F{next(NUMBERS):08}", "timestamp": str(int(time.time()))} | message

    def _answered(self, message: Json) -> Sent:
        before = len(self.got)
        self.send(message)
        self.api.wait_until(lambda: len(self.got) > before)
        return self.last


def text(words: str) -> Json:
    """Write typed words."""
    return {"type": "text", "text": {"body": words}}


def tapped(kind: str, data: str, title: str) -> Json:
    """Write a tap: `kind` is "button_reply" or "list_reply"."""
    return {"type": "interactive", "interactive": {"type": kind, kind: {"id": data, "title": title}}}
