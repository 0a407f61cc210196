import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from hyllan.protocols.errors import Malformed
from hyllan.protocols.marc import (
    BadRecord,
    ControlField,
    DataField,
    MarcRecord,
    Subfield,
    from_element,
    read_marc,
    read_marcxml,
    to_element,
    to_marcxml,
    write_marc,
)
from hyllan.protocols.marc.encoding import decoder_for, from_marc8

SHARED = Path(os.environ.get("HYLLAN_SHARED", Path(__file__).parents[6] / "shared"))
MARC = SHARED / "data" / "marc"
needs_shared = pytest.mark.skipif(not MARC.exists(), reason="HYLLAN_SHARED is missing")


def field(tag: str, **subfields: str) -> DataField:
    return DataField(tag, " ", " ", tuple(Subfield(c, v) for c, v in subfields.items()))


def record(*fields: DataField, number: str = "1") -> MarcRecord:
    return MarcRecord("00000nam a2200000 a 4500", (ControlField("001", number),), fields)


PIPPI = record(
    DataField("245", "1", "0", (Subfield("a", "Pippi Långstrump /"), Subfield("c", "Lindgren"))),
    field("852", b="LUND", p="1"),
    field("876", p="1", j="available"),
    field("852", b="LUND", p="2"),
    field("876", p="2", j="on loan"),
    field("653", a="Barn"),
)


def content(found: MarcRecord | BadRecord) -> tuple[object, object]:
    assert isinstance(found, MarcRecord), found
    return found.control_fields, found.data_fields


def test_a_record_comes_back_with_its_fields_in_their_order() -> None:
    (found,) = read_marc(write_marc(PIPPI))

    assert content(found) == content(PIPPI)


def test_a_record_in_xml_comes_back_as_it_was() -> None:
    assert content(from_element(etree.fromstring(to_marcxml(PIPPI)))) == content(PIPPI)


def test_fields_are_asked_by_tag_and_code() -> None:
    assert PIPPI.first("245", "a") == "Pippi Långstrump /"
    assert [f.first("p") for f in PIPPI.fields("852")] == ["1", "2"]
    assert PIPPI.control("001") == "1"
    assert PIPPI.first("999", "a") == ""


def test_utf8_is_seen_though_the_leader_says_marc8() -> None:
    sent = bytearray(write_marc(PIPPI))
    sent[9:10] = b" "

    assert content(next(read_marc(bytes(sent)))) == content(PIPPI)


def test_latin1_is_seen_though_the_leader_says_utf8() -> None:
    told = "Från träd till bok; ö är en bokstav; Åke gör så"
    sent = write_marc(record(field("245", a="x" * len(told)))).replace(
        b"x" * len(told), told.encode("latin-1")
    )

    found = next(read_marc(sent))

    assert isinstance(found, MarcRecord)
    assert found.first("245", "a") == told


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (b"The K\xe8oln concert", "The Köln concert"),
        (b"\xeaAngstr\xe8om", "Ångström"),
        (b"caf\xe2e \xa5on", "café Æon"),
        (b"a \x1b(N\x41\x62\x1b(B b", "a аБ b"),
        (b"a\x1b$1\x21\x30\x21\x1b(B b", "a一 b"),
        (b"a\x1bb2\x1bs b", "a₂ b"),
        (b"x\x80y", "x\ufffdy"),
    ],
)
def test_marc8_becomes_unicode(sent: bytes, told: str) -> None:
    import unicodedata  # noqa: PLC0415 - thin helper

    assert unicodedata.normalize("NFC", from_marc8(sent)) == told


def test_marc8_is_known_by_where_its_diacritics_stand() -> None:
    assert decoder_for(b"The K\xe8oln concert")(b"K\xe8oln") == "Ko\u0308ln"
    assert decoder_for("Så är det på Österlen".encode("latin-1"))(b"\xd6") == "Ö"


@given(st.binary(max_size=60))
def test_no_bytes_stop_the_decoder(data: bytes) -> None:
    assert len(from_marc8(data)) <= len(data)


def test_lengths_that_count_characters_are_counted_again() -> None:
    sent = write_marc(PIPPI)
    wrong = b"00099" + sent[5:]

    assert content(next(read_marc(wrong))) == content(PIPPI)


def test_decomposed_letters_are_composed() -> None:
    found = next(read_marc(write_marc(record(field("245", a="A\u030angstro\u0308m")))))

    assert isinstance(found, MarcRecord)
    assert found.first("245", "a") == "Ångström"


def test_a_bad_record_stops_no_other() -> None:
    first, second = write_marc(record(field("245", a="Ett"))), write_marc(PIPPI)
    bad = second[:30] + b"\xff\xff" + second[32:]

    found = list(read_marc(first + b"\r\n" + bad + second))

    assert [type(each) for each in found] == [MarcRecord, BadRecord, MarcRecord]
    assert found[1] == BadRecord(
        bad, len(first) + 2, "the directory holds something else than tags and numbers"
    )


values = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=12)
subfields = st.builds(Subfield, st.sampled_from("abchp79"), values)
data_fields = st.builds(
    DataField,
    st.sampled_from(["020", "100", "245", "852", "876", "999"]),
    st.sampled_from(" 01"),
    st.sampled_from(" 01"),
    st.lists(subfields, min_size=1, max_size=3).map(tuple),
)
records = st.builds(
    MarcRecord,
    st.just("00000nam a2200000 a 4500"),
    st.just((ControlField("001", "7"),)),
    st.lists(data_fields, min_size=1, max_size=6).map(tuple),
)


