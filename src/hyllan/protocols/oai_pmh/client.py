"""
The harvester's side: the arguments of a request, and an answer read as leniently as can be.

Real systems leave datestamps out, give elements twice, use any prefix, and now and then put a byte
into one record that makes the whole answer no XML. Then the answer is cut into its records: one
that can be mended is mended, and one broken record is one broken record (docs/wire.md).
"""

import re
from copy import deepcopy
from datetime import datetime
from itertools import pairwise

from lxml import etree

from hyllan.protocols.errors import Malformed
from hyllan.protocols.mending import parse_or_mend
from hyllan.protocols.xml import parse as parse_xml

from . import dates
from .messages import (
    Broken,
    DeletedRecords,
    Format,
    Formats,
    Granularity,
    Identity,
    OaiError,
    OaiRecord,
    Oddity,
    Page,
    Refusal,
    Verb,
)

MAX_BYTES = 50 * 1024 * 1024
_START = re.compile(rb"<(?:[\w.-]+:)?record(?:\s[^<>]*)?>\s*<(?:[\w.-]+:)?header[\s>]")
_ROOT = re.compile(rb"<(?:[\w.-]+:)?OAI-PMH(?:\s[^<>]*)?>")
_LIST = re.compile(rb"<(?:[\w.-]+:)?(?:ListRecords|GetRecord)(?:\s[^<>]*)?>")
_END = re.compile(rb"OAI-PMH\s*>\s*$")
_TOKEN = re.compile(rb"<(?:[\w.-]+:)?resumptionToken([^<>]*)>([^<>]*)</")
_SIZE = re.compile(rb"completeListSize\s*=\s*[\"'](\d{1,18})[\"']")
_IDENTIFIER = re.compile(rb"<(?:[\w.-]+:)?identifier>\s*([^<>]{1,300}?)\s*</")
_RESPONDED = re.compile(rb"<(?:[\w.-]+:)?responseDate>\s*([^<>]{1,40}?)\s*</")
_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'"}


def arguments(
    verb: Verb,
    *,
    metadata_prefix: str = "",
    from_: datetime | None = None,
    until: datetime | None = None,
    set_spec: str = "",
    identifier: str = "",
    token: str = "",
    granularity: Granularity = Granularity.SECOND,
) -> dict[str, str]:
    """Return the arguments of a request; with a token nothing but verb and token may be said."""
    if token:
        return {"verb": verb.value, "resumptionToken": token}
    given = {
        "verb": verb.value,
        "metadataPrefix": metadata_prefix,
        "from": dates.write(from_, granularity) if from_ else "",
        "until": dates.write(until, granularity) if until else "",
        "set": set_spec,
        "identifier": identifier,
    }
    return {name: value for name, value in given.items() if value}


def parse(data: bytes) -> Page | Refusal:
    """
    Return what an answer to ListRecords, ListIdentifiers or GetRecord holds.

    :raises Malformed: it is no answer of OAI-PMH, not even a damaged one
    """
    try:
        root = parse_xml(data, max_bytes=MAX_BYTES)
    except Malformed as error:
        return _salvaged(data, error)
    if _name(root) != "OAI-PMH":
        raise Malformed(f"a {_name(root)} element is not an answer of OAI-PMH")
    responded = dates.read(_text(root, "responseDate"))
    if errors := _children(root, "error"):
        return Refusal(
            tuple(OaiError(e.get("code", ""), (e.text or "").strip()) for e in errors), responded
        )
    for verb in (Verb.LIST_RECORDS, Verb.LIST_IDENTIFIERS, Verb.GET_RECORD):
        if lists := _children(root, verb.value):
            return _page(lists, responded)
    raise Malformed("the answer holds neither records nor errors")


def _page(lists: list[etree._Element], responded: datetime | None) -> Page:
    records: list[OaiRecord] = []
    broken: list[Broken] = []
    token, size, cursor = "", None, None
    for child in (child for element in lists for child in element):
        if _name(child) == "resumptionToken":
            token = (child.text or "").strip()
            size, cursor = _number(child.get("completeListSize")), _number(child.get("cursor"))
        elif _name(child) in {"record", "header"}:
            try:
                records.append(_record(child))
            except Malformed as error:
                identifier = next((e.text or "" for e in child.iter("{*}identifier")), "")
                raw = etree.tostring(child, encoding="utf-8", with_tail=False)
                broken.append(Broken(identifier.strip(), error.message, raw))
    return Page(tuple(records), tuple(broken), token, size, cursor, responded)


def _record(element: etree._Element) -> OaiRecord:
    header = element
    if _name(element) == "record":
        headers = _children(element, "header")
        if not headers:
            raise Malformed("the record has no header")
        header = headers[0]
    identifier = _text(header, "identifier")
    if not identifier:
        raise Malformed("the record has no identifier")
    deleted = header.get("status") == "deleted"
    metadata = [child for part in _children(element, "metadata") for child in part]
    if not metadata and not deleted and header is not element:
        raise Malformed("the record has no metadata and is not deleted")
    return OaiRecord(
        identifier=identifier,
        datestamp=dates.read(_text(header, "datestamp")),
        deleted=deleted,
        sets=tuple((e.text or "").strip() for e in _children(header, "setSpec")),
        metadata=_alone(metadata[0]) if metadata and not deleted else b"",
    )


