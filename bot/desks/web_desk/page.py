"""Draws the desk: whole pages, and the pieces that the stream brings."""

from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from bot.desks.web_desk.words import Tongue

TEMPLATES: Final = Path(__file__).parent / "templates"


class Page:
    """All templates; everything in them is escaped."""

    def __init__(self) -> None:
        """Read them when they are first used."""
        self._env = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
        self._env.trim_blocks = self._env.lstrip_blocks = True

    def piece(self, template: str, tongue: Tongue, /, **values: object) -> str:
        """Draw a piece in a language."""
        return self._env.get_template(f"{template}.html").render(values, tongue=tongue, w=tongue.words)

    def whole(self, template: str, tongue: Tongue, root: str, /, *, status: int = 200, **values: object) -> HTMLResponse:
        """Draw a page; `root` is where the desk is mounted."""
        return HTMLResponse(self.piece(template, tongue, root=root, **values), status)
