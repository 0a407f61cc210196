"""Chance that depends on its key alone, so that a part of the corpus can be drawn by itself."""

from random import Random


def drawn(*key: object) -> Random:
    """Return random numbers, the same for the same key."""
    return Random(" ".join(map(str, key)))  # noqa: S311 - the same corpus each time
