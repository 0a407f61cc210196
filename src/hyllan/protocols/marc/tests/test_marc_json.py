import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyllan.protocols.marc import BadRecord, ControlField, DataField, MarcRecord, Subfield
from hyllan.protocols.marc.iso2709 import read_marc
from hyllan.protocols.marc.marc_json import read_marc_json, to_json

SHARED = Path(os.environ.get("HYLLAN_SHARED", Path(__file__).parents[6] / "shared"))
JAZZ = SHARED / "data" / "marc" / "jazz_1k.mrc"
PIPPI = MarcRecord(
    "00000nam a2200000 a 4500",
    (ControlField("001", "17"),),
    (
        DataField("245", "1", "0", (Subfield("a", "Pippi Långstrump /"), Subfield("c", "Astrid"))),
        DataField("653", " ", " ", (Subfield("a", "Barn"),)),
    ),
)
IN_JSON = to_json(PIPPI)
HASH = {
    "type": "marc-hash",
    "leader": PIPPI.leader,
    "fields": [
        ["001", "17"],
        ["245", "1", "0", [["a", "Pippi Långstrump /"], ["c", "Astrid"]]],
        ["653", " ", " ", [["a", "Barn"]]],
    ],
}
LIKE_XML = {
    "leader": PIPPI.leader,
    "controlfield": {"tag": "001", "data": "17"},
    "datafield": [
        {
            "tag": "245",
            "ind": "10",
            "subfield": [
                {"code": "a", "data": "Pippi Långstrump /"},
                {"code": "c", "data": "Astrid"},
            ],
        },
        {"tag": "653", "ind1": " ", "ind2": " ", "subfields": {"code": "a", "value": "Barn"}},
    ],
}


def dumped(*told: Any) -> bytes:
    return b"\n".join(json.dumps(each, ensure_ascii=False).encode() for each in told)


@pytest.mark.parametrize("shape", [IN_JSON, HASH, LIKE_XML])
def test_every_shape_tells_the_same_record(shape: dict[str, Any]) -> None:
    assert list(read_marc_json(dumped(shape))) == [PIPPI]


@pytest.mark.parametrize(
    "data",
    [
        dumped([IN_JSON, HASH]),
        dumped(IN_JSON, HASH),
        dumped(IN_JSON) + dumped(HASH),
        dumped({"records": [IN_JSON, HASH]}),
        b"\xef\xbb\xbf" + json.dumps([IN_JSON, HASH], indent=2).encode(),
        dumped(IN_JSON, HASH).decode().encode("latin-1"),
    ],
)
def test_records_stand_in_an_array_in_lines_or_after_one_another(data: bytes) -> None:
    assert list(read_marc_json(data)) == [PIPPI, PIPPI]


def test_a_file_that_ends_in_the_middle_costs_its_last_record_only() -> None:
    whole = dumped([IN_JSON, HASH])

    first, second = read_marc_json(whole[:-40])

    assert first == PIPPI
    assert isinstance(second, BadRecord)
    assert (second.reason, whole[:-40].endswith(second.raw)) == ("the text is not JSON", True)


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({}, "the record has no fields"),
        ("Pippi", "the record is no JSON object"),
        ({"fields": [{"245": 7}]}, "field 245 has no subfields"),
        ({"fields": [{"": "7"}]}, "a field has no tag"),
        ({"fields": [{"245": {"subfields": [{"": "x"}]}}]}, "a subfield of 245 is no code"),
        ({"fields": [{"245": {"subfields": [["a", "b", "c"]]}}]}, "a subfield of 245 is no code"),
        ({"fields": ["245"]}, "a field is neither a tag with its content nor a list"),
    ],
)
def test_what_is_no_record_is_kept_with_its_reason(told: Any, reason: str) -> None:
    (bad, good) = read_marc_json(dumped([told, IN_JSON]))

    assert isinstance(bad, BadRecord)
    assert bad.reason.startswith(reason)
    assert json.loads(bad.raw) == told
    assert good == PIPPI


@given(st.binary() | st.recursive(st.text(), st.lists).map(lambda told: json.dumps(told).encode()))
def test_anything_is_read_or_kept_and_never_an_error(data: bytes) -> None:
    assert all(isinstance(found, BadRecord | MarcRecord) for found in read_marc_json(data))


@pytest.mark.parametrize("depth", [300, 900, 100_000])
def test_what_is_nested_too_deep_is_kept_aside_as_it_came(depth: int) -> None:
    data = b'{"fields":' + b"[" * depth + b"]" * depth + b"}"

    (bad,) = read_marc_json(data)

    assert isinstance(bad, BadRecord)
    assert bad.raw == data


@pytest.mark.skipif(not JAZZ.exists(), reason="HYLLAN_SHARED is missing")
def test_real_records_come_back_as_they_were() -> None:
    records = [found for found in read_marc(JAZZ.read_bytes()) if isinstance(found, MarcRecord)]

    again = list(read_marc_json(dumped([to_json(record) for record in records])))

    assert len(records) == 1000
    assert again == records
