"""The guide inside somebody else's aiogram bot: three lines, and each minds its own business."""

from itertools import count

import pytest
from aiogram import Bot, Dispatcher, F, Router
from aiogram.filters import Command
from aiogram.methods import AnswerCallbackQuery, EditMessageText, LeaveChat, SendMessage
from aiogram.types import (
    CallbackQuery,
    Chat,
    ChatMemberBanned,
    ChatMemberMember,
    ChatMemberUpdated,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    Update,
    User,
)

from bot.channels.telegram import Guide, router
from bot.stores.memory import Memory
from bot.talk.conversation import Conversation
from bot.talk.keys import Keys
from bot.talk.pace import Pace
from bot.talk.recall import Recall
from bot.wiring import telegram_router

from .chats import BOT, NOON, TOKEN, Chats, Person, Shown, message

GROUP, CHANNEL = Chat(id=-100, type="supergroup", title="a"), Chat(id=-200, type="channel", title="b")
DONATE = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Donate", callback_data="donate:5")]])


class Organisation(Router):
    """What the bot did before: a command, a button, and a greeting in groups."""

    def __init__(self) -> None:
        """Register it all."""
        super().__init__(name="organisation")
        self.message.register(self.hours, Command("hours"))
        self.message.register(self.greet, F.chat.type != "private")
        self.callback_query.register(self.thank, F.data.startswith("donate:"))
        self.my_chat_member.register(self.enter, F.chat.type != "private")
        self.channel_post.register(self.greet)

    async def hours(self, message: Message) -> None:
        """Tell when the office is open."""
        await message.answer("Open from nine to five.", reply_markup=DONATE)

    async def greet(self, message: Message) -> None:
        """Greet a group."""
        await message.answer("Hello, all.")

    async def thank(self, query: CallbackQuery) -> None:
        """Thank for a donation."""
        await query.answer("Thank you for it.")

    async def enter(self, event: ChatMemberUpdated) -> None:
        """Greet those who let the bot in."""
        await event.answer("Hello, all.")


@pytest.fixture
def bot(chats: Chats) -> Bot:
    """Make the organisation's bot."""
    return Bot(TOKEN, chats)


@pytest.fixture
def guide(conversation: Conversation, keys: Keys) -> Guide:
    """Build the guide, with a clock that lets nobody wait."""
    ticks = count(step=1000)
    return Guide(conversation, Recall(Memory(), keys, lambda: NOON), Pace(lambda: float(next(ticks))))


@pytest.fixture
def dispatcher(guide: Guide) -> Dispatcher:
    """Mount the guide after all that the organisation's bot does."""
    made = Dispatcher(disable_fsm=True)
    made.include_router(Organisation())
    made.include_router(router(guide))
    return made


def entered(person: Person, where: Chat) -> Update:
    """Bring the bot into a group or a channel."""
    change = ChatMemberUpdated(
        chat=where, from_user=User(id=person.chat, is_bot=False, first_name="A"), date=NOON,
        old_chat_member=ChatMemberBanned(user=BOT, until_date=NOON), new_chat_member=ChatMemberMember(user=BOT),
    )  # fmt: skip
    return person.happens(my_chat_member=change)


async def test_three_lines(bot: Bot, person: Person, chats: Chats, monkeypatch: pytest.MonkeyPatch) -> None:
    """With these, as docs/run-it.md has them, an organisation's bot is the guide too."""
    monkeypatch.setenv("DHAAL_SECRET", "a secret that is only for tests!")

    dispatcher = Dispatcher(disable_fsm=True)
    dispatcher.include_router(telegram_router())

    await dispatcher.feed_update(bot, person.says("/start"))
    await dispatcher.feed_update(bot, person.taps("English"))
    await dispatcher.feed_update(bot, person.says("1"))
    [living] = chats.screen(person.chat)
    assert "What brings you here?" in living.text
    assert len(chats.named(AnswerCallbackQuery)) == 1


