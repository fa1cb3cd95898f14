"""The doctor: each finding is a whole sentence with the remedy, appears when it should, and never otherwise."""

import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Final

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.cli import main
from bot.cli.doctor import content, given, machine, store, telegram
from bot.content.library import Library
from bot.core.private import Private
from bot.settings import Settings, Telegram, load

KEY: Final = "AAabcdefghijklmnopqrstuvwxyz0123456"
TOKEN: Final = f"123456:{KEY}"
URL: Final = "https://guide.example.org"
SOUND: Final = Settings(lasting=True, hardened=True)
ME: Final = {
    "id": 123456, "is_bot": True, "first_name": "Shield", "username": "shield_guide_bot",
    "can_join_groups": False, "can_read_all_group_messages": False, "supports_inline_queries": False,
}  # fmt: skip
WEBHOOK: Final = {"url": f"{URL}/hooks/telegram", "has_custom_certificate": False, "pending_update_count": 0}


class Platform:
    """A Telegram that answers what it is told to; it notes which methods were called."""

    def __init__(self, **answers: object) -> None:
        """Take what a method answers instead of the usual; an integer is an error code."""
        usual = {
            "getMe": ME, "getWebhookInfo": WEBHOOK, "getMyName": {"name": "Shield"}, "getMyDescription": {"description": ""},
            "getMyShortDescription": {"short_description": ""}, "getMyCommands": [],
        }  # fmt: skip
        self.answers: dict[str, Any] = {**usual, **answers}
        self.called: list[str] = []
        self.now = datetime.now(UTC)

    async def answer(self, request: web.Request) -> web.Response:
        """Answer one call."""
        headers = {"Date": format_datetime(self.now, usegmt=True)}
        if request.path == "/":
            return web.Response(status=302, headers=headers)
        method = request.match_info["method"]
        self.called.append(method)
        result = self.answers[method]
        if isinstance(result, int):
            body: Mapping[str, object] = {"ok": False, "error_code": result, "description": f"said of {TOKEN}"}
            return web.json_response(body, status=result)
        return web.json_response({"ok": True, "result": result})

    @asynccontextmanager
    async def open(self) -> AsyncIterator[str]:
        """Serve, and give the address."""
        application = web.Application()
        application.router.add_route("*", "/", self.answer)
        application.router.add_post("/bot{token}/{method}", self.answer)
        async with TestServer(application) as server:
            yield str(server.make_url("")).rstrip("/")


def spoken(api: str, mode: str = "webhook") -> Telegram:
    """Give the settings of a bot at some Telegram."""
    return Telegram(Private(TOKEN), "123456", mode, api)


def bot(api: str, mode: str = "webhook") -> Settings:
    """Give settings with such a bot."""
    return replace(SOUND, telegram=spoken(api, mode), public_url=URL)


async def findings(platform: Platform, library: Library, mode: str = "webhook") -> list[str]:
    """Look at a bot."""
    async with platform.open() as api:
        return await telegram.look(spoken(api, mode), URL, library)


def sentences(found: list[str]) -> list[str]:
    """Hold findings against what they must be: whole sentences that show no secret."""
    assert all(re.match(r"[A-Z0-9].*\S$", finding, re.DOTALL) for finding in found)
    assert not any(KEY in finding for finding in found)
    return found


