"""Telegram's published tables of methods and types, as JSON Schema: what may be sent, and what is received.

The tables come with aiogram's source distribution; `tools/bot_api_schema.py` lays them beside the virtual environment.
Source: https://core.telegram.org/bots/api. They count characters where Telegram counts bytes; other judges count bytes.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

Json = dict[str, Any]

WHERE: Final = Path(sys.prefix) / "share/bot_api_schema.json"
PLAIN: Final[Mapping[str, Json]] = {
    "String": {"type": "string"},
    "Integer": {"type": "integer"},
    "Float": {"type": "number"},
    "Boolean": {"type": "boolean"},
    "True": {"const": True},
    "InputFile": {"type": "string"},  # attach://, a file_id, a URL
}
MEMBER: Final = re.compile(r"^ - (\w+)$", re.MULTILINE)  # a union lists its members, one a line
ALWAYS: Final = re.compile(r"(?:always ['“\"]|must be )(\w+)['”\"]?$")  # what tells the members of a union apart
ARRAY: Final = "Array of "


def schema_of(kind: str) -> Json:
    """Write a type of the tables, such as "Array of Integer" or "Integer or String", as JSON Schema."""
    if kind.startswith(ARRAY):
        return {"type": "array", "items": schema_of(kind.removeprefix(ARRAY))}
    if len(kinds := re.split(r", | or | and ", kind)) > 1:
        return {"anyOf": [schema_of(one) for one in kinds]}
    return PLAIN.get(kind) or {"$ref": f"#/$defs/{kind}"}


def _field(row: Json) -> Json:
    """Write one row of a table; a field that always says the same is held to it."""
    if row["type"] == "String" and (same := ALWAYS.search(row["description"].rstrip("."))):
        return {"const": same[1]}
    return schema_of(row["type"])


def _object(entry: Json) -> Json:
    """Write a table as the schema of an object, or of one of several objects."""
    rows = entry["annotations"]
    if entry["category"] == "types" and not rows and (members := MEMBER.findall(entry["description"])):
        plain = [{"type": "string"}, {"type": "array"}] if entry["name"] == "RichText" else []
        return {"anyOf": [schema_of(member) for member in members] + plain}
    return {
        "type": "object",
        "properties": {row["name"]: _field(row) for row in rows},
        "required": [row["name"] for row in rows if row["required"]],
        "additionalProperties": False,
    }


def decode(value: object, kind: str) -> object:
    """Read a parameter that came as text, as Telegram reads it; what cannot be read stays, and is complained of."""
    if not isinstance(value, str) or kind in {"String", "InputFile", "InputFile or String"}:
        return value
    if kind == "Boolean":
        return {"true": True, "1": True, "false": False, "0": False}.get(value.lower(), value)
    if kind == "Integer or String":
        return int(value) if value.removeprefix("-").isdecimal() else value
    try:
        return json.loads(value)
    except ValueError:
        return value


class Tables:
    """What may be called, with what, and what an update holds."""

    def __init__(self, path: Path = WHERE) -> None:
        """Read the tables.

        Raises:
            FileNotFoundError: if they are not there, with the remedy.
        """
        if not path.exists():
            sentence = f"Telegram's tables are not at {path}. Run: {sys.executable} tools/bot_api_schema.py"
            raise FileNotFoundError(sentence)
        entries = [entry for group in json.loads(path.read_text("utf-8"))["items"] for entry in group["children"]]
        types = {entry["name"]: _object(entry) for entry in entries if entry["category"] == "types"}
        self._kinds = {entry["name"]: _kinds(entry) for entry in entries if entry["category"] == "methods"}
        self._names = {name.lower(): name for name in self._kinds}
        self._update = Draft202012Validator({"$defs": types, "$ref": "#/$defs/Update"})
        self._calls = {
            entry["name"]: Draft202012Validator({"$defs": types, **_object(entry)})
            for entry in entries
            if entry["category"] == "methods"
        }

    def name(self, asked: str) -> str | None:
        """Give the name of a method as it is published; Telegram does not mind the case."""
        return self._names.get(asked.lower())

    def read(self, method: str, raw: Mapping[str, object]) -> Json:
        """Read the parameters of a call, which may be texts that hold JSON."""
        kinds = self._kinds[method]
        return {name: decode(value, kinds.get(name, "String")) for name, value in raw.items()}

    def wrong_call(self, method: str, params: Json) -> Iterator[str]:
        """Say what is wrong with a call."""
        return _complaints(self._calls[method], method, params)

    def wrong_update(self, update: Json) -> Iterator[str]:
        """Say what is wrong with an update."""
        return _complaints(self._update, "Update", update)


def _kinds(entry: Json) -> Mapping[str, str]:
    """Give the type of each parameter."""
    return {row["name"]: row["type"] for row in entry["annotations"]}


def _complaints(judge: Draft202012Validator, subject: str, value: Json) -> Iterator[str]:
    """Say in short sentences where a value breaks its table."""
    for error in judge.iter_errors(value):
        cause = best_match([error]) or error
        yield f"{subject}: {cause.json_path}: {cause.message[:300]}"


@cache
def tables() -> Tables:
    """Read the tables once for all tests of a process."""
    return Tables()
