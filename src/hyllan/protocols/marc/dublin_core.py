"""
What a MARC 21 record says, as the fifteen elements of Dublin Core (unqualified).

After the crosswalk of the Library of Congress, with two differences: added entries (7XX) are
contributors, and the year comes from 008 before the words of 260 or 264.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from .record import DataField, MarcRecord, clean


@dataclass(frozen=True, slots=True)
class Frame:
    """The element that elements of Dublin Core stand in, by protocol."""

    prefix: str
    namespace: str
    schema: str = ""  # where its schema lies, if that is to be said


OAI_DC = Frame(
    "oai_dc",
    "http://www.openarchives.org/OAI/2.0/oai_dc/",
    "http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
)
SRW_DC = Frame("srw_dc", "info:srw/schema/1/dc-schema")
_DC = "http://purl.org/dc/elements/1.1/"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"

_TYPES = {
    "a": "Text",
    "t": "Text",
    "c": "Text",
    "d": "Text",
    "e": "Image",
    "f": "Image",
    "g": "MovingImage",
    "i": "Sound",
    "j": "Sound",
    "k": "StillImage",
    "m": "Software",
    "o": "Collection",
    "p": "Collection",
    "r": "PhysicalObject",
}
"""Leader/06 to the words of DCMI Type."""

_YEAR = re.compile(r"\d{4}", re.ASCII)
_MARKS = " /:;,="
_ISBN = re.compile(r"[\dXx -]{10,}", re.ASCII)


def dublin_core(record: MarcRecord) -> Iterator[tuple[str, str]]:
    """Yield names of elements with their values; none twice."""
    told = dict.fromkeys(
        (name, value)
        for name, values in (
            ("title", _joined(record, ("245",), "abfgknp")),
            ("creator", _joined(record, ("100", "110", "111"), "abcdnq")),
            ("contributor", _joined(record, ("700", "710", "711", "720"), "abcdnq")),
            ("subject", _subjects(record)),
            ("description", _joined(record, ("520", "500", "505"), "ab")),
            ("publisher", _joined(record, ("260", "264"), "b")),
            ("date", _dates(record)),
            ("type", iter([_TYPES.get(record.leader[6:7], "")])),
            ("format", _joined(record, ("300",), "abce")),
            ("identifier", _identifiers(record)),
            ("language", _languages(record)),
            ("relation", _joined(record, ("490",), "av")),
            ("coverage", _joined(record, ("651", "662"), "abcdfgzxy", mark="--")),
            ("rights", _joined(record, ("506", "540"), "a")),
        )
        for value in values
        if value
    )
    yield from told


def dublin_core_xml(elements: Iterable[tuple[str, str]], frame: Frame) -> bytes:
    """Return elements, by name and value, in their frame."""
    named = {frame.prefix: frame.namespace, "dc": _DC}
    root = etree.Element(
        f"{{{frame.namespace}}}dc", nsmap=named | ({"xsi": _XSI} if frame.schema else {})
    )
    if frame.schema:
        root.set(f"{{{_XSI}}}schemaLocation", f"{frame.namespace} {frame.schema}")
    for name, value in elements:
        etree.SubElement(root, f"{{{_DC}}}{name}").text = clean(value)
    return etree.tostring(root, encoding="utf-8")


def _joined(
    record: MarcRecord, tags: tuple[str, ...], codes: str, mark: str = " "
) -> Iterator[str]:
    for field in record.fields(*tags):
        yield _text(field, codes, mark)


def _text(field: DataField, codes: str, mark: str = " ") -> str:
    values = [value.strip() for value in field.values(codes)]
    if mark != " ":
        values = [value.rstrip(".") for value in values]
    return mark.join(value for value in values if value).rstrip(_MARKS)


def _subjects(record: MarcRecord) -> Iterator[str]:
    yield from _joined(record, ("600", "610", "611", "630", "650", "653"), "abcdnpqtvxyz", "--")


def _dates(record: MarcRecord) -> Iterator[str]:
    if year := _YEAR.match(record.control("008")[7:11]):
        yield year[0]
        return
    written = record.first("264", "c") or record.first("260", "c")
    if found := _YEAR.search(written):
        yield found[0]


def _identifiers(record: MarcRecord) -> Iterator[str]:
    for tag, kind in (("020", "ISBN"), ("022", "ISSN")):
        for field in record.fields(tag):
            number = field.first("a").split("(")[0].strip()
            if number and (kind == "ISSN" or _ISBN.match(number)):
                yield f"URN:{kind}:{number.split(':')[0].replace(' ', '')}"
    for field in record.fields("856"):
        yield field.first("u")


def _languages(record: MarcRecord) -> Iterator[str]:
    for language in (record.control("008")[35:38], *_first_language(record)):
        if language.isascii() and language.isalpha() and language not in {"und", "zxx", "mul"}:
            yield language


def _first_language(record: MarcRecord) -> Iterator[str]:
    for field in record.fields("041"):
        yield from field.values("a")
