"""The bot as Telegram knows it: its token, its webhook, its rights, and what everybody sees of it. Nothing is changed."""

from asyncio import gather
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import AiogramError, TelegramNetworkError, TelegramNotFound, TelegramUnauthorizedError
from aiogram.types import BotCommandScopeAllPrivateChats, User, WebhookInfo

from bot.channels.telegram.webhook import PATH
from bot.cli.doctor import clock
from bot.cli.doctor.surface import topics
from bot.content.library import Library
from bot.settings import Telegram

PATIENCE: Final = 5.0  # seconds for one answer
RECENT: Final = timedelta(days=1)  # as long as Telegram keeps an update (Bot API, getting updates)
CODE: Final = 2  # letters of a language that Telegram knows
SCOPES: Final = (None, BotCommandScopeAllPrivateChats())
BACKLOG: Final = 100  # updates that may wait; more, and somebody waits for an answer

REFUSED: Final = (
    "Telegram refuses the bot's token. Ask @BotFather for it again (/token), and write it to the file that "
    "DHAAL_TELEGRAM_TOKEN_FILE names."
)
UNREACHED: Final = (
    "Telegram cannot be reached at the address of DHAAL_TELEGRAM_API, so the bot was not looked at. "
    "Let this machine call it, or correct the address."
)
UNWELL: Final = "Telegram answers with an error, so the bot was not looked at. Try again in some minutes."


async def look(telegram: Telegram, public_url: str | None, library: Library) -> list[str]:
    """Ask Telegram about the bot."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(telegram.api), timeout=PATIENCE)
    try:
        async with Bot(telegram.token.reveal(), session=session) as bot:
            me = await bot.get_me()
            return [
                *_rights(me),
                *_webhook(await bot.get_webhook_info(), telegram.mode, public_url),
                *_surface([("username", me.username or ""), *await _texts(bot, library)], library),
                *await clock.look(telegram.api, "Telegram's"),
            ]
    except (TelegramUnauthorizedError, TelegramNotFound):
        return [REFUSED]
    except (TelegramNetworkError, OSError, TimeoutError):
        return [UNREACHED]
    except AiogramError:
        return [UNWELL]


def _rights(me: User) -> Iterator[str]:
    """Look for rights that the bot does not need."""
    if me.can_join_groups:
        yield "The bot can be added to groups, where others would see it answer. Tell @BotFather: /setjoingroups, Disable."
    if me.can_read_all_group_messages:
        yield "The bot would be given every message of a group. Tell @BotFather: /setprivacy, Enable."
    if me.supports_inline_queries:
        yield (
            "The bot answers in other chats as people type there (inline mode). "
            "Turn it off in @BotFather: /mybots, Bot Settings, Inline Mode."
        )


def _webhook(info: WebhookInfo, mode: str, public_url: str | None) -> Iterator[str]:
    """Hold what Telegram knows of the webhook against what it should be. Its address is not shown: it may hold a secret."""
    if mode == "polling":
        if info.url:
            yield (
                "Telegram sends this bot's updates to a webhook, perhaps of another program. `dhaal serve` takes that webhook "
                "away when it begins to poll. Give the guide a bot of its own, or set DHAAL_TELEGRAM_MODE=webhook."
            )
        return
    if public_url is None and not info.url:
        yield "DHAAL_PUBLIC_URL is not set, so nobody tells Telegram where the webhook is. Set it to https://your.host"
    elif not info.url:
        yield "Telegram knows of no webhook. `dhaal serve` sets it when it starts: start it, and look again."
    elif public_url and info.url != f"{public_url}{PATH}":
        yield (
            "Telegram sends the updates to another address than DHAAL_PUBLIC_URL. Another program may use this token: "
            "make a new one (@BotFather, /revoke), or start `dhaal serve`, which sets the webhook."
        )
    if info.last_error_date and datetime.now(UTC) - info.last_error_date < RECENT:
        yield (
            f"Telegram failed to reach the webhook at {info.last_error_date:%Y-%m-%d %H:%M} UTC. See that the proxy is up, "
            f"that its certificate is valid, and that POST {PATH} passes."
        )
    if info.pending_update_count > BACKLOG:
        yield (
            f"{info.pending_update_count} updates wait at Telegram, so people wait for answers. See that the guide is up; "
            "start more processes behind the webhook if one is not enough."
        )


async def _texts(bot: Bot, library: Library) -> list[tuple[str, str]]:
    """Fetch what people see of the bot before they open it, in each language; each with the command that changes it."""
    tags = [None, *sorted({tag for tag in library.languages if len(tag) == CODE})]
    names = await gather(*(bot.get_my_name(tag) for tag in tags))
    shorts = await gather(*(bot.get_my_short_description(tag) for tag in tags))
    longs = await gather(*(bot.get_my_description(tag) for tag in tags))
    commands = await gather(*(bot.get_my_commands(scope, language_code=tag) for tag in tags for scope in SCOPES))
    return [
        *(("/setname", one.name) for one in names),
        *(("/setabouttext", one.short_description) for one in shorts),
        *(("/setdescription", one.description) for one in longs),
        *(("/setcommands", f"{one.command} {one.description}") for some in commands for one in some),
    ]


def _surface(texts: list[tuple[str, str]], library: Library) -> Iterator[str]:
    """Find words that tell what the guide is about where another person may see them."""
    for where, word in topics(texts, library):
        remedy = "Choose another with a new bot" if where == "username" else f"Change it with {where} in @BotFather"
        yield f'The bot shows the word "{word}" in lists of chats, where another person may see it. {remedy}.'