async def test_a_sound_bot_has_no_finding(library: Library) -> None:
    """Nothing is said of a bot that is as it should be, and nothing is changed: every call only asks."""
    platform = Platform()
    assert await findings(platform, library) == []
    assert all(method.startswith("get") for method in platform.called)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"getMe": 401}, "refuses the bot's token"),
        ({"getMe": 404}, "refuses the bot's token"),
        ({"getMe": 500}, "answers with an error"),
        ({"getMyName": 429}, "answers with an error"),
        ({"getMe": ME | {"can_join_groups": True}}, "/setjoingroups, Disable"),
        ({"getMe": ME | {"can_read_all_group_messages": True}}, "/setprivacy, Enable"),
        ({"getMe": ME | {"supports_inline_queries": True}}, "Inline Mode"),
        ({"getMe": ME | {"username": "leak_help_bot"}}, 'the word "leak"'),
        ({"getMyName": {"name": "Nudes Help"}}, "/setname in @BotFather"),
        ({"getMyDescription": {"description": "अश्लील"}}, "/setdescription in @BotFather"),
        ({"getMyShortDescription": {"short_description": "For intimate pictures"}}, "/setabouttext in @BotFather"),
        ({"getMyCommands": [{"command": "start", "description": "Blackmail"}]}, "/setcommands in @BotFather"),
        ({"getWebhookInfo": WEBHOOK | {"url": ""}}, "knows of no webhook"),
        ({"getWebhookInfo": WEBHOOK | {"url": f"https://elsewhere.example/{TOKEN}"}}, "another address"),
        ({"getWebhookInfo": WEBHOOK | {"pending_update_count": 5000}}, "5000 updates wait"),
    ],
)
async def test_what_is_wrong_with_a_bot_is_told(library: Library, answers: dict[str, object], said: str) -> None:
    """One fault, and a finding that names it; what Telegram writes in an error is not repeated."""
    found = sentences(await findings(Platform(**answers), library))
    assert len([finding for finding in found if said in finding]) >= 1
    assert all(said in finding or "shows the word" in finding for finding in found)


async def test_a_fresh_failure_of_the_webhook_is_told(library: Library) -> None:
    """Telegram's last failure is told with its time but not its words; one of last week is over."""
    now = int(datetime.now(UTC).timestamp())
    fresh = WEBHOOK | {"last_error_date": now - 60, "last_error_message": f"Wrong response from {TOKEN}"}
    (found,) = sentences(await findings(Platform(getWebhookInfo=fresh), library))
    assert "failed to reach the webhook at 20" in found
    assert "Wrong response" not in found
    old = fresh | {"last_error_date": now - 7 * 86400}
    assert await findings(Platform(getWebhookInfo=old), library) == []


async def test_a_webhook_needs_an_address(library: Library) -> None:
    """Somebody must tell Telegram where the webhook is: the guide, or the operator by hand."""
    for url, told in (("", True), (f"{URL}/hooks/telegram", False)):
        async with Platform(getWebhookInfo=WEBHOOK | {"url": url}).open() as api:
            found = sentences(await telegram.look(spoken(api), None, library))
        assert any("DHAAL_PUBLIC_URL" in finding for finding in found) is told


async def test_polling_beside_a_webhook_is_told(library: Library) -> None:
    """A webhook takes the updates away from whoever polls."""
    (found,) = sentences(await findings(Platform(), library, "polling"))
    assert "DHAAL_TELEGRAM_MODE=webhook" in found
    none = WEBHOOK | {"url": ""}
    assert await findings(Platform(getWebhookInfo=none), library, "polling") == []


async def test_a_clock_far_from_telegrams_is_told(library: Library) -> None:
    """Two clocks may differ by a minute, not by an hour."""
    platform = Platform()
    platform.now -= timedelta(hours=1)
    (found,) = sentences(await findings(platform, library))
    assert re.search(r"clock is 3[56]\d\d seconds off", found)


async def test_a_telegram_that_cannot_be_reached_is_told(library: Library) -> None:
    """A closed door is a finding, not a failure."""
    async with Platform().open() as api:
        pass
    (found,) = sentences(await telegram.look(spoken(api), URL, library))
    assert "cannot be reached" in found


async def test_one_memory_for_several_processes_is_told() -> None:
    """In webhook mode, the memory of one process is a finding; polling has one process, and so has the web."""
    assert "Valkey" in (await store.look(bot("https://api.telegram.org")))[0]
    assert await store.look(bot("https://api.telegram.org", "polling")) == []
    assert await store.look(SOUND) == []


async def test_a_store_that_does_not_answer_is_told() -> None:
    """What the store finds wrong with its server is told, without the address and its password."""
    (found,) = sentences(await store.look(replace(SOUND, store=Private("valkey://:pass-word@127.0.0.1:1/0"))))
    assert "pass-word" not in found


