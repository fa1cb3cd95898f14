"""All laws by name, in the order in which they are held."""

from typing import Final

from bot.proof.book_laws import BOOK_LAWS as WAYS
from bot.proof.country_laws import COUNTRY_LAWS
from bot.proof.findings import Law, ScreenLaw
from bot.proof.fresh_laws import FACT_LAWS, lasting
from bot.proof.isolates import isolated
from bot.proof.order_laws import ORDER_LAWS
from bot.proof.screen_laws import SCREEN_LAWS as SURFACES
from bot.proof.word_laws import WORD_LAWS

SCREEN_LAWS: Final[dict[str, ScreenLaw]] = {**SURFACES, **COUNTRY_LAWS, isolated.__name__: isolated}
BOOK_LAWS: Final[dict[str, Law]] = {**WAYS, **ORDER_LAWS, **WORD_LAWS, **FACT_LAWS, "help_lasts": lasting(SCREEN_LAWS)}
LAWS: Final = (*BOOK_LAWS, *SCREEN_LAWS)
