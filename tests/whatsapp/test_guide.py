"""One message for each thing a person does: which form it has, when none is sent, and what happens when something fails."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import pytest

from bot.channels.forms import OTHERS
from bot.channels.whatsapp import Guide
from bot.channels.whatsapp.graph import GraphError
from bot.channels.whatsapp.read import read
from bot.content.library import Library
from bot.content.phrases import Phrase
from bot.talk.codes import COMMANDS, KEEP
from bot.talk.conversation import Conversation
from bot.talk.recall import ONCE
from bot.talk.seal import LENGTH

from .chats import OURS, PHONE_ID, Fragile, Person, Phones, Raw, Time
from .conftest import Take

LANGUAGE: Final = "Choose your language."
HELLO: Final = "Hello. This is a guide"
WHO: Final = "Thank you for coming."
DANGER: Final = "You come first now."
END: Final = "You have left."
CONTROLS: Final = "I need help now · Talk to a person · Back · Menu · Language · Leave now"
MINUTE: Final = timedelta(minutes=1)
SECOND: Final = timedelta(seconds=1)


def said(library: Library, phrase: Phrase, tag: str = "en") -> str:
    """Give the words of a phrase."""
    return library.catalogs.say(library.phrases[phrase], tag)


async def test_from_the_first_word(take: Take, person: Person, library: Library) -> None:
    """A greeting opens the guide without a hint; each tap brings one message, with what is to be tapped next."""
    await take(person.types("hi"))
    assert person.last.text.startswith(LANGUAGE)
    await take(person.taps("English"))
    assert (person.last.form, person.last.text[: len(HELLO)]) == ("list", HELLO)
    await take(person.taps("Yes, go on"))
    assert person.last.text.startswith(WHO)
    assert len(person.mine) == 3
    assert said(library, Phrase.HINT_UNCLEAR) not in "".join(sent.text for sent in person.mine)


async def test_all_controls_stand_in_a_list_with_room(take: Take, person: Person) -> None:
    """Where ten rows hold them all six do; else "I need help now" and the door to the others."""
    await take(person.types("hi"))
    assert list(person.last.taps)[-2:] == ["I need help now", "More options"]
    await take(person.taps("English"))
    assert list(person.last.taps)[3:] == CONTROLS.split(" · ")


async def test_few_choices_make_buttons(take: Take, person: Person, library: Library) -> None:
    """A page with one way on has three buttons: on, danger help, and the other controls."""
    await take(person.types("talk to a person"))
    await take(person.taps("India"))
    assert (person.last.form, list(person.last.taps)) == ("button", ["More", "I need help now", "More options"])


@pytest.mark.parametrize("words", ["i want to die", "मैं मरना चाहती हूँ", "me quiero morir", "help me"])
async def test_a_first_call_for_help_is_heard(take: Take, person: Person, library: Library, words: str) -> None:
    """The first words of all, in any language that the guide speaks, bring help in that language at once."""
    await take(person.types(words))
    assert not person.last.text.startswith(LANGUAGE)
    numbers = [line for line in person.last.text.splitlines() if "findahelpline" in line]
    assert numbers
    if not words.isascii():
        danger = said(library, Phrase.DANGER, "hi")
        assert danger in person.last.taps


@pytest.mark.parametrize("words", ["hi", "hello", "hola", "नमस्ते", "👋", "?", "qwertyuiop", "instagram"])
async def test_anything_else_opens_the_guide(take: Take, person: Person, words: str) -> None:
    """Nobody is told at the door that they were not understood."""
    await take(person.types(words))
    assert person.last.text.startswith((LANGUAGE, HELLO))


async def test_who_types_can_go_on_typing(take: Take, person: Person, library: Library) -> None:
    """Whoever types reads the choices below the text too, with their numbers; a tap is answered without."""
    await take(person.types("hi"))
    assert person.last.text.endswith(f"\n\n{CONTROLS}")
    assert "\n1. English\n" in person.last.text
    await take(person.types("1"))
    assert person.last.text.startswith(HELLO)
    assert "\n1. Yes, go on\n" in person.last.text
    await take(person.types("yes, go on"))
    assert person.last.text.startswith(WHO)
    await take(person.types("qwertyuiop"))
    assert person.last.text.startswith(said(library, Phrase.HINT_UNCLEAR))
    assert "1. It is about me" in person.last.text
    await take(person.types("back"))
    await take(person.taps("Yes, go on"))
    assert CONTROLS not in person.last.text


async def test_a_long_screen_is_text_for_who_types(take: Take, person: Person) -> None:
    """Where text and choices together are too long for a list, whoever types gets text alone: nothing is left out."""
    await take(person.types("talk to a person"))
    await take(person.taps("Pakistan"))
    await take(person.taps("I need help now"))
    tapped = person.last
    assert tapped.form == "list"
    await take(person.types("i need help now"))
    assert person.last.form == "text"
    assert len(person.last.text) > 1024
    assert person.last.text.startswith(tapped.text)
    assert "\n1. Someone may hurt me\n" in person.last.text
    assert person.last.text.endswith(CONTROLS)
    await take(person.types("2"))
    assert "You matter" in person.last.text


async def test_more_can_be_typed(take: Take, person: Person, library: Library) -> None:
    """Pages are turned by tapping or by typing; each further one begins with words that another may see."""
    front = said(library, Phrase.NEXT_PART)
    await take(person.types("talk to a person"))
    await take(person.types("india"))
    first = person.last
    await take(person.types("More"))
    typed = person.last
    assert typed.text.startswith(f"{front}\n\n")
    assert "\nEarlier ones\n" in typed.text
    assert not first.text.startswith(front)
    await take(person.types("earlier ones"))
    assert person.last.text == first.text
    await take(person.taps("More", first))
    assert typed.text.startswith(person.last.text)
    await take(person.types("more"))
    assert person.last.text == typed.text


@pytest.mark.parametrize("kind", ["image", "video", "audio", "document", "sticker", "location", "contacts"])
async def test_what_is_sent_is_not_fetched(take: Take, person: Person, phones: Phones, library: Library, kind: str) -> None:
    """A picture is answered with the same screen and a kind word; nothing is asked of Meta, nothing marked as read."""
    await take(person.types("hi"))
    await take(person.taps("English"))
    await take(person.sends({"type": kind, kind: {"id": "1"}}))
    assert person.last.text.startswith(said(library, Phrase.HINT_SHARED))
    assert HELLO in person.last.text
    assert "1. Yes, go on" in person.last.text
    assert phones.asked == []
    assert all(set(body) == {"messaging_product", "recipient_type", "to", "type", body["type"]} for body in phones.tried)


async def test_what_meta_could_not_bring(take: Take, person: Person, library: Library) -> None:
    """A picture to be seen once is not shown to us at all: the person is told, and asked for nothing."""
    await take(person.types("hi"))
    await take(person.sends({"type": "unsupported", "errors": [{"code": 131051}]}))
    assert person.last.text.startswith(said(library, Phrase.HINT_UNREAD))
    assert LANGUAGE in person.last.text


@pytest.mark.parametrize("kind", ["reaction", "revoke", "system", "edit"])
async def test_some_things_want_no_answer(take: Take, person: Person, phones: Phones, kind: str) -> None:
    """A mark, a deletion, a notice: silence."""
    await take(person.types("hi"))
    await take(person.sends({"type": kind, kind: {}}))
    assert len(phones.tried) == 1


async def test_who_corrects_their_words_is_heard(take: Take, person: Person) -> None:
    """A changed message is read again."""
    await take(person.types("hi"))
    await take(person.sends({"type": "edit", "edit": {"message": {"type": "text", "text": {"body": "1"}}}}))
    assert person.last.text.startswith(HELLO)


async def test_groups_are_left_alone(take: Take, person: Person, phones: Phones) -> None:
    """The guide works in private; in a group it says nothing at all."""
    await take(person.types("hi", group_id="g1"))
    assert phones.tried == []


async def test_more_options(take: Take, person: Person) -> None:
    """They open a list of all six controls, each of which works; the page behind keeps its buttons too."""
    await take(person.types("hi"))
    under = person.last
    await take(person.taps("More options"))
    assert (person.last.form, list(person.last.taps)) == ("list", CONTROLS.split(" · "))
    assert [data[LENGTH:] for data in person.last.taps.values()] == ["da", "pe", "bk", "me", "la", "lv"]
    await take(person.taps("English", under))
    assert person.last.text.startswith(HELLO)


@pytest.mark.parametrize("code", COMMANDS)
async def test_each_of_them_does_what_it_says(take: Take, person: Person, code: str) -> None:
    """No control is lost behind "More options"."""
    await take(person.types("hi"))
    await take(person.taps("More options"))
    before = len(person.mine)
    title = next(title for title, data in person.last.taps.items() if data.endswith(code))
    await take(person.taps(title))
    assert len(person.mine) == before + 1
    assert person.last.text.startswith(END) is (code == "lv")


async def test_more_options_of_any_page(take: Take, person: Person, library: Library) -> None:
    """Behind them stand the same controls and the same link, whatever the page."""
    await take(person.types("talk to a person"))
    await take(person.types("india"))
    first = person.last
    await take(person.taps("More"))
    later = next(iter(person.last.taps.values()))[:LENGTH]
    await take(person.taps("More options", first))
    assert list(person.last.taps) == [*CONTROLS.split(" · "), said(library, Phrase.PLAN_SHARE)]
    await take(person.carries(later + OTHERS))
    assert list(person.last.taps) == [*CONTROLS.split(" · "), said(library, Phrase.PLAN_SHARE)]


async def test_a_link_to_the_page(take: Take, person: Person, phones: Phones, time: Time, library: Library) -> None:
    """Where a page has something to keep, a link opens it again, in another chat too, behind neutral words."""
    await take(person.types("hi"))
    await take(person.taps("I need help now"))
    await take(person.taps("More options"))
    await take(person.taps(said(library, Phrase.PLAN_SHARE)))
    assert person.last.form == "cta_url"
    start, _, plan = person.last.link.partition("?text=")
    assert start == f"https://wa.me/{OURS}"
    assert len(plan) == LENGTH
    assert person.last.text == said(library, Phrase.PLAN_LINK).format(link=person.last.link)
    friend = Person(phones, time, "919900000002", "IN.1002")
    await take(friend.types(plan))
    assert friend.last.text.startswith(said(library, Phrase.PLAN_HERE))
    assert DANGER not in friend.last.text
    assert (friend.last.form, list(friend.last.taps)[1:]) == ("button", ["I need help now", "More options"])
    await take(friend.taps(said(library, Phrase.PLAN_OPEN)))
    assert friend.last.text.startswith(DANGER)
    await take(person.types("back"))
    assert person.last.text.startswith(LANGUAGE)


async def test_who_made_the_link_goes_on_where_they_were(take: Take, person: Person, library: Library) -> None:
    """The link is an answer like any other: what is typed after it is heard on the page it is of."""
    await take(person.types("hi"))
    await take(person.taps("I need help now"))
    await take(person.taps("More options"))
    await take(person.taps(said(library, Phrase.PLAN_SHARE)))
    await take(person.types("qwertyuiop"))
    assert DANGER in person.last.text


async def test_without_our_number_there_is_no_link(take: Take, person: Person, library: Library) -> None:
    """If Meta does not tell our number, the page is shown again; nothing that leads nowhere is written."""
    await take(person.types("hi"))
    await take(person.taps("I need help now"))
    await take(person.taps("More options"))
    whole = person.taps(said(library, Phrase.PLAN_SHARE))
    del whole["entry"][0]["changes"][0]["value"]["metadata"]["display_phone_number"]
    await take(whole)
    assert DANGER in person.last.text
    assert "wa.me" not in person.last.text


async def test_a_page_that_has_nothing_to_keep(take: Take, person: Person) -> None:
    """Who sends the code of a link where there is none gets the screen they are on."""
    await take(person.types("hi"))
    token = person.last.taps["English"][:LENGTH]
    await take(person.carries(token + KEEP))
    assert LANGUAGE in person.last.text
    assert "wa.me" not in person.last.text


@pytest.mark.parametrize("data", ["", "x", "0" * 64, "A" * LENGTH + OTHERS, "A" * LENGTH + KEEP, "A" * LENGTH + "00", "é" * 64])
async def test_a_foreign_button(take: Take, person: Person, data: str) -> None:
    """Whatever a button carries, a screen with ways on comes back."""
    await take(person.types("hi"))
    await take(person.carries(data))
    assert len(person.mine) == 2
    assert "I need help now" in person.last.taps


async def test_leaving(take: Take, person: Person, time: Time, library: Library) -> None:
    """The end is one neutral message without a button, true for WhatsApp; the next word begins anew."""
    await take(person.types("hi"))
    await take(person.taps("English"))
    await take(person.taps("Leave now"))
    assert (person.last.form, person.last.text) == ("text", said(library, Phrase.FAREWELL_WHATSAPP).strip())
    time.goes_on(SECOND)
    await take(person.types("hi"))
    assert person.last.text.startswith(LANGUAGE)


async def test_what_was_done_before_leaving(take: Take, person: Person, time: Time) -> None:
    """A tap or word from before that comes only after it is not answered: nothing is written below the end."""
    await take(person.types("hi"))
    await take(person.taps("English"))
    late, words, same = person.taps("Yes, go on"), person.types("help"), person.taps("Back")
    time.goes_on(SECOND)
    await take(person.taps("Leave now"))
    for one in (late, words, same):
        await take(one)
    assert person.last.text.startswith(END)
    time.goes_on(SECOND)
    await take(person.taps("Yes, go on", person.mine[1]))
    assert person.last.text.startswith(WHO)


async def test_out_of_order(take: Take, person: Person, time: Time) -> None:
    """Of two taps that come the wrong way round, each is answered from its own screen: none needs the other."""
    await take(person.types("hi"))
    first = person.taps("English")
    await take(first)
    time.goes_on(SECOND)
    second = person.taps("Yes, go on")
    third = person.taps("English", person.mine[0])
    await take(second)
    assert person.last.text.startswith(WHO)
    await take(third)
    assert person.last.text.startswith(HELLO)


async def test_help_is_answered_after_leaving(take: Take, person: Person) -> None:
    """Whoever asks for help in the second of leaving gets it, whichever Meta brings first."""
    await take(person.types("hi"))
    await take(person.taps("English"))
    cry = person.taps("I need help now")
    await take(person.taps("Leave now"))
    await take(cry)
    assert person.last.text.startswith(DANGER)


async def test_a_repeat_is_not_answered(take: Take, person: Person, phones: Phones) -> None:
    """Meta may bring the same message many times; it is answered once."""
    first = person.types("hi")
    await asyncio.gather(take(first), take(first))
    await take(first)
    assert len(phones.tried) == 1


@pytest.mark.parametrize(("age", "answered"), [(ONCE, HELLO), (ONCE + SECOND, "Something went wrong"), (MINUTE * 1440, "Some")])
async def test_what_comes_late(take: Take, person: Person, time: Time, age: timedelta, answered: str) -> None:
    """After ten minutes the person reads that it was our fault, with a button to try again."""
    late = person.types("1")
    time.goes_on(age)
    await take(late)
    assert person.last.text.startswith(answered)


async def test_what_was_answered_comes_again_late(take: Take, person: Person, phones: Phones, time: Time) -> None:
    """Meta may bring something again long after it was answered: nobody reads that something went wrong."""
    await take(person.types("hi"))
    tap = person.taps("English")
    await take(tap)
    time.goes_on(ONCE + SECOND)
    await take(tap)
    assert len(phones.tried) == 2


async def test_what_comes_after_a_day(take: Take, person: Person, phones: Phones, time: Time) -> None:
    """Meta lets nobody answer after 24 hours; it is not even tried."""
    late = person.types("hi")
    time.goes_on(timedelta(hours=24, seconds=1))
    await take(late)
    assert phones.tried == []


async def test_our_fault_is_told_once_an_hour(take: Take, person: Person, phones: Phones, time: Time) -> None:
    """However much waited for us, one calm message; somebody else has their own."""
    other = Person(phones, time, "919900000002", "IN.1002")
    late = [person.types(str(number)) for number in range(5)]
    others = other.types("hi")
    time.goes_on(MINUTE * 20)
    for one in (*late, others):
        await take(one)
    assert (len(person.mine), len(other.mine)) == (1, 1)
    await take(person.taps(next(iter(person.last.taps))))
    assert not person.last.text.startswith("Something")
    more = person.types("hi")
    time.goes_on(MINUTE * 61)
    await take(more)
    assert len(person.mine) == 3


async def test_the_button_of_a_late_message_leads_on(take: Take, person: Person, time: Time, library: Library) -> None:
    """Trying again leads to the menu from where the person was: Back is still there."""
    await take(person.types("hi"))
    await take(person.taps("English"))
    late = person.taps("Yes, go on")
    time.goes_on(MINUTE * 11)
    await take(late)
    await take(person.taps("Menu"))
    assert said(library, Phrase.HINT_LOST) not in person.last.text
    await take(person.types("back"))
    assert person.last.text.startswith(HELLO)


async def test_a_failure_of_ours(
    take: Take, person: Person, talk: Conversation, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """If the talk fails, the person reads calm words with a number to call and has a button; then it goes on as before."""
    await take(person.types("hi"))
    await take(person.taps("English"))
    with monkeypatch.context() as broken:
        broken.setattr(Conversation, "turn", lambda *_, **__: 1 / 0)
        await take(person.taps("Yes, go on"))
    assert person.last.text == talk.speech("en").trouble()
    assert (person.last.form, list(person.last.taps)) == ("button", ["Menu"])
    assert capsys.readouterr().err == "dhaal: failed\n"
    await take(person.taps("Menu"))
    assert "earlier talk" not in person.last.text
    await take(person.taps("Back"))
    assert person.last.text.startswith(HELLO)


async def test_a_screen_that_cannot_be_written(
    take: Take, person: Person, talk: Conversation, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """If not the talk fails but what writes its screen, it is the same for the person."""
    monkeypatch.setattr("bot.channels.whatsapp.guide.form_letter", lambda *_: 1 / 0)
    await take(person.types("SECRET"))
    assert person.last.text == talk.speech("en").trouble()
    assert capsys.readouterr().err == "dhaal: failed\n"


async def test_nothing_is_raised(
    take: Take, person: Person, phones: Phones, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever breaks, even what nobody thought of, is one line without a word of the person."""
    monkeypatch.setattr("bot.channels.whatsapp.guide.Sender", lambda *_: 1 / 0)
    await take(person.types("SECRET"))
    assert phones.tried == []
    assert capsys.readouterr().err == "dhaal: failed\n"


