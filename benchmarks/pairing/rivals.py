"""
What the matcher is compared with: other ways to say which records are one edition.

They get the records as our reader decoded them, so none loses because of a wrongly said encoding.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pymarc
from goldrush import goldrush
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from hyllan.catalogue.engine.normalise import Description
from hyllan.protocols.marc import MarcRecord

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Rival:
    key: Callable[[MarcRecord, Description], str]
    labels: Callable[[Sequence[str]], Array]  # what becomes of all keys; empty: alone


def _gold_rush(record: MarcRecord, _: Description) -> str:
    """Return the Gold Rush key as PyPI's goldrush makes it of a pymarc record."""
    made = pymarc.Record()
    made.leader = pymarc.Leader(record.leader[:24].ljust(24))
    for control in record.control_fields:
        made.add_field(pymarc.Field(tag=control.tag, data=control.value))
    for field in record.data_fields:
        parts = [pymarc.Subfield(code=part.code, value=part.value) for part in field.subfields]
        indicators = pymarc.Indicators(field.indicator1, field.indicator2)
        made.add_field(pymarc.Field(tag=field.tag, indicators=indicators, subfields=parts))
    return goldrush(made)


def _first_isbn(_: MarcRecord, described: Description) -> str:
    return next(iter(described.isbns), "")


def _all_isbns(_: MarcRecord, described: Description) -> str:
    return " ".join(described.isbns)


def same_key(keys: Sequence[str]) -> Array:
    """Return labels: records of one key are together."""
    numbers: dict[str, int] = {}
    found = [numbers.setdefault(key or f"alone {at}", len(numbers)) for at, key in enumerate(keys)]
    return np.array(found, np.int64)


def any_shared(keys: Sequence[str]) -> Array:
    """Return labels: records are together that share one of their keys, if need be by others."""
    numbers: dict[str, int] = {}
    pairs = [
        (at, numbers.setdefault(each, len(numbers)))
        for at, key in enumerate(keys)
        for each in key.split()
    ]
    rows, columns = np.array(pairs, np.int64).reshape(-1, 2).T
    size = len(keys) + len(numbers)
    graph = coo_array((np.ones(len(rows), np.int8), (rows, columns + len(keys))), (size, size))
    _, labels = connected_components(graph, directed=False)
    found: Array = labels[: len(keys)].astype(np.int64)
    return found


RIVALS: Mapping[str, Rival] = {
    "Gold Rush key": Rival(_gold_rush, same_key),
    "first ISBN": Rival(_first_isbn, same_key),
    "any shared ISBN": Rival(_all_isbns, any_shared),
}
