"""
MARC records as bytes (ISO 2709). Each is cut out by its terminator, so a bad one stops no other.

Other encodings are turned into UTF-8 first, and lengths that a careless program counted wrong are
counted again; then a record is its text, split at the format's delimiters (why by ourselves:
docs/decisions/0012).
"""

import re
import unicodedata
from collections.abc import Callable, Iterator

from hyllan.protocols.errors import Malformed

from .encoding import decoder_for
from .record import (
    CONTROL,
    DEFAULT_LEADER,
    BadRecord,
    ControlField,
    DataField,
    MarcRecord,
    Subfield,
    clean,
)

RECORD_END, FIELD_END, DELIMITER = b"\x1d", b"\x1e", b"\x1f"
LEADER, ENTRY = 24, 12
MAX_RECORD, MAX_FIELD = 99_999, 9_999  # what the leader and a directory entry can say
_EMPTY_SUBFIELD = re.compile("\x1f(?=\x1f|$)")  # a delimiter and nothing after it says nothing
_BLANK = b" \t\r\n\x00\x1a"  # stands between or after records in real files


def read_marc(data: bytes) -> Iterator[MarcRecord | BadRecord]:
    """Yield what was sent, in order: a record, or the bytes that are none with the reason."""
    return (read_one(chunk, position=position) for chunk, position in split_marc(data))


def split_marc(data: bytes) -> Iterator[tuple[bytes, int]]:
    """Yield the bytes of each record with where they stand."""
    start = 0
    while start < len(data):
        end = data.find(RECORD_END, start)
        stop = len(data) if end < 0 else end + 1
        chunk = data[start:stop].lstrip(_BLANK)
        if chunk and (end >= 0 or chunk.rstrip(_BLANK)):
            yield chunk, stop - len(chunk)
        start = stop


def read_one(chunk: bytes, *, position: int = 0) -> MarcRecord | BadRecord:
    """Return the record of these bytes, or why they are none."""
    try:
        return _parsed(_sound(chunk))
    except Malformed as error:
        return BadRecord(chunk, position, error.message)


def _sound(chunk: bytes) -> bytes:
    """Return the record in UTF-8 with right lengths and addresses, as it is where it is so."""
    if not chunk.endswith(RECORD_END):
        raise Malformed("the record ends before its record terminator")
    if len(chunk) < LEADER + 2:
        raise Malformed("the record is shorter than a leader")
    directory, found, body = chunk[LEADER:-1].partition(FIELD_END)
    if not found or len(directory) % ENTRY or not directory:
        raise Malformed("the directory is not made of entries of 12 characters")
    entries = [directory[at : at + ENTRY] for at in range(0, len(directory), ENTRY)]
    decode = decoder_for(chunk)
    if decode.__name__ == "from_utf8" and _lengths_are_right(chunk, entries):
        return chunk
    return _rebuilt(chunk[:LEADER], entries, body, decode)


def _lengths_are_right(chunk: bytes, entries: list[bytes]) -> bool:
    base = LEADER + ENTRY * len(entries) + 1
    if chunk[:5] != b"%05d" % len(chunk) or chunk[12:17] != b"%05d" % base:
        return False
    if chunk[10:12] != b"22" or chunk[20:22] != b"45":
        return False
    if b"\x1f\x1f" in chunk or b"\x1f\x1e" in chunk:
        return False
    at = 0
    for entry in entries:
        if not entry[3:].isdigit() or int(entry[7:]) != at:
            return False
        at += int(entry[3:7])
        if chunk[base + at - 1 : base + at] != FIELD_END:
            return False
    return base + at + 1 == len(chunk) and chunk.count(FIELD_END) == len(entries) + 1


def _rebuilt(
    leader: bytes, entries: list[bytes], body: bytes, decode: Callable[[bytes], str]
) -> bytes:
    if not all(entry[:3].isalnum() and entry[3:].isdigit() for entry in entries):
        raise Malformed("the directory holds something else than tags and numbers")
    fields = body.removesuffix(FIELD_END).split(FIELD_END)
    if len(fields) != len(entries):
        raise Malformed(f"the directory names {len(entries)} fields, {len(fields)} are there")
    # Addresses may be miscounted (characters for bytes), but the order they tell is right.
    order = sorted(range(len(entries)), key=lambda number: int(entries[number][7:]))
    texts = {
        number: _EMPTY_SUBFIELD.sub("", decode(field))
        for number, field in zip(order, fields, strict=True)
    }
    pairs = [(entry[:3], texts[number].encode()) for number, entry in enumerate(entries)]
    return _assembled(leader.decode("ascii", "replace").replace("\ufffd", " "), pairs)


