"""What of a record is compared: its text folded, its numbers read, its names as codes."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from hyllan.catalogue.engine.matching.text import code, long_code, plain_words
from hyllan.catalogue.engine.normalise import Description

MOST_OTHERS, MOST_PEOPLE, MOST_NUMBERS, MOST_FIGURES = 4, 12, 8, 4
MOST_PUBLISHER_WORDS = 4
LONGEST_TITLE = 120  # letters that are compared; what comes later tells nothing more

_ARTICLE_WORDS = """
the a an en ett den det de der die das ein eine le la les l un une el los las il lo gli
"""
_NO_PERSON_WORDS = """
av by och and with med ed red the av de der von van af i in text texts bild illustrationer
illustrated illustrations oversattning oversatt translated from fran till ur pa svenska
redaktor redaktion editor edited m fl et al inlasare upplasare lasning regi musik foto
"""
_NO_PUBLISHER_WORDS = """
forlag forlaget forlags bokforlag bokforlaget ab a b the and och co company publishing
publishers press books book inc ltd verlag editions group of i utgivare
"""
_ARTICLES = frozenset(_ARTICLE_WORDS.split())
_NO_PERSON = frozenset(_NO_PERSON_WORDS.split())
_NO_PUBLISHER = frozenset(_NO_PUBLISHER_WORDS.split())
_VOLUME = re.compile(
    r"\b(?:del|delen|vol|volume|volym|band|bd|bok|boken|book|part|tome|t|teil|hafte|nr|no|bind)"
    r"\.?\s+(\d+|[ivxl]+|first|second|third|forsta|andra|tredje|ett|tva|tre|one|two|three)\b"
)
_FIGURE = re.compile(r"\b(?:\d+[a-z]?|[ivxl]{2,})\b")
_NUMBER_WORDS = {
    **dict.fromkeys(("first", "forsta", "ett", "one", "en"), 1),
    **dict.fromkeys(("second", "andra", "tva", "two"), 2),
    **dict.fromkeys(("third", "tredje", "tre", "three"), 3),
    **dict.fromkeys(("fourth", "fjarde", "fyra", "four"), 4),
    **dict.fromkeys(("fifth", "femte", "fem", "five"), 5),
    **dict.fromkeys(("sixth", "sjatte", "sex", "six"), 6),
    **dict.fromkeys(("seventh", "sjunde", "sju", "seven"), 7),
    **dict.fromkeys(("eighth", "attonde", "atta", "eight"), 8),
    **dict.fromkeys(("ninth", "nionde", "nio", "nine"), 9),
    **dict.fromkeys(("tenth", "tionde", "tio", "ten"), 10),
}
_ROMAN = re.compile(r"(x{0,3})(ix|iv|v?i{0,3})")
_PAGES = re.compile(
    r"(\d+)\]?\s*(?:,\s*\[?\d+\]?\s*)?(?:s|p|sid|sidor|pages|pp|bl|leaves)\b", re.IGNORECASE
)
_UNITS = re.compile(
    r"(\d+)\s+(?:\(\d+\)\s*)?[a-zåäö-]*(?:cd|dvd|skiv|disc|disk|vol|bd|band|kass|cass)",
    re.IGNORECASE,
)


class Profile(NamedTuple):
    """A record as it is compared. Empty, or 0: it does not say."""

    title: str = ""  # proper, folded
    rest: str = ""  # of the title, folded
    others: tuple[str, ...] = ()  # further titles, folded
    volume: str = ""  # of a set or series: "2", "2.1"
    part_name: str = ""  # folded
    figures: tuple[int, ...] = ()  # codes of the numbers in the title
    surname: str = ""  # of whom the record is filed under
    given: str = ""  # first of the given names, folded
    people: tuple[int, ...] = ()  # codes of the words of all names
    year: int = 0
    languages: tuple[str, ...] = ()
    material: str = ""
    form: str = ""
    isbns: tuple[int, ...] = ()
    wrong_isbns: tuple[int, ...] = ()  # codes of the digits as written
    numbers: tuple[int, ...] = ()  # long codes of EAN, publisher number, Libris id, URI
    issns: tuple[int, ...] = ()
    edition: int = 0  # number of the edition
    pages: int = 0
    units: int = 0  # discs, volumes
    publisher: tuple[int, ...] = ()  # codes of its telling words


def profile_of(described: Description) -> Profile:
    """Return what of a record is compared."""
    head, _, rest = described.title.partition(" : ")
    title = _without_article(plain_words(head))
    volume, part_name = _part(described, title)
    surname, given = name_of(described)
    people = [described.main_entry, described.responsible, described.statement, *described.names]
    words = dict.fromkeys(word for name in people for word in plain_words(name))
    return Profile(
        title=" ".join(title)[:LONGEST_TITLE],
        rest=" ".join(plain_words(rest))[:LONGEST_TITLE],
        others=_others(described)[:MOST_OTHERS],
        volume=volume,
        part_name=part_name,
        figures=_figures(described.title),
        surname=surname,
        given=given,
        people=tuple(code(word) for word in words if word not in _NO_PERSON and not word.isdigit())[
            :MOST_PEOPLE
        ],
        year=described.year or 0,
        languages=(described.languages or (described.language,) if described.language else ())[:3],
        material=described.material,
        form=described.form,
        isbns=tuple(int(isbn) for isbn in described.isbns)[:MOST_NUMBERS],
        wrong_isbns=tuple(code(isbn) for isbn in described.wrong_isbns)[:MOST_NUMBERS],
        numbers=tuple(long_code(number) for number in _numbers(described))[:MOST_NUMBERS],
        issns=tuple(code(issn) for issn in described.issns)[:2],
        edition=edition_number(described.edition_statement),
        pages=_largest(_PAGES, described.extent),
        units=_largest(_UNITS, described.extent),
        publisher=_publisher(described.publisher),
    )


def pack(profile: Profile) -> bytes:
    """Return the profile as bytes for another process, or to be kept."""
    return orjson.dumps(tuple(profile))


def unpack(packed: bytes) -> Profile:
    """Return the profile that `pack` made this of."""
    told: list[Any] = orjson.loads(packed)
    return Profile._make(tuple(each) if isinstance(each, list) else each for each in told)


def name_of(described: Description) -> tuple[str, str]:
    """Return family name and first given name of whom the record is filed under, folded."""
    if described.main_entry:
        family, _, given = described.main_entry.partition(",")
        return _joined(family), _first_word(given)
    found = [word for word in plain_words(described.responsible) if word not in _NO_PERSON]
    return (found[-1], found[0] if len(found) > 1 else "") if found else ("", "")


@lru_cache(maxsize=10_000)
def edition_number(statement: str) -> int:
    """Return which edition a statement such as "2., rev. uppl." says it is; 0: none."""
    for word in plain_words(statement):
        if number := _number(re.sub("(?:st|nd|rd|th|a|e)$", "", word) or word):
            return number
        if word in _NUMBER_WORDS:
            return _NUMBER_WORDS[word]
    return 0


def _number(word: str) -> int:
    return int(word) if word.isdecimal() and len(word) < 4 else 0


def _without_article(found: list[str]) -> list[str]:
    return found[1:] if len(found) > 1 and found[0] in _ARTICLES else found


def _joined(text: str) -> str:
    return " ".join(plain_words(text))


def _first_word(text: str) -> str:
    return next(iter(plain_words(text)), "")


def _others(described: Description) -> tuple[str, ...]:
    found = (" ".join(_without_article(plain_words(text))) for text in described.other_titles)
    return tuple(dict.fromkeys(text[:LONGEST_TITLE] for text in found if text))


def _part(described: Description, title: list[str]) -> tuple[str, str]:
    if described.part_number:
        numbers = [_volume_number(word) for word in plain_words(described.part_number)]
        return ".".join(filter(None, numbers)), _joined(described.part_name)
    found = _VOLUME.search(" ".join(title)) or _VOLUME.search(_joined(described.title))
    return _volume_number(found[1]) if found else "", _joined(described.part_name)


def _volume_number(word: str) -> str:
    if word[:1].isdecimal():
        return word.lstrip("0")
    if word in _NUMBER_WORDS:
        return str(_NUMBER_WORDS[word])
    found = _ROMAN.fullmatch(word)
    if not found or not word:
        return ""
    small = {"ix": 9, "iv": 4}.get(found[2])
    ones = small if small is not None else 5 * found[2].count("v") + found[2].count("i")
    return str(10 * len(found[1]) + ones)


def _figures(title: str) -> tuple[int, ...]:
    found = _FIGURE.findall(_joined(title))
    return tuple(sorted({code(_volume_number(word) or word) for word in found}))[:MOST_FIGURES]


def _numbers(described: Description) -> Iterable[str]:
    for kind, numbers in (
        ("ean", described.eans),
        ("publisher", described.publisher_numbers),
        ("libris", described.libris_ids),
        ("uri", described.uris),
    ):
        for number in numbers:
            yield f"{kind} {''.join(plain_words(number))}"


def _largest(pattern: re.Pattern[str], extent: str) -> int:
    return max((int(number[:6]) for number in pattern.findall(extent)), default=0)


@lru_cache(maxsize=50_000)
def _publisher(name: str) -> tuple[int, ...]:
    words = [word for word in plain_words(name) if word not in _NO_PUBLISHER]
    return tuple(code(word.rstrip("s")[:7]) for word in words)[:MOST_PUBLISHER_WORDS]
