"""What of a record is compared: its text folded, its numbers read, its names as codes."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from hyllan.catalogue.engine.matching.text import (
    ROMANISED,
    code,
    consonants,
    plain_words,
    sound,
)
from hyllan.catalogue.engine.matching.volumes import (
    edition_number,
    figures,
    measures,
    part_number,
    without_volume,
)
from hyllan.catalogue.engine.normalise import Description

MOST_OTHERS, MOST_PEOPLE, MOST_NUMBERS, MOST_FIGURES = 4, 8, 8, 4
MOST_PUBLISHER_WORDS, MOST_LANGUAGES = 4, 3
BEGINNING = 4  # letters of a publisher's name without its vowels
DATA_DISC = "data_disc"  # MP3 or Daisy, it does not say which
LONGEST_CD = 100  # minutes; a disc with tracks holds 80
LONGEST_TITLE = 120  # letters that are compared; what comes later tells nothing more

_ARTICLE_WORDS = """
the a an en ett den det de der die das ein eine le la les l un une el los las il lo gli
"""
_NO_PERSON_WORDS = """
av by och and with med ed red the de der von van af in i text texts bild illustrationer
illustrated illustrations oversattning oversatt translated from fran till ur pa svenska
redaktor redaktion editor edited m fl et al inlasare upplasare lasning regi regissor musik foto
kommun hembygdsforening museum museet forening foreningen bibliotek universitet stiftelsen
ed eds comp arr directed read narrated narrator uppl overs tolkning svensk tekst
"""
# What orchestras and choirs are called besides their own names
_ENSEMBLE_WORDS = """
orkester orkestern orchester orchestra orchestre orquesta symfoniorkester symphony
radiosymfoniorkester symphonieorchester philharmonic philharmonia philharmoniker filharmoniker
filharmoniska filharmoniorkester kammarorkester chamber radio ensemble kor choir chor
chorus kvartett quartet quartett kvintett quintet trio sinfonietta
"""
_NO_PUBLISHER_WORDS = """
forlag forlaget forlags bokforlag bokforlaget ab a b the and och co company publishing
publishers press books book inc ltd verlag editions group of i utgivare
"""
_ARTICLES = frozenset(_ARTICLE_WORDS.split())
_NO_PERSON = frozenset((_NO_PERSON_WORDS + _ENSEMBLE_WORDS).split())
_NO_PUBLISHER = frozenset(_NO_PUBLISHER_WORDS.split())
_CAPITALISED = re.compile(r"[^\W\d_a-zåäöéèü][^\W\d_]+")
_COMPUTER_DISC = re.compile(r"\bCD-ROM|\bCD-R\b", re.IGNORECASE)
_FIRST_PERSON = re.compile(r",|;| & | och | and | et | und ")


class Profile(NamedTuple):
    """A record as it is compared. Empty, or 0: it does not say."""

    title: str = ""  # proper, folded
    rest: str = ""  # of the title, with number and name of the part, folded
    others: tuple[str, ...] = ()  # further titles, folded
    volume: str = ""  # of a set or series: "2", "2.1"
    figures: tuple[int, ...] = ()  # codes of the numbers in the title
    surname: str = ""  # of whom the record is filed under; by its sound if it may be romanised
    given: str = ""  # first of the given names, folded
    people: tuple[int, ...] = ()  # codes of the words of that name, then of all other names
    company: tuple[int, ...] = ()  # of these, the codes of the others
    year: int = 0
    languages: tuple[str, ...] = ()
    material: str = ""
    form: str = ""
    isbns: tuple[int, ...] = ()
    wrong_isbn: str = ""  # the first one's digits without 978 and check digit
    eans: tuple[int, ...] = ()
    publisher_numbers: tuple[int, ...] = ()
    libris_ids: tuple[int, ...] = ()
    issns: tuple[int, ...] = ()
    uris: tuple[int, ...] = ()
    edition: int = 0  # its number, or ANOTHER
    pages: int = 0
    units: int = 0  # discs, volumes
    minutes: int = 0
    publisher: tuple[int, ...] = ()  # codes of its telling words


def profile_of(described: Description) -> Profile:
    """Return what of a record is compared."""
    head, _, tail = described.title.partition(" : ")
    proper, rest = _parted(described, head, tail)
    volume = part_number(described.part_number)
    if not volume:
        proper, rest, volume = without_volume(proper, rest)
    languages = _languages(described)
    surname, given = name_of(described)
    if languages and languages[0] in ROMANISED:
        surname, given = (consonants(sound(name), shortest=1) for name in (surname, given))
    main, company = _people(described)
    pages, units, minutes = measures(described.extent)
    return Profile(
        title=proper[:LONGEST_TITLE],
        rest=rest[:LONGEST_TITLE],
        others=_others(described) if described.other_titles else (),
        volume=volume,
        figures=tuple(sorted(map(code, figures(f"{proper} {rest}"))))[:MOST_FIGURES],
        surname=surname,
        given=given,
        people=(*main, *company)[:MOST_PEOPLE],
        company=company[:MOST_PEOPLE],
        year=described.year or 0,
        languages=languages,
        material=_material(described),
        form=described.form or _disc(described, units, minutes),
        isbns=tuple([int(isbn) for isbn in described.isbns[:MOST_NUMBERS]]),
        wrong_isbn=_core(described.wrong_isbns[0]) if described.wrong_isbns else "",
        eans=_codes(described.eans),
        publisher_numbers=_codes(described.publisher_numbers),
        libris_ids=_codes(described.libris_ids),
        issns=_codes(described.issns),
        uris=_codes(described.uris),
        edition=edition_number(described.edition_statement) if described.edition_statement else 0,
        pages=pages,
        units=units,
        minutes=minutes,
        publisher=_publisher(described.publisher),
    )


def pack(profile: Profile) -> bytes:
    """Return the profile as bytes for another process, or to be kept."""
    return orjson.dumps(tuple(profile))


def unpack(packed: bytes) -> Profile:
    """Return the profile that `pack` made this of."""
    told: list[Any] = orjson.loads(packed)
    return Profile._make([tuple(each) if isinstance(each, list) else each for each in told])


def name_of(described: Description) -> tuple[str, str]:
    """Return family name and first given name of whom the record is filed under, folded."""
    filed = described.main_entry or next(iter(described.names), "")
    return _filed_name(filed) if filed else stated_name(described.responsible)


@lru_cache(maxsize=100_000)
def _filed_name(name: str) -> tuple[str, str]:
    family, _, given = name.partition(",")
    return " ".join(plain_words(family)), next(iter(plain_words(given)), "")


def stated_name(statement: str) -> tuple[str, str]:
    """Return family name and first given name of the first person in a statement, folded."""
    first = _FIRST_PERSON.split(statement.rpartition(":")[2])[0]
    found = [word for word in plain_words(first) if word not in _NO_PERSON]
    return (found[-1], found[0] if len(found) > 1 else "") if found else ("", "")


def without_article(found: list[str]) -> list[str]:
    """Return the words of a title without the article it begins with."""
    return found[1:] if len(found) > 1 and found[0] in _ARTICLES else found


def _parted(described: Description, head: str, tail: str) -> tuple[str, str]:
    """Return title proper and the rest, folded; 245 $n and $p are of the rest."""
    if described.part_number or described.part_name:
        for part in (described.part_name.rstrip(". "), described.part_number.rstrip(". ")):
            head = head.rstrip(". ")
            if part and (head == part or head.endswith(f". {part}")):
                head = head[: -len(part)]
                tail = f"{part} {tail}"
    proper = without_article(plain_words(head))
    if not proper:  # nothing but the part has a title
        proper, tail = plain_words(tail), ""
    return " ".join(proper), " ".join(plain_words(tail)) if tail else ""


def _people(described: Description) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return codes of the words of the main entry, and of everybody else's names."""
    main = _name_codes(described.main_entry) if described.main_entry else ()
    others: dict[int, None] = {}
    for name in described.names:
        if name != described.main_entry:
            others |= dict.fromkeys(_name_codes(name))
    if described.statement:
        others |= dict.fromkeys(_stated(described.statement))
    return main, tuple([each for each in others if each not in main])


