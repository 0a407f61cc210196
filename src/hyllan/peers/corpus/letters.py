"""The bytes of a record: ISO 2709 in the encodings of real files, told rightly or wrongly."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

from pymarc.marc8_mapping import CODESETS

Field = tuple[str, str]
_LATIN, _ANSEL = 0x42, 0x45
_OTHER_SETS = (0x4E, 0x51, 0x33, 0x34, 0x53, 0x32)  # Cyrillic, Arabic (two each), Greek, Hebrew
_ESCAPE = "\x1b"
_MARKED = re.compile(
    "([^\x00-\x7f][\u0300-\u036f\u0653-\u0655\ufe20\ufe21]*|[\x00-\x7f][\u0300-\u036f\u0653-\u0655\ufe20\ufe21]+)"
)
_LIGATURE = re.compile("(.)\u0361(.)", re.DOTALL)


def encoded(leader: str, fields: Sequence[Field], encoding: str) -> bytes:
    """
    Return the record; what an encoding cannot say stays in UTF-8 and is said to be.

    :param leader: its 24 characters, lengths and encoding left to this
    """
    text = "\x1e".join([value for _, value in fields])
    if text.isascii():
        return _assembled(leader, fields, text.encode(), _said(encoding))
    if encoding == "decomposed":
        return _assembled(leader, fields, unicodedata.normalize("NFD", text).encode(), "a")
    if encoding == "utf-8 said to be marc-8":
        return _assembled(leader, fields, text.encode(), " ")
    if encoding.startswith("marc-8"):
        body = marc8(text)
        if body is not None:
            return _assembled(leader, fields, body, _said(encoding))
    elif encoding.startswith("latin-1"):
        try:
            return _assembled(leader, fields, text.encode("latin-1"), _said(encoding))
        except UnicodeEncodeError:
            pass
    return _assembled(leader, fields, text.encode(), "a")


def _said(encoding: str) -> str:
    """Return leader/09: blank for MARC-8."""
    return " " if encoding.endswith("marc-8") else "a"


def _assembled(leader: str, fields: Sequence[Field], body: bytes, says: str) -> bytes:
    entries, at = [], 0
    for (tag, _), value in zip(fields, body.split(b"\x1e"), strict=True):
        length = len(value) + 1
        entries.append(f"{tag}{length:04}{at:05}")
        at += length
    base = 25 + 12 * len(entries)
    head = f"{base + at + 1:05}{leader[5:9]}{says}22{base:05}{leader[17:20]}4500"
    return b"".join((head.encode(), "".join(entries).encode(), b"\x1e", body, b"\x1e\x1d"))


def marc8(text: str) -> bytes | None:
    """Return text in MARC-8, or None where a letter is in none of its sets but East Asian."""
    whole = unicodedata.normalize("NFD", text)
    if "\u0361" in whole:
        whole = _LIGATURE.sub("\\1\ufe20\\2\ufe21", whole)
    try:
        return _MARKED.sub(_turned, whole).encode("latin-1")
    except KeyError:
        return None


def _turned(match: re.Match[str]) -> str:
    """Return a letter with its marks before it, as codes of MARC-8 in Latin-1 disguise."""
    whole = unicodedata.normalize("NFC", match[0])
    if whole in _others() and whole not in _ansel():
        return _others()[whole]  # other alphabets have their letters whole
    base, marks = match[0][0], match[0][1:]
    written = "".join(_ansel()[mark] for mark in marks)
    if base.isascii():
        return written + base
    if base in _ansel():
        return written + _ansel()[base]
    return written + _others()[base]


@cache
def _ansel() -> dict[str, str]:
    return {chr(found): chr(code) for code, (found, _) in CODESETS[_ANSEL].items()}


@cache
def _others() -> dict[str, str]:
    """Return each letter with its escape and the escape back: basic sets in G0, others in G1."""
    letters: dict[str, str] = {}
    for charset in _OTHER_SETS:
        for code, (found, _) in CODESETS[charset].items():
            to, back = (")", ")!E") if code >= 0x80 else ("(", "(B")
            said = f"{_ESCAPE}{to}{chr(charset)}{chr(code)}{_ESCAPE}{back}"
            letters.setdefault(chr(found), said)
    return letters
