"""A town of people on the peer's Telegram, and real processes of the guide that serve it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Final, TypeAlias

from bot.channels.telegram.webhook import PATH
from tests.canary.rooms import Server, serving
from tests.peers.bot_api import BotApi
from tests.peers.chats import Message
from tests.peers.people import Person

SECRET: Final = "a secret that is only for tests!"  # noqa: S105 - guards nothing
MODES: Final = ("polling", "webhook")
MOMENT: Final = "Hello. This is a guide"
WHO: Final = "What brings you here?"
FAULT: Final = "not your fault"
LANGUAGE: Final = "Choose your language."
DANGER: Final = "You come first now."
LOST: Final = "earlier talk"
END: Final = "You have left."
Shown: TypeAlias = list[Message]


def settings(api: BotApi, mode: str) -> dict[str, str]:
    """Give the environment of a guide for the peer's bot."""
    given = {"DHAAL_SECRET": SECRET, "DHAAL_TELEGRAM_TOKEN": api.token, "DHAAL_TELEGRAM_API": api.url}
    return given | {"DHAAL_TELEGRAM_MODE": mode, "DHAAL_PUBLIC_URL": "https://guide.example"}


def hook(server: Server) -> str:
    """Give the address at which updates are posted to a process."""
    return f"http://127.0.0.1:{server.port}{PATH}"


@contextmanager
def serving_guide(api: BotApi, mode: str, folder: Path, **environ: str) -> Iterator[Server]:
    """Run one process of the guide; it is alone behind the webhook."""
    with serving(folder, **settings(api, mode) | environ) as server:
        if mode == "webhook":
            api.wait_until(lambda: api.exchange.hook.settings)
            api.deliver_to(hook(server))
        yield server


@dataclass
class Town:
    """The people of one bot."""

    api: BotApi
    _numbers: Iterator[int] = field(default_factory=lambda: count(1001))

    def newcomer(self, language: str = "en") -> Person:
        """Let somebody come who was never here."""
        return self.api.person(next(self._numbers), language_code=language)

    def settled(self, language: str = "en") -> Person:
        """Let somebody come as far as the question what brings them here."""
        person = self.newcomer(language)
        person.start()
        tap(person, "1. English", MOMENT)
        tap(person, "1. Yes, go on", WHO)
        return person

    def edits(self, person: Person) -> int:
        """Count the changes that the bot asked for in a chat."""
        return sum(call.chat_id == person.chat.id for call in self.api.called("editMessageText"))

    def find_fault(self) -> list[str]:
        """List what no guide may do or leave undone, whoever came and whatever went wrong."""
        answered = {call.params["callback_query_id"] for call in self.api.called("answerCallbackQuery")}
        silent = [f"the tap {number} was never answered" for number in self.api.telegram.queries if number not in answered]
        return [*self.api.complaints, *silent, *(call.method for call in self.api.called("getFile"))]


def shows(words: str) -> Callable[[Shown], bool]:
    """Tell whether a chat is calm: one living message with these words, cards without buttons, nothing of the person."""

    def look(shown: Shown) -> bool:
        living = [message for message in shown if message.flags.get("protect_content")]
        cards = [message for message in shown if message not in living]
        return len(living) == 1 and words in living[0].text and all(one.mine and not one.buttons for one in cards)

    return look


def tap(person: Person, button: str, words: str) -> Shown:
    """Tap a button, wait for the answer and for a screen with these words, and give what the chat shows."""
    person.answer(person.tap(button))
    return person.wait_for(shows(words))