async def test_an_odd_name_of_a_person(take: Take, person: Person, phones: Phones, capsys: pytest.CaptureFixture[str]) -> None:
    """Half a character, which no address holds, fails in silence."""
    person.user = "IN.\ud800"
    await take(person.types("hi"))
    assert phones.tried == []
    assert capsys.readouterr().err == "dhaal: failed\n"


async def test_a_form_that_whatsapp_does_not_take(take: Take, person: Person, phones: Phones) -> None:
    """The same words go out as text alone, with all that can be chosen, and what is typed below them is understood."""
    await take(person.types("hi"))
    phones.failures = [GraphError(100)]
    await take(person.taps("English"))
    assert person.last.form == "text"
    assert person.last.text.startswith(HELLO)
    assert person.last.text.endswith(CONTROLS)
    await take(person.types("1"))
    assert person.last.text.startswith(WHO)


async def test_a_text_that_is_not_taken_either(take: Take, person: Person, phones: Phones) -> None:
    """It is tried once; the buttons of the screen before still lead on."""
    await take(person.types("hi"))
    phones.failures = [GraphError(100)] * 2
    await take(person.taps("English"))
    assert len(phones.tried) == 3
    await take(person.taps("English"))
    assert person.last.text.startswith(HELLO)


@pytest.mark.parametrize("code", [131047, 131026])
async def test_who_cannot_be_written_to_is_forgotten(take: Take, person: Person, phones: Phones, code: int) -> None:
    """After 24 hours, or if they do not want it: nothing more is tried, and their place is not kept."""
    await take(person.types("hi"))
    await take(person.taps("English"))
    phones.failures = [GraphError(code)]
    await take(person.taps("Yes, go on"))
    assert len(phones.tried) == 3
    await take(person.types("1"))
    assert person.last.text.startswith(HELLO)  # the first choice of the first screen, not of the one before


