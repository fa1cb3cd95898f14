"""One living message from start to end: what is edited, sent, deleted, and what happens when Telegram refuses."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteMessages,
    EditMessageText,
    GetMe,
    LeaveChat,
    SendMessage,
    TelegramMethod,
)
from aiogram.types import (
    Chat,
    ChatMemberBanned,
    ChatMemberMember,
    ChatMemberUpdated,
    Contact,
    Document,
    InaccessibleMessage,
    LinkPreviewOptions,
    Location,
    MessageOriginHiddenUser,
    PhotoSize,
    Sticker,
    Update,
    User,
    Video,
    VideoNote,
    Voice,
)

from bot.channels.telegram.send import TRIES
from bot.content.library import Library
from bot.content.phrases import Phrase
from bot.talk.conversation import Conversation
from bot.talk.seal import LENGTH

from .chats import BOT, NOON, Chats, Failure, Person, Shown, message

Take = Callable[[Update], Awaitable[None]]
FILE: dict[str, Any] = {"file_id": "a", "file_unique_id": "a"}
SENT: dict[str, dict[str, object]] = {
    "photo": {"photo": [PhotoSize(**FILE, width=1, height=1)], "caption": "look"},
    "video": {"video": Video(**FILE, width=1, height=1, duration=1)},
    "video note": {"video_note": VideoNote(**FILE, length=1, duration=1)},
    "voice": {"voice": Voice(**FILE, duration=1)},
    "document": {"document": Document(**FILE, file_name="a.pdf")},
    "sticker": {"sticker": Sticker(**FILE, type="regular", width=1, height=1, is_animated=False, is_video=False)},
    "contact": {"contact": Contact(phone_number="+10", first_name="A")},
    "location": {"location": Location(latitude=1, longitude=1)},
}


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again at once where a person would wait."""
    monkeypatch.setattr("bot.channels.telegram.send.TRIES", tuple(0.0 for _ in TRIES))


def said(library: Library, phrase: Phrase) -> str:
    """Give the English words of a phrase."""
    return library.phrases[phrase].english


def failing(kind: type[TelegramAPIError], words: str) -> Failure:
    """Make a failure."""
    return lambda method: kind(method=method, message=words)


def limited(method: TelegramMethod[object]) -> Exception:
    """Make Telegram ask for patience."""
    return TelegramRetryAfter(method=method, message="Too Many Requests: retry after 0", retry_after=0)


async def test_one_message_from_start_to_end(take: Take, person: Person, chats: Chats) -> None:
    """Opened, tapped and typed: one message of ours is edited, and nothing of the person's is left."""
    await take(person.says("/start"))
    [first] = chats.screen(person.chat)
    await take(person.taps("English"))
    await take(person.says("yes, go on"))
    await take(person.taps("It is about me"))
    await take(person.taps("Back"))
    assert [shown.number for shown in chats.screen(person.chat)] == [first.number]
    assert len(chats.named(SendMessage)) == 1
    assert len(chats.named(EditMessageText)) == 4


async def test_every_callback_is_answered(take: Take, person: Person, chats: Chats) -> None:
    """Honest, forged, foreign and cut: each tap is answered, and leads to a screen."""
    await take(person.says("/start"))
    [living] = chats.screen(person.chat)
    data = next(iter(living.buttons.values()))
    for sent in (data, "", "x" * 64, data[:-2] + "zz", data[:LENGTH], "00" * 32):
        await take(person.sends(sent, living))
    assert len(chats.named(AnswerCallbackQuery)) == 6
    [living] = chats.screen(person.chat)
    assert living.keyboard


async def test_a_foreign_button_shows_the_menu(take: Take, person: Person, chats: Chats, library: Library) -> None:
    """A button of somebody else's chat opens nothing."""
    other = Person(chats, chat=2002)
    await take(person.says("/start"))
    await take(other.says("/start"))
    [theirs], [ours] = chats.screen(other.chat), chats.screen(person.chat)
    await take(person.sends(next(iter(theirs.buttons.values())), ours))
    assert ours.text.startswith(said(library, Phrase.HINT_LOST))


async def test_a_double_tap_does_one_thing(take: Take, person: Person, chats: Chats) -> None:
    """The same button twice, at once or one after the other, leads where one tap leads."""
    await take(person.says("/start"))
    [living] = chats.screen(person.chat)
    data = living.buttons["1. English"]
    await asyncio.gather(take(person.sends(data, living)), take(person.sends(data, living)))
    once = living.text
    await take(person.sends(data, living))
    assert living.text == once
    assert once.startswith("Hello.")


