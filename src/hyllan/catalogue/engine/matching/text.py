"""
Text as it is compared: small letters without marks, in one script as far as that is simple.

Coarser than the search index on purpose (engine/folding.py): å and a are one here, since a record
that lost its marks on the way still means the same book. What is told apart in the end is the
model's matter.
"""

import re
import unicodedata
from functools import lru_cache
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
# From U+0621 on; its short vowels are not written, and other signs stand between
_ARABIC = """
- a a u i y a b h t th j h kh d dh r z s sh s d t z - gh - - - - - - f q k l m n h w a y
"""
for _start, _latin in ((0x430, _CYRILLIC), (0x3B1, _GREEK), (0x621, _ARABIC)):
    _LETTERS |= {chr(at): text.strip("-") for at, text in enumerate(_latin.split(), _start)}
_PERSIAN = {
    "\u067e": "p",
    "\u0686": "ch",
    "\u0698": "zh",
    "\u06a9": "k",
    "\u06af": "g",
    "\u06cc": "y",
}
_LETTERS |= _PERSIAN
# Signs of Cyrillic and Arabic in Latin letters
_LETTERS |= dict.fromkeys("\u02b9\u02ba\u02bc\u02bb\u02be\u02bf", "")
# Where schemes part: the same sound by other letters, in the order they are tried
_SOUNDS = (
    ("shch", "s"), ("sch", "s"), ("sh", "s"), ("ch", "c"), ("zh", "z"), ("kh", "h"), ("ts", "c"),
    ("ph", "f"), ("th", "t"), ("iu", "u"), ("ju", "u"), ("yu", "u"), ("ia", "a"), ("ja", "a"),
    ("ya", "a"), ("ie", "e"), ("w", "v"), ("y", "i"), ("j", "i"), ("ck", "k"), ("q", "k"),
)  # fmt: skip
_TWICE = re.compile(r"(.)\1+")
# Languages that are written in other letters, so that libraries write their titles in two ways
_ROMANISED_CODES = """
ara per rus ukr bul srp mac bel gre grc heb yid arm geo chi jpn kor tha hin urd ben nep pan tam tel
amh tir kur pus snd uig kaz kir mon tgk
"""
ROMANISED = frozenset(_ROMANISED_CODES.split())
# What is dropped, so that a title in Arabic script is found by its romanisation
_VOWELS = str.maketrans("", "", "aeiouhwvy")
_SHORTEST = 4  # letters: what is shorter keeps its vowels, lest Lind be Lund


class _Plain(dict[int, str]):
    """What becomes of each letter, found when it is first met."""

    def __missing__(self, code: int) -> str:
        letter = chr(code).lower()
        parts = unicodedata.normalize("NFKD", _LETTERS.get(letter, letter))
        kept = (part for part in parts if not unicodedata.combining(part))
        made = self[code] = "".join(_LETTERS.get(part, part) for part in kept)
        return made


_PLAIN = _Plain({ord("'"): "", 0x2019: ""})


def plain_words(text: str) -> list[str]:
    """Return the words without marks, in small letters; an apostrophe parts no word."""
    if text.isascii():
        return _WORD.findall(text.lower().replace("'", ""))
    return _WORD.findall(text.translate(_PLAIN))


@lru_cache(maxsize=200_000)  # titles and names return: in every library's records
def sound(plain: str) -> str:
    """Return what is left of plain text, without spaces, when romanisations are levelled."""
    text = _TWICE.sub(r"\1", plain.replace(" ", ""))
    for written, short in _SOUNDS:
        if written in text:
            text = text.replace(written, short)
    return _TWICE.sub(r"\1", text)


@lru_cache(maxsize=200_000)
def consonants(sounds: str, *, shortest: int = _SHORTEST) -> str:
    """Return the first letter and the consonants after it; of short words, all letters."""
    bare = _TWICE.sub(r"\1", sounds[:1] + sounds[1:].translate(_VOWELS))
    return bare if len(bare) >= shortest else sounds


def code(text: str) -> int:
    """Return a number below 2^31 that is the same in every process; strangers seldom share one."""
    return crc32(text.encode()) & 0x7FFFFFFF


def long_code(text: str) -> int:
    """Return a signed 64-bit number that no two texts of a catalogue share but by rare chance."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)
