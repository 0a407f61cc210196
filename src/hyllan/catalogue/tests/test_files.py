"""Files are known by what is in them; what cannot be read of them is kept."""

import gzip
import json

import pytest

from hyllan.catalogue.connectors import files
from hyllan.catalogue.connectors.files import NoRecords, read_records
from hyllan.catalogue.tests.make import marc
from hyllan.protocols.marc import BadRecord, MarcRecord, to_marcxml, write_marc
from hyllan.protocols.marc.marc_json import to_json

PIPPI, EMIL = marc("Pippi Långstrump"), marc("Emil i Lönneberga")
COLLECTION = b"<collection>%b%b</collection>" % (to_marcxml(PIPPI), to_marcxml(EMIL))
KINDS = {
    "MARC 21": write_marc(PIPPI) + write_marc(EMIL),
    "MARC 21 after a byte order mark": b"\xef\xbb\xbf" + write_marc(PIPPI) + write_marc(EMIL),
    "MARCXML": COLLECTION,
    "MARCXML in UTF-16": COLLECTION.decode().encode("utf-16"),
    "MARCXML in Latin-1 that says nothing": COLLECTION.decode().encode("latin-1"),
    "JSON": json.dumps([to_json(PIPPI), to_json(EMIL)]).encode(),
    "JSON in lines": b"\n".join(json.dumps(to_json(it)).encode() for it in (PIPPI, EMIL)),
}


def fields(found: MarcRecord | BadRecord) -> object:
    assert isinstance(found, MarcRecord), found
    return found.control_fields, found.data_fields


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_read_by_its_content(kind: str, packed: bool) -> None:
    data = gzip.compress(KINDS[kind]) if packed else KINDS[kind]

    assert [fields(found) for found in read_records(data)] == [fields(PIPPI), fields(EMIL)]


def test_a_file_gzipped_in_pieces_is_one_file() -> None:
    data = gzip.compress(write_marc(PIPPI)) + gzip.compress(write_marc(EMIL))

    assert len(list(read_records(data))) == 2


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<html><body>Not found</body></html>", "neither a collection nor a record"),
        (b"%PDF-1.4 ...", "neither MARC 21 nor MARCXML nor JSON"),
        (gzip.compress(write_marc(PIPPI))[:-12], "in the middle of what is packed"),
        (b"\x1f\x8b\x08rubbish", "cannot be unpacked"),
        (b"<!DOCTYPE x><collection>" + to_marcxml(PIPPI) + b"&", "DOCTYPE"),
    ],
)
def test_a_file_of_anything_else_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(NoRecords, match=reason):
        list(read_records(data))


def test_a_file_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_BYTES", 10_000)

    with pytest.raises(NoRecords, match="more than 10000 bytes"):
        list(read_records(gzip.compress(b" " * 1_000_000)))


def test_an_empty_file_has_no_records() -> None:
    assert list(read_records(b"")) == list(read_records(b" \n")) == []


def test_a_broken_record_in_xml_costs_no_other_and_nothing_is_lost() -> None:
    good, bad = to_marcxml(PIPPI), to_marcxml(EMIL).replace(b"</subfield>", b"", 1)
    data = b"<collection>%b%b<!-- x -->%b</collection>" % (good, bad, good)

    found = list(read_records(data))

    assert fields(found[0]) == fields(found[3]) == fields(PIPPI)
    assert [each.raw for each in found if isinstance(each, BadRecord)] == [bad, b"<!-- x -->"]


def test_a_file_of_xml_that_ends_in_the_middle_gives_what_is_whole() -> None:
    cut = COLLECTION[:-60]

    first, rest = read_records(cut)

    assert fields(first) == fields(PIPPI)
    assert isinstance(rest, BadRecord)
    assert cut.endswith(rest.raw)


def test_ampersands_and_html_entities_are_mended() -> None:
    wrong = COLLECTION.replace("å".encode(), b"&aring;").replace("ö".encode(), b"&ouml;")

    assert [fields(found) for found in read_records(wrong)] == [fields(PIPPI), fields(EMIL)]
