"""
Read and write the messages of messages.py by the places their fields name.

One loop reads and one loop writes every message: what differs between services stands in the
dataclasses alone.
"""

import re
import types
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, get_args, get_origin, get_type_hints

from lxml import etree

from hyllan.protocols.errors import Malformed
from hyllan.protocols.xml import MAX_BYTES, parse

from .messages import RESPONSES, At, Initiation, ProblemResponse, Response
from .vocabulary import canonical, scheme

NAMESPACE = "http://www.niso.org/2008/ncip"
VERSION = "http://www.niso.org/schemas/ncip/v2_02/ncip_v2_02.xsd"

Message = Initiation | Response | ProblemResponse
_SERVICES: dict[str, type[Initiation] | type[Response]] = {
    kind.__name__: kind for pair in RESPONSES.items() for kind in pair
}


class UnsupportedService(Malformed):
    """An NCIP message, but of a service that hyllan does not speak."""

    def __init__(self, service: str) -> None:
        self.service = service
        super().__init__(f"the service {service} is not spoken here")


class Incomplete(Malformed):
    """An initiation message without something that its service needs."""

    def __init__(self, service: str, element: str) -> None:
        self.service = service
        self.element = element
        super().__init__(f"{service} without {element}")


def decode(data: bytes, *, max_bytes: int = MAX_BYTES) -> Message:
    """
    Return the message, read leniently.

    Schemes, versions, namespaces and what hyllan does not use are passed over; a response with
    problems is its problems; an unreadable date or number in a response is no date or number.

    :raises Malformed: not NCIP, or a service or content that cannot be answered
    """
    root = parse(data, max_bytes=max_bytes)
    if _name(root) != "NCIPMessage":
        raise Malformed(f"the root is {_name(root)[:100]}, not NCIPMessage")
    for element in root:
        name = _name(element)
        if name == "Problem":
            return ProblemResponse(**_values(ProblemResponse, root, lenient=True))
        if name != "Ext":
            return _message(name, element)
    raise Malformed("the NCIPMessage is empty")


def _message(name: str, element: etree._Element) -> Message:
    kind = _SERVICES.get(name)
    if kind is None:
        raise UnsupportedService(name[:100])
    values = _values(kind, element, lenient=issubclass(kind, Response))
    if values.get("problems"):
        shared = {field.name for field in fields(Response)}
        return kind(**{name: value for name, value in values.items() if name in shared})
    if issubclass(kind, Initiation):
        for need in kind.NEEDS:
            names = re.split(r"[|^]", need)
            if not any(values[each] for each in names):
                raise Incomplete(name, _element_of(kind, names[0]))
    return kind(**values)


def encode(message: Message) -> bytes:
    """
    Return the message as the schema wants it.

    :raises ValueError: something needed is missing, or a value that XML cannot hold
    """
    tag = etree.QName(NAMESPACE, "NCIPMessage")
    root = etree.Element(tag, nsmap={"ncip": NAMESPACE})
    root.set(etree.QName(NAMESPACE, "version"), VERSION)
    if isinstance(message, ProblemResponse):
        _write(root, message, service="")
        return _bytes(root)
    if bool(message.from_agency) != bool(message.to_agency):
        raise ValueError(f"{message} names one agency; both or none are needed")
    name = type(message).__name__
    element = etree.SubElement(root, etree.QName(NAMESPACE, name))
    _write(element, message, service=name.removesuffix("Response"))
    return _bytes(root)


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    at: At
    kind: type  # of one value
    many: bool


@lru_cache
def _fields(cls: type[Any]) -> tuple[_Field, ...]:
    hints = get_type_hints(cls, include_extras=True)
    return tuple(_field(field.name, hints[field.name]) for field in fields(cls))


def _field(name: str, hint: Any) -> _Field:
    annotated, at = get_args(hint)
    many = get_origin(annotated) is tuple
    if many or isinstance(annotated, types.UnionType):
        annotated = get_args(annotated)[0]
    return _Field(name, at, annotated, many)


def _element_of(cls: type, name: str) -> str:
    return next(each.at.path.split("/")[0] for each in _fields(cls) if each.name == name)


# --- reading


