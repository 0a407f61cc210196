"""The numbers that a record gives what it describes, each as its kind is written."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from hyllan.catalogue.engine import isbn
from hyllan.catalogue.engine.isbd import unique
from hyllan.protocols.marc import DataField

_ISSN = re.compile(r"\b(\d{4})-?(\d{3}[\dXx])\b", re.ASCII)
_LIBRIS = re.compile(r"\((?:LIBRIS|SE-LIBR)\)\s*(\w+)", re.ASCII | re.IGNORECASE)
_LIBRIS_CODES = {"LIBRIS", "SE-LIBR"}
_NOT_DIGITS = re.compile(r"\D+", re.ASCII)
_EAN, _UPC = 13, 12  # digits


class Numbers(NamedTuple):
    isbns: tuple[str, ...]
    wrong_isbns: tuple[str, ...]
    issns: tuple[str, ...]
    eans: tuple[str, ...]
    publisher_numbers: tuple[str, ...]
    libris_ids: tuple[str, ...]
    uris: tuple[str, ...]


def numbers(
    by_tag: Mapping[str, Sequence[DataField]], *, control_number: str, agency: str
) -> Numbers:
    """
    Return what 020 to 035 say.

    :param control_number: 001
    :param agency: 003, whose number that is
    """
    books = [isbn.read(field.first("a")) for field in by_tag.get("020", ())]
    libris = [control_number.strip()] if agency.strip().upper() in _LIBRIS_CODES else []
    libris += [_libris(field.first("a")) for field in by_tag.get("035", ())]
    others = by_tag.get("024", ())
    return Numbers(
        isbns=unique([right for right, _ in books]),
        wrong_isbns=unique([wrong for _, wrong in books]),
        issns=unique([_issn(field.first("a")) for field in by_tag.get("022", ())]),
        eans=unique([_ean(field) for field in others]) if others else (),
        publisher_numbers=unique([field.first("a").strip() for field in by_tag.get("028", ())]),
        libris_ids=unique(libris),
        uris=unique([_uri(field) for field in others]) if others else (),
    )


def _libris(text: str) -> str:
    found = _LIBRIS.match(text)
    return found[1] if found else ""


def _issn(text: str) -> str:
    found = _ISSN.search(text)
    return f"{found[1]}-{found[2].upper()}" if found else ""


def _ean(field: DataField) -> str:
    """Return an EAN; a UPC, with 12 digits, is one that begins with 0."""
    digits = _NOT_DIGITS.sub("", field.first("a")) if field.indicator1 in "13" else ""
    if len(digits) == _UPC and field.indicator1 == "1":
        digits = f"0{digits}"
    return digits if len(digits) == _EAN else ""


def _uri(field: DataField) -> str:
    """Return a DOI, URN or address; a bare DOI with its scheme."""
    if field.indicator1 != "7":
        return ""
    text = field.first("a").strip()
    return f"doi:{text}" if field.first("2") == "doi" and text.startswith("10.") else text
