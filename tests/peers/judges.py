"""Judges of every call: Telegram's tables, teremok's rules, and what a private guide never does."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

import aiogram.methods
from aiogram import Bot
from pydantic import ValidationError
from teremok.validation import ApiRuleViolation, validate_html, validate_method

from tests.peers.markup import formatted
from tests.peers.tables import Tables

Json: TypeAlias = dict[str, Any]

NEVER: Final = {"getFile": "a file was asked for; nothing that a person sends is fetched"}
LONGEST: Final[Mapping[str, Mapping[str, int]]] = {  # characters; the tables say it in prose
    "setMyName": {"name": 64},
    "setMyDescription": {"description": 512},
    "setMyShortDescription": {"short_description": 120},
}


class Judges:
    """Look at each call once. What they find are sentences."""

    def __init__(self, tables: Tables) -> None:
        """Take the tables."""
        self._tables = tables
        self._bot = Bot("4242:nobody")  # never speaks; rules ask it for its defaults

    def complaints(self, method: str, params: Json) -> Iterator[str]:
        """Say what is wrong with a call."""
        yield from self._tables.wrong_call(method, params)
        if method in NEVER:
            yield f"{method}: {NEVER[method]}"
        for name, most in LONGEST.get(method, {}).items():
            if len(params.get(name, "")) > most:
                yield f"{method}: {name} is longer than {most} characters"

    def rule(self, method: str, params: Json) -> str:
        """Hold a call against the rules that Telegram refuses by; give its reason, or nothing."""
        kind = getattr(aiogram.methods, method[0].upper() + method[1:], None)
        try:
            if kind:
                validate_method(self._bot, kind.model_validate(_plain(params)))
        except ApiRuleViolation as error:
            return error.description.removeprefix("Bad Request: ")
        except ValidationError:
            pass  # the tables have said it
        return ""


def _plain(params: Json) -> Json:
    """Give a call with its HTML read: lengths count after that.

    Raises:
        ApiRuleViolation: if it is not well formed.
    """
    if str(params.get("parse_mode", "")).upper() != "HTML" or params.get("entities"):
        return params
    validate_html(str(params.get("text", "")))
    return {name: value for name, value in params.items() if name != "parse_mode"} | formatted(params)
