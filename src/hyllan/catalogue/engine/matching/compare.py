"""Two records side by side: for each question one of a few outcomes, for many pairs at a time."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from hyllan.catalogue.engine.matching.profile import DATA_DISC
from hyllan.catalogue.engine.matching.table import Table
from hyllan.catalogue.engine.matching.text import code
from hyllan.catalogue.engine.matching.titles import (
    begins,
    by_other_title,
    likeness,
    same_words,
    slips,
    sounds_alike,
)
from hyllan.catalogue.engine.matching.volumes import ANOTHER

Array = npt.NDArray[Any]
Rows = npt.NDArray[np.int64]
Comparison = Callable[[Table, Rows, Rows], Array]

# The outcomes of each question; the first is always "silent": one of the two does not say
OUTCOMES: dict[str, tuple[str, ...]] = {
    "isbn": (
        "silent", "agree", "agree_in_part", "share_one", "differ", "wrong_alike", "wrong_close",
    ),
    "number": ("silent", "agree", "differ"),
    "libris": ("silent", "agree", "differ"),
    "title": (
        "silent", "agree", "same_words", "begins", "nearly", "other_title", "alike", "loosely",
        "differ", "nearly_not_isbn",
    ),
    "rest": ("silent", "agree", "alike", "differ"),
    "figures": ("silent", "agree", "one_has", "differ"),
    "volume": ("silent", "agree", "one_has", "differ"),
    "name": ("silent", "agree", "given_differs", "mentioned", "share", "differ"),
    "company": ("silent", "agree", "share", "differ"),
    "year": ("silent", "agree", "next", "near", "differ"),
    "extent": ("silent", "agree", "close", "near", "differ", "set_and_part"),
    "units": ("silent", "agree", "differ"),
    "publisher": ("silent", "agree", "differ", "label_differs"),
    "edition": ("silent", "agree", "one_has", "one_is_first", "new_or_number", "differ"),
    "language": ("silent", "agree", "share", "differ"),
    "material": ("silent", "agree", "differ"),
    "form": ("silent", "agree", "one_has", "differ"),
}  # fmt: skip
NAMES = tuple(OUTCOMES)
ALIKE, LOOSELY = 80, 60  # of 100, rapidfuzz's ratio of two titles
REST_ALIKE = 70


def compare(table: Table, left: Rows, right: Rows) -> Array:
    """Return the outcomes as numbers (places in OUTCOMES): pairs x questions."""
    found = np.zeros((len(left), len(NAMES)), np.uint8)
    for place, name in enumerate(NAMES):
        found[:, place] = _COMPARISONS[name](table, left, right)
    return found


def outcome(found: Array, name: str) -> Array:
    """Return the column of one question."""
    column: Array = found[:, NAMES.index(name)]
    return column


def _shared(ours: Array, theirs: Array) -> Array:
    """Return how many values the two sets of each pair have in common."""
    shared = np.zeros(len(ours), np.int8)
    for place in range(ours.shape[1]):
        one = ours[:, place]
        rows = np.flatnonzero(one)
        if len(rows):
            shared[rows] += (theirs[rows] == one[rows, None]).any(axis=1)
    return shared


def _sizes(sets: Array) -> Array:
    sizes: Array = (sets != 0).sum(axis=1)
    return sizes


def _isbn(table: Table, left: Rows, right: Rows) -> Array:
    ours, theirs = table.isbns[left], table.isbns[right]
    a, b = _sizes(ours), _sizes(theirs)
    shared = _shared(ours, theirs)
    wrong, other_wrong = table.wrong_isbn[left], table.wrong_isbn[right]
    return np.select(
        [
            (shared > 0) & (a == shared) & (b == shared),
            (shared > 0) & ((a == shared) | (b == shared)),
            shared > 0,  # and each has others: the number of a set, perhaps
            (a > 0) & (b > 0),  # right ones are heard before wrong ones
            (wrong == other_wrong) & (wrong != 0),
            _wrong_close(table, left, right) | _wrong_close(table, right, left),
        ],
        [1, 2, 3, 4, 5, 6],
        0,
    )


def _wrong_close(table: Table, left: Rows, right: Rows) -> Array:
    """Return whether the wrong ISBN of the left is the right's but for one slip."""
    found = np.zeros(len(left), bool)
    rows = np.flatnonzero((table.wrong_isbn[left] != 0) & (table.isbns[right, 0] != 0))
    if len(rows):
        cores = [f"{isbn // 10 % 10**9:09}" for isbn in table.isbns[right[rows], 0].tolist()]
        wrong = table.texts[table.wrong_isbn[left[rows]]].tolist()
        found[rows] = [_one_slip(a, b) for a, b in zip(wrong, cores, strict=True)]
    return found


