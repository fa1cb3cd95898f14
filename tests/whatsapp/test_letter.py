"""What is sent is written as the Cloud API takes it: word for word what the form says, and nothing besides."""

from typing import Final

import pytest

from bot.channels.forms import Buttons, Form, Numbered, Row, Rows, Section
from bot.channels.whatsapp.letter import Letter, document_letter, form_letter, link_letter, text_letter, trouble_letter
from bot.talk.ports import Offer
from tests.peers.graph_judge import wrong_message

TOKEN: Final = "A" * 62
GOING: Final[Letter] = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": "919900000001"}
FORMS: Final[list[tuple[Form, Letter]]] = [
    (
        Buttons("What happened?", (Row("x00", "Yes"), Row("xda", "I need help now"))),
        {
            "type": "interactive",
            "interactive": {
                "type": "button",
                "body": {"text": "What happened?"},
                "action": {
                    "buttons": [
                        {"type": "reply", "reply": {"id": "x00", "title": "Yes"}},
                        {"type": "reply", "reply": {"id": "xda", "title": "I need help now"}},
                    ]
                },
            },
        },
    ),
    (
        Rows("Where?", "Choose", (Section("A", (Row("x00", "Here"),)), Section("B", (Row("x01", "There", "Over there"),)))),
        {
            "type": "interactive",
            "interactive": {
                "type": "list",
                "body": {"text": "Where?"},
                "action": {
                    "button": "Choose",
                    "sections": [
                        {"title": "A", "rows": [{"id": "x00", "title": "Here"}]},
                        {"title": "B", "rows": [{"id": "x01", "title": "There", "description": "Over there"}]},
                    ],
                },
            },
        },
    ),
    (Numbered("1. Yes"), {"type": "text", "text": {"body": "1. Yes", "preview_url": False}}),
]


@pytest.mark.parametrize(("found", "letter"), FORMS, ids=lambda given: type(given).__name__)
def test_a_form_is_written(found: Form, letter: Letter) -> None:
    """Each form has one message; Meta's schema takes it."""
    assert form_letter(found) == letter
    assert list(wrong_message({**GOING, **letter})) == []


def test_text_opens_no_address() -> None:
    """Nobody but the person opens a link that we write (R53)."""
    assert text_letter("See https://example.org")["text"]["preview_url"] is False


def test_our_fault_has_one_button() -> None:
    """What is said when something failed can be tapped away."""
    letter = trouble_letter("Something went wrong.", Offer(TOKEN + "me", "Menu", "Menu"))
    assert letter == form_letter(Buttons("Something went wrong.", (Row(TOKEN + "me", "Menu"),)))
    assert list(wrong_message({**GOING, **letter})) == []


def test_a_link_is_a_button() -> None:
    """The address stands behind a button with a label."""
    url = f"https://wa.me/15550783881?text={TOKEN}"
    letter = link_letter("This opens the page.", "Open the page", url)
    assert letter["interactive"]["action"] == {"name": "cta_url", "parameters": {"display_text": "Open the page", "url": url}}
    assert letter["interactive"]["body"] == {"text": "This opens the page."}
    assert list(wrong_message({**GOING, **letter})) == []


def test_a_file_is_named() -> None:
    """A document is fetched from an address, and has a name and a line of words."""
    letter = document_letter("https://guide.example/kit/a.pdf", "a.pdf", "Your page")
    expected = {"link": "https://guide.example/kit/a.pdf", "filename": "a.pdf", "caption": "Your page"}
    assert letter == {"type": "document", "document": expected}
    assert list(wrong_message({**GOING, **letter})) == []
