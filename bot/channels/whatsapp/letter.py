"""Writes messages as the Cloud API takes them: text, buttons, a list, a link button, a document."""

from typing import Any, Final, TypeAlias, assert_never

from bot.channels.forms import Buttons, Form, Numbered, Row, Rows
from bot.talk.ports import Offer

Letter: TypeAlias = dict[str, Any]  # the part of a message that says what it is; the sender adds to whom
OPEN: Final = "cta_url"


def form_letter(form: Form) -> Letter:
    """Write a screen in the form that was chosen for it."""
    match form:
        case Buttons(text, buttons):
            return _interactive("button", text, {"buttons": [_button(row) for row in buttons]})
        case Rows(text, opener, sections):
            parts = [{"title": section.title, "rows": [_row(row) for row in section.rows]} for section in sections]
            return _interactive("list", text, {"button": opener, "sections": parts})
        case Numbered(text):
            return text_letter(text)
        case _:
            assert_never(form)


def text_letter(text: str) -> Letter:
    """Write plain text. Meta must not open the addresses in it to show a preview."""
    return {"type": "text", "text": {"body": text, "preview_url": False}}


def trouble_letter(words: str, retry: Offer) -> Letter:
    """Write that something went wrong on our side, with a button that tries again."""
    return form_letter(Buttons(words, (Row(retry.data, retry.short),)))


def link_letter(text: str, label: str, url: str) -> Letter:
    """Write a text with a button that opens an address."""
    return _interactive(OPEN, text, {"name": OPEN, "parameters": {"display_text": label, "url": url}})


def document_letter(url: str, name: str, caption: str) -> Letter:
    """Write a file that Meta fetches from an address of ours."""
    return {"type": "document", "document": {"link": url, "filename": name, "caption": caption}}


def _interactive(kind: str, text: str, action: Letter) -> Letter:
    return {"type": "interactive", "interactive": {"type": kind, "body": {"text": text}, "action": action}}


def _button(row: Row) -> Letter:
    return {"type": "reply", "reply": {"id": row.data, "title": row.title}}


def _row(row: Row) -> Letter:
    below = {"description": row.description} if row.description else {}
    return {"id": row.data, "title": row.title, **below}
