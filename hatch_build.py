"""Compiles the catalogues when a wheel is built, so that an installed guide starts at once."""

import os
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CatalogHook(BuildHookInterface):  # type: ignore[type-arg]
    """The build hook that hatchling calls."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Compile every catalogue beside its source; a guide that starts meanwhile reads the old one or the new one, whole."""
        for source in Path(self.root, "locales").glob("*/LC_MESSAGES/*.po"):
            part = source.with_suffix(f".{os.getpid()}")
            with source.open("rb") as file, part.open("wb") as compiled:
                write_mo(compiled, read_po(file))
            part.replace(source.with_suffix(".mo"))
