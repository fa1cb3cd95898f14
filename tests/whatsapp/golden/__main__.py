"""Write the golden set anew: python -m tests.whatsapp.golden. Read what changed before you commit it."""

import asyncio

from bot.content.library import read
from tests.conftest import ROOT

from .kinds import renew

if __name__ == "__main__":
    asyncio.run(renew(read(ROOT / "flows", ROOT / "locales")))
