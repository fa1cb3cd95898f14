"""What others may see of the guide before anybody writes: neutral, short enough, and set only where it differs."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramRetryAfter, TelegramServerError
from aiogram.methods import (
    GetMyCommands,
    GetMyDescription,
    GetMyName,
    GetMyShortDescription,
    SetMyCommands,
    SetMyDescription,
    SetMyName,
    SetMyShortDescription,
    TelegramMethod,
)
from aiogram.types import BotCommand, BotDescription, BotName, BotShortDescription

from bot.channels.telegram.profile import CODE, MENU, SCOPE, dress
from bot.channels.telegram.read import COMMAND, COMMANDS
from bot.content.library import Library
from bot.content.phrases import Phrase
from bot.talk.conversation import Conversation

from .chats import TOKEN, Chats, Failure

SETS = (SetMyCommands, SetMyName, SetMyShortDescription, SetMyDescription)
GETS = (GetMyCommands, GetMyName, GetMyShortDescription, GetMyDescription)
LONGEST = {"name": 64, "short_description": 120, "description": 512}  # LIMITS.md
MOST_COMMANDS, LONGEST_COMMAND, LONGEST_MEANING = 100, 32, 256
REFUSALS: dict[str, Failure] = {
    "too often": lambda method: TelegramRetryAfter(method=method, message="Too Many Requests", retry_after=86_000),
    "not liked": lambda method: TelegramBadRequest(method=method, message="Bad Request: BOT_TITLE_INVALID"),
    "out of order": lambda method: TelegramServerError(method=method, message="Bad Gateway"),
}


class Shelf(Chats):
    """A Telegram that remembers the profile; where a language has no words of its own, it shows the common ones."""

    def __init__(self) -> None:
        """Begin as @BotFather leaves it."""
        super().__init__()
        self.kept: dict[tuple[str, str], Any] = {("name", ""): "made yesterday"}

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:  # noqa: ANN401, ASYNC109 - aiogram's own signature
        """Keep, or tell what is kept."""
        await super().make_request(bot, method, timeout)
        code = getattr(method, "language_code", None) or ""
        match method:
            case GetMyName():
                return BotName(name=self._of("name", code))
            case GetMyDescription():
                return BotDescription(description=self._of("description", code))
            case GetMyShortDescription():
                return BotShortDescription(short_description=self._of("short_description", code))
            case GetMyCommands(scope=scope):
                assert scope == SCOPE
                return self.kept.get(("commands", code), [])
            case _:
                self.kept |= {(name, code): getattr(method, name) for name in (*LONGEST, "commands") if hasattr(method, name)}
                return True

    def _of(self, what: str, code: str) -> str:
        return str(self.kept.get((what, code), self.kept.get((what, ""), "")))


@pytest.fixture
def shelf() -> Shelf:
    """Open Telegram."""
    return Shelf()


def codes(library: Library) -> list[str]:
    """List the languages as Telegram knows them; the first is for everybody."""
    return ["", *(tag for tag in [*library.languages][1:] if len(tag) == CODE)]


async def put_on(shelf: Shelf, conversation: Conversation) -> None:
    """Dress the bot."""
    await dress(Bot(TOKEN, shelf), conversation)


@pytest.fixture
async def shown(shelf: Shelf, conversation: Conversation) -> list[tuple[str, str]]:
    """List every text that is shown, with its kind, in every language."""
    await put_on(shelf, conversation)
    return [*_shown(shelf)]


def _shown(shelf: Shelf) -> Iterator[tuple[str, str]]:
    for (kind, _), value in shelf.kept.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, BotCommand):
                yield from (("command", one.command), ("meaning", one.description))
            else:
                yield kind, one


async def test_everything_is_said_in_each_language(shelf: Shelf, conversation: Conversation, library: Library) -> None:
    """Commands, name, short text and description: in English for everybody, and in each language that Telegram knows."""
    await put_on(shelf, conversation)
    assert len(codes(library)) > 1
    for code in codes(library):
        say = conversation.speech(code or None).phrase
        seen = {kind: shelf.kept.get((kind, code), shelf.kept[kind, ""]) for kind in (*LONGEST, "commands")}
        assert seen == {
            "name": say(Phrase.TITLE),
            "short_description": say(Phrase.BOT_SHORT),
            "description": say(Phrase.BOT_ABOUT),
            "commands": [BotCommand(command=name, description=say(phrase)) for name, phrase in MENU],
        }


async def test_nothing_is_set_twice(shelf: Shelf, conversation: Conversation) -> None:
    """Telegram counts changes of a name: what is right is left alone, and what somebody changed is set right."""
    await put_on(shelf, conversation)
    first = len(shelf.named(*SETS))
    await put_on(shelf, conversation)
    assert len(shelf.named(*SETS)) == first
    shelf.kept["description", "hi"] = "something else"
    await put_on(shelf, conversation)
    [again] = shelf.named(*SETS)[first:]
    assert isinstance(again, SetMyDescription)
    assert again.language_code == "hi"


async def test_words_are_neutral(shown: list[tuple[str, str]], library: Library) -> None:
    """No topic word of any language stands in any text of any language (R59)."""
    locales = library.lexicon.words["topic"]
    assert any(locales.values())
    found = [(text, word) for _, text in shown for locale in locales for word in library.lexicon.found("topic", text, locale)]
    assert found == []
    assert [*library.lexicon.found("topic", "a leaked photo", "en")]  # it would be seen


async def test_words_fit(shown: list[tuple[str, str]]) -> None:
    """Each text is as short as Telegram asks, and none is empty."""
    longest = LONGEST | {"command": LONGEST_COMMAND, "meaning": LONGEST_MEANING}
    assert {kind for kind, _ in shown} == {*longest}
    assert [(kind, text) for kind, text in shown if not 0 < len(text) <= longest[kind]] == []


async def test_commands_are_known(shown: list[tuple[str, str]]) -> None:
    """Each command in the menu is one that the guide reads, in letters that Telegram allows."""
    commands = {text for kind, text in shown if kind == "command"}
    assert commands == {name for name, _ in MENU}
    assert commands <= {"start", *COMMANDS}
    assert len(MENU) <= MOST_COMMANDS
    assert [name for name in commands if not re.fullmatch(r"[a-z0-9_]{1,32}", name) or not COMMAND.fullmatch(f"/{name}")] == []


@pytest.mark.parametrize("refusal", REFUSALS)
@pytest.mark.parametrize("method", [*GETS, *SETS])
async def test_a_refusal_stops_nothing(
    shelf: Shelf, conversation: Conversation, capsys: pytest.CaptureFixture[str], method: type, refusal: str
) -> None:
    """Whatever Telegram refuses is noted, without waiting, and all else is set; it is tried again at the next start."""
    whole = Shelf()
    await put_on(whole, conversation)
    shelf.fail(method, REFUSALS[refusal])
    await put_on(shelf, conversation)
    assert "dhaal: unreachable\n" in capsys.readouterr().err
    assert len([name for name, value in whole.kept.items() if shelf.kept.get(name) != value]) == 1
    await put_on(shelf, conversation)
    assert shelf.kept == whole.kept
