"""Many profiles in columns, so that millions of pairs are compared at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from hyllan.catalogue.engine.matching.profile import Profile

Array = npt.NDArray[Any]


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
        columns: list[Sequence[Any]] = list(zip(*profiles, strict=True)) or [
            () for _ in Profile._fields
        ]
        told = dict(zip(Profile._fields, columns, strict=True))
        places: dict[str, int] = {"": 0}
        made: dict[str, Array] = {}
        for name, default in Profile._field_defaults.items():
            column = told[name]
            if name in {"others", "languages"}:
                coded = [tuple(places.setdefault(t, len(places)) for t in each) for each in column]
                made[name] = _padded(coded, np.int32)
            elif isinstance(default, str):
                made[name] = np.fromiter(
                    (places.setdefault(text, len(places)) for text in column), np.int32, len(column)
                )
            elif isinstance(default, tuple):
                made[name] = _padded(column, np.int64 if name == "isbns" else np.int32)
            else:
                made[name] = np.fromiter(column, np.int32, len(column))
        texts = np.array(list(places), dtype=object)
        initials = ((-ord(t) if len(t) == 1 else ord(t[0])) if t else 0 for t in places)
        return cls(
            texts=texts,
            foreign=np.fromiter((not text.isascii() for text in places), bool, len(places)),
            initial=np.fromiter(initials, np.int32, len(places)),
            **made,
        )

    def __len__(self) -> int:
        return len(self.title)


def _padded(sets: Sequence[Sequence[int]], kind: type[np.signedinteger[Any]]) -> Array:
    """Return sets as rows of one width, filled with 0."""
    lengths = np.fromiter(map(len, sets), np.int64, len(sets))
    width = int(lengths.max(initial=0))
    rows = np.zeros((len(sets), max(width, 1)), kind)
    rows[np.arange(max(width, 1)) < lengths[:, None]] = np.fromiter(
        (value for each in sets for value in each), kind, int(lengths.sum())
    )
    return rows
