"""Who may sit at the desk: the file, invitations, passwords and codes."""

import json
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pyotp import TOTP

from bot.core.private import Private
from bot.desks.web_desk import Accounts, Role, TakenError, UnreadableError
from bot.desks.web_desk.credentials import Credentials
from bot.desks.web_desk.shifts import Shift, Shifts
from bot.desks.web_desk.tries import ALL, EACH, WINDOW, Tries
from tests.conftest import NOON

from .stage import SECRET, Time


class Clock:
    """A time of day that is set by hand."""

    time: datetime = NOON

    def __call__(self) -> datetime:
        """Give it."""
        return self.time


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Name a file that is not there yet."""
    return tmp_path / "agents.json"


def test_an_invitation_works_once(path: Path) -> None:
    """Its code lets one helper in; then it is gone."""
    accounts = Accounts(path, lambda: NOON)
    code = accounts.invite("Asha", Role.LEAD)
    assert accounts.accept("x" * 32, "hash", "sealed") is None
    agent = accounts.accept(code, "hash", "sealed")
    assert agent
    assert (agent.name, agent.role, agent.promised) == ("Asha", Role.LEAD, "2026-11-24")
    assert accounts.accept(code, "hash", "sealed") is None
    assert accounts.agent("ASHA") == agent


def test_an_invitation_ends_after_a_day(path: Path) -> None:
    """After 24 hours its code is none."""
    clock = Clock()
    accounts = Accounts(path, clock)
    code = accounts.invite("asha", Role.AGENT)
    clock.time = NOON + timedelta(hours=23, minutes=59)
    assert accounts.invitation(code)
    clock.time = NOON + timedelta(hours=24)
    assert accounts.invitation(code) is None
    assert accounts.accept(code, "hash", "sealed") is None


def test_a_second_invitation_ends_the_first(path: Path) -> None:
    """Of two invitations of one name only the newer one works."""
    accounts = Accounts(path, lambda: NOON)
    old, new = accounts.invite("asha", Role.AGENT), accounts.invite("Asha", Role.LEAD)
    assert accounts.invitation(old) is None
    assert accounts.invitation(new)


@pytest.mark.parametrize("name", ["", "a", "a b", "a" * 25, "../x", "आशा", "a,b", "a\n"])
def test_names_are_plain(path: Path, name: str) -> None:
    """A name is letters and digits alone."""
    with pytest.raises(TakenError):
        Accounts(path, lambda: NOON).invite(name, Role.AGENT)


def test_a_name_is_taken_once(path: Path) -> None:
    """Whoever has a name keeps it until they are removed, whatever its capitals."""
    accounts = Accounts(path, lambda: NOON)
    accounts.accept(accounts.invite("asha", Role.AGENT), "hash", "sealed")
    with pytest.raises(TakenError, match="remove that helper first"):
        accounts.invite("ASHA", Role.AGENT)
    assert accounts.remove("Asha")
    assert not accounts.remove("Asha")
    assert accounts.invite("ASHA", Role.AGENT)


def test_the_file_is_for_its_owner_and_holds_no_secret(path: Path) -> None:
    """Nobody else may read it; codes of invitations stand in it as hashes; nothing is left beside it but the lock."""
    accounts = Accounts(path, lambda: NOON)
    code = accounts.invite("asha", Role.AGENT)
    assert path.stat().st_mode & 0o777 == 0o600
    assert code not in path.read_text()
    accounts.accept(code, "hash", "sealed")
    assert path.stat().st_mode & 0o777 == 0o600
    assert {it.name for it in path.parent.iterdir()} == {"agents.json", ".agents.json.lock"}


def test_another_programs_change_is_seen(path: Path) -> None:
    """What `dhaal agents` does holds at once for a desk that runs."""
    ours, theirs = Accounts(path, lambda: NOON), Accounts(path, lambda: NOON)
    assert ours.agent("asha") is None
    theirs.accept(theirs.invite("asha", Role.AGENT), "hash", "sealed")
    assert ours.agent("asha")
    theirs.remove("asha")
    assert ours.agent("asha") is None


def test_changes_at_the_same_moment_are_all_kept(path: Path) -> None:
    """Several programs can invite at once; none writes over what another wrote."""
    names = [f"helper{number}" for number in range(20)]
    threads = [threading.Thread(target=Accounts(path, lambda: NOON).invite, args=(name, Role.AGENT)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(Accounts(path, lambda: NOON).roll().invited) == set(names)


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"agents": [{"name": "asha"}]}', '{"agents": [{"name": "a", "role": "king"}]}', "\xff"]
)
def test_a_broken_file_ends_in_a_sentence(path: Path, text: str) -> None:
    """A file that cannot be read is named, and nothing of it is shown or written over."""
    path.write_bytes(text.encode("latin-1"))
    accounts = Accounts(path, lambda: NOON)
    with pytest.raises(UnreadableError, match=r"agents\.json.*Check the path"):
        accounts.agent("asha")
    with pytest.raises(UnreadableError):
        accounts.invite("asha", Role.AGENT)
    assert path.read_bytes() == text.encode("latin-1")


def test_a_missing_folder_ends_in_a_sentence(tmp_path: Path) -> None:
    """So does a path that leads nowhere."""
    with pytest.raises(UnreadableError):
        Accounts(tmp_path / "no" / "agents.json").invite("asha", Role.AGENT)


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("eleven char", "password_short"),
        ("x" * 201, "password_short"),
        ("I am asha, really", "password_name"),
        ("I am ASHA, really", "password_name"),
        ("twelve chars", None),
    ],
)
def test_passwords_are_long_and_not_the_name(password: str, fault: str | None) -> None:
    """At least 12 characters, at most 200, and the name is not in it."""
    assert Credentials(SECRET).fault(Private(password), "asha") == fault


def test_a_password_is_hashed_with_argon2id() -> None:
    """The hash opens with the password alone, also when it is written in another form of Unicode."""
    credentials = Credentials(SECRET)
    hashed = credentials.hash(Private("a long café door"))
    assert hashed.startswith("$argon2id$")
    assert credentials.verify(hashed, Private("a long cafe\u0301 door"))
    assert not credentials.verify(hashed, Private("a long cafe door"))
    assert not credentials.verify("", Private("a long cafe door"))


def test_a_code_is_of_this_half_minute_or_one_beside_it() -> None:
    """Clocks may be half a minute apart, not more."""
    credentials = Credentials(SECRET)
    key, now = credentials.totp("code"), 1_000_000_000.0
    assert [credentials.step(key, TOTP(key).at(int(now) + ahead * 30), now) for ahead in (-2, -1, 0, 1, 2)] == [
        None, 33333332, 33333333, 33333334, None,
    ]  # fmt: skip
    assert credentials.step(key, "", now) is None
    assert credentials.step(key, "١٢٣٤٥٦", now) is None


def test_a_key_is_sealed_for_one_name_and_one_secret() -> None:
    """It cannot be moved to another helper, nor opened with another secret."""
    credentials = Credentials(SECRET)
    sealed = credentials.seal("KEY", "Asha")
    assert "KEY" not in sealed
    assert credentials.open(sealed, "asha") == "KEY"
    assert credentials.open(sealed, "bob") is None
    assert Credentials(Private(b"another secret of the guide")).open(sealed, "asha") is None
    assert credentials.open("no base64!", "asha") is None


def test_the_picture_is_plain_lines() -> None:
    """It is one SVG element that names no style and loads nothing, as the policy of the page asks."""
    picture = Credentials(SECRET).picture("asha", "A" * 32)
    assert picture.startswith("<svg")
    assert "style" not in picture
    assert "href" not in picture


def test_tries_are_few_for_each_name_and_for_all() -> None:
    """Five for a name in five minutes, fifty for all; who was right begins anew."""
    time = Time()
    tries = Tries(time.seconds)
    assert [tries.more("asha") for _ in range(EACH + 1)] == [True] * EACH + [False]
    assert not tries.more("ASHA")
    assert tries.more("bob")
    tries.forgive("Asha")
    assert tries.more("asha")
    time.passed = WINDOW + 1
    assert [tries.more(f"nobody{number}") for number in range(ALL + 1)] == [True] * ALL + [False]


def test_shifts_are_minutes_and_numbers(path: Path) -> None:
    """The file beside the accounts holds who, from when to when and how many, and only its owner may read it."""
    shifts = Shifts(path)
    for name in ("asha", "cem", "asha", "bob"):  # asha in two browsers; the machine stops while cem is there
        shifts.begin(name, NOON)
    shifts.add("asha", NOON, NOON + timedelta(hours=4, seconds=59), 3)
    shifts.add("bob", NOON, NOON, 0)
    noon, four = "2026-11-24 12:00", "2026-11-24 16:00"
    lasting = [Shift("asha", noon, "", 0), Shift("cem", noon, "", 0)]
    assert shifts.last() == [Shift("bob", noon, noon, 0), *lasting, Shift("asha", noon, four, 3)]
    audit = path.with_name("agents.audit.csv")
    begun = "".join(f"{name},{noon},,0\n" for name in ("asha", "cem", "asha", "bob"))
    assert audit.read_text() == f"{begun}asha,{noon},{four},3\nbob,{noon},{noon},0\n"
    assert audit.stat().st_mode & 0o777 == 0o600


def test_the_file_of_accounts_has_few_fields(path: Path) -> None:
    """A helper is a name, a role, a hash, a sealed key, and the day of their promise; nothing more is known."""
    accounts = Accounts(path, lambda: NOON)
    accounts.accept(accounts.invite("asha", Role.AGENT), "hash", "sealed")
    assert json.loads(path.read_text()) == {
        "agents": [{"name": "asha", "role": "agent", "hash": "hash", "totp": "sealed", "promised": "2026-11-24"}],
        "invitations": [],
    }
