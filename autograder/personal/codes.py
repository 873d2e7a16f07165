"""Personal codes: what a student types once in a notebook, such as `ada:7KQ2MX-A9T4BC-YPQ83F`.

The letters behind the id are a secret of 75 bits, HMAC-SHA256 of the course's key and the id, and 15 bits of a checksum
by which a slip of the finger is noticed where it is typed. Values follow from the secret, so whoever has one code has
one student's values, and neither the key nor anybody else's code can be computed from it.
"""

import hashlib
import hmac
import unicodedata
from dataclasses import dataclass, field

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: without I, L, O, U, which are read as others
BITS = 5  # of a letter
SECRET, CHECK, GROUP = 15, 3, 6  # letters
READ_AS = str.maketrans("ILO", "110", "- ")


@dataclass(frozen=True)
class Code:
    """A personal code: whose it is, and the secret that the values follow from."""

    student: str
    secret: str = field(repr=False)  # in no traceback and no log

    def __str__(self) -> str:
        letters = self.secret + _checksum(self.student, self.secret)
        groups = [letters[start : start + GROUP] for start in range(0, len(letters), GROUP)]
        return f"{self.student}:{'-'.join(groups)}"


def code_of(key: bytes, student: str) -> Code:
    """The code of a student, by the course's key."""
    same = _same(student)
    return Code(same, _letters(hmac.digest(key, same.encode(), hashlib.sha256), SECRET))


def read_code(text: str) -> Code:
    """The code in a text that somebody typed. Raises ValueError, which says what is wrong with it."""
    student, colon, typed = _same(text.strip()).rpartition(":")
    letters = typed.upper().translate(READ_AS)
    if not (colon and student.strip()):
        raise ValueError(f"found {text!r}, expected an id, a colon and {SECRET + CHECK} letters")
    if len(letters) != SECRET + CHECK or not set(letters) <= set(LETTERS):
        raise ValueError(
            f"found {len(letters)} letters behind the colon, expected {SECRET + CHECK}: {text!r}"
        )
    code = Code(student.strip(), letters[:SECRET])
    if letters[SECRET:] != _checksum(code.student, code.secret):
        raise ValueError(f"found a letter or an id that is mistyped: {text!r}")
    return code


def seed_of(secret: str, name: str) -> bytes:
    """What the values called `name` of the owner of a secret are drawn from."""
    return hmac.digest(secret.encode(), name.encode(), hashlib.sha256)


def _checksum(student: str, secret: str) -> str:
    return _letters(hashlib.sha256(f"{_same(student)}:{secret}".encode()).digest(), CHECK)


def _letters(digest: bytes, count: int) -> str:
    number = int.from_bytes(digest, "big") >> (8 * len(digest) - BITS * count)
    return "".join(LETTERS[number >> (BITS * place) & 31] for place in reversed(range(count)))


def _same(text: str) -> str:
    """An id however a keyboard composes its letters."""
    return unicodedata.normalize("NFC", text)
