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
# One Latin letter or two for each Cyrillic and Greek one: close to what most schemes make of it
_CYRILLIC = """
а a б b в v г g д d е e ё e ж zh з z и i й i к k л l м m н n о o п p р r с s т t у u ф f х kh ц ts
ч ch ш sh щ shch ы y э e ю iu я ia і i ї i є ie ґ g ў u ј j љ lj њ nj ћ c ђ dj џ dz
"""
_GREEK = """
α a β v γ g δ d ε e ζ z η i θ th ι i κ k λ l μ m ν n ξ x ο o π p ρ r σ s ς s τ t υ y φ f χ ch ψ ps ω o
"""
_SCRIPTS = (_CYRILLIC + _GREEK).split()
_LETTERS |= dict(zip(_SCRIPTS[::2], _SCRIPTS[1::2], strict=True)) | dict.fromkeys("ъьʹʺ", "")


class _Plain(dict[int, str]):
    """What becomes of each letter, found when it is first met."""

    def __missing__(self, code: int) -> str:
        letter = chr(code).lower()
        known = _LETTERS.get(letter) or _CYRILLIC.get(letter) or _GREEK.get(letter)
        if known is None:
            parts = unicodedata.normalize("NFKD", letter)
            kept = "".join(part for part in parts if not unicodedata.combining(part))
            known = "".join(
                _LETTERS.get(c) or _CYRILLIC.get(c, c) or _GREEK.get(c, c) for c in kept
            )
        self[code] = known
        return known


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