@pytest.mark.parametrize("name", ["SECRET", "TELEGRAM_TOKEN", "TELEGRAM_WEBHOOK_SECRET", "STORE"])
def test_a_secret_in_the_environment_is_told(name: str) -> None:
    """Each secret belongs into a file; its value is not repeated."""
    value = {
        "SECRET": "s" * 40,
        "TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_WEBHOOK_SECRET": "w0-rd",
        "STORE": "valkey://:word@127.0.0.1",
    }
    environ = {"DHAAL_SECRET": "s" * 40, f"DHAAL_{name}": value[name]}
    found = sentences(list(given.look(load(environ), environ)))
    assert any(finding.startswith(f"DHAAL_{name} stands in the environment") for finding in found)
    assert value[name] not in "".join(found)


def test_a_store_without_a_password_is_no_secret() -> None:
    """An address alone may stand in the environment."""
    environ = {"DHAAL_STORE": "valkey://127.0.0.1:6379/0"}
    assert list(given.look(replace(SOUND, store=Private(environ["DHAAL_STORE"])), environ)) == []


@pytest.mark.parametrize("name", ["SECRET", "TELEGRAM_TOKEN", "TELEGRAM_WEBHOOK_SECRET", "STORE"])
def test_a_secret_file_that_others_can_read_is_told(tmp_path: Path, name: str) -> None:
    """Each secret's file is looked at, also one that the TOML file names; the command that mends it is given."""
    secret = tmp_path / "given"
    secret.write_text("x")
    secret.chmod(0o640)
    config = tmp_path / "dhaal.toml"
    config.write_text(f'{name.lower()}_file = "{secret}"\n')
    for environ in ({f"DHAAL_{name}_FILE": str(secret)}, {"DHAAL_CONFIG": str(config)}):
        assert [finding for finding in given.look(SOUND, environ) if f"chmod 600 {secret}" in finding]
    secret.chmod(0o600)
    assert list(given.look(SOUND, {f"DHAAL_{name}_FILE": str(secret)})) == []


def test_settings_that_hold_a_secret_are_a_secret(tmp_path: Path) -> None:
    """The TOML file itself must be closed if a secret stands in it."""
    config = tmp_path / "dhaal.toml"
    config.write_text('secret = "x"\n')
    config.chmod(0o644)
    assert [finding for finding in given.look(SOUND, {"DHAAL_CONFIG": str(config)}) if f"chmod 600 {config}" in finding]
    config.write_text('web = "on"\n')
    assert list(given.look(SOUND, {"DHAAL_CONFIG": str(config)})) == []


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (replace(SOUND, public_url=f"{URL}/{TOKEN}"), "DHAAL_PUBLIC_URL holds a secret"),
        (replace(SOUND, public_url="https://me:word@guide.example.org"), "DHAAL_PUBLIC_URL holds a secret"),
        (replace(SOUND, public_url=f"{URL}?key=1"), "DHAAL_PUBLIC_URL holds more"),
        (replace(SOUND, leave_url="https://example.org/#guide"), "DHAAL_LEAVE_URL holds more"),
        (bot(f"https://api.telegram.org/{TOKEN}"), "DHAAL_TELEGRAM_API holds a secret"),
        (bot("http://bot-api.example.org"), "without TLS"),
        (bot("http://192.0.2.7:8081"), "without TLS"),
    ],
)
def test_an_address_that_tells_too_much_is_told(settings: Settings, said: str) -> None:
    """No token, no password and no query in an address; no token over an open line."""
    (found,) = sentences(list(given.look(settings, {})))
    assert said in found


@pytest.mark.parametrize(
    "api", ["https://api.telegram.org", "http://127.0.0.1:8081", "http://[::1]:8081", "http://localhost:1"]
)
def test_an_address_that_stays_here_is_fine(api: str) -> None:
    """TLS, or this machine."""
    assert list(given.look(bot(api), {})) == []


SWAPPED: Final = "Filename Type Size Used Priority\n"