async def test_a_repeated_update_does_nothing(take: Take, person: Person, chats: Chats) -> None:
    """An update that Telegram brings again is known."""
    start = person.says("/start")
    await take(start)
    before = chats.named(SendMessage, EditMessageText)
    await take(start)
    assert chats.named(SendMessage, EditMessageText) == before


async def test_updates_out_of_order(take: Take, person: Person, chats: Chats) -> None:
    """A tap that arrives before the one that was made earlier: each leads from its own screen; the place is not lost."""
    await take(person.says("/start"))
    [living] = chats.screen(person.chat)
    first = person.taps("English")
    await take(first)
    second, third = person.taps("Yes, go on"), person.taps("Back")
    await take(third)
    await take(second)
    assert "What brings you here?" in living.text


async def test_typed_words_are_deleted(take: Take, person: Person, chats: Chats) -> None:
    """What was typed is gone from the chat, understood or not."""
    await take(person.says("/start"))
    for words in ("1", "qwertzuiop", "i want to die", "/menu", "/nothing_of_the_kind"):
        await take(person.says(words))
        assert all(shown.ours for shown in chats.screen(person.chat))


async def test_words_are_understood_where_they_were_typed(take: Take, person: Person, chats: Chats) -> None:
    """A number means the choice on the screen above; half an hour is long enough for that."""
    await take(person.says("/start"))
    await take(person.taps("English"))
    await take(person.says("1"))
    [living] = chats.screen(person.chat)
    assert "What brings you here?" in living.text


@pytest.mark.parametrize("command", ["menu", "back", "person", "help", "language", "leave", "exit", "stop", "MENU"])
async def test_commands(take: Take, person: Person, chats: Chats, command: str) -> None:
    """Each command of the menu does what its button does, and is deleted itself."""
    await take(person.says("/start"))
    await take(person.taps("English"))
    await take(person.says(f"/{command}@a_guide_bot"))
    [living] = chats.screen(person.chat)
    assert living.ours
    assert not living.text.startswith("Hello.") or command == "language"


@pytest.mark.parametrize("kind", SENT)
async def test_files_are_not_fetched(take: Take, person: Person, chats: Chats, library: Library, kind: str) -> None:
    """Whatever is sent is deleted, kindly answered, and never asked for."""
    await take(person.says("/start"))
    await take(person.says("", **SENT[kind]))
    [living] = chats.screen(person.chat)
    assert living.text.startswith(said(library, Phrase.HINT_SHARED))
    assert {type(call) for call in chats.calls} == {SendMessage, EditMessageText, DeleteMessages}


async def test_a_forwarded_message_is_not_read(take: Take, person: Person, chats: Chats, library: Library) -> None:
    """Words of somebody else are not understood as the person's own."""
    await take(person.says("/start"))
    await take(person.says("leave", forward_origin=MessageOriginHiddenUser(date=NOON, sender_user_name="B")))
    [living] = chats.screen(person.chat)
    assert living.text.startswith(said(library, Phrase.HINT_SHARED))


async def test_a_changed_message_is_read_again_and_deleted(take: Take, person: Person, chats: Chats) -> None:
    """Who corrects what they typed is understood; the message goes."""
    await take(person.says("/start"))
    await take(person.taps("English"))
    shown = chats.post(person.chat, Shown(0, "", ours=False))
    await take(person.edits(shown, "1"))
    [living] = chats.screen(person.chat)
    assert "What brings you here?" in living.text


async def test_notices_of_telegram_are_left_alone(take: Take, person: Person, chats: Chats) -> None:
    """That a timer was set in the chat, say, needs no answer."""
    await take(person.happens(message=message(person.chat, Shown(9, "", ours=False), pinned_message=message(1, Shown(8, "x")))))
    await take(person.happens(callback_query=None, message=None))
    assert chats.calls == []


async def test_keep_this_in_my_chat(take: Take, person: Person, chats: Chats, library: Library) -> None:
    """The page becomes a message of its own, without buttons and free to copy; the living one stands below it again."""
    await take(person.says("/start"))
    await take(person.taps("I need help now"))
    page = chats.screen(person.chat)[0].text
    await take(person.taps(said(library, Phrase.KEEP)))
    card, living = chats.screen(person.chat)
    assert card.text.startswith(page)
    assert "https://t.me/a_guide_bot?start=" in card.text
    assert (card.keyboard, card.protected, living.protected) == (None, False, True)
    assert living.text.startswith(said(library, Phrase.HINT_KEPT))
    await take(person.taps("Back"))
    assert len(chats.screen(person.chat)) == 2
    await take(person.taps("Leave now"))
    [end] = chats.screen(person.chat)
    assert end.text.startswith("You have left.")


