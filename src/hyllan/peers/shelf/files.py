"""The shelf as files: one of MARC 21 (ISO 2709) for each organisation, in its own encoding."""

import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache

from pymarc.marc8_mapping import CODESETS

from hyllan.protocols.marc import MarcRecord, write_marc

from .records import record
from .stock import StockedTitle
from .style import Coding, Style

ANSEL = 0x45
SAYS_ENCODING = 9  # leader/09: "a" is Unicode, blank is MARC-8
LEADER, ENTRY, FIELD_END, RECORD_END = 24, 12, b"\x1e", b"\x1d"


def marc_files(
    shelves: Mapping[str, Sequence[StockedTitle]], styles: Mapping[str, Style], *, seed: int
) -> dict[str, bytes]:
    """Return the MARC file of each organisation's shelf, by its code."""
    return {
        code: b"".join(
            encoded(record(entry, styles[code], code=code, seed=seed), styles[code].coding)
            for entry in shelf
        )
        for code, shelf in shelves.items()
    }


def encoded(record: MarcRecord, coding: Coding) -> bytes:
    """Return the record's bytes; one that MARC-8's Latin letters cannot say stays in UTF-8."""
    data = write_marc(record)
    if coding == "utf-8 said to be marc-8":
        return data[:SAYS_ENCODING] + b" " + data[SAYS_ENCODING + 1 :]
    if coding == "marc-8":
        try:
            return _in_marc8(data)
        except KeyError:
            return data
    return data


def _in_marc8(data: bytes) -> bytes:
    """Return the UTF-8 record in MARC-8; KeyError names a letter that it lacks."""
    directory, _, body = data[LEADER : -len(RECORD_END)].partition(FIELD_END)
    tags = [directory[at : at + 3] for at in range(0, len(directory), ENTRY)]
    values = [_marc8(value.decode()) for value in body.split(FIELD_END)[: len(tags)]]
    entries, at = b"", 0
    for tag, value in zip(tags, values, strict=True):
        entries += b"%3b%04d%05d" % (tag, len(value) + 1, at)
        at += len(value) + 1
    base = LEADER + len(entries) + 1
    leader = b"%05d%4b %2b%05d%7b" % (base + at + 1, data[5:9], data[10:12], base, data[17:LEADER])
    return leader + entries + FIELD_END + FIELD_END.join([*values, b""]) + RECORD_END


@cache
def _codes() -> dict[str, tuple[int, bool]]:
    """Return the code of each letter in ANSEL, and whether it is a mark."""
    found = CODESETS[ANSEL].items()
    return {chr(unicode): (code, bool(is_mark)) for code, (unicode, is_mark) in found}


def _marc8(text: str) -> bytes:
    """Return basic and extended Latin (ANSEL) as MARC-8: a mark stands before its letter."""
    written = bytearray()
    for letter in text:
        base, *marks = list(unicodedata.normalize("NFD", letter))
        written += bytes(_codes()[mark][0] for mark in marks)
        written.append(ord(base) if base.isascii() else _codes()[base][0])
    return bytes(written)
