"""The containers are as closed as the promise says (R48, R53, R55)."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from bot.channels.web.asked import LIMIT
from bot.channels.whatsapp.webhook import LIMIT as BATCH
from bot.settings import load
from tests.conftest import ROOT

TEXT: Final = (ROOT / "docker-compose.yml").read_text("utf-8")
COMPOSE: Final[dict[str, Any]] = yaml.safe_load(TEXT)
SERVICES: Final[dict[str, dict[str, Any]]] = COMPOSE["services"]
NGINX: Final = re.sub(r"\s*#.*", "", (ROOT / "deploy/nginx.conf").read_text("utf-8"))
VALKEY: Final = dict(
    line.split(maxsplit=1)
    for line in (ROOT / "deploy/valkey.conf").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
)
OVERWRITES: Final = {"glibc.malloc.tcache_count=0", "glibc.malloc.perturb=165"}  # freed memory: every byte, at once
MEGABYTE: Final = 1 << 20
STAYS: Final = {"proxy": ["./deploy/certificates:/certificates"]}  # the one thing on a disk: a certificate, of no person
OPEN: Final = {"proxy": ["80:8080", "443:8443"]}
HIDDEN: Final = re.compile(r"SECRET|TOKEN|STORE|PASSWORD|KEY")

every_service = pytest.mark.parametrize("name", list(SERVICES))


@every_service
def test_every_service_is_closed(name: str) -> None:
    """Read-only, no rights, not root, nothing to run from, bounded, watched."""
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert "privileged" not in service
    assert "no-new-privileges:true" in service["security_opt"]
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", service["user"])
    assert 0 < service["pids_limit"] <= 128
    assert all({"noexec", "nosuid", "nodev"} <= _options(mount) for mount in service["tmpfs"])
    assert all(size <= 16 * MEGABYTE for size in map(_size, service["tmpfs"]))
    assert service["healthcheck"]["test"]


@every_service
def test_memory_stays_in_memory(name: str) -> None:
    """No swap, no core dump, and not so much room that the machine would have to look for more."""
    service = SERVICES[name]
    assert service["mem_limit"] == service["memswap_limit"]
    assert _bytes(service["mem_limit"]) <= 512 * MEGABYTE  # twice what the hardened guide with Telegram was seen to hold
    assert service["ulimits"] == {"core": 0}


@every_service
def test_little_is_kept_of_what_is_said(name: str) -> None:
    """The log is one small file, and only certificates stand on a disk."""
    service = SERVICES[name]
    assert service["logging"] == {"driver": "local", "options": {"max-size": "1m", "max-file": "1"}}
    assert service.get("volumes", []) == STAYS.get(name, [])
    assert "volumes" not in COMPOSE


@every_service
def test_only_the_proxy_can_be_reached(name: str) -> None:
    """Nothing else opens a port, and nothing shares the machine's own network or processes."""
    service = SERVICES[name]
    assert service.get("ports", []) == OPEN.get(name, [])
    assert not service.keys() & {"network_mode", "pid", "ipc", "devices", "extra_hosts", "links"}


def test_valkey_has_no_way_out() -> None:
    """Valkey is on an internal network, alone with the guide."""
    assert SERVICES["valkey"]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert {name for name, service in SERVICES.items() if "inside" in service["networks"]} == {"guide", "valkey"}


@every_service
def test_no_secret_stands_in_the_environment(name: str) -> None:
    """Secrets come from files, which no process list and no `docker inspect` shows."""
    environment = SERVICES[name].get("environment", {})
    assert [key for key in environment if HIDDEN.search(key) and not key.endswith("_FILE")] == []
    assert "env_file" not in SERVICES[name]
    for key, path in environment.items():
        assert not key.endswith("_FILE") or Path(path).name in SERVICES[name]["secrets"]


def test_secrets_stay_out_of_the_image_and_of_git() -> None:
    """Each secret is a file in a folder that neither the image nor the repository takes in."""
    assert {Path(secret["file"]).parent for secret in COMPOSE["secrets"].values()} == {Path("deploy/secrets")}
    assert {"secrets/", "certificates/"} <= set((ROOT / "deploy/.gitignore").read_text("utf-8").split())
    assert {"deploy/secrets", "deploy/certificates", ".env"} <= set((ROOT / ".dockerignore").read_text("utf-8").split())


@every_service
def test_images_are_pinned(name: str) -> None:
    """What is pulled has a full version, so that it does not change by itself."""
    image = SERVICES[name].get("image")
    assert image is None or re.search(r":\d+\.\d+\.\d+", image)
    assert image or SERVICES[name]["build"] == "."


@pytest.mark.parametrize("name", ["guide", "proxy"])
def test_freed_memory_is_overwritten(name: str) -> None:
    """Whatever reads a person's words runs on glibc and overwrites what it frees."""
    environment = SERVICES[name]["environment"]
    assert set(environment["GLIBC_TUNABLES"].split(":")) == OVERWRITES
    assert name == "proxy" or environment["PYTHONMALLOC"] == "malloc"
    assert "alpine" not in SERVICES[name].get("image", "")
    bases = re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    assert all(base.endswith("-slim") for base in bases)


