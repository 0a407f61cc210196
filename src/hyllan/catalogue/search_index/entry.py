"""An edition as it is found, and the Tantivy document made of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple
from zlib import crc32

import tantivy

from hyllan.catalogue.engine.folding import fold, joined_words, words
from hyllan.catalogue.engine.query import compact
from hyllan.catalogue.engine.stemming import english_term, swedish_term
from hyllan.catalogue.search_index.names import Names
from hyllan.catalogue.search_index.schema import END, PREFIX, START, STEMS, Keys, Kind, Place, bits

# How often a word is repeated in the field `words`, and each of its other terms, by where it stands
TITLE, NAMES, SUBJECTS, NOTES = (8, 2), (5, 2), (3, 1), (1, 1)
_REMEMBERED = 200_000  # words whose terms are kept in memory, some 0.3 KB each


@dataclass(frozen=True, slots=True)
class Entry:
    """An edition as it is found. Codes for libraries and organisations; empty: not known."""

    edition_id: int
    work_id: int = 0
    title: str = ""
    other_titles: tuple[str, ...] = ()
    names: tuple[str, ...] = ()  # everybody named, as records write it
    subjects: tuple[str, ...] = ()
    series: str = ""
    notes: str = ""
    publisher: str = ""
    isbns: tuple[str, ...] = ()  # 13 digits
    identifiers: tuple[str, ...] = ()  # ISSN, EAN, Libris, ...: as written
    material: str = ""
    form: str = ""
    languages: tuple[str, ...] = ()
    year: int | None = None
    audience: str = ""
    easy: bool = False
    arrived: int = 0  # in the catalogue, in seconds since 1970
    organisations: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    available_organisations: tuple[str, ...] = ()
    available_libraries: tuple[str, ...] = ()


class Word(NamedTuple):
    """What is written of a word."""

    folded: str
    others: str  # its other terms


def terms(word: str, *, in_english: bool) -> tuple[str, ...]:
    """Return what a word is found by: folded, as written, and by its stems; no term twice."""
    folded = fold(word)
    found = {folded: None, word: None, swedish_term(folded): None}
    if in_english:
        found[english_term(folded)] = None
    return tuple(found)


class _Words(dict[str, Word]):
    """What is written of each word, made when the word is first seen."""

    def __init__(self, *, in_english: bool) -> None:
        super().__init__()
        self._in_english = in_english

    def __missing__(self, word: str) -> Word:
        if len(self) >= _REMEMBERED:
            self.clear()
        folded, *others = terms(word, in_english=self._in_english)
        made = self[word] = Word(folded, " ".join(others))
        return made


_WORDS = {in_english: _Words(in_english=in_english) for in_english in (False, True)}


def document(entry: Entry, known_names: Names) -> tantivy.Document:
    """Return what is written to the index of an edition."""
    # A word of a Swedish book is no English one
    known = _WORDS[not entry.languages or "eng" in entry.languages]

    def read(text: str) -> list[Word]:
        return [known[word] for word in words(text)]

    titles = [read(text) for text in (entry.title, *entry.other_titles)]
    named = [read(text) for text in entry.names]
    subjects = [read(text) for text in entry.subjects]
    series, publisher = read(entry.series), read(entry.publisher)
    made = tantivy.Document()
    joined = joined_words(" . ".join((entry.title, *entry.other_titles, *entry.names)))
    weighed = [
        *_repeated(NAMES, [[known[word] for word in joined]]),
        *_repeated(TITLE, titles),
        *_repeated(NAMES, named),
        *_repeated(SUBJECTS, subjects),
        *_repeated(NOTES, [series, read(entry.notes), publisher]),
    ]
    made.add_text("words", " ".join([*weighed, str(entry.year or "")]))
    stems = [word.others for found in titles for word in found if word.others]
    made.add_text("title", " ".join([_anchored(titles), *([STEMS, *stems] if stems else [])]))
    made.add_text("responsible", _anchored(named))
    made.add_text("subjects", _anchored(subjects))
    made.add_text("series", _folded(series))
    made.add_text("keys", " ".join(_keys(entry, titles[0], publisher)))
    _add_numbers(made, entry, known_names)
    return made


def _repeated(weight: tuple[int, int], texts: list[list[Word]]) -> list[str]:
    """Return texts as often as their place weighs; the field has no positions to keep in order."""
    as_written, as_others = weight
    others = " ".join([word.others for found in texts for word in found if word.others])
    return [" ".join(map(_folded, texts))] * as_written + [others] * as_others


def title_key(title_words: Iterable[str]) -> str:
    """Return the key of a whole title: 25 bits, so a rare stranger is taken for it."""
    joined = " ".join(title_words)
    return f"{Keys.TITLE}{_base32(crc32(joined.encode()) & 0x1FFFFFF)}"


def one_word(code: str) -> str:
    """Return a code without blanks, as a key needs it."""
    return "_".join(code.split()) if " " in code else code


def _folded(found: Iterable[Word]) -> str:
    return " ".join([word.folded for word in found])


def _anchored(texts: list[list[Word]]) -> str:
    """Return texts with their starts and ends marked."""
    return " ".join([f"{START} {_folded(found)} {END}" for found in texts if found])


def _keys(entry: Entry, title: list[Word], publisher: list[Word]) -> list[str]:
    keys = [f"{Keys.IDENTIFIER}{isbn}" for isbn in entry.isbns]
    keys += [f"{Keys.IDENTIFIER}{compact(number)}" for number in entry.identifiers]
    for kind, codes in (
        (Keys.LIBRARY, entry.libraries),
        (Keys.ORGANISATION, entry.organisations),
        (Keys.IN_LIBRARY, entry.available_libraries),
        (Keys.IN_ORGANISATION, entry.available_organisations),
    ):
        keys += [f"{kind}{one_word(code)}" for code in codes]
    if entry.available_libraries:
        keys.append(Keys.AVAILABLE)
    keys += [f"{Keys.LANGUAGE}{language}" for language in entry.languages]
    for kind, value in (
        (Keys.MATERIAL, entry.material),
        (Keys.FORM, entry.form),
        (Keys.AUDIENCE, entry.audience),
    ):
        if value:
            keys.append(f"{kind}{one_word(value)}")
    if entry.easy:
        keys.append(Keys.EASY)
    keys += [f"{Keys.PUBLISHER}{word.folded}" for word in publisher]
    if title:
        keys.append(title_key(word.folded for word in title))
    return keys


def _add_numbers(made: tantivy.Document, entry: Entry, names: Names) -> None:
    add = made.add_unsigned
    add("id", entry.edition_id)
    add("work", entry.work_id)
    add("place", Place(entry.edition_id, entry.work_id).pack())
    add("year", entry.year or 0)
    add("libraries", len(entry.libraries))
    add("language", names.number("languages", " ".join(sorted(set(entry.languages)))))
    add("form", names.number("form", entry.form))
    add("arrived", entry.arrived)
    kind = Kind(
        material=names.number("material", entry.material),
        audience=names.number("audience", entry.audience),
        easy=entry.easy,
        available=bool(entry.available_libraries),
    )
    add("kind", kind.pack())
    for of, codes in (("organisation", entry.organisations), ("library", entry.libraries)):
        positions = [names.number(of, code) for code in codes]
        for field, value in enumerate(bits(positions, len(names.all(of)))):
            add(f"{PREFIX[of]}{field}", value)


_DIGITS = "0123456789abcdefghijklmnopqrstuv"


def _base32(number: int) -> str:
    return "".join(_DIGITS[number >> shift & 31] for shift in range(0, 25, 5))
