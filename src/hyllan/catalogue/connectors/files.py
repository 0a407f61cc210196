"""What stands in a file of records: found by its content, never by its name."""

import re
import zlib
from collections.abc import Iterator

from hyllan.protocols.errors import Malformed
from hyllan.protocols.marc import BadRecord, MarcRecord, from_element, read_marc
from hyllan.protocols.marc.marc_json import read_marc_json
from hyllan.protocols.marc.marcxml import read_marcxml
from hyllan.protocols.mending import parse_or_mend

MAX_BYTES = 2 * 1024 * 1024 * 1024
"""A compressed file that holds more is refused: some are made to fill a machine's memory."""

_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"
_BEFORE = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"
_RECORD = re.compile(rb"<((?:[\w.-]+:)?record)(?:\s[^<>]*)?>.*?</\1\s*>", re.DOTALL)
_ROOT = re.compile(rb"<(?:[\w.-]+:)?collection(?:\s[^<>]*)?>")
_LEADER = re.compile(rb"\d{5}")


class NoRecords(Exception):  # noqa: N818 - nothing is wrong with us
    """The file is none that holds MARC records; the text says why."""


def read_records(data: bytes) -> Iterator[MarcRecord | BadRecord]:
    """
    Yield the records of ISO 2709, MARCXML or MARC in JSON, gzipped or not, in order.

    :raises NoRecords: it is none of these
    """
    data = unpacked(data)
    if (binary := as_iso2709(data)) is not None:
        yield from read_marc(binary)
    elif data[:200].lstrip(_BEFORE).startswith(b"<"):
        yield from _read_xml(data)
    else:
        yield from read_marc_json(data)


def as_iso2709(data: bytes) -> bytes | None:
    """
    Return what holds records of ISO 2709, without what stands before them; None: it is XML or JSON.

    :raises NoRecords: it is none of these
    """
    start = data[:200].lstrip(_BEFORE)
    if start[:1] in {b"<", b"{", b"["}:
        return None
    if not start or _LEADER.match(start) or b"\x1e" in data:
        return data.removeprefix(_BOM)
    raise NoRecords("it is neither MARC 21 nor MARCXML nor JSON")


def unpacked(data: bytes) -> bytes:
    """
    Return what a gzipped file holds; any other file as it is.

    :raises NoRecords: it is damaged, or holds more than we read
    """
    parts: list[bytes] = []
    length = 0
    if not data.startswith(_GZIP):
        return data
    while data.startswith(_GZIP):
        unpacker = zlib.decompressobj(wbits=31)
        try:
            part = unpacker.decompress(data, MAX_BYTES - length + 1)
        except zlib.error as error:
            raise NoRecords(f"it cannot be unpacked: {error}") from error
        parts.append(part)
        length += len(part)
        if length > MAX_BYTES:
            raise NoRecords(f"it holds more than {MAX_BYTES} bytes")
        if not unpacker.eof:
            raise NoRecords("it ends in the middle of what is packed")
        data = unpacker.unused_data
    return b"".join(parts)


def _read_xml(data: bytes) -> Iterator[MarcRecord | BadRecord]:
    try:
        yield from read_marcxml(data)
    except Malformed as error:
        # The error comes before the first record or not at all: the whole is parsed first
        cuts = list(_RECORD.finditer(data))
        root = _ROOT.search(data, 0, 20_000)
        if not cuts or b"<!DOCTYPE" in data[:20_000]:
            raise NoRecords(str(error)) from error
        yield from _one_by_one(data, cuts, root[0] if root else b"<collection>")


def _one_by_one(
    data: bytes, cuts: list[re.Match[bytes]], root: bytes
) -> Iterator[MarcRecord | BadRecord]:
    """Yield the records of a file that is no XML as a whole; what stands between them is kept."""
    closing = b"</%b>" % root[1:-1].split()[0]
    place = 0
    for number, cut in enumerate(cuts):
        between = data[place : cut.start()]
        if number and between.strip():
            yield BadRecord(between, number, "what stands between the records is no record")
        place = cut.end()
        try:
            found, _mended = parse_or_mend(root + cut[0] + closing)
            yield from_element(found[0])
        except (Malformed, IndexError) as error:
            yield BadRecord(cut[0], number, getattr(error, "message", str(error)))
    rest = data[place:].strip()
    if rest and rest != closing:
        yield BadRecord(rest, len(cuts), "what stands between the records is no record")