def test_the_guide_understands_its_settings(tmp_path: Path) -> None:
    """With files in the place of the secrets, the guide's environment is whole: both webhooks, web, Valkey, hardened."""
    given = {
        "secret": "s" * 64,
        "store": "valkey://:word@valkey:6379/0",
        "telegram_token": "1:a",
        "telegram_webhook_secret": "w",
        "whatsapp_token": "EAAJ",
        "whatsapp_app_secret": "0" * 32,
        "whatsapp_verify_token": "w",
    }
    for secret, value in given.items():
        (tmp_path / secret).write_text(f"{value}\n")
    environment = {key: _filled(value, tmp_path) for key, value in SERVICES["guide"]["environment"].items()}
    settings = load(environment)
    assert settings.hardened
    assert settings.web
    assert settings.public_url == "https://guide.example.org"
    assert settings.telegram
    assert settings.telegram.mode == "webhook"
    assert settings.whatsapp
    assert settings.whatsapp.phone_id == "1"


def test_every_variable_is_explained() -> None:
    """What the file takes from the operator stands in .env.example."""
    taken = set(re.findall(r"(?<!\$)\$\{(\w+)", TEXT))
    assert taken == set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE))


def test_valkey_gets_the_password_of_the_guide(tmp_path: Path) -> None:
    """The shell line reads the password out of the store's address, and hands it over on standard input alone."""
    (tmp_path / "store").write_text("valkey://:pass-word@valkey:6379/0\n")
    server = tmp_path / "valkey-server"
    server.write_text('#!/bin/sh\necho "$@"\ncat\n')
    server.chmod(0o755)
    line = SERVICES["valkey"]["entrypoint"][2].replace("$$", "$").replace("/run/secrets", str(tmp_path))
    told = subprocess.run(["/bin/sh", "-c", line], env={"PATH": f"{tmp_path}:/usr/bin:/bin"}, capture_output=True, check=True)
    assert told.stdout.decode().splitlines() == ["/etc/valkey.conf -", "requirepass pass-word"]


def test_valkey_writes_nothing() -> None:
    """No snapshot, no append-only file, no replica, no slow log, no crash log; what is oldest goes first (R48)."""
    assert VALKEY["save"] == '""'
    assert VALKEY["appendonly"] == "no"
    assert VALKEY["maxmemory-policy"] == "volatile-ttl"
    assert VALKEY["slowlog-log-slower-than"] == "-1"
    assert VALKEY["crash-log-enabled"] == VALKEY["crash-memcheck-enabled"] == "no"
    assert VALKEY["loglevel"] == "warning"
    assert not VALKEY.keys() & {"replicaof", "logfile", "dir", "dbfilename", "syslog-enabled", "cluster-enabled", "include"}
    assert 2 * _bytes(VALKEY["maxmemory"]) <= _bytes(SERVICES["valkey"]["mem_limit"])


def test_the_proxy_notes_nobody() -> None:
    """No access log; errors about requests go nowhere; the program's own errors are told before any request is read (R53)."""
    before, _, http = NGINX.partition("http {")
    assert re.findall(r"access_log\s+[^;]+;", NGINX) == ["access_log off;"]
    assert re.findall(r"error_log\s+[^;]+;", http) == ["error_log  /dev/null crit;"]
    assert re.findall(r"error_log\s+[^;]+;", before) == ["error_log stderr warn;"]
    assert not re.search(r"log_format|X-Forwarded|X-Real-IP|remote_addr|limit_req|mirror|debug", NGINX)


def test_the_proxy_writes_no_word_to_a_disk() -> None:
    """Bodies and answers pass in memory; what might be written at all would be written to a tmpfs."""
    for line in ("proxy_request_buffering off;", "proxy_buffering off;", "proxy_max_temp_file_size 0;", "http2 off;"):
        assert line in NGINX
    paths = re.findall(r"(?:temp_path|pid|state_path)\s+(\S+);", NGINX)
    assert len(paths) == 7
    assert all(path.startswith("/tmp/") or path == "/certificates" for path in paths)  # noqa: S108 - a tmpfs


@pytest.mark.parametrize(("path", "most"), [("= /hooks/telegram", MEGABYTE), ("= /hooks/whatsapp", BATCH), ("/", LIMIT)])
def test_the_proxy_lets_the_webhooks_through(path: str, most: int) -> None:
    """Each webhook passes, with room for the most a platform brings; everything else takes what the web chat takes."""
    block = NGINX.partition(f"location {path} {{")[2].partition("}")[0]
    number, unit = re.findall(r"client_max_body_size (\d+)([km]);", block)[0]
    assert int(number) * {"k": 1024, "m": MEGABYTE}[unit] == most
    assert "proxy_pass $guide;" in block


def test_compose_accepts_the_file() -> None:
    """Where there is a client, it reads the file without a complaint."""
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode:
        pytest.skip("no docker compose client on this machine: the file was only linted")
    command = [docker, "compose", "--env-file", ".env.example", "config", "--quiet"]
    filled = {**os.environ, "WHATSAPP_PHONE_ID": "1"}
    told = subprocess.run(command, cwd=ROOT, env=filled, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr


def _options(mount: str) -> set[str]:
    return set(mount.partition(":")[2].split(","))


def _size(mount: str) -> int:
    return _bytes(mount.partition("size=")[2])


def _bytes(size: str) -> int:
    number, unit = re.fullmatch(r"(\d+)(m|mb)", size).groups()  # type: ignore[union-attr]
    return int(number) * MEGABYTE if unit else 0


def _filled(value: str, secrets: Path) -> str:
    """Do what compose does: fill in the variable, and lay a file where a secret is."""
    given = {"GUIDE_HOST": "guide.example.org", "WHATSAPP_PHONE_ID": "1"}
    return re.sub(r"\$\{(\w+)[^}]*\}", lambda match: given[match[1]], value).replace("/run/secrets", str(secrets))
