"""All laws by name, in the order in which they are held."""

from typing import Final

from bot.proof.book_laws import BOOK_LAWS
from bot.proof.screen_laws import SCREEN_LAWS

LAWS: Final = (*BOOK_LAWS, *SCREEN_LAWS)

__all__ = ["BOOK_LAWS", "LAWS", "SCREEN_LAWS"]