def _values(cls: type, element: etree._Element, *, lenient: bool) -> dict[str, Any]:
    """Return the values of a dataclass's fields, found below the element."""
    values: dict[str, Any] = {}
    for field in _fields(cls):
        found = _found(element, field.at.path)
        if not field.many and not any(_text(each) for each in found):
            found = [leaf for path in field.at.also for leaf in _found(element, path)] or found
        if field.at.having:
            found = [each for each in found if _found(each, field.at.having)]
        read = [_value(field, leaf, lenient=lenient) for leaf in found]
        if field.many:
            values[field.name] = tuple(each for each in read if each not in {"", None})
        else:
            values[field.name] = read[0] if read else _NOTHING.get(field.kind)
    return values


_NOTHING: dict[type, object] = {str: "", bool: False}


def _value(field: _Field, leaf: etree._Element, *, lenient: bool) -> Any:
    if field.kind is bool:
        return True
    if field.kind is str:
        text = _text(leaf)
        return canonical(field.at.words, text) if field.at.words else text
    if field.kind is datetime or field.kind is int:
        return _number_or_date(field.kind, leaf, lenient=lenient)
    return field.kind(**_values(field.kind, leaf, lenient=lenient))


def _number_or_date(kind: type, leaf: etree._Element, *, lenient: bool) -> int | datetime | None:
    text = _text(leaf)
    try:
        return _date(text) if kind is datetime else _number(text)
    except (ValueError, OverflowError) as error:
        if lenient or not text:
            return None
        raise Malformed(f"{_name(leaf)} is {text[:40]!r}") from error


def _number(text: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII):
        raise ValueError(text)
    return int(text)


def _date(text: str) -> datetime:
    """Return the moment; one without offset is taken as UTC (XML Schema leaves it open)."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname


def _found(element: etree._Element, path: str) -> list[etree._Element]:
    found = [element]
    for step in path.replace("*", "").split("/"):
        found = [child for each in found for child in each if _name(child) == step]
    return found


def _text(leaf: etree._Element) -> str:
    """Return the text; of an element with children (a structured name) theirs in one line."""
    if len(leaf):
        return " ".join(" ".join(str(each) for each in leaf.itertext()).split())
    return (leaf.text or "").strip()


# --- writing


def _write(parent: etree._Element, value: Any, *, service: str) -> None:
    """Write a dataclass's fields below the element, in their order."""
    kind: type = type(value)
    entries: Iterable[_Field] = _fields(kind)
    if getattr(value, "problems", ()):
        entries = [each for each in entries if each.name in {f.name for f in fields(Response)}]
    else:
        _check_needs(value)
    for field in entries:
        content = getattr(value, field.name)
        for one in content if field.many else (content,):
            if one is None or one is False or one == "":
                if field.at.absent:
                    _place(parent, field.at.absent)
            else:
                _fill(_place(parent, field.at.path), field, one, service=service)


def _check_needs(value: Any) -> None:
    for need in value.NEEDS:
        given = [bool(getattr(value, name)) for name in re.split(r"[|^]", need)]
        if not any(given) or ("^" in need and all(given)):
            raise ValueError(f"{value} needs {need}")


def _place(parent: etree._Element, path: str) -> etree._Element:
    """Make the element at the path; elements on the way are shared with the field before."""
    *way, last = path.split("/")
    for step in way:
        tag = etree.QName(NAMESPACE, step.rstrip("*"))
        newest = parent[-1] if len(parent) and not step.endswith("*") else None
        shared = newest is not None and newest.tag == tag.text
        parent = newest if shared and newest is not None else etree.SubElement(parent, tag)
    return etree.SubElement(parent, etree.QName(NAMESPACE, last))


def _fill(leaf: etree._Element, field: _Field, value: Any, *, service: str) -> None:
    match value:
        case bool():
            return  # that the element stands there is all it says
        case str():
            leaf.text = value
            if field.at.words and (uri := scheme(field.at.words, value, service=service)):
                leaf.set(etree.QName(NAMESPACE, "Scheme"), uri)
        case datetime():
            if value.tzinfo is None:
                raise ValueError(f"{field.name} has no time zone")
            leaf.text = value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case int():
            leaf.text = str(value)
        case _:
            _write(leaf, value, service=service)
