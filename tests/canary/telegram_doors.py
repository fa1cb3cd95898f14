"""Everything that Telegram can bring, each with a mark in every field that a person, or anybody else, can fill."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final, TypeAlias

from tests.peers.people import RIGHTS, typed

from .doors import COSTUMES
from .marks import Marks

Json: TypeAlias = dict[str, Any]

DATE: Final = 1_795_000_000
LENGTH: Final = 62  # letters of a token
STICKER: Final = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
POLL: Final = {
    "total_voter_count": 0, "is_closed": False, "is_anonymous": True, "type": "regular", "allows_multiple_answers": False,
    "allows_revoting": True, "members_only": False,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Update:
    """One update: by which door, in which chat, of which kind, and what it holds. `shown` tells whether a page must follow."""

    door: str
    chat: int
    kind: str
    body: Json
    shown: bool = True

    def as_json(self, number: int) -> Json:
        """Write it as Telegram does."""
        return {"update_id": number, self.kind: self.body}


@dataclass(slots=True)
class Visitors:
    """People, each in a chat of their own. `words` may never be found again, `ids` only where the bot answers them."""

    words: Marks = field(default_factory=Marks)
    ids: Marks = field(default_factory=Marks)
    numbers: "count[int]" = field(default_factory=lambda: count(5_000))

    def user(self, door: str) -> Json:
        """Make somebody with marks in every name."""
        name = self.words.new(f"{door}: name")
        names = {
            "first_name": f"{name} O'Brien",
            "last_name": f"<b>{name}</b>",
            "username": name,
            "language_code": f"hi-{name}",
        }
        return {"id": self.words.number(f"{door}: user"), "is_bot": False, **names}

    def person(self, door: str) -> tuple[Json, Json]:
        """Make somebody and their chat; they have one number, which the bot needs to answer them."""
        user = self.user(door) | {"id": self.ids.number(f"{door}: chat")}
        names = ("id", "first_name", "last_name", "username")
        return user, {"type": "private", **{name: user[name] for name in names}}

    def group(self, door: str, kind: str = "supergroup") -> Json:
        """Make a group."""
        title = self.words.new(f"{door}: title")
        return {"id": -self.ids.number(f"{door}: group"), "type": kind, "title": title, "username": title}

    def message(self, sender: Json | None, chat: Json, content: Mapping[str, object]) -> Json:
        """Write a message."""
        return {"message_id": next(self.numbers), "date": DATE, "chat": chat, **({"from": sender} if sender else {}), **content}

    def said(self, door: str, content: Mapping[str, object]) -> Update:
        """Let somebody new send something."""
        user, chat = self.person(door)
        return Update(door, chat["id"], "message", self.message(user, chat, content))

    def tapped(self, door: str, user: Json, message: Json, data: str) -> Update:
        """Let somebody tap."""
        query = {"id": str(self.ids.number(f"{door}: callback")), "from": user, "message": message, "data": data}
        return Update(door, message["chat"]["id"], "callback_query", query | {"chat_instance": self.words.new(f"{door}: chat")})


def typings(marks: Marks) -> Iterator[tuple[str, Json]]:
    """Type words of every kind."""
    for name, costume in COSTUMES.items():
        yield name, typed(marks.new(name, costume))
    yield "phone", typed(marks.phone("phone", "call +91 {}"))
    yield "long", typed(marks.new("long", "{} " * 250))
    yield "command", typed(marks.new("command", "/{}"))
    yield "command for another", typed(marks.new("command for another", "/help@{}"))
    yield "words after a command", typed(marks.new("words after a command", "/menu {}"))
    yield "deep link", typed(marks.new("deep link", "/start {}"))
    yield "deep link like a token", typed(marks.new("deep link like a token", "/start {}").ljust(len("/start ") + LENGTH, "A"))


def linked(visitors: Visitors) -> Iterator[tuple[str, Json]]:
    """Type words that point elsewhere: links, answers, quotes, other people, other bots."""
    marks, w = visitors.words, visitors.words.new
    spot = {"offset": 0, "length": 4}
    entities = [
        {"type": "text_link", "url": w("link", "https://{}.example/{}"), **spot},
        {"type": "text_mention", "user": visitors.user("mention"), **spot},
        {"type": "pre", "language": w("code"), **spot},
        {"type": "custom_emoji", "custom_emoji_id": w("custom emoji"), **spot},
    ]
    yield (
        "entities",
        {"text": "look", "entities": entities, "link_preview_options": {"url": w("preview", "https://{}.example")}},
    )
    user, chat = visitors.person("answered")
    answered = visitors.message(user, chat, typed(w("answered")))
    yield "answer", {"text": "this", "reply_to_message": answered, "quote": {"text": w("quote"), "position": 0}}
    origin = {"type": "hidden_user", "sender_user_name": w("elsewhere: from"), "date": DATE}
    external = {"origin": origin, "contact": {"phone_number": marks.phone("elsewhere: phone"), "first_name": w("elsewhere")}}
    yield "answer elsewhere", {"text": "this", "external_reply": external, "quote": {"text": w("quoted"), "position": 0}}
    yield "answer to a story", {"text": "this", "reply_to_story": {"chat": visitors.group("story", "channel"), "id": 4}}
    yield "by another bot", {"text": w("by another bot"), "via_bot": visitors.user("another bot") | {"is_bot": True}}
    yield "album", {"text": w("album"), "media_group_id": w("album's name"), "effect_id": w("effect"), "sender_tag": w("tag")}
    forwards: Mapping[str, Json] = {
        "hidden_user": {"sender_user_name": w("forwarded from")},
        "user": {"sender_user": visitors.user("forwarded")},
        "chat": {"sender_chat": visitors.group("forwarding group"), "author_signature": w("group's signature")},
        "channel": {"chat": visitors.group("channel", "channel"), "message_id": 3, "author_signature": w("signature")},
    }
    for kind, more in forwards.items():
        yield (
            f"forwarded from {kind}",
            {**typed(w(f"forwarded {kind}")), "forward_origin": {"type": kind, "date": DATE, **more}},
        )


def files(marks: Marks) -> Iterator[tuple[str, Json]]:
    """Send files of every kind, with marks in their names, types, titles and captions."""

    def file(door: str, **more: object) -> Json:
        name = marks.new(f"{door}: file")
        return {"file_id": name, "file_unique_id": f"u{name}", "file_size": 9, **more}

    def called(door: str, **more: object) -> Json:
        name = marks.new(f"{door}: file name")
        return file(door, file_name=f"{name}.jpg", mime_type=f"image/{name}", **more)

    flat = {"width": 640, "height": 360}
    caption = marks.new("caption", "{} is me, https://{}.example")
    yield "photo", {"photo": [file("photo", **flat)], "caption": caption}
    yield "video", {"video": called("video", duration=7, **flat), "caption": marks.new("caption of a video")}
    yield "document", {"document": called("document"), "caption": marks.new("caption of a document", "मेरा नाम {} है")}
    yield "animation", {"animation": called("animation", duration=2, **flat), "caption": marks.new("caption of an animation")}
    yield "audio", {"audio": called("audio", duration=9, title=marks.new("title"), performer=marks.new("performer"))}
    yield "voice", {"voice": file("voice", duration=3, mime_type=marks.new("voice: type", "audio/{}"))}
    yield "video note", {"video_note": file("video note", length=240, duration=5)}
    sticker = file("sticker", emoji="🙂", set_name=marks.new("sticker set"), custom_emoji_id=marks.new("emoji"), **STICKER)
    yield "sticker", {"sticker": sticker}
    paid = {"star_count": 1, "paid_media": [{"type": "photo", "photo": [file("paid", **flat)]}]}
    yield "paid media", {"paid_media": paid, "caption": marks.new("caption of paid media")}
    passport = {"data": [], "credentials": {"data": marks.new("passport"), "hash": marks.new("hash"), "secret": "s"}}
    yield "passport", {"passport_data": passport}


def things(visitors: Visitors) -> Iterator[tuple[str, Json]]:
    """Send contacts, places, polls and whatever else is no file."""
    w, phone = visitors.words.new, visitors.words.phone
    names = {"first_name": w("contact: first name"), "last_name": w("contact: last name"), "vcard": w("vcard", "N:{};{}")}
    number = visitors.words.number("contact: user")
    yield "contact", {"contact": {"phone_number": phone("contact: phone", "+{}"), "user_id": number, **names}}
    place = {"latitude": float(visitors.words.number("latitude")), "longitude": float(visitors.words.number("longitude"))}
    yield "location", {"location": place}
    names = {"title": w("venue"), "address": w("address"), "foursquare_id": w("foursquare"), "google_place_id": w("place")}
    yield "venue", {"venue": {"location": place, **names}, "location": place}
    options = [{"persistent_id": "0", "text": w("option"), "voter_count": 0}]
    yield "poll", {"poll": {"id": w("poll"), "question": w("question"), "options": options, "explanation": w("why"), **POLL}}
    yield "dice", {"dice": {"emoji": w("dice"), "value": 4}}
    yield "game", {"game": {"title": w("game"), "description": w("game: about"), "photo": [], "text": w("game: text")}}
    tasks = [{"id": 1, "text": w("task")}]
    yield "checklist", {"checklist": {"title": w("checklist"), "tasks": tasks}}
    yield "web app", {"web_app_data": {"data": w("web app"), "button_text": w("web app: button")}}
    user = {"user_id": visitors.words.number("shared: user"), "first_name": w("shared"), "username": w("shared: username")}
    yield "shared people", {"users_shared": {"request_id": 1, "users": [user]}}
    shared = {"request_id": 1, "chat_id": -visitors.words.number("shared: group"), "title": w("shared: title")}
    yield "shared group", {"chat_shared": shared}
    yield "story", {"story": {"chat": visitors.group("a story", "channel"), "id": 2}}


def notices(visitors: Visitors) -> Iterator[tuple[str, Json]]:
    """Bring Telegram's own notices, to which nothing is answered."""
    w = visitors.words.new
    yield "site", {"connected_website": w("site", "{}.example")}
    yield "web app allowed", {"write_access_allowed": {"web_app_name": w("app")}}
    invoice = {"title": w("invoice"), "description": w("goods"), "start_parameter": w("pay"), "currency": "INR"}
    yield "invoice", {"invoice": invoice | {"total_amount": 1}}
    user, chat = visitors.person("pinned")
    yield "pinned", {"pinned_message": visitors.message(user, chat, typed(w("pinned")))}
    yield "renamed", {"new_chat_title": w("renamed")}


