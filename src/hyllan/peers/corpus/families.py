"""Families: a work with its editions, or works that resemble one another and are not the same."""

from collections.abc import Callable
from itertools import accumulate

from . import distributions as shares
from . import literature, resembling
from .family import Family
from .model import Edition

_MAKERS: dict[str, Callable[[Family], None]] = {
    "fiction": literature.fiction,
    "nonfiction": literature.nonfiction,
    "series": resembling.series,
    "foreign": literature.foreign,
    "generic": literature.generic,
    "set": resembling.volumes,
    "yearbook": resembling.yearbook,
    "music": resembling.music,
    "film": resembling.film,
}
_KINDS = tuple(shares.FAMILIES)
_WEIGHTS = tuple(accumulate(shares.FAMILIES.values()))


def family(seed: int, number: int) -> list[Edition]:
    """Return the editions of a family; the same for the same seed and number."""
    it = Family(seed, number)
    _MAKERS[it.random.choices(_KINDS, cum_weights=_WEIGHTS)[0]](it)
    return it.editions
