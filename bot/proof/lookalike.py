"""Hosts that could be taken for another: slips, other endings, hyphens, foreign letters, and names put in front (R17)."""

import unicodedata
from collections.abc import Iterable
from typing import Final

from bot.core.spelling import distance

# letters of other scripts, and signs, that look like a Latin letter
_SAME: Final = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u04bb\u0578\u03b1\u03bf\u03b5\u03c1\u03bd\u03b9\u03ba\u03c4\u03c5013457",
    "aeopcyxijsdhnaoepviktuoleast",
)
_PAIRS: Final = (("rn", "m"), ("vv", "w"), ("cl", "d"))
# what stands before a country's ending: co.uk
_SECOND: Final = {"ac", "co", "com", "edu", "gov", "gouv", "net", "nic", "org", "police"}
# names of services that every owner has
_PLAIN: Final = {
    "abuse", "blog", "complaint", "crisis", "faq", "foundation", "help", "helpline", "hotline", "info", "lifeline", "login",
    "lookup", "mail", "news", "official", "online", "portal", "report", "search", "secure", "service", "support", "tips", "web",
}  # fmt: skip
_TELLING: Final = 5  # letters from which a name says whose it is
_LONG: Final = 8  # letters from which two slips are still near
_COUNTRY: Final = 2  # letters of a country's ending


def looks_like(host: str, known: Iterable[str]) -> str | None:
    """Find a known host that this one, which is another, could be taken for."""
    return next((other for other in known if other != host and near(host, other)), None)


def near(host: str, other: str) -> bool:
    """Tell whether people could take one host for the other, which has another owner."""
    left, right = _names(host), _names(other)
    if left[-1] == right[-1] and _ending(host) == _ending(other):
        return False
    return _slipped(left[-1], right[-1]) or _borrowed(left, right) or _borrowed(right, left) or _swallowed(host, other)


def _labels(host: str) -> list[str]:
    return [_read(label) for label in host.split(".") if label]


def _read(label: str) -> str:
    """Read a label as it is shown: punycode as the letters it stands for."""
    try:
        return label.encode("ascii").decode("idna") if label.startswith("xn--") else label
    except UnicodeError:
        return label


def _ending(host: str) -> tuple[str, ...]:
    labels = _labels(host)
    long = len(labels) > _COUNTRY and len(labels[-1]) == _COUNTRY and labels[-2] in _SECOND
    return tuple(labels[-2:] if long else labels[-1:])


def _names(host: str) -> list[str]:
    """Give the labels before the ending; the last is what its owner bought."""
    labels = _labels(host)
    return labels[: -len(_ending(host))] or labels


def _plain(label: str) -> str:
    """Draw a label as the eye reads it."""
    text = unicodedata.normalize("NFKD", label.casefold())
    text = "".join(sign for sign in text if not unicodedata.combining(sign)).translate(_SAME).replace("-", "")
    for two, one in _PAIRS:
        text = text.replace(two, one)
    return text


def _slipped(left: str, right: str) -> bool:
    """Tell whether two bought names differ by their ending, a hyphen, a foreign letter, or a slip or two."""
    one, two = _plain(left), _plain(right)
    shorter = min(len(one), len(two))
    slips = 2 if shorter >= _LONG else int(shorter >= _TELLING)
    return abs(len(one) - len(two)) <= slips and distance(one, two) <= slips


def _swallowed(host: str, other: str) -> bool:
    """Tell whether one host holds the whole other, with or without its dots: ic3-gov.com."""
    one, two = (_plain("".join(_labels(each))) for each in (host, other))
    return len(two) >= _TELLING and two in one


def _borrowed(left: list[str], right: list[str]) -> bool:
    """Tell whether a telling name of one host stands somewhere in the other, which somebody else may own."""
    telling = {_plain(label) for label in right if len(label) >= _TELLING and label not in _PLAIN}
    parts = {_plain(part) for label in left for part in (label, *label.split("-"))}
    bought = _plain(left[-1])
    return bool(telling & parts) or any(name in bought for name in telling if len(name) >= _LONG)