async def test_keeping_twice_keeps_once(take: Take, person: Person, chats: Chats, library: Library) -> None:
    """A double tap on "Keep" sends one card, and never makes a card a living message."""
    await take(person.says("/start"))
    await take(person.taps("I need help now"))
    [living] = chats.screen(person.chat)
    data = living.buttons[said(library, Phrase.KEEP)]
    await asyncio.gather(take(person.sends(data, living)), take(person.sends(data, living)))
    assert len(chats.screen(person.chat)) == 2


async def test_a_card_without_a_name(take: Take, person: Person, chats: Chats, library: Library) -> None:
    """If Telegram does not tell our name, the card is kept without a link."""
    await take(person.says("/start"))
    await take(person.taps("I need help now"))
    chats.fail(GetMe, failing(TelegramServerError, "Bad Gateway"))
    await take(person.taps(said(library, Phrase.KEEP)))
    assert "t.me" not in chats.screen(person.chat)[0].text


async def test_a_card_that_cannot_be_sent(take: Take, person: Person, chats: Chats, library: Library) -> None:
    """If the card, or the message below it, is refused, the person keeps the screen they have."""
    await take(person.says("/start"))
    await take(person.taps("I need help now"))
    [living] = chats.screen(person.chat)
    chats.fail(SendMessage, failing(TelegramBadRequest, "Bad Request: chat not found"))
    await take(person.taps(said(library, Phrase.KEEP)))
    assert chats.screen(person.chat) == [living]
    await take(person.taps("Back"))
    await take(person.taps("I need help now"))


async def test_a_shared_plan(take: Take, person: Person, chats: Chats, library: Library) -> None:
    """The link of a card opens the page in another chat, behind neutral words, in that person's own language."""
    await take(person.says("/start"))
    await take(person.taps("I need help now"))
    await take(person.taps(said(library, Phrase.KEEP)))
    token = chats.screen(person.chat)[0].text.partition("start=")[2].split()[0]
    assert len(token) <= 64
    friend = Person(chats, chat=2002, language="hi")
    await take(friend.says(f"/start {token}"))
    [gate] = chats.screen(friend.chat)
    assert gate.text == library.catalogs.say(library.phrases[Phrase.PLAN_HERE], "hi")
    await take(friend.taps(library.catalogs.say(library.phrases[Phrase.PLAN_OPEN], "hi")))
    hindi = library.catalogs.say(library.book.spoken("danger.open").text, "hi")
    assert gate.text.startswith(hindi.partition("\n")[0])


@pytest.mark.parametrize("payload", ["nonsense", "A" * 62, "-", "x" * 64])
async def test_a_link_that_opens_nothing(take: Take, person: Person, chats: Chats, payload: str) -> None:
    """An old or forged link is a plain beginning: nothing tells that there was a plan."""
    await take(person.says(f"/start {payload}"))
    [living] = chats.screen(person.chat)
    assert living.text == "Choose your language."


async def test_starting_again(take: Take, person: Person, chats: Chats) -> None:
    """/start always brings a new message to the bottom, and takes the old one away."""
    await take(person.says("/start"))
    await take(person.taps("English"))
    await take(person.says("/start"))
    [living] = chats.screen(person.chat)
    assert living.text == "Choose your language."


async def test_leaving(take: Take, person: Person, chats: Chats, conversation: Conversation) -> None:
    """Leaving makes the living message neutral at once, and nothing is remembered: the next word begins anew."""
    await take(person.says("/start"))
    await take(person.taps("English"))
    await take(person.taps("Leave now"))
    [end] = chats.screen(person.chat)
    assert end.text == conversation.speech("en").phrase(Phrase.FAREWELL_TELEGRAM).strip()
    assert end.keyboard is None
    await take(person.says("1"))
    assert "What brings you here?" not in chats.screen(person.chat)[-1].text


