"""`dhaal agents`, as an operator uses it."""

from pathlib import Path

import pytest

from bot.cli import main
from bot.desks.web_desk import Accounts, Role

Patch = pytest.MonkeyPatch
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def path(tmp_path: Path, monkeypatch: Patch) -> Path:
    """Set a desk up."""
    path = tmp_path / "agents.json"
    monkeypatch.setenv("DHAAL_SECRET", "0123456789abcdef0123456789abcdef")
    monkeypatch.setenv("DHAAL_DESK_ACCOUNTS", str(path))
    return path


def test_a_link_is_printed_once(path: Path, capsys: Capture) -> None:
    """Alone on stdout, so that a script can take it; it opens an invitation in the file."""
    assert main(["agents", "add", "asha", "--lead"]) == 0
    link = capsys.readouterr().out.strip()
    assert link.startswith("http://127.0.0.1:8080/desk/welcome/")
    invited = Accounts(path).invitation(link.rpartition("/")[2])
    assert invited
    assert (invited.name, invited.role.value) == ("asha", "lead")
    assert main(["agents", "list"]) == 0
    listed = capsys.readouterr().out
    assert listed.startswith("asha  lead  invited until ")
    assert link.rpartition("/")[2] not in listed


def test_the_link_leads_to_the_public_address(path: Path, monkeypatch: Patch, capsys: Capture) -> None:
    """Where the world reaches the guide, if that is set."""
    monkeypatch.setenv("DHAAL_PUBLIC_URL", "https://guide.example/")
    assert main(["agents", "add", "asha"]) == 0
    assert capsys.readouterr().out.startswith("https://guide.example/desk/welcome/")


def test_removing(path: Path, capsys: Capture) -> None:
    """A helper goes, and their name is free again; who is not there ends in a sentence."""
    accounts = Accounts(path)
    accounts.accept(accounts.invite("asha", Role.AGENT), "hash", "sealed")
    assert main(["agents", "list"]) == 0
    assert "asha  agent  since " in capsys.readouterr().out
    assert main(["agents", "add", "Asha"]) == 2
    assert "remove that helper first" in capsys.readouterr().err
    assert main(["agents", "remove", "ASHA"]) == 0
    assert main(["agents", "remove", "asha"]) == 1
    assert "no helper called" in capsys.readouterr().err


@pytest.mark.parametrize("missing", ["DHAAL_SECRET", "DHAAL_DESK_ACCOUNTS"])
def test_what_is_missing_is_named(path: Path, missing: str, monkeypatch: Patch, capsys: Capture) -> None:
    """Without a file, or a secret that lasts, nobody can be added; the sentence says what to set."""
    monkeypatch.delenv(missing)
    assert main(["agents", "add", "asha"]) == 2
    assert missing in capsys.readouterr().err
    assert not path.exists()


def test_a_bad_name_and_a_bad_path(path: Path, monkeypatch: Patch, capsys: Capture) -> None:
    """Both end in a sentence with the remedy."""
    assert main(["agents", "add", "a b"]) == 2
    assert "letters from a to z" in capsys.readouterr().err
    monkeypatch.setenv("DHAAL_DESK_ACCOUNTS", str(path / "no" / "agents.json"))
    assert main(["agents", "add", "asha"]) == 2
    assert "Check the path" in capsys.readouterr().err
