"""
Which encoding the bytes of a record are in: what they are, not what leader/09 says.

UTF-8 first, since other text almost never is valid UTF-8 by chance; then MARC-8, unless its
diacritics would stand where none can, which is how Latin-1 looks when it is read as MARC-8.
"""

import unicodedata
from collections.abc import Callable

from pymarc.marc8_mapping import CODESETS, ODD_MAP

ESCAPE = 0x1B
_BASIC_LATIN, _ANSEL, _EAST_ASIAN = 0x42, 0x45, 0x31
_TO_G0, _TO_G1 = b"(,", b")-"  # intermediate bytes: MARC-8 specification, technique 2
_ONE_BYTE_ESCAPES = {0x67: 0x67, 0x62: 0x62, 0x70: 0x70, 0x73: _BASIC_LATIN}  # technique 1
_FIRST_MARK, _LAST_MARK = 0xE0, 0xFE


def decoder_for(data: bytes) -> Callable[[bytes], str]:
    """Return how to decode the fields of a record with these bytes."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return from_marc8 if _looks_like_marc8(data) else from_latin1
    # ASCII with escapes is MARC-8 in another alphabet: it is also valid UTF-8.
    return from_marc8 if ESCAPE in data else from_utf8


def from_utf8(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def from_latin1(data: bytes) -> str:
    return data.decode("cp1252", "replace")


def _looks_like_marc8(data: bytes) -> bool:
    if ESCAPE in data:
        return True
    good = bad = 0
    for place, byte in enumerate(data):
        if _FIRST_MARK <= byte <= _LAST_MARK:
            mark = CODESETS[_ANSEL].get(byte)
            letter = chr(data[place + 1]) if place + 1 < len(data) else ""
            fits = mark is not None and _composes(letter, chr(mark[0]))
            good, bad = good + fits, bad + (not fits)
        elif byte >= 0x80 and byte not in CODESETS[_ANSEL]:
            bad += 1
    return good >= bad


def _composes(letter: str, mark: str) -> bool:
    """Return whether they make a letter of Latin-1 or Latin Extended-A: what languages use."""
    return len(both := unicodedata.normalize("NFC", letter + mark)) == 1 and ord(both) < 0x180


def from_marc8(data: bytes) -> str:
    """
    Return the Unicode of MARC-8 text; a code that stands for nothing becomes U+FFFD.

    Each field is decoded for itself: its escapes end with it (MARC-8 specification).
    """
    g0, g1 = _BASIC_LATIN, _ANSEL
    letters: list[str] = []
    marks: list[str] = []  # in MARC-8 the diacritic comes before its letter
    place = 0
    while place < len(data):
        byte = data[place]
        if byte == ESCAPE:
            length, g0, g1 = _escape(data[place + 1 : place + 4], g0, g1)
            place += length
            continue
        wide = g0 == _EAST_ASIAN and 0x20 < byte < 0x80
        if byte < 0x20 or byte == 0x20:
            text, is_mark = chr(byte), False
            if byte == 0x1F:  # a new subfield starts anew
                g0, g1 = _BASIC_LATIN, _ANSEL
        elif wide:
            text, is_mark = _character(int.from_bytes(data[place : place + 3], "big"), g0)
        else:
            text, is_mark = _character(byte, g1 if byte >= 0x80 else g0)
        place += 3 if wide else 1
        if is_mark:
            marks.append(text)
        else:
            letters += [text, *marks]
            marks.clear()
    return "".join(letters + marks)


def _escape(following: bytes, g0: int, g1: int) -> tuple[int, int, int]:
    """Return how many bytes the escape takes, and the two sets in force after it."""
    if following[:1] and following[0] in _ONE_BYTE_ESCAPES:
        return 2, _ONE_BYTE_ESCAPES[following[0]], g1
    length = 1
    if following[:1] == b"$":  # a set of more bytes a character: $1, or $,1 and $)1
        following, length = following[1:], 2
        if following[:1] and following[0] in CODESETS:
            return length + 1, following[0], g1
    kind, final = following[:1], following[1:3].removeprefix(b"!")[:1]
    if kind and final and final[0] in CODESETS:
        length += 2 + following[1:2].startswith(b"!")
        if kind in _TO_G0:
            return length, final[0], g1
        if kind in _TO_G1:
            return length, g0, final[0]
    return length, g0, g1


def _character(code: int, charset: int) -> tuple[str, bool]:
    if found := CODESETS[charset].get(code):
        return chr(found[0]), bool(found[1])
    if code in ODD_MAP:
        return chr(ODD_MAP[code]), False
    return (chr(code) if code < 0x20 else "\ufffd"), False