@given(st.lists(records, max_size=4))
def test_what_was_written_is_read(drawn: list[MarcRecord]) -> None:
    found = list(read_marc(b"".join(write_marc(each) for each in drawn)))
    twice = list(read_marc(b"".join(write_marc(each) for each in found)))  # type: ignore[arg-type]

    assert [content(each) for each in twice] == [content(each) for each in found]
    assert len(found) == len(drawn)


@given(st.lists(records, min_size=1, max_size=4), st.data())
def test_no_damaged_record_is_lost(drawn: list[MarcRecord], data: st.DataObject) -> None:
    sent = bytearray(b"".join(write_marc(each) for each in drawn))
    for _ in range(data.draw(st.integers(0, 6))):
        place = data.draw(st.integers(0, len(sent) - 1))
        if sent[place] != 0x1D:
            sent[place] = data.draw(st.integers(0, 255).filter(lambda byte: byte != 0x1D))

    assert len(list(read_marc(bytes(sent)))) == len(drawn)


@given(st.lists(records, min_size=1, max_size=4), st.data())
def test_a_file_cut_off_gives_its_whole_records_and_the_rest_as_bad(
    drawn: list[MarcRecord], data: st.DataObject
) -> None:
    sent = b"".join(write_marc(each) for each in drawn)
    cut = sent[: data.draw(st.integers(0, len(sent)))]

    found = list(read_marc(cut))

    whole = cut.count(b"\x1d")
    assert [isinstance(each, MarcRecord) for each in found[:whole]] == [True] * whole
    assert [type(each) for each in found[whole:]] == (
        [] if cut.endswith(b"\x1d") or not cut else [BadRecord]
    )


@given(st.binary(max_size=200))
def test_garbage_is_bad_and_raises_nothing(data: bytes) -> None:
    assert all(isinstance(each, MarcRecord | BadRecord) for each in read_marc(data))


@pytest.mark.parametrize(
    "impossible",
    [
        record(field("24", a="x")),
        record(field("245", a="x" * 9_999)),
        record(*[field("500", a="x" * 9_000)] * 12),
        record(DataField("245", "12", " ", (Subfield("a", "x"),))),
        record(DataField("245", " ", " ", (Subfield("å", "x"),))),
    ],
)
def test_what_the_format_cannot_say_is_refused(impossible: MarcRecord) -> None:
    with pytest.raises(Malformed):
        write_marc(impossible)


def test_xml_with_a_prefix_and_a_bad_record_is_read() -> None:
    sent = b"""<m:collection xmlns:m="http://www.loc.gov/MARC21/slim">
      <m:record><m:controlfield tag="001">1</m:controlfield></m:record>
      <m:record><m:datafield ind1="1"/></m:record>
      <m:record><m:datafield tag="245" ind1="1"><m:subfield code="a">B</m:subfield></m:datafield>
      </m:record></m:collection>"""

    found = list(read_marcxml(sent))

    assert [getattr(each, "reason", "") for each in found] == ["", "a datafield has no tag", ""]
    assert found[2] == MarcRecord(
        "00000nam a2200000 a 4500", (), (DataField("245", "1", " ", (Subfield("a", "B"),)),)
    )


def test_xml_that_is_something_else_is_refused() -> None:
    with pytest.raises(Malformed, match="neither a collection nor a record"):
        list(read_marcxml(b"<html/>"))


def files() -> Iterator[Path]:
    return (path for path in sorted(MARC.glob("*")) if path.suffix in {".mrc", ".marc"})


@needs_shared
@pytest.mark.parametrize(
    ("name", "read", "bad"),
    [
        ("jazz_1k.mrc", 1000, 0),
        ("lul_fre_500.mrc", 500, 0),
        ("nepali.marc", 95, 1),
        ("oss.marc", 42, 0),
    ],
)
def test_real_files_are_read_and_come_back(name: str, read: int, bad: int) -> None:
    found = list(read_marc((MARC / name).read_bytes()))
    good = [each for each in found if isinstance(each, MarcRecord)]

    assert (len(good), len(found) - len(good)) == (read, bad)
    assert [content(next(read_marc(write_marc(each)))) for each in good] == [
        content(each) for each in good
    ]
    assert "\ufffd" not in str(good)


@needs_shared
@pytest.mark.parametrize("name", ["jazz_1k.mrc", "lul_fre_500.mrc", "nepali.marc"])
def test_real_records_are_valid_by_the_published_schema(name: str) -> None:
    schema = etree.XMLSchema(etree.parse(SHARED / "schemas" / "MARC21slim.xsd"))

    for each in read_marc((MARC / name).read_bytes()):
        if isinstance(each, MarcRecord):
            element = etree.fromstring(to_marcxml(each))
            schema.assertValid(element)
            assert content(from_element(element)) == content(
                MarcRecord(
                    each.leader,
                    each.control_fields,
                    tuple(f for f in each.data_fields if f.subfields),
                )
            )


@needs_shared
def test_a_code_the_schema_has_not_is_refused_in_xml() -> None:
    refused = 0
    for each in read_marc((MARC / "oss.marc").read_bytes()):
        assert isinstance(each, MarcRecord)
        try:
            to_element(each)
        except Malformed:
            refused += 1

    assert refused == 2


@needs_shared
def test_a_whole_systems_xml_is_read() -> None:
    data = (SHARED / "data" / "evergreen_demo_ils" / "records.xml").read_bytes()

    found = list(read_marcxml(data))

    assert [type(each) for each in found] == [MarcRecord] * 344
