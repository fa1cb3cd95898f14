"""Passwords, codes and sealed words: what shows that a helper is who they say."""

import hmac
from base64 import b32encode, b64decode, b64encode
from hashlib import sha256
from io import BytesIO
from typing import Final
from unicodedata import normalize

import segno
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from pyotp import TOTP

from bot.content.desk_phrases import DeskPhrase
from bot.core.private import Private
from bot.talk.keys import Keys

SHORTEST: Final = 12  # characters of a password
LONGEST: Final = 200
STEP: Final = 30  # seconds of one code
ISSUER: Final = "Desk"  # what the app for codes shows: neutral, as others may see that telephone


class Credentials:
    """Makes and checks them, with keys from the guide's secret."""

    def __init__(self, secret: Private[bytes]) -> None:
        """Take the guide's secret."""
        self._keys = Keys(secret)
        self._box = AESSIV(bytes.fromhex(self._keys.word(b"desk totp box")))
        self._stamps = bytes.fromhex(self._keys.word(b"desk form"))
        self._argon = PasswordHasher()  # argon2id with the parameters of RFC 9106 for little memory: 64 MiB
        self.nobody = self._argon.hash("nobody has this password")  # takes as long to check as anybody's

    def fault(self, password: Private[str], name: str) -> DeskPhrase | None:
        """Name what is wrong with a new password; None if nothing is."""
        plain = _plain(password)
        if not SHORTEST <= len(plain) <= LONGEST:
            return DeskPhrase.PASSWORD_SHORT
        return DeskPhrase.PASSWORD_NAME if name.casefold() in plain.casefold() else None

    def same(self, password: Private[str], again: Private[str]) -> bool:
        """Tell whether a password was typed twice alike."""
        return _plain(password) == _plain(again)

    def hash(self, password: Private[str]) -> str:
        """Hash a password; takes a while."""
        return self._argon.hash(_plain(password))

    def verify(self, hashed: str, password: Private[str]) -> bool:
        """Check a password; takes a while, whether it is right or wrong."""
        try:
            return self._argon.verify(hashed, _plain(password))
        except (Argon2Error, InvalidHashError):
            return False

    def totp(self, code: str) -> str:
        """Make the key of an app for codes from an invitation: the same each time its page is opened, and stored nowhere."""
        return b32encode(bytes.fromhex(self._keys.word(b"desk totp " + code.encode()))[:20]).decode()

    def picture(self, name: str, key: str) -> str:
        """Draw the key for a camera, as the words of an SVG element."""
        drawn = BytesIO()
        segno.make(TOTP(key).provisioning_uri(name=name, issuer_name=ISSUER), error="m").save(
            drawn, kind="svg", border=4, light="#fff", dark="#000", omitsize=True, xmldecl=False, svgns=False, nl=False
        )
        return drawn.getvalue().decode()

    def step(self, key: str, code: str, now: float) -> int | None:
        """Find the half minute that a code is of: this one or one beside it; None if it is wrong."""
        clock, here = TOTP(key), int(now) // STEP
        found = [at for at in (here - 1, here, here + 1) if hmac.compare_digest(clock.generate_otp(at).encode(), code.encode())]
        return found[0] if found else None

    def seal(self, key: str, name: str) -> str:
        """Seal the key of codes, bound to a name."""
        return b64encode(self._box.encrypt(key.encode(), [name.casefold().encode()])).decode()

    def open(self, sealed: str, name: str) -> str | None:
        """Open it; None if the guide's secret is another one now."""
        try:
            return self._box.decrypt(b64decode(sealed), [name.casefold().encode()]).decode()
        except (InvalidTag, ValueError):
            return None

    def stamp(self, cookie: str) -> str:
        """Make what every form carries, so that only our own pages can send them for a cookie."""
        return hmac.new(self._stamps, cookie.encode(), sha256).hexdigest()

    def stamped(self, cookie: str, stamp: str) -> bool:
        """Tell whether a form came from our own page."""
        return hmac.compare_digest(self.stamp(cookie).encode(), stamp.encode())


def fingerprint(code: str) -> str:
    """Give the hash of a long random code, by which it is known without being kept."""
    return sha256(code.encode()).hexdigest()


def _plain(password: Private[str]) -> str:
    return normalize("NFKC", password.reveal())
