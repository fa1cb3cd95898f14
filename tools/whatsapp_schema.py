"""Take what the tests need out of Meta's published description of the WhatsApp Cloud API.

    python tools/whatsapp_schema.py openapi.json

The file is `business-messaging-api_v23.0.yaml` of https://github.com/facebook/openapi, written as JSON and mended
(tests/peers/meta/README.md says how). Only the schemas of what is sent and of what is answered are kept, without examples.
"""
# ruff: noqa: INP001 - a script, not a package

import json
import sys
from pathlib import Path
from typing import Any, Final

WHERE: Final = Path(__file__).parent.parent / "tests/peers/meta/cloud_api.json"
PLACE: Final = "#/components/schemas/"
WANTED: Final = (  # the body of POST messages, its answer, any refusal, and what is asked about a number
    "Message", "MessageResponsePayload", "GraphAPIError", "PhoneNumberInfo", "PhoneNumberSettingsResponse",
    "WhatsAppBusinessProfile", "SubscribedAppsResponse",
)  # fmt: skip
TALK: Final = frozenset({"description", "example", "examples", "discriminator", "xml", "externalDocs"})
NAMES: Final = frozenset({"properties", "$defs"})  # below these, keys are names and not words of the schema


def cut(part: Any, *, named: bool = False) -> Any:  # noqa: ANN401 - any JSON
    """Leave out what is only said to readers, and point references at the extract."""
    match part:
        case {"$ref": str(at), **_rest}:
            return {"$ref": at.replace(PLACE, "#/$defs/")}
        case dict():
            return {name: cut(one, named=name in NAMES) for name, one in part.items() if named or name not in TALK}
        case list():
            return [cut(one) for one in part]
        case _:
            return part


def needed(schemas: dict[str, Any]) -> dict[str, Any]:
    """Take the wanted schemas and all that they point to."""
    found: dict[str, Any] = {}
    waiting = list(WANTED)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = cut(schemas[name])
            text = json.dumps(found[name])
            waiting += [other for other in schemas if f'"#/$defs/{other}"' in text]
    return dict(sorted(found.items()))


def main() -> None:
    """Read the published file and write the extract."""
    if len(sys.argv) != 2:  # noqa: PLR2004 - this script and one file
        sys.exit("Say which file: python tools/whatsapp_schema.py openapi.json")
    published = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    found = {"version": published["info"]["version"], "$defs": needed(published["components"]["schemas"])}
    WHERE.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