def _assembled(leader: str, fields: list[tuple[bytes, bytes]]) -> bytes:
    """Return the record as bytes with all numbers counted, and leader/09 saying UTF-8."""
    directory, at = b"", 0
    for tag, value in fields:
        length = len(value) + 1
        if length > MAX_FIELD:
            raise Malformed(f"field {tag.decode()} has {length} bytes; {MAX_FIELD} are allowed")
        directory += b"%3b%04d%05d" % (tag, length, at)
        at += length
    base = LEADER + len(directory) + 1
    if base + at + 1 > MAX_RECORD:
        raise Malformed(f"the record has {base + at + 1} bytes; {MAX_RECORD} are allowed")
    head = f"{base + at + 1:05}{leader[5:9]}a22{base:05}{leader[17:20]}4500"
    values = b"".join(value + FIELD_END for _, value in fields)
    return head.encode() + directory + FIELD_END + values + RECORD_END


def _parsed(chunk: bytes) -> MarcRecord:
    """Return the record of bytes whose numbers are right: fields stand in the directory's order."""
    directory, _, body = chunk[LEADER:-1].partition(FIELD_END)
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise Malformed(f"its text is no UTF-8: {error.reason}") from error
    tidy = str if _is_clean(text) else clean
    controls: list[ControlField] = []
    datas: list[DataField] = []
    for at, value in enumerate(text.split("\x1e")[:-1]):
        tag = directory[at * ENTRY : at * ENTRY + 3].decode("ascii", "replace")
        if tag.startswith("00"):
            controls.append(ControlField(tag, tidy(value)))
        else:
            datas.append(_data_field(tag, value, tidy))
    return MarcRecord(chunk[:LEADER].decode("ascii", "replace"), tuple(controls), tuple(datas))


def _is_clean(text: str) -> bool:
    """Return whether `clean` would leave every value in the text as it is."""
    bare = text.replace("\x1e", "").replace("\x1f", "")
    return (bare.isascii() and bare.isprintable()) or (
        not CONTROL.search(bare) and unicodedata.is_normalized("NFC", bare)
    )


def _data_field(tag: str, value: str, tidy: Callable[[str], str]) -> DataField:
    head, *parts = value.split("\x1f")
    if len(head) != 2:
        raise Malformed(f"field {tag} has no two indicators")
    if not all(parts):
        raise Malformed("a subfield has no code")
    return DataField(
        tag,
        tidy(head[0]) or " ",
        tidy(head[1]) or " ",
        tuple([Subfield(part[0], tidy(part[1:])) for part in parts]),
    )


def write_marc(record: MarcRecord) -> bytes:
    """
    Return the record as ISO 2709 in UTF-8.

    :raises Malformed: longer than the format can say, or a tag, indicator or code is impossible
    """
    fields = [(_tag(field.tag), clean(field.value).encode()) for field in record.control_fields]
    for field in record.data_fields:
        value = _indicator(field.indicator1) + _indicator(field.indicator2)
        for part in field.subfields:
            value += DELIMITER + _code(part.code) + clean(part.value).encode()
        fields.append((_tag(field.tag), value))
    leader = record.leader.encode("ascii", "replace").decode()
    return _assembled(clean(leader).ljust(LEADER) if leader else DEFAULT_LEADER, fields)


def _tag(tag: str) -> bytes:
    if len(tag) != 3 or not (tag.isascii() and tag.isalnum()):
        raise Malformed(f"{tag!r} is not a tag")
    return tag.encode()


def _indicator(value: str) -> bytes:
    if len(value) != 1 or not (value.isascii() and value.isprintable()):
        raise Malformed(f"{value!r} is not an indicator")
    return value.encode()


def _code(code: str) -> bytes:
    if len(code) != 1 or not (code.isascii() and code.isprintable()):
        raise Malformed(f"{code!r} is not a subfield code")
    return code.encode()
