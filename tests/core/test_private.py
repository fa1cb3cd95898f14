"""Private values refuse to be shown, copied, kept or sent."""

import copy
import json
import pickle

import pytest

from bot.core.private import Private

SECRET = Private("call me")


@pytest.mark.parametrize("shown", [str(SECRET), repr(SECRET), f"{SECRET}", f"{SECRET:>40}", f"{SECRET!r}", f"{[SECRET]}"])
def test_a_private_value_shows_nothing(shown: str) -> None:
    """Neither str, repr nor format tells it."""
    assert "call" not in shown
    assert "<private>" in shown


@pytest.mark.parametrize("keep", [pickle.dumps, json.dumps, copy.copy, copy.deepcopy, hash])
def test_a_private_value_cannot_be_kept(keep: object) -> None:
    """Pickle, JSON, copies and dictionaries refuse it."""
    assert callable(keep)
    with pytest.raises(TypeError):
        keep(SECRET)


def test_a_private_value_is_not_in_a_traceback() -> None:
    """An exception that names it shows `<private>`."""
    with pytest.raises(ValueError, match="<private>"):
        raise ValueError(SECRET)


def test_only_reveal_gives_it_back() -> None:
    """The one way to the value has a name that can be searched for."""
    assert SECRET.reveal() == "call me"
    assert not hasattr(SECRET, "__dict__")
