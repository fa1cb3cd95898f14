"""What the operator gave: secrets where others cannot read them, addresses that hold none."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from pathlib import Path
from stat import S_IRGRP, S_IROTH
from typing import Final
from urllib.parse import urlsplit

from bot.settings import FILE, PREFIX, SECRETS, Settings

TOKEN: Final = re.compile(r"[0-9]{5,}:[A-Za-z0-9_-]{20,}|EAA[A-Za-z0-9]{20,}")  # what Telegram's and Meta's tokens look like


def look(settings: Settings, environ: Mapping[str, str]) -> Iterator[str]:
    """Look at what was given, and how."""
    if not settings.lasting:
        yield (
            "DHAAL_SECRET is not set, so a random secret is made at every start. Nothing is less safe, but after a "
            "restart every button made before shows the menu, and two processes cannot read each other's buttons. "
            "Make one with `openssl rand -hex 32` and put it into a file named by DHAAL_SECRET_FILE."
        )
    yield from _in_the_open(environ)
    yield from _readable(environ)
    yield from _addresses(settings)


def _in_the_open(environ: Mapping[str, str]) -> Iterator[str]:
    """Find secrets in the environment; a store without a password is none."""
    for name in (PREFIX + name for name in SECRETS):
        if name in environ and (name != f"{PREFIX}STORE" or "@" in environ[name]):
            yield f"{name} stands in the environment, where other programs of this user can read it. Use {name}{FILE}."


def _readable(environ: Mapping[str, str]) -> Iterator[str]:
    for what, path in _files(environ):
        if path.is_file() and path.stat().st_mode & (S_IRGRP | S_IROTH):
            yield f"{what} {path} can be read by others. Run: chmod 600 {path}"


def _files(environ: Mapping[str, str]) -> Iterator[tuple[str, Path]]:
    """List the files that hold secrets, also those that the TOML file names; and that file itself, if it holds one."""
    table: dict[str, str] = {}
    config = environ.get(f"{PREFIX}CONFIG")
    if config:
        table = {PREFIX + name.upper(): str(value) for name, value in tomllib.loads(Path(config).read_text("utf-8")).items()}
    if config and any(PREFIX + name in table for name in SECRETS):
        yield "The settings hold a secret, and their file", Path(config)
    for name in (PREFIX + name + FILE for name in SECRETS):
        path = {**table, **environ}.get(name)
        if path:
            yield f"{name}: the file", Path(path)


def _addresses(settings: Settings) -> Iterator[str]:
    """Look for what does not belong into an address: servers in between note addresses down."""
    addresses = {f"{PREFIX}LEAVE_URL": settings.leave_url, f"{PREFIX}PUBLIC_URL": settings.public_url or ""}
    for name, platform in (("TELEGRAM_API", settings.telegram), ("WHATSAPP_API", settings.whatsapp)):
        if platform:
            addresses[PREFIX + name] = platform.api
            if not _stays_here(platform.api):
                yield (
                    f"{PREFIX}{name} is an address on another machine, without TLS: the token and every message pass in the "
                    "open. Use https://, or run that server on this machine."
                )
    for name, address in addresses.items():
        url = urlsplit(address)
        if TOKEN.search(address) or url.password:
            yield f"{name} holds a secret, and addresses are noted down on the way. Take it out, and make a new token."
        elif url.query or url.fragment:
            yield f"{name} holds more than a host and a path. Take out what follows ? or #, as addresses are noted down."


def _stays_here(address: str) -> bool:
    """Tell whether nobody in between can read what is sent to an address."""
    url = urlsplit(address)
    host = url.hostname or ""
    try:
        return url.scheme == "https" or ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
