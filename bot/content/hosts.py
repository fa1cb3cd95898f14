"""flows/hosts.yaml: every host that the guide may name, and why; nothing else may be linked or written (R17)."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from bot.content.form import Form
from bot.content.problems import Spot
from bot.content.reader import Desk, Map, Rows, Scalar, Value

SOURCE: Final = "source"  # the reason of a host whose own pages were read: a record has its source there
PAIR: Final = 2


@dataclass(frozen=True, slots=True)
class Hosts:
    """The hosts that may be named: why, and in which line; and the pairs that look alike and are both right."""

    why: Mapping[str, str]
    spots: Mapping[str, Spot]
    alike: frozenset[frozenset[str]]


def bare(host: str) -> str:
    """Leave out the `www.` in front, which changes nothing."""
    return host.casefold().rstrip(".").removeprefix("www.")


def read_hosts(desk: Desk, page: Map) -> Hosts:
    """Read hosts.yaml."""
    form = Form(desk, page)
    table = form.form("hosts")
    spots = dict(table.map.keys) if table else {}
    why = {host: reason.value for host in spots if table and (reason := table.scalar(host))}
    for host in spots:
        if host != bare(host):
            desk.wrong(spots[host], f'Write "{bare(host)}": small letters, without www.')
    alike = {pair for row in form.rows("alike") for pair in _pairs(desk, row, why)}
    form.done(lambda: ("hosts", "alike"))
    return Hosts(why, spots, frozenset(alike))


def _pairs(desk: Desk, row: Value, known: Mapping[str, str]) -> list[frozenset[str]]:
    names = [item.value for item in row.items if isinstance(item, Scalar)] if isinstance(row, Rows) else []
    if len(names) < PAIR or not set(names) <= set(known):
        desk.wrong(row.spot, "Write two or more of the hosts above that look alike, in square brackets.")
    return [frozenset(pair) for pair in combinations(names, PAIR)]
