"""Compiles the catalogues when a wheel is built, so that an installed guide starts at once."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CatalogHook(BuildHookInterface):  # type: ignore[type-arg]
    """The build hook that hatchling calls."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Compile every catalogue beside its source."""
        for source in Path(self.root, "locales").glob("*/LC_MESSAGES/*.po"):
            with source.open("rb") as file, source.with_suffix(".mo").open("wb") as compiled:
                write_mo(compiled, read_po(file))
