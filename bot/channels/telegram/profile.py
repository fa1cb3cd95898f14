"""What Telegram shows of the guide before anybody writes: name, descriptions, commands; neutral, in each language (R59)."""

from collections.abc import Iterator
from typing import Any, Final

from aiogram import Bot
from aiogram.exceptions import TelegramUnauthorizedError
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
from aiogram.types import BotCommand, BotCommandScopeAllPrivateChats

from bot.channels.telegram.line import RefusedError
from bot.content.phrases import Phrase
from bot.log import Moment, note
from bot.talk.conversation import Conversation
from bot.talk.speech import Speech

CODE: Final = 2  # letters of a language that Telegram knows (ISO 639-1); others see the English words
MENU: Final = (
    ("start", Phrase.START),
    ("menu", Phrase.MENU),
    ("back", Phrase.BACK),
    ("help", Phrase.DANGER),
    ("person", Phrase.PERSON),
    ("language", Phrase.LANGUAGE),
    ("leave", Phrase.LEAVE),
)
SCOPE: Final = BotCommandScopeAllPrivateChats()


async def dress(bot: Bot, conversation: Conversation) -> None:
    """Make the profile say what it should; what says it already is left alone, as Telegram counts changes."""
    for tag in conversation.locales:
        code = "" if tag == conversation.locales[0] else tag
        if len(code) in {0, CODE}:
            for now, wanted in _pairs(conversation.speech(tag), code or None):
                await _change(bot, now, wanted)


def _pairs(speech: Speech, code: str | None) -> Iterator[tuple[TelegramMethod[Any], TelegramMethod[Any]]]:
    """Pair each question with the call that sets what it asks for."""
    say = speech.phrase
    commands = [BotCommand(command=name, description=say(phrase)) for name, phrase in MENU]
    yield (
        GetMyCommands(scope=SCOPE, language_code=code),
        SetMyCommands(commands=commands, scope=SCOPE, language_code=code),
    )
    yield GetMyName(language_code=code), SetMyName(name=say(Phrase.TITLE), language_code=code)
    yield (
        GetMyShortDescription(language_code=code),
        SetMyShortDescription(short_description=say(Phrase.BOT_SHORT), language_code=code),
    )
    yield GetMyDescription(language_code=code), SetMyDescription(description=say(Phrase.BOT_ABOUT), language_code=code)


async def _change(bot: Bot, now: TelegramMethod[Any], wanted: TelegramMethod[Any]) -> None:
    """Ask, and set what differs. A refusal (Telegram allows few changes of a name) is noted and nothing more."""
    try:
        said = await bot(now)
        shown = {"commands": said} if isinstance(said, list) else dict(said)
        if any(getattr(wanted, name) != value for name, value in shown.items()):
            await bot(wanted)
    except TelegramUnauthorizedError:
        raise RefusedError from None
    except Exception:  # noqa: BLE001 - a profile that stays as it was is no reason to stop
        note(Moment.UNREACHABLE)
