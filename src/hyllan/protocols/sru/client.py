"""
The client's side: the parameters of a search, and an answer read as leniently as can be.

Servers use any prefix and any of the namespaces, name what they send wrongly, escape a record that
they call XML, wrap the answer in SOAP and leave nextRecordPosition out.
"""

import re
from collections.abc import Iterator
from copy import deepcopy

from lxml import etree

from hyllan.protocols.errors import Malformed
from hyllan.protocols.mending import parse_or_mend

from .messages import Diagnostic, Escaping, Operation, SruPage, SruRecord, Version

MAX_BYTES = 50 * 1024 * 1024
_NUMBER = re.compile(r"info:srw/diagnostic/1/(\d{1,4})$", re.ASCII)


def search_parameters(
    query: str,
    *,
    start: int = 1,
    count: int = 50,
    schema: str = "marcxml",
    version: Version = Version.V1_2,
) -> dict[str, str]:
    """Return the parameters of a search; `version` and `operation` are sent in 2.0 too."""
    escaping = "recordXMLEscaping" if version == Version.V2_0 else "recordPacking"
    return {
        "version": version,
        "operation": Operation.SEARCH,
        "query": query,
        "startRecord": str(start),
        "maximumRecords": str(count),
        "recordSchema": schema,
        escaping: Escaping.XML,
    }


def read_page(data: bytes) -> SruPage:
    """
    Return what an answer to searchRetrieve holds; a record that is none is a diagnostic.

    :raises Malformed: it is no such answer
    """
    root, _mended = parse_or_mend(data, max_bytes=MAX_BYTES)
    answer = next(_named(root, "searchRetrieveResponse"), None)
    if answer is None:
        raise Malformed(f"a {_name(root)} element is not an answer of SRU")
    next_position = _number(_text(answer, "nextRecordPosition"))
    records = [
        record for part in _children(answer, "records") for record in _children(part, "record")
    ]
    return SruPage(
        total=_number(_text(answer, "numberOfRecords")),
        records=tuple(_record(element) for element in records),
        next_position=next_position or None,
        diagnostics=tuple(
            _diagnostic(each)
            for part in _children(answer, "diagnostics")
            for each in _children(part, "diagnostic")
        ),
    )


def _record(element: etree._Element) -> SruRecord:
    return SruRecord(
        position=_number(_text(element, "recordPosition")) or 0,
        data=_data(element),
        schema=_text(element, "recordSchema"),
        identifier=_text(element, "recordIdentifier"),
    )


def _data(element: etree._Element) -> bytes | Diagnostic:
    """Return the record, by what is there and not by what recordPacking says."""
    holder = next(iter(_children(element, "recordData")), None)
    if holder is None:
        return Diagnostic(0, message="the record has no recordData")
    inside = next((child for child in holder if isinstance(child.tag, str)), None)
    try:
        if inside is None:
            inside, _mended = parse_or_mend((holder.text or "").strip().encode())
    except Malformed as error:
        return Diagnostic(0, message=error.message, details=(holder.text or "")[:1000])
    if _name(inside) == "diagnostics":
        inside = next(iter(inside), inside)
    if _name(inside) == "diagnostic":
        return _diagnostic(inside)
    alone = deepcopy(inside)
    alone.tail = None
    etree.cleanup_namespaces(alone)
    return etree.tostring(alone, encoding="utf-8")


def _diagnostic(element: etree._Element) -> Diagnostic:
    uri = _text(element, "uri")
    found = _NUMBER.search(uri)
    return Diagnostic(
        int(found[1]) if found else 0,
        details=_text(element, "details"),
        message=_text(element, "message"),
        uri=uri,
    )


def _named(root: etree._Element, name: str) -> Iterator[etree._Element]:
    """Yield elements of this name, in an envelope or not."""
    return (each for each in root.iter() if isinstance(each.tag, str) and _name(each) == name)


def _name(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2]


def _children(element: etree._Element, name: str) -> list[etree._Element]:
    return [c for c in element if isinstance(c.tag, str) and _name(c) == name]


def _text(element: etree._Element, name: str) -> str:
    texts = ((child.text or "").strip() for child in _children(element, name))
    return next((text for text in texts if text), "")


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
