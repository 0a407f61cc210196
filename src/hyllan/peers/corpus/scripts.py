"""
Two romanisations of each script, as libraries mix them.

Cyrillic by the Library of Congress and by ISO 9; Greek by the Library of Congress and by sound. In
Arabic script vowels are not written, so its words come with their romanisation; the second way
leaves the marks out.
"""

import unicodedata
from typing import NamedTuple

from .words import table

_WAYS = {
    script: tuple({letter: ways[way] for letter, ways in letters.items()} for way in (0, 1))
    for script, letters in table("scripts.toml").items()
}
_QUOTES = str.maketrans("", "", "\u02bc\u02bb\u02b9\u02ba")


class Text(NamedTuple):
    """Words in their own script, empty for Latin letters, and romanised in two ways."""

    own: str
    first: str
    second: str


def text(word: str, script: str) -> Text:
    """Return a word of a list, in its script and romanised."""
    if script == "latin":
        return Text("", word, word)
    if script == "arabic":
        own, _, romanised = word.partition("=")
        return Text(own, romanised, _bare(romanised))
    first, second = (_romanised(word, way) for way in _WAYS[script])
    return Text(word, first, second)


def joined(joint: str, *parts: Text) -> Text:
    """Return the texts after one another with the same between them in each."""
    return Text(
        joint.join(part.own for part in parts) if parts[0].own else "",
        joint.join(part.first for part in parts),
        joint.join(part.second for part in parts),
    )


def capitalised(words: Text) -> Text:
    """Return the text with a capital first letter."""
    return Text(*(word[:1].upper() + word[1:] for word in words))


def _romanised(word: str, way: dict[str, str]) -> str:
    letters = []
    for letter in word:
        small = letter.lower()
        found = way.get(small, letter)
        letters.append(found if small == letter else found[:1].upper() + found[1:])
    return "".join(letters)


def _bare(romanised: str) -> str:
    """Return it as it is written without a keyboard for marks: ḥadīqah is hadiqah."""
    marked = unicodedata.normalize("NFD", romanised.translate(_QUOTES))
    return "".join(letter for letter in marked if not unicodedata.combining(letter))