def _alone(element: etree._Element) -> bytes:
    """Return the element as a document, without the answer's namespaces that it does not use."""
    copy = deepcopy(element)
    copy.tail = None
    etree.cleanup_namespaces(copy)
    return etree.tostring(copy, encoding="utf-8")


def _salvaged(data: bytes, error: Malformed) -> Page:
    """Cut an answer that is no XML into its records and read each for itself."""
    root, verb = _ROOT.search(data, 0, 5000), _LIST.search(data, 0, 20_000)
    starts = [found.start() for found in _START.finditer(data)]
    tokens = list(_TOKEN.finditer(data, starts[-1] if starts else 0))
    if len(data) > MAX_BYTES or not root or not verb or b"<!DOCTYPE" in data:
        raise error
    if not tokens and (not starts or not _END.search(data[-200:])):
        # Also an answer that ends in the middle: it would be taken for the last page
        raise error if not starts else Malformed("the answer ends in the middle")
    if starts:
        end = max(data.rfind(b"</", 0, data.rfind(b"</")), starts[-1])  # </ListRecords></OAI-PMH>
        end = tokens[-1].start() if tokens else end
        records, broken, mended = _each(data, [*starts, end], root[0], verb[0])
    else:
        records, broken, mended = [], [Broken("", error.message, data)], 0
    responded = _RESPONDED.search(data, 0, 5000)
    size = _SIZE.search(tokens[-1][1]) if tokens else None
    return Page(
        tuple(records),
        tuple(broken),
        _unescaped(tokens[-1][2].strip()) if tokens else "",
        size=int(size[1]) if size else None,
        responded=dates.read(responded[1].decode("ascii", "replace")) if responded else None,
        mended=mended,
    )


def _each(
    data: bytes, cuts: list[int], root: bytes, verb: bytes
) -> tuple[list[OaiRecord], list[Broken], int]:
    """Return the records between the cuts, those that are none, and how many were mended."""
    records: list[OaiRecord] = []
    broken: list[Broken] = []
    mended = 0
    for start, stop in pairwise(cuts):
        raw = data[start:stop].rstrip()
        try:
            found, was_mended = parse_or_mend(_wrapped(raw, root, verb))
            records.append(_record(found[0][0]))
            mended += was_mended
        except (Malformed, IndexError) as fault:
            identifier = _IDENTIFIER.search(raw)
            name = identifier[1].decode("utf-8", "replace") if identifier else ""
            broken.append(Broken(name, getattr(fault, "message", str(fault)), raw))
    return records, broken, mended


def _wrapped(raw: bytes, root: bytes, verb: bytes) -> bytes:
    """Return a record inside the start tags it stood in, which name its namespaces."""
    closing = b"".join(b"</%b>" % tag[1:-1].split()[0] for tag in (verb, root))
    return root + verb + raw + closing


def _unescaped(text: bytes) -> str:
    return re.sub(
        "&(?:amp|lt|gt|quot|apos);", lambda m: _ENTITIES[m[0]], text.decode("utf-8", "replace")
    )


def parse_identify(data: bytes) -> Identity:
    """
    Return who answers; what is missing or wrong is left empty, and the finest granularity assumed.

    :raises Malformed: it is no answer to Identify
    """
    told = _answer(data, Verb.IDENTIFY)
    granularity, deleted = _text(told, "granularity"), _text(told, "deletedRecord")
    earliest = dates.read(_text(told, "earliestDatestamp"))
    oddities = {
        Oddity.NO_EARLIEST: earliest is None,
        Oddity.NAMED_TWICE: len(_children(told, "repositoryName")) > 1,
        Oddity.NO_GRANULARITY: granularity not in set(Granularity),
        Oddity.NO_WORD_ON_DELETES: deleted not in set(DeletedRecords),
    }
    return Identity(
        name=_text(told, "repositoryName"),
        base_url=_text(told, "baseURL"),
        admin_emails=tuple((e.text or "").strip() for e in _children(told, "adminEmail")),
        earliest=earliest,
        deleted=DeletedRecords(deleted) if deleted in set(DeletedRecords) else DeletedRecords.NO,
        granularity=Granularity.DAY if granularity == Granularity.DAY else Granularity.SECOND,
        oddities=tuple(oddity for oddity, is_so in oddities.items() if is_so),
    )


def parse_formats(data: bytes) -> Formats:
    """
    Return the formats that the other side can send.

    :raises Malformed: it is no answer to ListMetadataFormats
    """
    told = _answer(data, Verb.LIST_METADATA_FORMATS)
    each = (
        Format(
            _text(element, "metadataPrefix"),
            _text(element, "schema"),
            _text(element, "metadataNamespace"),
        )
        for element in _children(told, "metadataFormat")
    )
    return Formats(tuple(found for found in each if found.prefix))


def _answer(data: bytes, verb: Verb) -> etree._Element:
    root, _mended = parse_or_mend(data, max_bytes=MAX_BYTES)
    found = _children(root, verb.value)
    if _name(root) != "OAI-PMH" or not found:
        raise Malformed(f"the answer is none to {verb.value}")
    return found[0]


def _name(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2]


def _children(element: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in element if _name(child) == name]


def _text(element: etree._Element, name: str) -> str:
    """Return the first child's text that says anything: some systems give an element twice."""
    texts = ((child.text or "").strip() for child in _children(element, name))
    return next((text for text in texts if text), "")


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None