async def test_meta_is_down(take: Take, person: Person, phones: Phones) -> None:
    """After some tries it is given up; the place is kept, and the same tap leads on when Meta is back."""
    await take(person.types("hi"))
    phones.failures = [GraphError(0, down=True)] * 5
    await take(person.taps("English"))
    assert len(person.mine) == 1
    await take(person.types("1"))
    assert person.last.text.startswith(HELLO)


async def test_a_person_without_a_number(take: Take, person: Person) -> None:
    """Who hides their number is answered by Meta's name for them, and their words have a place."""
    person.phone = ""
    await take(person.types("hi"))
    assert person.last.body["recipient"] == "IN.1001"
    assert "to" not in person.last.body
    await take(person.types("1"))
    assert person.last.text.startswith(HELLO)


async def test_a_number_that_appears_later(take: Take, person: Person) -> None:
    """Whoever shows or hides their number stays the same person: buttons open, words have their place."""
    phone, person.phone = person.phone, ""
    await take(person.types("hi"))
    person.phone = phone
    await take(person.types("1"))
    assert person.last.text.startswith(HELLO)
    assert person.last.to == phone
    shown, person.phone = person.last, ""
    await take(person.taps("Yes, go on", shown))
    assert person.last.text.startswith(WHO)
    assert person.last.to == person.user


