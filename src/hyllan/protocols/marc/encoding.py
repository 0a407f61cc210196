"""
Which encoding the bytes of a record are in: what they are, not what leader/09 says.

UTF-8 first, since other text almost never is valid UTF-8 by chance; UTF-8 that was encoded twice,
or that is broken in places, is mended. Between MARC-8 and Latin-1 each byte above ASCII gives
evidence by its neighbours: in MARC-8 a diacritic stands before a letter that takes it. How often
that is right on real records is measured in tests/test_encoding.py.
"""

import re
from collections.abc import Callable

from pymarc.marc8_mapping import CODESETS, ODD_MAP

ESCAPE = 0x1B
_BASIC_LATIN, _ANSEL, _EAST_ASIAN = 0x42, 0x45, 0x31
_TO_G0, _TO_G1 = b"(,", b")-"  # intermediate bytes: MARC-8 specification, technique 2
_ONE_BYTE_ESCAPES = {0x67: 0x67, 0x62: 0x62, 0x70: 0x70, 0x73: _BASIC_LATIN}  # technique 1
_FIRST_MARK, _LAST_MARK = 0xE0, 0xFE

# Which letters take which diacritic, and how sure the pair makes us: 2 where the same two bytes
# hardly occur in Latin-1 text, 1 where they may ("és" is a caron and s), 0 where they say nothing.
_LETTERS_OF_MARK = {
    0xE0: (1, "aeiouy"),  # hook above: Vietnamese
    0xE1: (2, "aeiou"),  # grave
    0xE2: (2, "aeiouycnszlr"),  # acute
    0xE3: (2, "aeiucghjswy"),  # circumflex
    0xE4: (1, "ao"),  # tilde
    0xE5: (2, "aeiou"),  # macron
    0xE6: (1, "aegiou"),  # breve
    0xE7: (1, "zegcnmrsdt"),  # dot above
    0xE8: (2, "aeiouyw"),  # diaeresis
    0xEA: (2, "au"),  # ring
    0xED: (1, "ou"),  # comma above right: Vietnamese
    0xEE: (2, "ou"),  # double acute
    0xF0: (2, "cstgklnr"),  # cedilla
    0xF2: (2, "aeiouytdsnmrhlzkb"),  # dot below: Vietnamese, romanised Arabic and Indic
    0xF3: (1, "ut"),
    0xF4: (1, "rl"),
    0xF7: (2, "st"),  # comma below
    0xF9: (2, "h"),
}
_SURE = {
    (mark, ord(letter)): weight
    for mark, (weight, letters) in _LETTERS_OF_MARK.items()
    for letter in letters + letters.upper()
}
# The caron stands where Latin-1 has the most frequent é: only a capital is sure
_SURE |= {(0xE9, ord(letter)): 2 for letter in "CSZRNDT"}
_SURE |= {(0xE9, ord(letter)): -1 for letter in "rnedtlg"}
_SURE |= {(0xE9, ord("c")): 0, (0xE9, ord("s")): 0, (0xE9, ord("z")): 1}
_SURE |= {(0xEC, code): 0 for code in range(0x41, 0x7B)}  # the ligature's left half tells
_VOWELS = b"aeiouyAEIOUY"
_LIGATURE = 0xEB  # its left half; the right half stands before the next letter
_LETTERS_OF_THEIR_OWN = {*range(0xA1, 0xA7), *range(0xB1, 0xB7), 0xA7, 0xB0} - {0xA3}  # Ł Ø ... ayn
_HIGH = re.compile(rb"[\x80-\xff]")
_WELL_FORMED = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe1-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_TWICE = re.compile("[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u0192\u02c6\u02dc\u2010-\u2122]")


def decoder_for(data: bytes) -> Callable[[bytes], str]:
    """Return how to decode the fields of a record with these bytes."""
    if data.isascii():
        # ASCII with escapes is MARC-8 in another alphabet.
        return from_marc8 if ESCAPE in data else from_utf8
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        if ESCAPE not in data and _is_mostly_utf8(data):
            return from_broken_utf8
        return from_marc8 if _looks_like_marc8(data) else from_latin1
    if ESCAPE in data:
        return from_marc8
    return from_utf8_twice if _TWICE.search(text) and _is_utf8_twice(text) else from_utf8