def kernel(root: Path, **files: str) -> Path:
    """Lay out a /proc and a /sys; `__` stands for a slash in the name of a file."""
    for name, text in files.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def looks(root: Path, settings: Settings = SOUND, switch: str = "") -> list[str]:
    """Look at a machine, whoever runs the tests."""
    return [finding for finding in sentences([*machine.look(settings, {switch: "1"}, root)]) if "as root" not in finding]


def test_a_sound_machine_has_no_finding(tmp_path: Path) -> None:
    """With the hardened profile on a machine without swap there is nothing to say."""
    assert looks(kernel(tmp_path, proc__swaps=SWAPPED)) == []


def test_swap_is_told_unless_it_cannot_reach_a_disk(tmp_path: Path) -> None:
    """A disk counts; compressed memory does not, nor does a group that may not swap."""
    assert "swapoff" in looks(kernel(tmp_path, proc__swaps=f"{SWAPPED}/dev/sda2 partition 1 0 -2\n"))[0]
    bounded = {"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.swap.max": "0\n"}
    assert looks(kernel(tmp_path, **bounded)) == []
    other = kernel(tmp_path / "other", proc__swaps=f"{SWAPPED}/dev/zram0 partition 1 0 100\n")
    assert looks(other) == []


def test_the_plain_profile_is_told_with_what_it_leaves_open(tmp_path: Path) -> None:
    """Freed memory, a crash handler that takes all of it, and programs that may read it."""
    root = kernel(
        tmp_path, **{"proc/sys/kernel/core_pattern": "|/usr/bin/handler\n", "proc/sys/kernel/yama/ptrace_scope": "0\n"}
    )
    said = "\n".join(looks(root, replace(SOUND, hardened=False)))
    assert "DHAAL_PROFILE=hardened" in said
    assert "kernel.core_pattern" in said
    assert "kernel.yama.ptrace_scope" in said
    assert looks(root) == []


@pytest.mark.parametrize("name", sorted(machine.LOUD))
def test_a_talkative_python_is_told(tmp_path: Path, name: str) -> None:
    """Each switch that prints or keeps what passes through is named."""
    assert name in looks(tmp_path, switch=name)[0]


def test_an_error_reporter_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package that sends errors away is named, however its name is written; ours are none (R52)."""
    assert looks(tmp_path) == []
    (tmp_path / "Sentry_SDK-2.0.dist-info").mkdir()
    (tmp_path / "Sentry_SDK-2.0.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: Sentry_SDK\nVersion: 2.0\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert "sentry-sdk" in looks(tmp_path)[0]


@pytest.mark.parametrize(("address", "told"), [("0100007F", False), ("00000000", True), ("0A00000A", True)])
def test_metrics_that_others_can_read_are_told(tmp_path: Path, address: str, *, told: bool) -> None:
    """The port of the metrics may be open to this machine alone."""
    line = f"   0: {address}:24F8 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 1\n"
    root = kernel(tmp_path, proc__net__tcp=f"  sl  local_address rem_address   st\n{line}")
    assert bool(looks(root, replace(SOUND, metrics_port=0x24F8))) is told
    assert looks(root, replace(SOUND, metrics_port=1)) == []


def test_old_content_is_told(library: Library) -> None:
    """Facts that nobody checked for long, and a clock that stands before them."""
    newest = max(proof.checked for _, proof in library.proofs())
    assert "facts were not checked" in "\n".join(content.look(library, newest + timedelta(days=400)))
    assert "clock" in "\n".join(content.look(library, date(2020, 1, 1)))
    unread = [language for language in library.languages.values() if not language.reviewed]
    assert len(list(content.look(library, newest))) >= len(unread)


def test_it_is_one_object(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """`--json` gives one object on one line, whatever is found, and a bot that cannot be reached does not stop it."""
    monkeypatch.setenv("DHAAL_TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("DHAAL_TELEGRAM_API", "http://127.0.0.1:1")
    assert main(["doctor", "--json"]) == 1
    told = capsys.readouterr()
    (line,) = told.out.splitlines()
    found = json.loads(line)
    assert found["ok"] is False
    assert any("cannot be reached" in finding for finding in found["findings"])
    assert KEY not in told.out + told.err
