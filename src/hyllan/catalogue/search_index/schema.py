"""
The fields of the index, and how libraries become bits.

words      every word of an edition with its stems. No positions: a word's weight is how often it is
           repeated here, by where it stands (entry.py), so that one posting list is read for each
           word of a query instead of one for each field
title ...  TEXTS: the words as they stand, with positions: for phrases and search in one field;
           the title's stems follow it. Notes and summaries are only in `words`
keys       what is matched as a whole, each with its kind before it: KEYS
id, work   numbers, to be asked for
place      both in one number, to be read of a hit: Place
year       0: not known
kind       material, audience, easy, available in one number: Kind
language   which set of languages (names.py)
form       which form: large print, DAISY and so on (names.py)
arrived    when the edition came into the catalogue, in seconds
libraries  the number of libraries that hold it
o0 o1 ...  bits of the organisations that hold it, 7 to a field; l0 l1 ... of the libraries

Seven bits make 128 buckets of a terms aggregation, which is read in one pass over a small column
and decoded to the counts of seven places: a third of what a facet on text costs.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import tantivy

VERSION = "4"  # another number: another folder, built anew
BITS = 7
MOST = {"organisation": 42 * BITS, "library": 72 * BITS}  # raise them together with VERSION
PREFIX = {"organisation": "o", "library": "l"}
TEXTS = ("title", "responsible", "subjects", "series")
START, END, STEMS = "^", "$", "|"  # of a title; the stems that follow. No word has such a letter


class Keys:
    """What stands before each kind of key."""

    IDENTIFIER = "i:"
    LIBRARY = "l:"
    ORGANISATION = "o:"
    IN_LIBRARY = "al:"  # has an available item there
    IN_ORGANISATION = "ao:"
    AVAILABLE = "a"
    MATERIAL = "m:"
    FORM = "f:"
    LANGUAGE = "g:"
    AUDIENCE = "u:"
    EASY = "e"
    PUBLISHER = "p:"
    TITLE = "=:"  # a number made of the whole title


class Kind(NamedTuple):
    """What the field `kind` packs: positions in names.py, and two bits."""

    material: int
    audience: int
    easy: bool
    available: bool

    def pack(self) -> int:
        """Return the number; material takes 4 bits, audience 2."""
        return self.material | self.audience << 4 | self.easy << 6 | self.available << 7

    @classmethod
    def unpack(cls, packed: int) -> "Kind":
        """Return what `pack` made the number of."""
        return cls(packed & 15, packed >> 4 & 3, bool(packed >> 6 & 1), bool(packed >> 7 & 1))


class Place(NamedTuple):
    """What the field `place` packs: one column is read for each hit instead of two."""

    edition: int
    work: int  # 0: none

    def pack(self) -> int:
        """Return the number; each takes 32 bits."""
        return self.work << 32 | self.edition

    @classmethod
    def unpack(cls, packed: int) -> "Place":
        """Return what `pack` made the number of."""
        return cls(packed & 0xFFFFFFFF, packed >> 32)


def bits(positions: Iterable[int], number: int) -> list[int]:
    """
    Return the values of the fields in which these positions are set.

    :param number: of places in all; the fields are as many as they fill
    """
    fields = [0] * -(-number // BITS)
    for position in positions:
        fields[position // BITS] |= 1 << position % BITS
    return fields


def counts(field: int, buckets: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Return how often each position of a field is set, from its (value, count) pairs."""
    found: dict[int, int] = {}
    for value, count in buckets:
        for bit in range(BITS):
            if value >> bit & 1:
                position = field * BITS + bit
                found[position] = found.get(position, 0) + count
    return found


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", indexed=True, fast=True)
    builder.add_unsigned_field("work", indexed=True)
    builder.add_text_field("words", tokenizer_name="whitespace", index_option="freq")
    for name in TEXTS:
        builder.add_text_field(name, tokenizer_name="whitespace")
    builder.add_text_field("keys", tokenizer_name="whitespace", index_option="basic")
    for name in ("place", "year", "kind", "language", "form", "arrived", "libraries"):
        builder.add_unsigned_field(name, fast=True)
    for of, prefix in PREFIX.items():
        for number in range(MOST[of] // BITS):
            builder.add_unsigned_field(f"{prefix}{number}", fast=True)
    return builder.build()


SCHEMA = _schema()


def folder(home: Path) -> Path:
    """Return where the index of this version lies."""
    return home / "index" / VERSION
