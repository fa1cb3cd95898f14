"""What people may type, one file a language. These words are recognised and never shown."""

from bot.content.form import Form
from bot.content.reader import Desk, Map
from bot.core.events import Command

FILLER = "filler"
KEYS = (*(command.value for command in Command if command is not Command.DANGER), FILLER)


def read_words(desk: Desk, page: Map) -> dict[str, tuple[str, ...]]:
    """Read one language's file: for each command its phrases, and the words that mean nothing (`filler`)."""
    form = Form(desk, page)
    form.scalar("language")
    found = {key: form.words(key) for key in KEYS}
    form.done(lambda: ("language", *KEYS))
    return found