async def test_a_person_without_a_name(take: Take, person: Person) -> None:
    """Before Meta gave people names, the number was all there is; it does as well."""
    person.user = ""
    await take(person.types("hi"))
    await take(person.types("1"))
    assert person.last.text.startswith(HELLO)


async def test_chats_are_apart(take: Take, person: Person, phones: Phones, time: Time) -> None:
    """The buttons of one chat open nothing in another."""
    other = Person(phones, time, "919900000002", "IN.1002")
    await take(person.types("hi"))
    await take(other.types("hi"))
    await take(other.carries(person.last.taps["English"]))
    assert not other.last.text.startswith(HELLO)
    assert "earlier talk" in other.last.text


async def test_a_place_dies(take: Take, person: Person, time: Time) -> None:
    """After half an hour words are understood from scratch; a button still opens."""
    await take(person.types("hi"))
    await take(person.taps("English"))
    time.goes_on(MINUTE * 31)
    await take(person.types("1"))
    assert person.last.text.startswith(HELLO)
    await take(person.taps("Yes, go on", person.mine[1]))
    assert person.last.text.startswith(WHO)


async def test_the_store_is_down(take: Take, person: Person, store: Fragile) -> None:
    """Taps go on as ever, and a call for help is heard; other words begin anew. Nothing breaks."""
    await take(person.types("hi"))
    store.down = True
    await take(person.taps("English"))
    assert person.last.text.startswith(HELLO)
    await take(person.types("1"))
    assert person.last.text.startswith(HELLO)
    await take(person.types("qwertyuiop"))
    assert person.last.text.startswith(LANGUAGE)
    await take(person.types("i want to die"))
    assert not person.last.text.startswith(LANGUAGE)
    await take(person.types("leave"))
    assert person.last.text.startswith(END)


