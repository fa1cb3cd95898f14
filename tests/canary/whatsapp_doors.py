"""Everything that Meta can bring, each with a mark in every field that a person, or anybody else, can fill."""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from time import time
from typing import Any, Final, TypeAlias

from tests.conftest import ROOT

from .doors import COSTUMES
from .marks import Marks

Json: TypeAlias = dict[str, Any]

OURS: Final = "15550783881"
PHONE_ID: Final = "106540352242922"
KINDS: Final = ROOT / "tests/peers/meta/pywa_updates"
FIXED: Final = frozenset({"object", "field", "messaging_product", "type", "status", "value", "category"})  # Meta's own words
OPEN: Final = {"phone": ("from", "wa_id", "recipient_id"), "user": ("user_id", "from_user_id", "recipient_user_id")}
TIMES: Final = ("timestamp", "expiration_timestamp", "created_timestamp")
QUIET: Final = frozenset({"reaction", "revoke", "system"})  # kinds that want no answer
LENGTH: Final = 62  # letters of a token


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody in a chat of their own. A person with a username has no telephone number for us."""

    phone: str
    user: str

    @property
    def chat(self) -> str:
        """Give where they are answered."""
        return self.phone or self.user

    def contact(self, name: str) -> Json:
        """Write who they are, as Meta does beside their messages."""
        return {"profile": {"name": name}, "user_id": self.user} | ({"wa_id": self.phone} if self.phone else {})

    def sender(self) -> Json:
        """Write who they are, as Meta does in their messages."""
        return {"from_user_id": self.user} | ({"from": self.phone} if self.phone else {})


@dataclass(frozen=True, slots=True)
class Parcel:
    """One webhook: by which door, from whom, and what it holds. `shown` tells whether a message must follow."""

    door: str
    chat: str
    body: Json
    shown: bool = True

    @property
    def raw(self) -> bytes:
        """Write it as Meta does, with every letter beyond ASCII escaped."""
        return json.dumps(self.body).encode()


def signed(raw: bytes, secret: str) -> dict[str, str]:
    """Sign a body as Meta does."""
    return {"x-hub-signature-256": "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()}


@dataclass(slots=True)
class Guests:
    """People, each in a chat of their own. `words` may never be found again, `ids` only where the guide answers them."""

    words: Marks = field(default_factory=Marks)
    ids: Marks = field(default_factory=Marks)
    phone_id: str = PHONE_ID

    def guest(self, door: str, *, phone: bool = True) -> Guest:
        """Let somebody new come."""
        user = self.ids.phone(f"{door}: user", "IN.{}")
        return Guest(str(self.ids.number(f"{door}: phone")) if phone else "", user)

    def parcel(self, door: str, guest: Guest, *messages: Json, shown: bool = True, **more: object) -> Parcel:
        """Pack what somebody did; names and whatever else Meta may add have marks."""
        w = self.words.new
        names = guest.contact(w(f"{door}: name", "{} O'Brien <b>{}</b>")) | {
            "parent_user_id": w(f"{door}: parent", "IN.ENT.{}")
        }
        value: Json = {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": OURS, "phone_number_id": self.phone_id},
            "contacts": [names | {w(f"{door}: key of a name"): w(f"{door}: new name")}],
            "messages": [*messages],
        }
        change = {"field": "messages", "value": value | more, "x": w(f"{door}: change")}
        entry = {"id": w(f"{door}: account"), "changes": [change], "time": int(time())}
        return Parcel(door, guest.chat, {"object": "whatsapp_business_account", "entry": [entry]}, shown)

    def message(self, door: str, guest: Guest, content: Mapping[str, object]) -> Json:
        """Write a message that was sent just now."""
        number = self.words.new(f"{door}: number", "wamid.{}==")
        return {**guest.sender(), "id": number, "timestamp": str(int(time())), **content}

    def said(self, door: str, content: Mapping[str, object], *, shown: bool = True, phone: bool = True) -> Parcel:
        """Let somebody new send something."""
        guest = self.guest(door, phone=phone)
        return self.parcel(door, guest, self.message(door, guest, content), shown=shown)


def text(words: str, **more: object) -> Json:
    """Write a typed message."""
    return {"type": "text", "text": {"body": words}, **more}


def reply(data: str, title: str, *, kind: str = "button_reply", **more: object) -> Json:
    """Write a tap on a button or on a row of a list."""
    return {"type": "interactive", "interactive": {"type": kind, kind: {"id": data, "title": title, **more}}}


def typings(marks: Marks) -> Iterator[tuple[str, Json]]:
    """Type words of every kind."""
    for name, costume in COSTUMES.items():
        yield name, text(marks.new(name, costume))
    yield "phone", text(marks.phone("phone", "call +91 {}"))
    yield "long", text(marks.new("long", "{} " * 250))
    yield "like a shared page", text(marks.new("like a shared page", "{}").ljust(LENGTH, "A"))
    context = {"from": OURS, "id": marks.new("answer: to", "wamid.{}"), "forwarded": False}
    yield "answer", text(marks.new("answer"), context=context)
    forwarded = {"frequently_forwarded": True, "id": marks.new("forwarded: from")}
    yield "forwarded", text(marks.new("forwarded"), context=forwarded)
    product = {"catalog_id": marks.new("catalogue"), "product_retailer_id": marks.new("product")}
    yield "about a product", text(marks.new("about a product"), context={"referred_product": product})
    names = (
        "source_url",
        "source_id",
        "source_type",
        "headline",
        "body",
        "image_url",
        "video_url",
        "thumbnail_url",
        "ctwa_clid",
    )
    referral = {name: marks.new(f"referral: {name}", "https://{}.example/{}") for name in names}
    yield "from an advertisement", text(marks.new("from an advertisement"), referral=referral)
    yield "template's button", {"type": "button", "button": {"payload": marks.new("payload"), "text": marks.new("button")}}
    newer = {marks.new("key"): {"deep": [marks.new("deep")]}, "text": marks.new("newer")}
    yield "of tomorrow", {"type": marks.new("kind of tomorrow"), **newer}
    yield "no type", {"text": {"body": marks.new("no type")}}
    yield (
        "flow",
        {"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": {"response_json": marks.new("flow")}}},
    )
    error = {"code": 131051, "title": marks.new("title"), "message": marks.new("message"), "href": marks.new("href")}
    yield "not brought", {"type": "unsupported", "errors": [error | {"error_data": {"details": marks.new("details")}}]}


def private(guests: Guests) -> Iterator[Parcel]:
    """Let somebody new come for each of these."""
    for door, content in typings(guests.words):
        yield guests.said(door, content)
    yield guests.said("without a number", text(guests.words.new("without a number")), phone=False)
    edit = {"original_message_id": guests.words.new("edited")}
    for door, message in (("edited words", text(guests.words.new("edited words"))), ("edited again", {"type": "image"})):
        yield guests.said(door, {"type": "edit", "edit": edit | {"message": message}}, shown=door == "edited words")


def crowded(guests: Guests) -> Iterator[Parcel]:
    """Come in batches and groups, and bring what nobody sent: failures, statuses, other fields."""
    w = guests.words.new
    group = {"group_id": w("group: name")}
    yield guests.said("group", text(w("group"), **group), shown=False)
    two = guests.guest("two messages")
    yield guests.parcel(
        "two messages", two, *(guests.message(f"message {number}", two, text(w(f"message {number}"))) for number in "12")
    )
    guest = guests.guest("status")
    error = {"code": 131026, "title": w("status: title"), "message": w("status: error"), "href": w("status: href")}
    status: Json = {"id": w("status: number"), "status": "failed", "recipient_id": guest.phone, "timestamp": "1"}
    status |= {"errors": [error | {"error_data": {"details": w("status: details")}}], "biz_opaque_callback_data": w("opaque")}
    yield guests.parcel("status", guest, statuses=[status], errors=[error], shown=False)
    for door, age in (("late", 900), ("a day late", 90_000)):
        yield guests.said(door, text(w(door), timestamp=str(int(time()) - age)), shown=door == "late")
    strange = guests.said("another number", text(w("another number")), shown=False)
    strange.body["entry"][0]["changes"][0]["value"]["metadata"]["phone_number_id"] = "1"
    yield strange
    for name in ("account_alerts", "message_template_status_update", w("field")):
        change = {"field": name, "value": {"reason": w(f"{name}: reason"), w(f"{name}: key"): w(f"{name}: value")}}
        yield Parcel(
            name, "", {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}, shown=False
        )


def kinds(guests: Guests) -> Iterator[Parcel]:
    """Bring each kind of webhook that pywa, a client library, is tested with; every word in it is a mark."""
    for path in sorted(KINDS.glob("*.json")):
        for name, payload in json.loads(path.read_text("utf-8")).items():
            if isinstance(payload, dict) and "entry" in payload:
                yield _marked(guests, f"{path.stem}: {name}", payload)


def _marked(guests: Guests, door: str, payload: Json) -> Parcel:
    guest = guests.guest(door)
    held = {"phone_number_id": guests.phone_id, "display_phone_number": OURS, **dict.fromkeys(TIMES, str(int(time())))}
    held |= {**dict.fromkeys(OPEN["phone"], guest.phone), **dict.fromkeys(OPEN["user"], guest.user)}

    def mark(found: object, key: str) -> object:
        if isinstance(found, float):
            return float(guests.words.number(f"{door}: {key}"))
        if not isinstance(found, str) or key in FIXED:
            return found
        return held.get(key) or guests.words.new(f"{door}: {key}", "{} x" if key == "body" else "{}")

    def walk(found: object, key: str = "") -> object:
        match found:
            case dict():
                return {name: walk(inside, name) for name, inside in found.items()}
            case list():
                return [walk(inside, key) for inside in found]
            case _:
                return mark(found, key)

    body: Any = walk(payload)
    return Parcel(door, guest.chat, body, _wanted(body))


def _wanted(body: Json) -> bool:
    """Tell whether somebody waits for an answer."""
    change = body["entry"][0]["changes"][0]
    sent = change["value"].get("messages", []) if change["field"] == "messages" else []
    edits = [message["edit"]["message"]["type"] for message in sent if message["type"] == "edit"]
    return any(message["type"] not in QUIET for message in sent) and edits in ([], ["text"])


def taps(guests: Guests, guest: Guest, token: str) -> Iterator[Parcel]:
    """Tap what no button of ours carries; then tap honestly."""
    w = guests.words.new
    forgeries = {
        "forged": w("forged"), "forged like a token": w("forged like a token").ljust(LENGTH, "A") + "00",
        "forged after a token": token[: LENGTH - 14] + w("forged after a token") + "00",
        "forged code": token + w("forged code"),
        "menu": token + "me", "other controls": token + "ot", "kept": token + "kp",
    }  # fmt: skip
    for door, data in forgeries.items():
        kind = "list_reply" if door == "forged code" else "button_reply"
        content = reply(data, w(f"{door}: title"), kind=kind) | {"context": {"from": OURS, "id": w(f"{door}: on")}}
        yield guests.parcel(door, guest, guests.message(door, guest, content))
    yield guests.parcel("left", guest, guests.message("left", guest, reply(token + "lv", w("left: title"))))
