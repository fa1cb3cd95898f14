"""Reads what Meta brings: who did what, as far as the guide looks. Files are never fetched, names never looked at."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from bot.core.private import Private
from bot.log import Moment, note
from bot.talk.ports import Input, Media, Opened, Press, Words
from bot.talk.seal import LENGTH

OBJECT: Final = "whatsapp_business_account"
FIELD: Final = "messages"
LONGEST: Final = 65_536  # characters of a message; a helper should see all of them
PLAN: Final = re.compile(rf"\s*([A-Za-z0-9_-]{{{LENGTH}}})\s*", re.ASCII)  # what the link to a shared page lets a person send
SENT: Final = frozenset({"audio", "contacts", "document", "image", "location", "order", "sticker", "video", "voice"})
SILENT: Final = frozenset({"edit", "reaction", "revoke", "system"})  # wants no answer: a changed caption, a mark, a deletion
DIGITS: Final = 10  # of a time in seconds, until the year 2286
Raw: TypeAlias = dict[str, Any]  # a part of Meta's payload, whatever it holds


@dataclass(frozen=True, slots=True)
class Chat:
    """Where to answer. `phone` is a telephone number, `user` Meta's name of this person for one business; one may be missing.

    A person with a username has no number for us since 2026; everybody has a `user` since then (LIMITS.md).
    """

    phone: str
    user: str

    @property
    def name(self) -> str:
        """Give what this chat is called in seals and in the store: what stays when the other is hidden or shown."""
        return self.user or self.phone


@dataclass(frozen=True, slots=True)
class Received:
    """A person did something. `at` is when Meta took it; `ours` is our own number, for links that lead here."""

    chat: Private[Chat]
    number: str
    at: datetime
    ours: str
    input: Input


def read(payload: object, phone_id: str) -> Iterator[Received]:
    """Read a batch: everything for one of our numbers that wants an answer. What we fail to read is stepped over."""
    match payload:
        case {"object": str(what), "entry": list(entries)} if what == OBJECT:
            for value in _values(entries):
                if _tried(value, phone_id):
                    yield from _messages(value)
        case _:
            note(Moment.FAILED)


def _values(entries: list[Any]) -> Iterator[Raw]:
    for entry in entries:
        match entry:
            case {"changes": list(changes)}:
                yield from (one["value"] for one in changes if _holds(one))
            case _:
                note(Moment.FAILED)


def _holds(change: object) -> bool:
    return isinstance(change, dict) and change.get("field") == FIELD and isinstance(change.get("value"), dict)


def _tried(value: Raw, phone_id: str) -> bool:
    """Tell whether a change is for our number; note what could not be delivered, by Meta's number for the reason alone."""
    match value:
        case {"metadata": {"phone_number_id": str(number)}} if number == phone_id:
            for code in _failures([value, *_list(value.get("statuses"))]):
                note(Moment.UNDELIVERED, code=code)
            return True
        case _:
            return False


def _list(found: object) -> list[Any]:
    return found if isinstance(found, list) else []


def _failures(statuses: list[Any]) -> Iterator[int]:
    """Give Meta's numbers for what it could not deliver, or could not bring us."""
    for status in statuses:
        match status:
            case {"errors": [{"code": int(code)}, *_]}:
                yield code
            case _:
                pass


def _messages(value: Raw) -> Iterator[Received]:
    messages, contacts = value.get("messages"), value.get("contacts")
    known = [one for one in _list(contacts) if isinstance(one, dict)]
    ours = re.sub(r"\D", "", str(value["metadata"].get("display_phone_number", "")))
    for message in _list(messages):
        match message:
            case {"id": str(number), "group_id": _}:  # the guide works in private alone
                continue
            case {"id": str(number)}:
                chat, what = _chat(message, known), _input(message)
                if what is not None and chat.name:
                    yield Received(Private(chat), number, _time(message.get("timestamp")), ours, what)
            case _:
                note(Moment.FAILED)


def _chat(message: Raw, contacts: list[Raw]) -> Chat:
    """Find who wrote: their number and their name at Meta, in the message or in the contact that goes with it."""
    phone, user = _text(message.get("from")), _text(message.get("from_user_id"))
    mine = [one for one in contacts if phone == one.get("wa_id", "-") or user == one.get("user_id", "-")]
    contact = next(iter(mine or (contacts if len(contacts) == 1 else [])), {})
    return Chat(phone or _text(contact.get("wa_id")), user or _text(contact.get("user_id")))


def _text(found: object) -> str:
    return found if isinstance(found, str) else ""


def _time(stamp: object) -> datetime:
    """Read when it was sent; now, if that cannot be read."""
    text = str(stamp)
    return datetime.fromtimestamp(int(text), UTC) if text.isdecimal() and len(text) <= DIGITS else datetime.now(UTC)


def _input(message: Raw) -> Input | None:  # noqa: PLR0911 - one answer for each kind of message
    """Tell what was sent: a tap, words, or something that is not looked at; None if it wants no answer."""
    match message:
        case {"type": "interactive", "interactive": {"button_reply": {"id": str(data)}} | {"list_reply": {"id": str(data)}}}:
            return Press(data)
        case {"type": "interactive"}:
            return Press("")
        case {"type": "text", "context": {"forwarded": True} | {"frequently_forwarded": True}}:
            return Media()
        case {"type": "text", "text": {"body": str(words)}} | {"type": "button", "button": {"text": str(words)}}:
            return _words(words)
        case {"type": "edit", "edit": {"message": {"type": "text", "text": {"body": str(words)}}}}:
            return _words(words)
        case {"type": "request_welcome"}:
            return Opened()
        case {"type": str(kind)} if kind in SENT:
            return Media()
        case {"type": str(kind)} if kind in SILENT:
            return None
        case _:  # Meta could not bring it, or it is of a kind that is newer than this guide
            return Media(lost=True)


def _words(words: str) -> Input:
    plan = PLAN.fullmatch(words)
    return Opened(plan=plan[1]) if plan else Words(Private(words[:LONGEST]))
