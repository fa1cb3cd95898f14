"""Where the last place of a chat is kept for minutes: it must not be written to a disk, nor copied."""

from typing import Final

from bot.settings import MEMORY, Settings

ALONE: Final = (
    "DHAAL_STORE is memory. One process may stay so. Several behind one webhook may not: each knows only what it saw itself, "
    "so a typed word loses its context, and a repeated update is answered twice. Give them one Valkey server (docs/run-it.md)."
)


async def look(settings: Settings) -> list[str]:
    """Look at the store, and ask a Valkey server whether it persists."""
    address = settings.store.reveal()
    if address == MEMORY:
        hooked = settings.whatsapp or (settings.telegram and settings.telegram.mode == "webhook")
        return [ALONE] if hooked else []
    from bot.stores.valkey import examine  # noqa: PLC0415 - who has no Valkey does not pay for its client

    return await examine(address)