async def test_an_old_button_after_leaving(take: Take, person: Person, chats: Chats) -> None:
    """A tap made before "Leave now" that arrives after it changes nothing: the end stays neutral."""
    await take(person.says("/start"))
    await take(person.taps("English"))
    late = person.taps("Yes, go on")
    await take(person.taps("Leave now"))
    await take(late)
    [end] = chats.screen(person.chat)
    assert end.text.startswith("You have left.")


async def test_an_inaccessible_message(take: Take, person: Person, chats: Chats) -> None:
    """A button of a message that Telegram no longer shows us still carries the place; it is answered below."""
    await take(person.says("/start"))
    [living] = chats.screen(person.chat)
    data = living.buttons["1. English"]
    del chats.shown[person.chat][living.number]
    old = InaccessibleMessage(chat=Chat(id=person.chat, type="private"), message_id=living.number, date=0)
    await take(person.sends(data, living, message=old))
    [again] = chats.screen(person.chat)
    assert again.text.startswith("Hello.")


@pytest.mark.parametrize("words", ["Bad Request: message can't be edited", "Bad Request: message to edit not found"])
async def test_a_message_that_cannot_be_edited(take: Take, person: Person, chats: Chats, words: str) -> None:
    """A new one takes its place, and the old one is deleted."""
    await take(person.says("/start"))
    chats.fail(EditMessageText, failing(TelegramBadRequest, words))
    await take(person.taps("English"))
    [living] = chats.screen(person.chat)
    assert living.text.startswith("Hello.")


async def test_too_old_to_delete(take: Take, person: Person, chats: Chats) -> None:
    """A message older than 48 hours cannot be deleted and spoils its batch: the others are deleted one by one."""
    await take(person.says("/start"))
    await take(person.taps("I need help now"))
    await take(person.taps("Keep this in my chat"))
    await take(person.taps("Back"))
    await take(person.taps("I need help now"))
    await take(person.taps("Keep this in my chat"))
    old = failing(TelegramBadRequest, "Bad Request: message can't be deleted for everyone")
    chats.fail(DeleteMessages, old, old)
    await take(person.taps("Leave now"))
    assert len(chats.screen(person.chat)) == 2
    assert chats.screen(person.chat)[-1].text.startswith("You have left.")


async def test_patience_with_telegram(take: Take, person: Person, chats: Chats) -> None:
    """Too many requests, a bad gateway, a timeout: tried again, and the person comes where they wanted."""
    await take(person.says("/start"))
    chats.fail(EditMessageText, limited, failing(TelegramServerError, "Bad Gateway"), failing(TelegramNetworkError, "timeout"))
    await take(person.taps("English"))
    [living] = chats.screen(person.chat)
    assert living.text.startswith("Hello.")


async def test_telegram_is_down(take: Take, person: Person, chats: Chats) -> None:
    """After some tries it is given up; the buttons still work when Telegram is back."""
    await take(person.says("/start"))
    down = [failing(TelegramServerError, "Bad Gateway")] * (len(TRIES) + 1)
    chats.fail(EditMessageText, *down)
    await take(person.taps("English"))
    [living] = chats.screen(person.chat)
    assert living.text == "Choose your language."
    await take(person.taps("English"))
    assert living.text.startswith("Hello.")


async def test_words_that_could_not_be_deleted_at_once(take: Take, person: Person, chats: Chats) -> None:
    """While Telegram is out of order, what was typed stays; the guide knows it and deletes it at "Leave now"."""
    await take(person.says("/start"))
    chats.fail(DeleteMessages, *[failing(TelegramServerError, "Bad Gateway")] * (len(TRIES) + 1))
    await take(person.says("1"))
    assert [shown.ours for shown in chats.screen(person.chat)] == [True, False]
    await take(person.taps("Leave now"))
    assert [shown.ours for shown in chats.screen(person.chat)] == [True]


async def test_blocked(take: Take, person: Person, chats: Chats) -> None:
    """Who has blocked the guide is forgotten, and not written to again."""
    await take(person.says("/start"))
    chats.fail(EditMessageText, failing(TelegramForbiddenError, "Forbidden: bot was blocked by the user"))
    await take(person.taps("English"))
    assert len(chats.named(EditMessageText)) == 1
    user = User(id=person.chat, is_bot=False, first_name="A")
    change = ChatMemberUpdated(
        chat=Chat(id=person.chat, type="private"), from_user=user, date=NOON,
        old_chat_member=ChatMemberMember(user=BOT), new_chat_member=ChatMemberBanned(user=BOT, until_date=NOON),
    )  # fmt: skip
    before = len(chats.calls)
    await take(person.happens(my_chat_member=change))
    assert len(chats.calls) == before


