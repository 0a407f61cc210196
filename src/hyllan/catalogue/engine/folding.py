"""
Words as they are compared: in the index, in queries and in match keys, by one map of our own.

In Swedish å, ä and ö are letters, not a and o with marks; a reader who writes ä means ä. All other
Latin letters lose their marks (é is found by e), and the neighbours' æ and ø are their ä and ö.
The usual folding filters of search engines take å, ä and ö to pieces: never use them here.
"""

import re
import unicodedata
from functools import lru_cache

KEPT = frozenset("åäö")
_LETTERS = {
    "æ": "ä",
    "ø": "ö",
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
# Vowel signs of Indic and other scripts are marks that belong to their word.
_MARKS = "".join(chr(c) for c in range(0x300, 0xFFFF) if unicodedata.category(chr(c))[0] == "M")
_WORD = re.compile(f"[\\w{re.escape(_MARKS)}]+")
_JOINED = re.compile(r"\b[^\W\d_]+['\u2019][^\W\d_]+\b|\b(?:[^\W\d_]\.\s?)+[^\W\d_]\.")


def words(text: str) -> list[str]:
    """Return the words as written, in small letters."""
    return _WORD.findall(unicodedata.normalize("NFC", text).casefold().replace("_", " "))


def joined_words(text: str) -> list[str]:
    """Return what `words` takes apart and readers write as one: midnight's, l'étranger, J. K."""
    if "." not in text and "'" not in text and "\u2019" not in text:
        return []
    text = unicodedata.normalize("NFC", text).casefold()
    return ["".join(_WORD.findall(found[0])) for found in _JOINED.finditer(text)]


def fold(word: str) -> str:
    """Return a word of `words` as it is compared."""
    if word.isascii():
        return word
    return unicodedata.normalize("NFC", "".join(map(_folded, word)))


def folded_words(text: str) -> list[str]:
    """Return the words as they are compared."""
    return [fold(word) for word in words(text)]


@lru_cache(maxsize=4096)
def _folded(letter: str) -> str:
    if letter in KEPT:
        return letter
    if letter in _LETTERS:
        return _LETTERS[letter]
    parts = unicodedata.normalize("NFD", letter)
    return "".join(part for part in parts if not "\u0300" <= part <= "\u036f")
