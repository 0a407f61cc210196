"""
What a MARC record is to us: frozen, in the order it was sent, text in Unicode NFC.

Fields are named tuples: a record has some sixty, and a dataclass costs twice as much to make.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

DEFAULT_LEADER = "00000nam a2200000 a 4500"

# No place in a record's text: the format's own delimiters, and what XML 1.0 cannot carry.
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """Return the text without control characters, composed (NFC)."""
    if text.isascii() and text.isprintable():
        return text
    return unicodedata.normalize("NFC", CONTROL.sub("", text))


class Subfield(NamedTuple):
    code: str
    value: str


class ControlField(NamedTuple):
    tag: str
    value: str


class DataField(NamedTuple):
    tag: str
    indicator1: str
    indicator2: str
    subfields: tuple[Subfield, ...]

    def first(self, code: str) -> str:
        """Return the first value with this code, or an empty text."""
        return next((part.value for part in self.subfields if part.code == code), "")

    def values(self, codes: str) -> list[str]:
        """Return the values with any of these codes, in the order they stand."""
        return [part.value for part in self.subfields if part.code in codes]


@dataclass(frozen=True, slots=True)
class MarcRecord:
    leader: str
    control_fields: tuple[ControlField, ...]
    data_fields: tuple[DataField, ...]

    def control(self, tag: str) -> str:
        """Return the first control field with this tag, or an empty text."""
        return next((field.value for field in self.control_fields if field.tag == tag), "")

    def fields(self, *tags: str) -> Iterator[DataField]:
        """Yield the data fields with any of these tags, in the order they stand."""
        return (field for field in self.data_fields if field.tag in tags)

    def first(self, tag: str, code: str) -> str:
        """Return the first value of this subfield in the record, or an empty text."""
        return next((value for field in self.fields(tag) if (value := field.first(code))), "")


@dataclass(frozen=True, slots=True)
class BadRecord:
    """Bytes that came where a record should be, as they came, and why they are none."""

    raw: bytes
    position: int  # byte offset in what was sent; in XML the record's number, from 0
    reason: str