@lru_cache(maxsize=200_000)
def _name_codes(name: str) -> tuple[int, ...]:
    return tuple(
        code(word)
        for word in dict.fromkeys(plain_words(name))
        if len(word) > 1 and word not in _NO_PERSON and not word.isdigit()
    )


@lru_cache(maxsize=200_000)
def _stated(statement: str) -> tuple[int, ...]:
    """Return the codes of names in a statement: there, names are what has capitals."""
    return _name_codes(" ".join(_CAPITALISED.findall(statement)))


def _material(described: Description) -> str:
    """Return the material, with two that are never one edition with what they are filed beside."""
    if described.serial:
        return "serial"
    return "score" if described.form == "score" else described.material


def _disc(described: Description, units: int, minutes: int) -> str:
    """Return DATA_DISC for a reading that no record's word says it of: too long for its discs."""
    if described.material != "audiobook":
        return ""
    long = units > 0 and minutes / units > LONGEST_CD
    return DATA_DISC if long or _COMPUTER_DISC.search(described.extent) else ""


def _languages(described: Description) -> tuple[str, ...]:
    if described.languages:
        return described.languages[:MOST_LANGUAGES]
    return (described.language,) if described.language else ()


def _others(described: Description) -> tuple[str, ...]:
    found = _folded_titles(described.other_titles)
    return tuple(dict.fromkeys(found))[:MOST_OTHERS]


def _folded_titles(titles: tuple[str, ...]) -> Iterator[str]:
    for text in titles:
        if folded := " ".join(without_article(plain_words(text.partition(" : ")[0]))):
            yield folded[:LONGEST_TITLE]


def _core(isbn: str) -> str:
    """Return the nine digits that an ISBN has in both lengths; of another length, all."""
    return {10: isbn[:9], 13: isbn[3:12]}.get(len(isbn), isbn)


def _codes(numbers: tuple[str, ...]) -> tuple[int, ...]:
    if not numbers:
        return ()
    return tuple([code("".join(plain_words(number))) for number in numbers[:MOST_NUMBERS]])


@lru_cache(maxsize=50_000)
def _publisher(name: str) -> tuple[int, ...]:
    """Return codes of how the telling words begin, by their sound: Norstedt is Norstedts."""
    words = [word for word in plain_words(name) if word.isascii() and word not in _NO_PUBLISHER]
    begun = dict.fromkeys(consonants(sound(word))[:BEGINNING] for word in words)
    return tuple(code(word) for word in begun if word)[:MOST_PUBLISHER_WORDS]
