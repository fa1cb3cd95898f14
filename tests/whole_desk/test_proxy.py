"""The proxy that we ship lets the helpers' page through: its forms, and the answer that does not end."""

import re
from typing import Final

import pytest

from bot.desks.web_desk.asked import LIMIT
from bot.desks.web_desk.floor import QUIET
from bot.desks.web_desk.stream import HEADERS
from tests.conftest import ROOT

NGINX: Final = re.sub(r"\s*#.*", "", (ROOT / "deploy/nginx.conf").read_text("utf-8"))
PAGE: Final = (ROOT / "docs/run-it.md").read_text("utf-8")


@pytest.mark.parametrize("text", [NGINX, PAGE], ids=["nginx.conf", "run-it.md"])
def test_the_desk_passes(text: str) -> None:
    """Nothing is gathered, a line may stay open for longer than the desk is silent, and a form of the desk's size passes."""
    block = text.partition("location /desk {")[2].partition("}")[0]
    assert int(re.findall(r"client_max_body_size (\d+)k;", block)[0]) * 1024 == LIMIT
    assert re.findall(r"proxy_read_timeout (\d+)h;", block)[0] == "1"
    assert QUIET < 60
    assert "proxy_buffering off;" in text
    assert "gzip on" not in text
    assert (b"x-accel-buffering", b"no") in HEADERS
