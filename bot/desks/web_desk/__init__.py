"""The web desk: a page at which helpers answer. It keeps who the helpers are and how long they were there, and no word."""

from bot.desks.web_desk.accounts import Accounts, Role, TakenError, UnreadableError
from bot.desks.web_desk.app import WebDesk

__all__ = ["Accounts", "Role", "TakenError", "UnreadableError", "WebDesk"]
