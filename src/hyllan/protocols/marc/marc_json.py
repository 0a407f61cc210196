"""
MARC records as JSON: an array, one object, one a line, or objects after one another.

Three shapes are met and all are read: MARC-in-JSON (a list of one-key objects; what pymarc and
ruby-marc write), MARC-HASH (the same as nested lists), and MARCXML's names as keys.
"""

import json
from collections.abc import Iterator
from typing import Any

import orjson

from hyllan.protocols.errors import Malformed

from .encoding import decoder_for
from .record import (
    DEFAULT_LEADER,
    BadRecord,
    ControlField,
    DataField,
    MarcRecord,
    Subfield,
    clean,
)

_BOM = b"\xef\xbb\xbf"
_SPACE = " \t\r\n,"  # between objects, also the commas of an array that is broken further on
_DECODER = json.JSONDecoder()


def read_marc_json(data: bytes) -> Iterator[MarcRecord | BadRecord]:
    """
    Yield the records in order; what is no record comes as it stood, with the reason.

    Where the whole is no JSON, each line or object is read for itself, so that one that is cut
    short costs no other.
    """
    data = data.removeprefix(_BOM)
    try:
        told = orjson.loads(data)
        orjson.dumps(told)  # refuses what is nested too deep to be told again
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        pass
    else:
        yield from _records(told)
        return
    if not _is_utf8(data):
        data = decoder_for(data)(data).encode()
    yield from _one_by_one(data.decode())


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _records(told: Any) -> Iterator[MarcRecord | BadRecord]:
    if isinstance(told, dict) and isinstance(told.get("records"), list):
        told = told["records"]
    for number, each in enumerate(told if isinstance(told, list) else [told]):
        try:
            yield from_json(each)
        except Malformed as error:
            yield BadRecord(orjson.dumps(each), number, error.message)


def _one_by_one(text: str) -> Iterator[MarcRecord | BadRecord]:
    place, number = 0, 0
    while True:
        while place < len(text) and text[place] in _SPACE + "[]":
            place += 1
        if place == len(text):
            return
        end = text.find("\n", place) + 1 or len(text)  # an object may be cut, a line seldom is
        try:
            told, end = _DECODER.raw_decode(text, place)
            yield from_json(told)
        except (json.JSONDecodeError, RecursionError):
            yield BadRecord(text[place:end].encode(), number, "the text is not JSON")
        except Malformed as error:
            yield BadRecord(text[place:end].encode(), number, error.message)
        place, number = end, number + 1


def from_json(told: Any) -> MarcRecord:
    """
    Return the record that an object tells, in any of the three shapes.

    :raises Malformed: it is none of them, or a field has no tag or code
    """
    if not isinstance(told, dict):
        raise Malformed("the record is no JSON object")
    controls: list[ControlField] = []
    datas: list[DataField] = []
    for tag, value in _fields(told):
        if not clean(tag):
            raise Malformed("a field has no tag")
        if isinstance(value, str):
            controls.append(ControlField(clean(tag), clean(value)))
        else:
            datas.append(_data_field(clean(tag), value))
    if not controls and not datas:
        raise Malformed("the record has no fields")
    leader = told.get("leader")
    leader = clean(leader).ljust(24)[:24] if isinstance(leader, str) and leader else DEFAULT_LEADER
    return MarcRecord(leader, tuple(controls), tuple(datas))


def _fields(told: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield tag and content: a text, or a mapping with indicators and subfields."""
    for each in _listed(told.get("fields")):
        if isinstance(each, dict) and len(each) == 1:
            yield next(iter(each.items()))
        elif isinstance(each, list) and len(each) in {2, 4}:
            yield str(each[0]), each[1] if len(each) == 2 else each[1:]
        else:
            raise Malformed("a field is neither a tag with its content nor a list")
    for each in _listed(told.get("controlfield")) + _listed(told.get("controlfields")):
        yield _text(each, "tag"), _value(each)
    for each in _listed(told.get("datafield")) + _listed(told.get("datafields")):
        yield _text(each, "tag"), each


def _data_field(tag: str, told: Any) -> DataField:
    if isinstance(told, list):
        told = {"ind1": told[0], "ind2": told[1], "subfields": told[2]}
    if not isinstance(told, dict):
        raise Malformed(f"field {tag} has no subfields")
    both = told.get("ind")
    if isinstance(both, str):
        told = told | {"ind1": both[:1], "ind2": both[1:2]}
    parts = _listed(told.get("subfields")) + _listed(told.get("subfield"))
    return DataField(
        tag,
        clean(_text(told, "ind1"))[:1] or " ",
        clean(_text(told, "ind2"))[:1] or " ",
        tuple(_subfield(tag, part) for part in parts),
    )


def _subfield(tag: str, told: Any) -> Subfield:
    if isinstance(told, list) and len(told) == 2:
        code, value = told
    elif isinstance(told, dict) and len(told) == 1:
        code, value = next(iter(told.items()))
    else:
        code, value = _text(told, "code"), _value(told)
    if not (isinstance(code, str) and isinstance(value, str) and clean(code)):
        raise Malformed(f"a subfield of {tag} is no code with a text")
    return Subfield(clean(code)[:1], clean(value))


def _listed(told: Any) -> list[Any]:
    """Return a list, also where a writer left the brackets of a list of one away."""
    if told is None:
        return []
    return told if isinstance(told, list) else [told]


def _text(told: Any, name: str) -> str:
    value = told.get(name) if isinstance(told, dict) else None
    return value if isinstance(value, str) else ""


def _value(told: Any) -> str:
    texts = (_text(told, name) for name in ("data", "value", "content", "#text"))
    return next((text for text in texts if text), "")


def to_json(record: MarcRecord) -> dict[str, Any]:
    """Return the record as MARC-in-JSON."""
    fields: list[dict[str, Any]] = [{field.tag: field.value} for field in record.control_fields]
    fields += [
        {
            field.tag: {
                "ind1": field.indicator1,
                "ind2": field.indicator2,
                "subfields": [{part.code: part.value} for part in field.subfields],
            }
        }
        for field in record.data_fields
    ]
    return {"leader": record.leader, "fields": fields}