def private(visitors: Visitors) -> Iterator[Update]:
    """Let somebody new come for each of these."""
    for sort in (typings(visitors.words), linked(visitors), files(visitors.words), things(visitors)):
        yield from (visitors.said(door, content) for door, content in sort)
    for door, content in notices(visitors):
        update = visitors.said(door, content)
        yield Update(door, update.chat, update.kind, update.body, shown=False)
    user, chat = visitors.person("edit")
    edited = visitors.message(user, chat, typed(visitors.words.new("edit"))) | {"edit_date": DATE}
    yield Update("edit", chat["id"], "edited_message", edited)


def crowded(visitors: Visitors) -> Iterator[Update]:
    """Come in groups and channels: the bot says that it works in private, and leaves."""
    words = visitors.words.new
    for kind in ("group", "supergroup", "channel"):
        chat, user = visitors.group(kind, kind), visitors.user(f"in a {kind}")
        sender = {"sender_chat": chat, "author_signature": words(f"{kind}: signature")}
        content = typed(words(f"{kind}: text", "@peer4242_bot {}"))
        message = visitors.message(None, chat, content | sender) if kind == "channel" else visitors.message(user, chat, content)
        yield Update(kind, chat["id"], "channel_post" if kind == "channel" else "message", message)
    chat, user, me = visitors.group("let in"), visitors.user("who lets in"), visitors.user("me") | {"is_bot": True}
    invite = {"invite_link": words("invitation"), "name": words("invitation: name"), "creator": user}
    flags = {"creates_join_request": False, "is_primary": False, "is_revoked": False}
    admin = {"user": me, "status": "administrator", "custom_title": words("title of honour"), **RIGHTS["administrator"]}
    body = {"chat": chat, "from": user, "date": DATE, "old_chat_member": {"user": me, "status": "left"}}
    yield Update("let in", chat["id"], "my_chat_member", body | {"new_chat_member": admin, "invite_link": invite | flags})
    user, chat = visitors.person("blocked")
    body = {"chat": chat, "from": user, "date": DATE, "old_chat_member": {"user": me, "status": "member"}}
    kicked = {"user": me, "status": "kicked", "until_date": 0}
    yield Update("blocked", chat["id"], "my_chat_member", body | {"new_chat_member": kicked}, shown=False)


def taps(visitors: Visitors, user: Json, message: Json, token: str) -> Iterator[Update]:
    """Tap what no button of ours carries, on a message of ours or of nobody; then tap honestly."""
    forgeries: Mapping[str, Callable[[str], str]] = {
        "forged": lambda word: word,
        "forged like a token": lambda word: word.ljust(LENGTH, "A") + "00",
        "forged after a token": lambda word: token[: 64 - len(word)] + word,
        "forged code": lambda word: token + word,
    }
    for door, forge in forgeries.items():
        yield visitors.tapped(door, user, message, forge(visitors.words.new(door)))
    gone = {"message_id": message["message_id"], "chat": message["chat"], "date": 0}
    yield visitors.tapped("forged on a message that is gone", user, gone, visitors.words.new("forged, gone"))
    yield visitors.tapped("menu", user, message, token + "me")
