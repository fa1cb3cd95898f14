"""The helpers' own group on Telegram, served by a bot of its own: a topic for each person, deleted when the talk is over.

It needs python-telegram-bot, which `pip install 'dhaal[telegram-desk]'` brings. Nothing of it is imported elsewhere.
"""

import os

os.environ.setdefault("PTB_TIMEDELTA", "true")  # python-telegram-bot: spans of time as such, as it will be in its next version

from bot.desks.telegram_group.examine import examine
from bot.desks.telegram_group.group import TelegramGroup
from bot.desks.telegram_group.kept import Kept

__all__ = ["Kept", "TelegramGroup", "examine"]
