"""
Text as it is compared: small letters without marks, in one script as far as that is simple.

Coarser than the search index on purpose (engine/folding.py): å and a are one here, since a record
that lost its marks on the way still means the same book. What is told apart in the end is the
model's matter.
"""

import re
import unicodedata
from hashlib import blake2b
from zlib import crc32

_WORD = re.compile(r"[^\W_]+")
_LETTERS = {
    "æ": "ae",
    "ø": "o",
    "œ": "oe",
    "ß": "ss",
    "ð": "d",
    "đ": "d",
    "þ": "th",
    "ł": "l",
    "ħ": "h",
    "\u0131": "i",
    "ŋ": "n",
}
# What stands for each letter from U+0430 and U+03B1 on: close to what most schemes make of them
_CYRILLIC = """
a b v g d e zh z i i k l m n o p r s t u f kh ts ch sh shch - y - e iu ia
e e dj g ie dz i i j lj nj c k i u dz
"""
_GREEK = "a v g d e z i th i k l m n x o p r s s t y f ch ps o"
for _first, _latin in ((0x430, _CYRILLIC), (0x3B1, _GREEK)):
    _LETTERS |= {chr(at): text.strip("-") for at, text in enumerate(_latin.split(), _first)}
# Signs of Cyrillic in Latin letters, and letters that combine
_LETTERS |= dict.fromkeys("\u02b9\u02ba\u02bc\u02bb\u02be\u02bf", "")


class _Plain(dict[int, str]):
    """What becomes of each letter, found when it is first met."""

    def __missing__(self, code: int) -> str:
        letter = chr(code).lower()
        parts = unicodedata.normalize("NFKD", _LETTERS.get(letter, letter))
        kept = (part for part in parts if not unicodedata.combining(part))
        made = self[code] = "".join(_LETTERS.get(part, part) for part in kept)
        return made


_PLAIN = _Plain()


def plain_words(text: str) -> list[str]:
    """Return the words without marks, in small letters; an apostrophe parts no word."""
    text = text.replace("'", "").replace("\u2019", "")
    text = text.lower() if text.isascii() else text.translate(_PLAIN)
    return _WORD.findall(text)


def code(text: str) -> int:
    """Return a number below 2^31 that is the same in every process; strangers seldom share one."""
    return crc32(text.encode()) & 0x7FFFFFFF


def long_code(text: str) -> int:
    """Return a signed 64-bit number that no two texts of a catalogue share but by rare chance."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)
