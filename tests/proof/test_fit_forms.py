"""Where buttons are few, a screen takes the form that fits; whatever the form, everything can be chosen and nothing is cut."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.forms import OTHERS, Buttons, Numbered, Openers, Row, Rows, form, numbered, others
from bot.channels.limits import WHATSAPP
from bot.content.library import Library
from bot.core.events import Asked, Command
from bot.core.private import Private
from bot.core.session import Session
from bot.proof import form_fit
from bot.proof.form_fit import form_over, others_over, plain_over
from bot.talk.codes import CODES, COMMANDS, KEEP
from bot.talk.listen import Listener
from bot.talk.ports import Offer, Say, Screen
from bot.talk.screen import CONTROLS, Drawer

assert WHATSAPP.menus is not None
MENUS = WHATSAPP.menus
OPENERS = Openers("Choose", "More options", "A link to this page")
TOKEN = "A" * 62


def screen(*labels: tuple[str, str], text: str = "What happened?") -> Screen:
    """Make a screen with these choices, each a label and a short one."""
    offers = tuple(Offer(f"{TOKEN}{number:02}", label, short, number + 1) for number, (label, short) in enumerate(labels))
    names = {"da": "I need help now", "pe": "Talk to a person", "bk": "Back", "me": "Menu", "la": "Language", "lv": "Leave now"}
    controls = tuple(Offer(TOKEN + code, name, name) for code, name in names.items())
    return Screen(
        "a.b", TOKEN, "en", rtl=False, title="Guide", notice=None, blocks=(Say(text),), offers=offers, controls=controls
    )


def plain(*labels: str) -> Screen:
    """Make a screen whose labels are short enough for themselves."""
    return screen(*((label, label) for label in labels))


def test_one_choice_makes_three_buttons() -> None:
    """A screen with one way on is shown with buttons: on, danger help, and the other controls."""
    found = form(plain("Next"), MENUS, OPENERS)
    assert isinstance(found, Buttons)
    assert [row.title for row in found.buttons] == ["Next", "I need help now", "More options"]
    assert [row.data[62:] for row in found.buttons] == ["00", "da", OTHERS]


@pytest.mark.parametrize(("choices", "whole"), [(2, True), (4, True), (5, False), (8, False)])
def test_two_choices_make_a_list(choices: int, *, whole: bool) -> None:
    """Four things to tap are too many for buttons. All six controls stand in the list where ten rows hold them, else two."""
    labels = [f"Choice {number}" for number in range(choices)]
    found = form(plain(*labels), MENUS, OPENERS)
    assert isinstance(found, Rows)
    assert (found.opener, [section.title for section in found.sections]) == ("Choose", ["Choose", "More options"])
    controls = ["I need help now", "Talk to a person", "Back", "Menu", "Language", "Leave now"]
    below = controls if whole else ["I need help now", "More options"]
    assert [[row.title for row in section.rows] for section in found.sections] == [labels, below]


def test_a_button_too_long_makes_a_list() -> None:
    """Twenty-one characters do not fit a button, but a row; what a row cannot hold stands whole below its short form."""
    found = form(plain("x" * 21), MENUS, OPENERS)
    assert isinstance(found, Rows)
    assert (found.sections[0].rows[0].title, found.sections[0].rows[0].description) == ("x" * 21, "")
    found = form(screen(("How to cover it with care", "Cover it with care"), ("No", "No")), MENUS, OPENERS)
    assert isinstance(found, Rows)
    first = found.sections[0].rows[0]
    assert (first.title, first.description) == ("Cover it with care", "How to cover it with care")


def test_a_short_form_can_stand_on_a_button() -> None:
    """One choice with a short form of at most twenty characters is a button."""
    found = form(screen(("x" * 30, "x" * 20)), MENUS, OPENERS)
    assert isinstance(found, Buttons)
    assert found.buttons[0].title == "x" * 20


@pytest.mark.parametrize(
    "odd",
    [
        plain(*(f"Choice {number}" for number in range(9))),
        screen(("x" * 25, "x" * 25), ("No", "No")),
        screen(("x" * 73, "x" * 20), ("No", "No")),
        screen(("One and the same place", "Place"), ("Place", "Place")),
        screen(("x" * 25, "Same"), ("y" * 25, "Same")),
        screen(("Yes", "Yes"), ("No", "No"), text="x" * 1025),
    ],
    ids=["eleven rows", "no short form", "long description", "fine", "two alike", "long text"],
)
def test_what_fits_no_list_is_numbered_and_refused(odd: Screen, request: pytest.FixtureRequest) -> None:
    """The last form is numbered text. It needs typing, so the proof refuses a screen that has no other."""
    fine = "fine" in request.node.name
    assert isinstance(form(odd, MENUS, OPENERS), Rows if fine else Numbered)
    assert bool(list(form_over(odd, MENUS, OPENERS))) is not fine


def test_the_other_controls_are_a_list() -> None:
    """Behind "More options" stand all six controls, danger help first."""
    found = others(plain("Yes"), MENUS, OPENERS)
    assert isinstance(found, Rows)
    assert [row.data[62:] for section in found.sections for row in section.rows] == ["da", "pe", "bk", "me", "la", "lv"]
    assert list(others_over(plain("Yes"), MENUS, OPENERS)) == []


def test_a_control_that_got_lost_is_found() -> None:
    """A list of controls that lacks one is refused, and so is a screen whose danger help cannot be tapped."""
    alike = plain("Yes")
    alike = replace(alike, controls=tuple(replace(one, label="Same", short="Same") for one in alike.controls))
    assert list(others_over(alike, MENUS, OPENERS)) == ["a control cannot be tapped."]
    assert list(form_over(plain("I need help now", "No"), MENUS, OPENERS)) == [
        'the short button "I need help now" stands there twice. Say one of them otherwise.'
    ]


def test_numbered_text_holds_everything() -> None:
    """A text is sent whole, with each choice and its number, and every control; one that is too long is refused."""
    long = replace(plain("Yes", "No"), blocks=(Say("x" * 3000),))
    found = numbered(long)
    assert found.text.startswith("x" * 3000)
    assert found.text.endswith("\n\n1. Yes\n2. No\n\nI need help now · Talk to a person · Back · Menu · Language · Leave now")
    assert list(plain_over(long, MENUS)) == []
    assert list(plain_over(replace(long, blocks=(Say("x" * 4097),)), MENUS))


def test_who_types_reads_the_numbers() -> None:
    """Choices can be written below the text too; it stays a message to tap while that fits, and else is text alone."""
    below = "1. Yes\n2. No\n\nI need help now · Talk to a person · Back · Menu · Language · Leave now"
    found = form(plain("Yes", "No"), MENUS, OPENERS, spelled=True)
    assert isinstance(found, Rows)
    assert found.text == f"What happened?\n\n{below}"
    room = MENUS.body - len(f"\n\n{below}")
    for length, kind in ((room, Rows), (room + 1, Numbered)):
        page = screen(("Yes", "Yes"), ("No", "No"), text="x" * length)
        found = form(page, MENUS, OPENERS, spelled=True)
        assert isinstance(found, kind)
        assert found.text == f"{'x' * length}\n\n{below}"
        assert isinstance(form(page, MENUS, OPENERS), Rows)


def test_a_page_of_more_has_words_without_a_number() -> None:
    """What turns a page has no number: it is typed as it stands there."""
    page = plain("Yes")
    more = Offer(TOKEN + "ph", "More", "More")
    assert "1. Yes\nMore\n" in numbered(replace(page, offers=(*page.offers, more))).text


def test_a_link_to_the_page_stands_behind_the_controls() -> None:
    """Where a page can be kept, the list of all controls has a row for a link to it; elsewhere it has none."""
    page = plain("Yes")
    page = replace(page, keep=Offer(TOKEN + KEEP, "Keep this in my chat", "Keep this in my chat"))
    found = others(page, MENUS, OPENERS)
    assert isinstance(found, Rows)
    [section] = found.sections
    assert section.rows[6:] == (Row(TOKEN + KEEP, "A link to this page"),)
    assert list(others_over(page, MENUS, OPENERS)) == []


names = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=80)


@given(st.lists(st.tuples(names, names), max_size=9), names)
def test_any_screen_takes_a_form_that_holds_it(labels: list[tuple[str, str]], text: str) -> None:
    """Whatever the words, a form is within its limits and offers everything, or it is numbered text, and refused."""
    odd = screen(*labels, text=text)
    refused = list(form_over(odd, MENUS, OPENERS))
    assert bool(refused) is isinstance(form(odd, MENUS, OPENERS), Numbered)
    assert "cannot be tapped" not in "".join(refused)
    assert list(plain_over(odd, MENUS)) == []


@pytest.mark.parametrize("command", COMMANDS.values(), ids=str)
def test_a_control_can_be_typed(command: Command, library: Library) -> None:
    """In numbered text a control has no number: its label, typed as it stands there, is understood in every language."""
    drawer = Drawer(library)
    phrase = dict(CONTROLS)[command]
    for tag in library.languages:
        heard = Listener(library, drawer).hear(Session("start.who", tag), Private(drawer.speech(tag).phrase(phrase)))
        if command is Command.DANGER:
            assert heard in {Asked(Command.DANGER), Asked(Command.IN_DANGER), Asked(Command.SELF_HARM)}, tag
        else:
            assert heard == Asked(command), tag


def test_the_code_of_the_other_controls_is_free() -> None:
    """No choice, command or page has the code of "More options"."""
    assert OTHERS not in {*CODES.values(), KEEP}
    assert not OTHERS.isdecimal()
    assert OTHERS[0] != "p"


def test_a_form_that_loses_something_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever chooses the form: a form without danger help, too long, or a text without a choice, is refused."""
    whole = plain("Yes", "No")
    short = Buttons("What happened?", (Row(TOKEN + "00", "Yes"), Row(TOKEN + "01", "x" * 21)))
    monkeypatch.setattr(form_fit, "form", lambda *_, **__: short)
    assert [say.partition(" has ")[0] for say in form_over(whole, MENUS, OPENERS)] == [
        f'the button "{"x" * 21}"', "a choice, danger help or the other controls cannot be tapped.",
        f'the button "{"x" * 21}"',  # and where the choices are written below the text too
    ]  # fmt: skip
    monkeypatch.setattr(form_fit, "numbered", lambda _: Numbered("1. Yes"))
    assert list(plain_over(whole, MENUS)) == ['the numbered text lacks "No".']