async def test_a_flood(phones: Phones, person: Person, guide: Guide, time: Time) -> None:
    """After twenty messages a chat waits for its six seconds; help and leaving do not wait."""
    for _ in range(20):
        await bring(guide, phones, person.types("hi"))
    assert len(person.mine) == 20
    waiting = [asyncio.create_task(bring(guide, phones, person.types("hi"))) for _ in range(40)]
    await settle()
    assert len(person.mine) == 20
    async with asyncio.timeout(5):
        await bring(guide, phones, person.types("i want to die"))
        assert len(person.mine) == 21
        time.goes_on(SECOND)
        await bring(guide, phones, person.types("leave"))
        await asyncio.gather(*waiting)
    assert person.last.text.startswith(END)
    assert len(person.mine) == 22


async def test_leaving_overtakes_what_waits_for_meta(phones: Phones, person: Person, guide: Guide, take: Take) -> None:
    """Meta asks for patience with this person; they leave meanwhile: the end is the last thing they read."""
    await take(person.types("hi"))
    await take(person.taps("English"))
    phones.free.clear()
    phones.failures = [GraphError(131056)]
    slow = asyncio.create_task(bring(guide, phones, person.taps("Yes, go on")))
    await settle()
    leaving = asyncio.create_task(bring(guide, phones, person.taps("Leave now")))
    await settle()
    phones.free.set()
    await asyncio.gather(slow, leaving)
    assert person.last.text.startswith(END)
    assert WHO not in "".join(sent.text for sent in person.mine)


