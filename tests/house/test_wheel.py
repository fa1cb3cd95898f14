"""The wheel is whole: installed somewhere else, it walks to a contact."""

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.whole


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, install it into a fresh environment, and give its `dhaal`."""
    place = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(place), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = place.glob("*.whl")
    venv.create(place / "venv", with_pip=True)
    pip = [str(place / "venv/bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--constraint", str(ROOT / "constraints.txt"), str(wheel)], check=True, capture_output=True)
    return place / "venv/bin/dhaal"


def run(command: Path, *arguments: str, keyboard: str = "") -> subprocess.CompletedProcess[str]:
    """Run the installed guide away from the checkout."""
    environ = {"PATH": os.environ["PATH"], "HOME": str(command.parent)}
    return subprocess.run(
        [str(command), *arguments], input=keyboard, env=environ, cwd=command.parent, text=True, capture_output=True, check=False
    )


def test_an_installed_guide_walks_to_a_contact(installed: Path) -> None:
    """From the language to a helpline, in Hindi, in a terminal, with nothing but the wheel."""
    told = run(installed, "chat", "--plain", "--country", "IN", keyboard="हिन्दी\n!\nq\n")
    assert told.returncode == 0
    assert "112" in told.stdout
    assert "14416" in told.stdout
    assert "मुझे अभी मदद चाहिए" in told.stdout


def test_an_installed_guide_proves_itself(installed: Path) -> None:
    """`dhaal check` runs from the wheel and finds nothing."""
    told = run(installed, "check", "--json")
    assert told.returncode == 0, told.stdout
    assert '"ok": true' in told.stdout