async def test_their_own_commands_and_buttons_still_work(
    bot: Bot, dispatcher: Dispatcher, person: Person, chats: Chats
) -> None:
    """What the organisation's router takes does not come to the guide, and disturbs no talk with it."""
    await dispatcher.feed_update(bot, person.says("/start"))
    await dispatcher.feed_update(bot, person.says("/hours"))
    living, asked, told = chats.screen(person.chat)
    assert (living.text, asked.text, told.text) == ("Choose your language.", "/hours", "Open from nine to five.")
    await dispatcher.feed_update(bot, person.taps("Donate"))
    [answer] = chats.named(AnswerCallbackQuery)
    assert isinstance(answer, AnswerCallbackQuery)
    assert answer.text == "Thank you for it."
    assert chats.named(EditMessageText) == []
    await dispatcher.feed_update(bot, person.taps("English", living))
    await dispatcher.feed_update(bot, person.says("1"))
    assert "What brings you here?" in living.text
    assert told in chats.screen(person.chat)


async def test_everything_else_in_private_is_the_guides(bot: Bot, dispatcher: Dispatcher, person: Person, chats: Chats) -> None:
    """Words, changed words and foreign buttons; what a person sent is deleted."""
    await dispatcher.feed_update(bot, person.says("/start"))
    await dispatcher.feed_update(bot, person.says("help"))
    shown = chats.post(person.chat, Shown(0, "", ours=False))
    await dispatcher.feed_update(bot, person.edits(shown, "menu"))
    [living] = chats.screen(person.chat)
    await dispatcher.feed_update(bot, person.sends("of last year", living))
    assert len(chats.named(AnswerCallbackQuery)) == 1
    assert [shown.ours for shown in chats.screen(person.chat)] == [True]


@pytest.mark.parametrize("where", [GROUP, CHANNEL], ids=["group", "channel"])
async def test_groups_are_left_to_the_organisation(
    bot: Bot, dispatcher: Dispatcher, person: Person, chats: Chats, where: Chat
) -> None:
    """Its bot stays there, and the guide says nothing: neither to a word, nor to a button of its own that was carried there."""
    posted = message(where.id, Shown(5, "hello", ours=False)).model_copy(update={"chat": where})
    kind = "channel_post" if where is CHANNEL else "message"
    await dispatcher.feed_update(bot, entered(person, where))
    await dispatcher.feed_update(bot, person.happens(**{kind: posted}))
    await dispatcher.feed_update(bot, person.sends("x" * 64, Shown(5, ""), message=posted))
    assert [call.text for call in chats.calls if isinstance(call, SendMessage)] == ["Hello, all."] * 2
    assert len(chats.calls) == 2


@pytest.mark.parametrize("where", [GROUP, CHANNEL], ids=["group", "channel"])
async def test_alone_it_leaves_groups(bot: Bot, guide: Guide, person: Person, chats: Chats, where: Chat) -> None:
    """A bot that is nothing but the guide says that it works in private, and goes."""
    dispatcher = Dispatcher(disable_fsm=True)
    dispatcher.include_router(router(guide, groups=True))
    await dispatcher.feed_update(bot, entered(person, where))
    assert [type(call) for call in chats.calls] == [SendMessage, LeaveChat]
    posted = message(where.id, Shown(5, "hello", ours=False)).model_copy(update={"chat": where, "from_user": None})
    await dispatcher.feed_update(bot, person.happens(channel_post=posted))
    assert len(chats.calls) == 2


async def test_who_blocks_the_bot_is_forgotten(bot: Bot, dispatcher: Dispatcher, person: Person, chats: Chats) -> None:
    """The next word begins anew, though it comes within the half hour."""
    await dispatcher.feed_update(bot, person.says("/start"))
    await dispatcher.feed_update(bot, person.taps("English"))
    change = ChatMemberUpdated(
        chat=Chat(id=person.chat, type="private"), from_user=User(id=person.chat, is_bot=False, first_name="A"), date=NOON,
        old_chat_member=ChatMemberMember(user=BOT), new_chat_member=ChatMemberBanned(user=BOT, until_date=NOON),
    )  # fmt: skip
    await dispatcher.feed_update(bot, person.happens(my_chat_member=change))
    await dispatcher.feed_update(bot, person.says("1"))
    assert "What brings you here?" not in chats.screen(person.chat)[-1].text


async def test_aiograms_own_state_stays_empty(bot: Bot, dispatcher: Dispatcher, person: Person) -> None:
    """Nothing is kept under the number of a chat; aiogram's state would do that."""
    await dispatcher.feed_update(bot, person.says("/start"))
    assert vars(dispatcher.fsm.storage)["storage"] == {}
