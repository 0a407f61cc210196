"""Numbers in titles, extents and statements: which volume, which edition, how long."""

import re
from functools import lru_cache

from hyllan.catalogue.engine.matching.text import plain_words

ANOTHER = 99  # the edition of one that calls itself new, and says no number
_NUMBER_WORDS = {
    **dict.fromkeys(("first", "forsta", "ett", "one", "erste"), 1),
    **dict.fromkeys(("second", "andra", "tva", "two", "zweite"), 2),
    **dict.fromkeys(("third", "tredje", "tre", "three", "dritte"), 3),
    **dict.fromkeys(("fourth", "fjarde", "fyra", "four"), 4),
    **dict.fromkeys(("fifth", "femte", "fem", "five"), 5),
    **dict.fromkeys(("sixth", "sjatte", "sex", "six"), 6),
    **dict.fromkeys(("seventh", "sjunde", "sju", "seven"), 7),
    **dict.fromkeys(("eighth", "attonde", "atta", "eight"), 8),
    **dict.fromkeys(("ninth", "nionde", "nio", "nine"), 9),
    **dict.fromkeys(("tenth", "tionde", "tio", "ten"), 10),
}
_NUMBER = r"\d{1,4}[a-z]?|[ivxl]+"
_LABELLED = re.compile(
    r"\b(?:del|delen|d|vol|volume|volym|band|bd|bok|boken|book|part|pt|tome|t|teil|hafte|bind"
    rf"|number|nummer|nr|no|argang|arg)\s+({_NUMBER}|{'|'.join(_NUMBER_WORDS)})\b"
)
# Alone, a single letter is a word: i, d, v
_AT_END = re.compile(r"(?<=[a-z0-9] )(\d{1,4}[a-z]?|[ivx]{2,})$")
_AT_END_OF_REST = re.compile(r"(?<=[a-z0-9] )(\d{1,2}[a-z]?|[ivx]{2,})$")
_AT_START = re.compile(r"^(\d{1,4}[a-z]?|[ivx]{2,})(?: |$)")
_FIGURE = re.compile(r"\b(?:\d+[a-z]?|[ivx]{2,})\b")
_ROMAN = re.compile(r"(x{0,3})(ix|iv|v?i{0,3})")
_PAGES = re.compile(
    r"(\d{1,5})\]?\s*(?:,?\s*\[?\d+\]?\s*)?(?:s|p|sid|sidor|pages|pp|bl|leaves)\b", re.IGNORECASE
)
_UNITS = re.compile(
    r"(\d{1,4})\s+(?:\(\d+\)\s*)?[a-zåäö-]*\s?(?:cd|dvd|skiv|disc|disk|vol|v\b|bd|band|kass|cass)",
    re.IGNORECASE,
)
_HOURS = re.compile(r"(\d{1,3})\s*(?:tim|hr|hours|h\b)", re.IGNORECASE)
_MINUTES = re.compile(r"(\d{1,4})\s*min", re.IGNORECASE)
_PRINTING = re.compile(r"\b(?:tr|tryck|tryckn|tryckning|printing|impr|impression)\b")
_NEW = re.compile(r"\b(?:ny|nya|nyutg|new|neue|nouv|rev|reviderad|omarb|utok)\b")
_ORDINAL_ENDING = re.compile("(?<=[0-9])(?:st|nd|rd|th|a|e)$")
_LARGEST_EDITION = 98


def volume_number(word: str) -> str:
    """Return "2" for 02, ii, andra; an empty text for what is no number."""
    if word[:1].isdecimal():
        return word.lstrip("0") or "0"
    if word in _NUMBER_WORDS:
        return str(_NUMBER_WORDS[word])
    found = _ROMAN.fullmatch(word)
    if not found or not word:
        return ""
    small = {"ix": 9, "iv": 4}.get(found[2])
    ones = small if small is not None else 5 * found[2].count("v") + found[2].count("i")
    return str(10 * len(found[1]) + ones)


def part_number(said: str) -> str:
    """Return the numbers in 245 $n: "2.1" for "Del 2. Bok 1"."""
    found = (volume_number(word) for word in plain_words(said) if word != "d")
    return ".".join(number for number in found if number)


def without_volume(title: str, rest: str) -> tuple[str, str, str]:
    """
    Return a folded title without the volume it names, its rest with it, and the volume.

    "skanes historia del 2 medeltiden" is parted before its number, "arsbok 1987" too: so it is like
    one whose record has the number in a subfield of its own.
    """
    found = _LABELLED.search(title) or _AT_END.search(title)
    if found and found.start():
        return (
            title[: found.start()].rstrip(),
            f"{title[found.start() :]} {rest}".rstrip(),
            (volume_number(found[1])),
        )
    found = (
        found or _LABELLED.search(rest) or _AT_START.search(rest) or _AT_END_OF_REST.search(rest)
    )
    return title, rest, volume_number(found[1]) if found else ""


def figures(whole: str) -> frozenset[str]:
    """Return the numbers in a folded title."""
    return frozenset(volume_number(word) or word for word in _FIGURE.findall(whole))


@lru_cache(maxsize=10_000)
def edition_number(statement: str) -> int:
    """
    Return which edition "2., rev. uppl." says it is, or ANOTHER.

    0: it does not say. A second printing (2. tr.) is of the same edition.
    """
    found = plain_words(statement)
    whole = " ".join(found)
    if _PRINTING.search(whole):
        return 0
    for word in found:
        number = _ORDINAL_ENDING.sub("", word)
        if number.isdecimal() and int(number) <= _LARGEST_EDITION:
            return int(number)
        if word in _NUMBER_WORDS:
            return _NUMBER_WORDS[word]
    return ANOTHER if _NEW.search(whole) else 0


@lru_cache(maxsize=50_000)
def measures(extent: str) -> tuple[int, int, int]:
    """Return pages, units (discs, volumes) and minutes; 0: it does not say."""
    pages = max((int(number) for number in _PAGES.findall(extent)), default=0)
    units = max((int(number) for number in _UNITS.findall(extent)), default=0)
    hours, minutes = _HOURS.search(extent), _MINUTES.search(extent)
    length = 60 * int(hours[1]) if hours else 0
    return pages, units, length + int(minutes[1]) if minutes else length
