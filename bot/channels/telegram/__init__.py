"""Telegram: one living message that is edited from start to end, and nothing kept."""

from bot.channels.telegram.guide import Guide
from bot.channels.telegram.router import router
from bot.channels.telegram.runner import Runner

__all__ = ["Guide", "Runner", "router"]
