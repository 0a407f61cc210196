"""Draw lots that depend on their key alone, so that a new title moves no other title's copies."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

Choice = TypeVar("Choice")


def lot(seed: int, *key: object) -> float:
    """Return a number in (0, 1), always the same for the same seed and key."""
    text = "\x1f".join([str(seed), *map(str, key)])
    drawn = int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")
    return (drawn + 1) / (2**64 + 2)


def choose(options: Sequence[Choice], seed: int, *key: object) -> Choice:
    """Return one of the options, each as likely."""
    return options[int(lot(seed, *key) * len(options))]