def from_utf8(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def from_latin1(data: bytes) -> str:
    return data.decode("cp1252", "replace")


def from_broken_utf8(data: bytes) -> str:
    """Return UTF-8 text, in which what is none is taken for Latin-1."""
    parts: list[str] = []
    place = 0
    while place < len(data):
        try:
            parts.append(data[place:].decode("utf-8"))
            break
        except UnicodeDecodeError as error:
            parts.append(data[place : place + error.start].decode("utf-8"))
            parts.append(from_latin1(data[place + error.start : place + error.end]))
            place += error.end
    return "".join(parts)


def from_utf8_twice(data: bytes) -> str:
    """Return text that somebody read as Latin-1 and encoded as UTF-8 once more."""
    text = from_utf8(data)
    return _once(text) or text


def _is_mostly_utf8(data: bytes) -> bool:
    """Return whether there are as many characters of several bytes as bytes that fit into none."""
    rest, number = _WELL_FORMED.subn(b"", data)
    return number >= max(1, len(_HIGH.findall(rest)))


def _is_utf8_twice(text: str) -> bool:
    return _once(text) is not None


def _once(text: str) -> str | None:
    """Return what the text was before it was encoded again; None where it cannot have been."""
    codes = bytearray()
    for letter in text:
        try:
            codes += letter.encode("cp1252")
        except UnicodeEncodeError:
            if ord(letter) > 0xFF:
                return None
            codes.append(ord(letter))  # the five codes that cp1252 leaves open
    try:
        return codes.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _looks_like_marc8(data: bytes) -> bool:
    if ESCAPE in data:
        return True
    return sum(_evidence(data, found.start()) for found in _HIGH.finditer(data)) >= 0


def _evidence(data: bytes, place: int) -> int:
    """Return how much a byte speaks for MARC-8; below zero for Latin-1."""
    byte = data[place]
    before = data[place - 1] if place else 0x20
    after = data[place + 1] if place + 1 < len(data) else 0x20
    if _FIRST_MARK <= byte <= _LAST_MARK:
        return _evidence_of_mark(byte, after, data[place + 2 : place + 3], before)
    if byte not in CODESETS[_ANSEL]:
        return -2
    if byte in _LETTERS_OF_THEIR_OWN:
        return int(_is_letter(before) or _is_letter(after))
    against = _AGAINST.get(byte)
    return -1 if against and against(before, after) else 0


def _evidence_of_mark(mark: int, letter: int, following: bytes, before: int) -> int:
    if _FIRST_MARK <= letter <= _LAST_MARK:
        return 0  # two diacritics on one letter, or two letters: the second tells
    if told := _DOUBTFUL.get((mark, letter | 0x20)):
        return 1 if told(before, following) else -1
    if mark == _LIGATURE:
        return 2 if following == b"\xec" else -2
    return _SURE.get((mark, letter), -2)


def _is_letter(byte: int) -> bool:
    return chr(byte).isalpha() and byte < 0x80


# What the pair is in MARC-8, and in Latin-1
_DOUBTFUL: dict[tuple[int, int], Callable[[int, bytes], bool]] = {
    (0xE4, ord("n")): lambda _, following: following in _VOWELS and following != b"",  # año, hände
    (0xE3, ord("o")): lambda _, following: following.isalpha(),  # rôle, são
    (0xE9, ord("s")): lambda _, following: following.isalpha(),  # naša, donnés
} | {
    (0xF1, vowel): lambda before, _: before not in _VOWELS  # ręka, caña
    for vowel in b"aeiu"
}
_AGAINST: dict[int, Callable[[int, int], bool]] = {
    0xA3: lambda _, after: chr(after).isdigit(),  # Đ, £
    0xA9: lambda before, _: before not in b"ABCDEFG",  # flat, ©
    0xAE: lambda _, after: not _is_letter(after),  # alif, ®
    **dict.fromkeys((0xC4, 0xC5, 0xC6), lambda _, after: chr(after).islower()),  # sharp ¿ ¡, ÄÅÆ
}


def from_marc8(data: bytes) -> str:
    """
    Return the Unicode of MARC-8 text; a code that stands for nothing becomes U+FFFD.

    Each field is decoded for itself: its escapes end with it (MARC-8 specification).
    """
    if ESCAPE in data:
        return _from_marc8_with_escapes(data)
    # In MARC-8 the diacritic comes before its letter
    turned = _MARKED.sub(r"\2\1", data.decode("latin-1"))
    return turned.translate(_LATIN)


def _from_marc8_with_escapes(data: bytes) -> str:
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


_MARKED = re.compile("([\xe0-\xfb\xfe]+)(.?)", re.DOTALL)
_LATIN = {
    code: _character(code, _ANSEL if code >= 0x80 else _BASIC_LATIN)[0]
    for code in range(0x21, 0x100)
}
