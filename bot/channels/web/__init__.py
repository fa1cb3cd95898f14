"""The web chat: one page, no cookie, no memory; it works without scripts."""

from bot.channels.web.app import application

__all__ = ["application"]
