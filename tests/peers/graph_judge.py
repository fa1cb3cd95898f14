"""What is wrong with a message to WhatsApp: by Meta's published schema, by our own table of limits, and by what neither says.

The schema is an extract (tests/peers/meta/README.md). It does not know link buttons, the name of a person without a number,
or that a text has an end; those rules stand here, with their source in the limits' own table.
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from bot.channels.limits import WHATSAPP

Json: TypeAlias = dict[str, Any]

WHERE: Final = Path(__file__).parent / "meta/cloud_api.json"
assert WHATSAPP.menus is not None
MENUS: Final = WHATSAPP.menus
ID: Final = 256  # of a button; a row has less, and that is in the table
LINK_LABEL: Final = 20
URL: Final = re.compile(r"https?://[^\s]{4,2000}")
SHARE: Final = re.compile(r"https://wa\.me/[0-9]{7,15}\?text=[A-Za-z0-9_-]{62}")
USER: Final = re.compile(r"[A-Z]{2}\.[A-Za-z0-9.]{1,128}")
PHONE: Final = re.compile(r"\+?[0-9]{5,15}")
KINDS: Final = frozenset({"text", "interactive", "document"})
FORMS: Final = frozenset({"button", "list", "cta_url"})
STAND_IN: Final[Json] = {"type": "button", "action": {"buttons": [{"type": "reply", "reply": {"id": "x", "title": "x"}}]}}


def part(name: str) -> Json:
    """Give one schema of the extract, by Meta's name for it."""
    return {"$defs": json.loads(WHERE.read_text("utf-8"))["$defs"], "$ref": f"#/$defs/{name}"}


@cache
def reader(name: str) -> Draft202012Validator:
    """Read a schema once for all tests of a process."""
    return Draft202012Validator(part(name))


def breaks(name: str, value: object) -> Iterator[str]:
    """Say where a value breaks one of Meta's schemas."""
    for error in reader(name).iter_errors(value):
        cause = best_match([error]) or error
        yield f"{name}: {cause.json_path}: {cause.message[:300]}"


def wrong_message(body: Json) -> Iterator[str]:
    """Say what is wrong with a message, by the schema and by the rules."""
    yield from wrong_shape(body)
    yield from wrong_message_by_rules(body)


def wrong_shape(body: Json) -> Iterator[str]:
    """Hold a message against Meta's schema; the kind of it decides against which of its schemas, or all would be named."""
    kind = str(body.get("type", ""))
    known = {name: value for name, value in body.items() if name != "recipient"}
    if "recipient" in body:
        known["to"] = "15550000000"
    if _form(body) == "cta_url":
        known["interactive"] = {**body["interactive"], **STAND_IN}
    yield from breaks(f"{kind.capitalize()}Message" if kind in KINDS else "Message", known)


def wrong_message_by_rules(body: Json) -> Iterator[str]:
    """Hold a message against our limits and the rules that the schema lacks. This alone is quick enough for every page."""
    yield from _whom(body)
    match body:
        case {"type": "text", "text": {"body": str(text), **more}}:
            yield from _long("the text", text, MENUS.plain)
            if more != {"preview_url": False}:
                yield "a text must not ask Meta to look at its addresses"
        case {"type": "interactive", "interactive": {"body": {"text": str(text)}, "action": dict(action), **more}}:
            yield from _long("the text", text, MENUS.body)
            yield from _action(str(more.get("type")), action)
        case {"type": "document", "document": dict(document)}:
            yield from _document(document)
        case _:
            yield "the guide sends text, buttons, lists, links and documents, and this is none"


def _whom(body: Json) -> Iterator[str]:
    if "status" in body or "typing_indicator" in body:
        yield "a mark of having read it, or a sign of typing, was sent"
    match body:
        case {"to": str(), "recipient": str()}:
            yield "a message says both a number and a name of a person"
        case {"to": str(phone)} if not PHONE.fullmatch(phone):
            yield "a message is for no telephone number"
        case {"recipient": str(user)} if not USER.fullmatch(user):
            yield "a message is for no name of a person"
        case {"to": str()} | {"recipient": str()}:
            pass
        case _:
            yield "a message is for nobody"
    if body.get("recipient_type") != "individual":
        yield "a message is not for one person"


def _form(body: Json) -> str:
    match body:
        case {"interactive": {"type": str(form)}}:
            return form
        case _:
            return ""


def _action(form: str, action: Json) -> Iterator[str]:
    match form, action:
        case "button", {"buttons": [*buttons], **more} if not more:
            yield from _rows([one["reply"] for one in buttons], MENUS.buttons, MENUS.button, ID)
        case "list", {"button": str(opener), "sections": [*sections], **more} if not more:
            yield from _long("the opener", opener, MENUS.opener)
            for section in sections:
                yield from _long("a section", section.get("title", ""), MENUS.section)
                if not section["rows"]:
                    yield "a section is empty"
            yield from _rows(
                [row for section in sections for row in section["rows"]], MENUS.rows, MENUS.title, WHATSAPP.data or 0
            )
        case "cta_url", {"name": "cta_url", "parameters": {"display_text": str(label), "url": str(url), **more}} if not more:
            yield from _long("the label of a link", label, LINK_LABEL)
            if not (URL.fullmatch(url) and url.isascii()):
                yield "a link has no address"
            if "wa.me/" in url and not SHARE.fullmatch(url):
                yield "a link that opens a page does not have the form that opens one"
        case _:
            yield f"{form or 'it'} is no form of buttons, list or link; these are known: {', '.join(sorted(FORMS))}"


def _rows(rows: list[Json], most: int, title: int, data: int) -> Iterator[str]:
    if not 0 < len(rows) <= most:
        yield f"{len(rows)} things to tap, {most} is the most"
    for row in rows:
        yield from _long("a title", row["title"], title)
        if "description" in row:
            yield from _long("a description", row["description"], MENUS.description)
        mark = row["id"]
        if not 0 < len(mark.encode()) <= data or mark != mark.strip() or not mark.isascii():
            yield f"a button carries {len(mark.encode())} bytes, {data} is the most; without spaces at its ends"
    for name in ("title", "id"):
        if len({row[name] for row in rows}) != len(rows):
            yield f"two things to tap have the same {name}"


def _document(document: Json) -> Iterator[str]:
    if not URL.fullmatch(str(document.get("link"))):
        yield "a document has no address"
    if not document.get("filename"):
        yield "a document has no name"
    yield from _long("the caption", document.get("caption", "-"), MENUS.body)


def _long(what: str, text: str, most: int) -> Iterator[str]:
    length = MENUS.unit.measure(text)
    if not text.strip():
        yield f"{what} is empty"
    if length > most:
        yield f"{what} has {length} {MENUS.unit.value}, {most} is the most"
