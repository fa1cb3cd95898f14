"""The guide as an aiogram router, for a bot that already runs: `dispatcher.include_router(router(guide))`."""

from aiogram import Bot, Router
from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message, TelegramObject, Update

from bot.channels.telegram.guide import Guide
from bot.channels.telegram.read import Received, read_callback, read_member, read_message


def router(guide: Guide, *, groups: bool = False) -> Router:
    """Build a router with one handler for each kind of update.

    `groups` tells whether the guide also leaves groups, as it does when it runs alone; a bot with other work stays in them.
    Build the dispatcher with `Dispatcher(disable_fsm=True)`: aiogram's own state would keep the number of every chat.
    """
    made = Router(name="dhaal")
    filters = () if groups else (private,)

    async def take(bot: Bot, update: Update, received: Received | None) -> None:
        if received is not None:
            await guide.take(bot, update.update_id, received)

    async def message(event: Message, bot: Bot, event_update: Update) -> None:
        await take(bot, event_update, read_message(event))

    async def callback(event: CallbackQuery, bot: Bot, event_update: Update) -> None:
        await take(bot, event_update, read_callback(event))

    async def member(event: ChatMemberUpdated, bot: Bot, event_update: Update) -> None:
        await take(bot, event_update, read_member(event))

    made.message.register(message, *filters)
    made.edited_message.register(message, *filters)
    made.callback_query.register(callback, *filters)
    made.my_chat_member.register(member, *filters)
    if groups:
        made.channel_post.register(message)
    return made


async def private(event: TelegramObject) -> bool:
    """Pass what happens in a private chat. It is asynchronous because aiogram runs every other filter in a thread."""
    message = event.message if isinstance(event, CallbackQuery) else event
    chat = getattr(message, "chat", None)
    return chat is not None and chat.type == ChatType.PRIVATE
