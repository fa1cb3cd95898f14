"""Looks at the helpers' bot and group for `dhaal doctor`. Nothing is changed, and nobody's updates are taken."""

import asyncio

from telegram.error import InvalidToken, TelegramError

from bot.desks.telegram_group import words
from bot.desks.telegram_group.group import connect
from bot.desks.telegram_group.needs import look
from bot.settings import TelegramDesk


async def examine(settings: TelegramDesk) -> list[str]:
    """Say what is missing and what should be better, each with its remedy."""
    bot, lines = connect(settings)
    try:
        await bot.initialize()
        found = await look(bot, settings.group)
    except InvalidToken:
        return [words.NO_BOT]
    except TelegramError:
        return [words.UNREACHED]
    finally:
        await asyncio.gather(bot.shutdown(), *(line.shutdown() for line in lines), return_exceptions=True)
    return [*found.missing, *found.better]