async def bring(guide: Guide, phones: Phones, whole: Raw) -> None:
    """Bring a payload."""
    for received in read(whole, PHONE_ID):
        await guide.take(phones, received)


async def settle() -> None:
    """Let everything run that waits for nothing."""
    for _ in range(50):
        await asyncio.sleep(0)


@pytest.mark.parametrize("tag", ["en", "hi", "hi-Latn", "ur", "es"])
async def test_in_every_language(take: Take, person: Person, library: Library, tag: str) -> None:
    """The controls can be tapped and typed in each language that the guide speaks."""
    await take(person.types("hi"))
    await take(person.taps(library.languages[tag].name))
    assert said(library, Phrase.LEAVE, tag) in person.last.taps
    await take(person.types(said(library, Phrase.LEAVE, tag)))
    assert person.last.text == said(library, Phrase.FAREWELL_WHATSAPP, tag).strip()


Odd = Callable[[Person], Raw]
ODD: Final[dict[str, Odd]] = {
    "welcome": lambda person: person.sends({"type": "request_welcome"}),
    "order": lambda person: person.sends({"type": "order", "order": {}}),
    "forwarded": lambda person: person.sends({"type": "text", "text": {"body": "x"}, "context": {"forwarded": True}}),
    "a template's button": lambda person: person.sends({"type": "button", "button": {"text": "hi", "payload": "x"}}),
}


@pytest.mark.parametrize("name", ODD)
async def test_other_ways_to_begin(take: Take, person: Person, name: str) -> None:
    """However somebody comes first, the guide opens."""
    await take(ODD[name](person))
    assert LANGUAGE in person.last.text


def seen(found: Any) -> str:  # noqa: ANN401 - any object
    """Write everything that can be reached in an object."""
    return repr(found)


async def test_the_guide_shows_nothing(take: Take, person: Person, guide: Guide, store: Fragile) -> None:
    """After a turn neither the guide nor the store shows who it was."""
    await take(person.types("hi"))
    assert not any(mark in seen(vars(guide)) + seen(vars(store)) for mark in (person.phone, person.user))
