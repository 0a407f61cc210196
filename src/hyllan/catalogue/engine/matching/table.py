"""Many profiles in columns, so that millions of pairs are compared at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from hyllan.catalogue.engine.matching.profile import Profile

Array = npt.NDArray[Any]

PROFILES_AT_ONCE = 50_000
_SETS_OF_TEXTS = ("others", "languages")


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Row i is the i-th profile. Texts are kept once: columns hold their place in `texts`."""

    texts: Array  # object: str; place 0 is the empty text
    foreign: Array  # of a text: it is in a script that was not led to Latin letters
    initial: Array  # of a text: its first letter's code; negative if it has no other
    title: Array
    rest: Array
    others: Array  # rows x width, like all that may be several; 0: none
    volume: Array
    figures: Array
    surname: Array
    given: Array
    people: Array
    company: Array
    year: Array
    languages: Array
    material: Array
    form: Array
    isbns: Array
    wrong_isbn: Array
    eans: Array
    publisher_numbers: Array
    libris_ids: Array
    issns: Array
    uris: Array
    edition: Array
    pages: Array
    units: Array
    minutes: Array
    publisher: Array

    @classmethod
    def of(cls, profiles: Iterable[Profile]) -> "Table":
        """Return the profiles in columns; read a part at a time, so that none need be kept."""
        places: dict[str, int] = {"": 0}
        parts: dict[str, list[Array]] = {name: [] for name in Profile._fields}
        left = iter(profiles)
        while part := list(islice(left, PROFILES_AT_ONCE)):
            for name, values in zip(Profile._fields, zip(*part, strict=True), strict=True):
                parts[name].append(_column(name, values, places))
        texts = np.array(list(places), dtype=object)
        initials = ((-ord(t) if len(t) == 1 else ord(t[0])) if t else 0 for t in places)
        return cls(
            texts=texts,
            foreign=np.fromiter((not text.isascii() for text in places), bool, len(places)),
            initial=np.fromiter(initials, np.int32, len(places)),
            **{name: _stacked(each or [_column(name, (), places)]) for name, each in parts.items()},
        )

    def __len__(self) -> int:
        return len(self.title)


def _column(name: str, values: Sequence[Any], places: dict[str, int]) -> Array:
    """Return one field of all profiles; texts by their place, which is given when they are new."""
    if name in _SETS_OF_TEXTS:
        coded = [tuple(places.setdefault(t, len(places)) for t in each) for each in values]
        return _padded(coded, np.int32)
    default = Profile._field_defaults[name]
    if isinstance(default, tuple):
        return _padded(values, np.int64 if name == "isbns" else np.int32)
    if isinstance(default, str):
        values = [places.setdefault(text, len(places)) for text in values]
    return np.fromiter(values, np.int32, len(values))


def _stacked(parts: list[Array]) -> Array:
    """Return the parts of a column under one another, all as wide as the widest."""
    if parts[0].ndim == 1:
        return np.concatenate(parts)
    width = max(part.shape[1] for part in parts)
    return np.concatenate([np.pad(part, ((0, 0), (0, width - part.shape[1]))) for part in parts])


def _padded(sets: Sequence[Sequence[int]], kind: type[np.signedinteger[Any]]) -> Array:
    """Return sets as rows of one width, filled with 0."""
    lengths = np.fromiter(map(len, sets), np.int64, len(sets))
    width = int(lengths.max(initial=0))
    rows = np.zeros((len(sets), max(width, 1)), kind)
    rows[np.arange(max(width, 1)) < lengths[:, None]] = np.fromiter(
        (value for each in sets for value in each), kind, int(lengths.sum())
    )
    return rows