def _one_slip(one: str, other: str) -> bool:
    """Return whether at most one digit differs, or two that stand side by side are swapped."""
    if len(one) != len(other):
        return False
    at = [place for place, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    swapped = len(at) == 2 and at[1] == at[0] + 1 and one[at[0]] == other[at[1]]
    return len(at) < 2 or (swapped and one[at[1]] == other[at[0]])


def _number(table: Table, left: Rows, right: Rows) -> Array:
    """Compare each kind of number with its own: an EAN does not speak against a label's."""
    shared = np.zeros(len(left), bool)
    both = np.zeros(len(left), bool)
    for sets in (table.eans, table.publisher_numbers, table.uris, table.issns):
        ours, theirs = sets[left], sets[right]
        shared |= _shared(ours, theirs) > 0
        both |= (ours[:, 0] != 0) & (theirs[:, 0] != 0)
    return np.select([shared, both], [1, 2], 0)


def _libris(table: Table, left: Rows, right: Rows) -> Array:
    ours, theirs = table.libris_ids[left], table.libris_ids[right]
    both = (ours[:, 0] != 0) & (theirs[:, 0] != 0)
    return np.select([_shared(ours, theirs) > 0, both], [1, 2], 0)


def _title(table: Table, left: Rows, right: Rows) -> Array:
    ours, theirs = table.title[left], table.title[right]
    alike = likeness(table, ours, theirs)
    unequal = alike < 100
    nearly = slips(table, ours, theirs) | sounds_alike(table, ours, theirs, shortest=5)
    # What may be a slip of the pen is another title where the ISBN is another too
    other_isbn = nearly & (_isbn(table, left, right) == OUTCOMES["isbn"].index("differ"))
    other = by_other_title(table, left, right, unequal)
    other_script = table.foreign[ours] != table.foreign[theirs]
    same = same_words(table, left, right, unequal)
    return np.select(
        [
            (ours == 0) | (theirs == 0),
            ours == theirs,
            other_isbn,
            nearly,
            other,
            other_script,
            same,
            begins(table, left, right, unequal),
            alike >= ALIKE,
            alike >= LOOSELY,
        ],
        [0, 1, 9, 4, 5, 0, 2, 3, 6, 7],
        8,
    )


def _rest(table: Table, left: Rows, right: Rows) -> Array:
    ours, theirs = table.rest[left], table.rest[right]
    alike = likeness(table, ours, theirs)
    silent = (ours == 0) | (theirs == 0) | (table.foreign[ours] != table.foreign[theirs])
    return np.select([silent, ours == theirs, alike >= REST_ALIKE], [0, 1, 2], 3)


def _figures(table: Table, left: Rows, right: Rows) -> Array:
    ours, theirs = table.figures[left], table.figures[right]
    a, b = _sizes(ours), _sizes(theirs)
    shared = _shared(ours, theirs)
    return np.select(
        [(a == 0) & (b == 0), (a == 0) | (b == 0), shared == np.minimum(a, b)], [0, 2, 1], 3
    )


def _volume(table: Table, left: Rows, right: Rows) -> Array:
    """Compare volumes; one that only one record names may stand somewhere in the other's title."""
    ours, theirs = table.volume[left], table.volume[right]
    neither, one = (ours == 0) & (theirs == 0), (ours == 0) | (theirs == 0)
    found = np.select([neither, one, ours == theirs], [0, 2, 1], 3)
    rows = np.flatnonzero(found == 2)
    if len(rows):
        named = np.maximum(ours[rows], theirs[rows])
        numbers = np.array([code(text) for text in table.texts[named]])
        others = np.where(ours[rows] > 0, right[rows], left[rows])
        found[rows[(table.figures[others] == numbers[:, None]).any(axis=1)]] = 1
    return found


def _name(table: Table, left: Rows, right: Rows) -> Array:
    ours, theirs = table.surname[left], table.surname[right]
    same = ((ours == theirs) & (ours != 0)) | sounds_alike(table, ours, theirs, shortest=3)
    people, others = table.people[left], table.people[right]
    shared = _shared(people, others)
    nobody = (people[:, 0] == 0) | (others[:, 0] == 0)
    other_script = (table.foreign[ours] != table.foreign[theirs]) & (shared == 0)
    given_differs = _given_differs(table, left, right)
    return np.select(
        [nobody | other_script, same & ~given_differs, same, shared > 1, shared == 1],
        [0, 1, 2, 3, 4],
        5,
    )


def _given_differs(table: Table, left: Rows, right: Rows) -> Array:
    """Return whether two given names differ; an initial fits all that begin with it."""
    ours, theirs = table.given[left], table.given[right]
    a, b = table.initial[ours], table.initial[theirs]
    fits = (np.abs(a) == np.abs(b)) & ((a < 0) | (b < 0))
    fits |= sounds_alike(table, ours, theirs, shortest=2)
    differs: Array = (ours != 0) & (theirs != 0) & (ours != theirs) & ~fits
    return differs


def _company(table: Table, left: Rows, right: Rows) -> Array:
    ours, theirs = table.company[left], table.company[right]
    a, b = _sizes(ours), _sizes(theirs)
    shared = _shared(ours, theirs)
    fewer = np.minimum(a, b)
    return np.select([fewer == 0, shared == fewer, shared > 0], [0, 1, 2], 3)


def _year(table: Table, left: Rows, right: Rows) -> Array:
    ours, theirs = table.year[left], table.year[right]
    apart = np.abs(ours - theirs)
    near = 5  # years in which a later printing of one edition may come
    silent = (ours == 0) | (theirs == 0)
    return np.select([silent, apart == 0, apart == 1, apart <= near], [0, 1, 2, 3], 4)


def _extent(table: Table, left: Rows, right: Rows) -> Array:
    """Compare pages, else minutes; "4 volumes" beside pages are the set and one of it."""
    pages = _lengths(table.pages[left], table.pages[right])
    minutes = _durations(table.minutes[left], table.minutes[right])
    found = np.where(pages > 0, pages, minutes)
    found[_is_set(table, left, right) | _is_set(table, right, left)] = 5
    return found


def _lengths(ours: Array, theirs: Array) -> Array:
    apart, most = np.abs(ours - theirs), np.maximum(ours, theirs)
    silent = (ours == 0) | (theirs == 0)
    few, tenth = 6, 0.12
    return np.select([silent, apart == 0, apart <= few, apart <= most * tenth], [0, 1, 2, 3], 4)


def _durations(ours: Array, theirs: Array) -> Array:
    """Compare minutes; one record's "6 tim." is another's 6 hours and 40 minutes."""
    found = _lengths(ours, theirs)
    whole = (ours % 60 == 0) | (theirs % 60 == 0)
    found[(found > 2) & whole & (ours // 60 == theirs // 60)] = 2
    return found


def _is_set(table: Table, left: Rows, right: Rows) -> Array:
    several: Array = (table.units[left] > 1) & (table.pages[left] == 0) & (table.minutes[left] == 0)
    return several & (table.pages[right] > 0)


def _units(table: Table, left: Rows, right: Rows) -> Array:
    ours, theirs = table.units[left], table.units[right]
    return np.select([(ours == 0) | (theirs == 0), ours == theirs], [0, 1], 2)


def _publisher(table: Table, left: Rows, right: Rows) -> Array:
    ours, theirs = table.publisher[left], table.publisher[right]
    silent = (ours[:, 0] == 0) | (theirs[:, 0] == 0)
    of_music = table.texts[table.material[left]] == "music"  # nearly all that tells records apart
    return np.select([silent, _shared(ours, theirs) > 0, of_music], [0, 1, 3], 2)


def _edition(table: Table, left: Rows, right: Rows) -> Array:
    ours, theirs = table.edition[left], table.edition[right]
    low, high = np.minimum(ours, theirs), np.maximum(ours, theirs)
    return np.select(
        [high == 0, (low == 0) & (high == 1), low == 0, low == high, high == ANOTHER],
        [0, 3, 2, 1, 4],
        5,
    )


def _language(table: Table, left: Rows, right: Rows) -> Array:
    ours, theirs = table.languages[left], table.languages[right]
    silent = (ours[:, 0] == 0) | (theirs[:, 0] == 0)
    agree = ours[:, 0] == theirs[:, 0]
    return np.select([silent, agree, _shared(ours, theirs) > 0], [0, 1, 2], 3)


def _material(table: Table, left: Rows, right: Rows) -> Array:
    ours, theirs = table.material[left], table.material[right]
    return np.select([(ours == 0) | (theirs == 0), ours == theirs], [0, 1], 2)


def _form(table: Table, left: Rows, right: Rows) -> Array:
    """Compare forms. A book that says none is in print; a reading that says none is any."""
    ours, theirs = _known_form(table, left, right), _known_form(table, right, left)
    print_is_usual = table.texts[table.material[left]] == "book"
    neither, one = (ours == 0) & (theirs == 0), (ours == 0) | (theirs == 0)
    return np.select([neither | (one & ~print_is_usual), one, ours == theirs], [0, 2, 1], 3)


def _known_form(table: Table, left: Rows, right: Rows) -> Array:
    """Return the left forms; a data disc's is not known beside MP3 or Daisy, and differs else."""
    ours, theirs = table.form[left], table.texts[table.form[right]]
    unsure = (table.texts[ours] == DATA_DISC) & ((theirs == "mp3") | (theirs == "daisy"))
    return np.where(unsure, 0, ours)


_COMPARISONS: dict[str, Comparison] = {
    "isbn": _isbn,
    "number": _number,
    "libris": _libris,
    "title": _title,
    "rest": _rest,
    "figures": _figures,
    "volume": _volume,
    "name": _name,
    "company": _company,
    "year": _year,
    "extent": _extent,
    "units": _units,
    "publisher": _publisher,
    "edition": _edition,
    "language": _language,
    "material": _material,
    "form": _form,
}
