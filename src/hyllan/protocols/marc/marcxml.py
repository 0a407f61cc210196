"""MARC records as MARCXML (MARC21slim.xsd): any prefix or none is read, the schema is written."""

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from hyllan.protocols.errors import Malformed
from hyllan.protocols.xml import parse

from .record import (
    DEFAULT_LEADER,
    BadRecord,
    ControlField,
    DataField,
    MarcRecord,
    Subfield,
    clean,
)

NAMESPACE = "http://www.loc.gov/MARC21/slim"
_PREFIXES: Any = {None: NAMESPACE}  # the stubs know no default namespace
MAX_BYTES = 200 * 1024 * 1024
_LEADER = re.compile(r"[\d ]{5}[\dA-Za-z ][\dA-Za-z][\dA-Za-z ]{3}[2 ]{2}[\d ]{5}[\dA-Za-z ]{3}")
_CONTROL_TAG = re.compile("00[1-9A-Za-z]")
_DATA_TAG = re.compile(
    "0[1-9A-Z][0-9A-Z]|0[1-9a-z][0-9a-z]|[1-9A-Z][0-9A-Z]{2}|[1-9a-z][0-9a-z]{2}"
)
_INDICATOR = re.compile(r"[\da-z ]")
_CODE = re.compile(r"""[\dA-Za-z!"#$%&'()*+,\-./:;<=>?{}_^`~\[\]\\]""")


def read_marcxml(data: bytes) -> Iterator[MarcRecord | BadRecord]:
    """
    Yield the records of a collection, or the one record.

    :raises Malformed: the document is not XML that we read, or holds no record element
    """
    root = parse(data, max_bytes=MAX_BYTES)
    found = [root] if _name(root) == "record" else [c for c in root if _name(c) == "record"]
    if not found and _name(root) != "collection":
        raise Malformed(f"a {_name(root)} element is neither a collection nor a record")
    for number, element in enumerate(found):
        try:
            yield from_element(element)
        except Malformed as error:
            yield BadRecord(etree.tostring(element, encoding="utf-8"), number, error.message)


def from_element(element: etree._Element) -> MarcRecord:
    """
    Return the record of a `record` element.

    :raises Malformed: it has no fields, or one without tag or code
    """
    leader, controls, datas = DEFAULT_LEADER, [], []
    for child in element:
        name = _name(child)
        if name == "leader":
            leader = clean(child.text or "").ljust(24)[:24]
        elif name == "controlfield":
            controls.append(ControlField(_needed(child, "tag"), clean(child.text or "")))
        elif name == "datafield":
            datas.append(_data_field(child))
    if not controls and not datas:
        raise Malformed("the record has no fields")
    return MarcRecord(leader, tuple(controls), tuple(datas))


def _data_field(element: etree._Element) -> DataField:
    return DataField(
        _needed(element, "tag"),
        (element.get("ind1") or " ")[:1],
        (element.get("ind2") or " ")[:1],
        tuple(
            Subfield(_needed(child, "code")[:1], clean(child.text or ""))
            for child in element
            if _name(child) == "subfield"
        ),
    )


def _needed(element: etree._Element, attribute: str) -> str:
    if not (value := clean(element.get(attribute, ""))):
        raise Malformed(f"a {_name(element)} has no {attribute}")
    return value


def _name(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2]


def to_marcxml(record: MarcRecord) -> bytes:
    """
    Return the record as one `record` element, valid by the schema.

    :raises Malformed: a tag or code that the schema does not allow, or no data field
    """
    return etree.tostring(to_element(record), encoding="utf-8")


def to_element(record: MarcRecord) -> etree._Element:
    """Return the record as an element, to stand in a collection or an OAI-PMH answer."""
    root = etree.Element(f"{{{NAMESPACE}}}record", nsmap=_PREFIXES)
    _add(root, "leader", _leader(record.leader))
    for control in record.control_fields:
        tag = _checked(control.tag, _CONTROL_TAG, "control field's tag")
        _add(root, "controlfield", clean(control.value), tag=tag)
    for data in record.data_fields:
        if not data.subfields:
            continue  # the schema wants one at least, and without one it says nothing
        field = _add(
            root,
            "datafield",
            tag=_checked(data.tag, _DATA_TAG, "data field's tag"),
            ind1=data.indicator1 if _INDICATOR.fullmatch(data.indicator1) else " ",
            ind2=data.indicator2 if _INDICATOR.fullmatch(data.indicator2) else " ",
        )
        for part in data.subfields:
            code = _checked(part.code, _CODE, "subfield code")
            _add(field, "subfield", clean(part.value), code=code)
    return root


def _add(
    parent: etree._Element, name: str, text: str | None = None, **attributes: str
) -> etree._Element:
    child = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}", attributes)
    child.text = text
    return child


def _checked(value: str, pattern: re.Pattern[str], what: str) -> str:
    if not pattern.fullmatch(value):
        raise Malformed(f"{value!r} is not a {what}")
    return value


def _leader(leader: str) -> str:
    """Return the leader where the schema takes it, else with what it refuses put right."""
    kept = clean(leader)[:20].ljust(20)
    if not _LEADER.fullmatch(kept):
        kind = kept[6] if kept[6].isascii() and kept[6].isalnum() else "a"
        middle = re.sub("[^0-9A-Za-z ]", " ", kept[7:9])
        kept = f"     {re.sub('[^0-9A-Za-z]', ' ', kept[5])}{kind}{middle}a22     "
        kept += re.sub("[^0-9A-Za-z ]", " ", clean(leader)[17:20].ljust(3))
    return kept + "4500"
