"""What people send beside text, in the shape in which a bot gets it. No file stands behind it."""

from collections.abc import Callable, Mapping
from itertools import count
from typing import Any, Final, TypeAlias

Json: TypeAlias = dict[str, Any]

_NUMBERS: Final = count(1)


def _file(kind: str, **more: object) -> Json:
    """Describe a file."""
    number = next(_NUMBERS)
    return {"file_id": f"{kind}-file-{number}", "file_unique_id": f"{kind}-{number}", "file_size": 48_213, **more}


def _captioned(content: Json, caption: str) -> Json:
    """Put words under it."""
    return content | ({"caption": caption} if caption else {})


def photo(caption: str = "", album: str = "") -> Json:
    """Send a photo, alone or in an album."""
    sizes = [_file("photo", width=90, height=67), _file("photo", width=1280, height=960)]
    return _captioned({"photo": sizes} | ({"media_group_id": album} if album else {}), caption)


def video(caption: str = "", name: str = "clip.mp4") -> Json:
    """Send a video."""
    clip = _file("video", width=640, height=360, duration=7, file_name=name, mime_type="video/mp4")
    return _captioned({"video": clip}, caption)


def video_note() -> Json:
    """Send a round video."""
    return {"video_note": _file("video_note", length=240, duration=5)}


def animation(caption: str = "") -> Json:
    """Send a moving picture; Telegram calls it a document too."""
    clip = _file("animation", file_name="cat.mp4", mime_type="video/mp4")
    return _captioned({"animation": clip | {"width": 320, "height": 320, "duration": 2}, "document": clip}, caption)


def document(name: str = "file.pdf", caption: str = "") -> Json:
    """Send a file."""
    return _captioned({"document": _file("document", file_name=name, mime_type="application/pdf")}, caption)


def voice(caption: str = "") -> Json:
    """Send a voice note."""
    return _captioned({"voice": _file("voice", duration=3, mime_type="audio/ogg")}, caption)


def audio(title: str = "Song", name: str = "song.mp3") -> Json:
    """Send music."""
    return {"audio": _file("audio", duration=180, performer="Nobody", title=title, file_name=name, mime_type="audio/mpeg")}


def sticker(emoji: str = "🙂") -> Json:
    """Send a sticker."""
    shape = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
    return {"sticker": _file("sticker", emoji=emoji, set_name="Peers", **shape)}


def contact(phone: str = "+919800000000", first_name: str = "Asha", last_name: str = "") -> Json:
    """Send somebody's number."""
    return {"contact": {"phone_number": phone, "first_name": first_name} | ({"last_name": last_name} if last_name else {})}


def location(latitude: float = 28.61, longitude: float = 77.2) -> Json:
    """Send a place."""
    return {"location": {"latitude": latitude, "longitude": longitude}}


def dice() -> Json:
    """Throw a die."""
    return {"dice": {"emoji": "🎲", "value": 4}}


def poll(question: str = "Which?") -> Json:
    """Send a poll."""
    options = [{"persistent_id": str(number), "text": text, "voter_count": 0} for number, text in enumerate(("this", "that"))]
    kept = {"is_closed": False, "is_anonymous": True, "type": "regular", "allows_multiple_answers": False}
    more = {"allows_revoting": True, "members_only": False}
    return {"poll": {"id": "5", "question": question, "options": options, "total_voter_count": 0, **kept, **more}}


def forward(content: Json, name: str = "Ravi") -> Json:
    """Pass on what somebody else sent, who hides behind a name."""
    return content | {"forward_origin": {"type": "hidden_user", "sender_user_name": name, "date": 1_760_000_000}}


KINDS: Final[Mapping[str, Callable[[], Json]]] = {
    "photo": photo, "video": video, "video note": video_note, "animation": animation, "document": document, "voice": voice,
    "audio": audio, "sticker": sticker, "contact": contact, "location": location, "dice": dice, "poll": poll,
}  # fmt: skip