async def test_an_unknown_refusal(take: Take, person: Person, chats: Chats) -> None:
    """Whatever else Telegram says, nothing is raised and the place is not lost."""
    await take(person.says("/start"))
    chats.fail(EditMessageText, failing(TelegramAPIError, "something new"))
    await take(person.taps("English"))
    await take(person.taps("English"))
    assert chats.screen(person.chat)[0].text.startswith("Hello.")


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel"])
async def test_groups(take: Take, person: Person, chats: Chats, library: Library, kind: str) -> None:
    """In a group the guide says, in neutral words, that it works in private, once, and leaves; a tap there is answered."""
    where, user = Chat(id=-100, type=kind, title="a"), User(id=1, is_bot=False, first_name="A")
    change = ChatMemberUpdated(
        chat=where, from_user=user, date=NOON,
        old_chat_member=ChatMemberBanned(user=BOT, until_date=NOON), new_chat_member=ChatMemberMember(user=BOT),
    )  # fmt: skip
    await take(person.happens(my_chat_member=change))
    assert [type(call) for call in chats.calls] == [SendMessage, LeaveChat]
    [shown] = chats.screen(-100)
    assert shown.text == said(library, Phrase.GROUP)
    posted = message(-100, Shown(5, "hello", ours=False)).model_copy(update={"chat": where})
    await take(person.happens(message=posted))
    await take(person.happens(channel_post=posted.model_copy(update={"from_user": None})))
    assert len(chats.calls) == 2
    await take(person.sends("00", Shown(5, ""), message=posted))
    assert isinstance(chats.calls[-1], AnswerCallbackQuery)


async def test_thrown_out_of_a_group(take: Take, person: Person, chats: Chats) -> None:
    """Nothing is said where nobody listens; and that somebody let us back into their own chat needs no answer."""
    user = User(id=1, is_bot=False, first_name="A")
    member, out = ChatMemberMember(user=BOT), ChatMemberBanned(user=BOT, until_date=NOON)
    group, own = Chat(id=-100, type="group"), Chat(id=1, type="private")
    for where, old, new in ((group, member, out), (own, out, member)):
        change = ChatMemberUpdated(chat=where, from_user=user, date=NOON, old_chat_member=old, new_chat_member=new)
        await take(person.happens(my_chat_member=change))
    assert chats.calls == []


@pytest.mark.parametrize("part", ["bot.talk.conversation.Conversation.turn", "bot.channels.telegram.guide.screen_letter"])
async def test_a_failure_of_ours(  # noqa: PLR0913, PLR0917 - fixtures
    take: Take, person: Person, chats: Chats, conversation: Conversation, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    """If the talk fails, or what writes its screen, the person reads calm words and numbers to call; then it goes on."""
    await take(person.says("/start"))
    await take(person.taps("English"))
    with monkeypatch.context() as broken:
        broken.setattr(part, lambda *_: 1 / 0)
        await take(person.taps("Yes, go on"))
        [living] = chats.screen(person.chat)
        assert living.text == conversation.speech("en").trouble()
    await take(person.taps("Menu"))
    assert living.text != conversation.speech("en").trouble()
    assert "earlier talk" not in living.text


async def test_links_have_no_preview_and_messages_no_sound(take: Take, person: Person, chats: Chats) -> None:
    """Every message and every change is without a preview; a new message makes no sound and cannot be passed on by mistake."""
    await take(person.says("/start"))
    await take(person.taps("I need help now"))
    for call in chats.named(SendMessage, EditMessageText):
        assert isinstance(call, SendMessage | EditMessageText)
        assert call.link_preview_options == LinkPreviewOptions(is_disabled=True)
    [sent] = chats.named(SendMessage)
    assert isinstance(sent, SendMessage)
    assert (sent.disable_notification, sent.protect_content) == (True, True)


@pytest.mark.parametrize("language", ["hi", "hi-IN", "en", "xx", None])
async def test_the_language_of_their_telegram(take: Take, chats: Chats, library: Library, language: str | None) -> None:
    """The first screen is in the language that the person's Telegram speaks, if the guide speaks it too."""
    person = Person(chats, language=language or "en")
    await take(person.says("/start"))
    tag = "hi" if (language or "").startswith("hi") else "en"
    expected = library.catalogs.say(library.book.spoken(library.book.start).text, tag)
    assert chats.screen(person.chat)[0].text == expected.strip()
