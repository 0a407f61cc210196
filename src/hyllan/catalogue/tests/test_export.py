from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyllan.catalogue import queries
from hyllan.catalogue.engine.export import Copy, to_marc
from hyllan.catalogue.engine.normalise import Description, describe
from hyllan.catalogue.models import Item
from hyllan.catalogue.tests import make_editions as make
from hyllan.protocols.marc import (
    DataField,
    MarcRecord,
    read_marc,
    read_marcxml,
    to_marcxml,
    write_marc,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
BOOK = Description(
    title="Röda rummet : skildringar",
    responsible="Strindberg, August",
    main_entry="Strindberg, August",
    year=2009,
    language="swe",
    isbns=("9789100123456",),
    publisher="Bonnier",
    extent="300 s.",
    subjects=("Konstnärer",),
    names=("Strindberg, August", "Åsbrink, Elisabeth"),
    summary="Om konstnärer.",
)


def told(field: DataField) -> str:
    parts = " ".join(f"${part.code} {part.value}" for part in field.subfields)
    return f"{field.tag} {field.indicator1}{field.indicator2} {parts}"


def test_a_book_becomes_a_record() -> None:
    record = to_marc(
        17, BOOK, [Copy("LUND", "31", "Hc"), Copy("OSBY", "32", "", "not_for_loan")], changed=NOON
    )

    assert record.leader == "00000nam a22000003u 4500"
    assert [(field.tag, field.value) for field in record.control_fields] == [
        ("001", "17"),
        ("003", "hyllan"),
        ("005", "20261123120000.0"),
        ("008", "261123s2009    xx                  swe u"),
    ]
    assert [told(field) for field in record.data_fields] == [
        "020    $a 9789100123456",
        "100 1  $a Strindberg, August",
        "245 10 $a Röda rummet : skildringar",
        "264  1 $b Bonnier $c 2009",
        "300    $a 300 s.",
        "520    $a Om konstnärer.",
        "653    $a Konstnärer",
        "700 1  $a Åsbrink, Elisabeth",
        "852    $b LUND $h Hc $p 31",
        "876    $p 31 $j available",
        "852    $b OSBY $p 32",
        "876    $p 32 $h not for loan",
    ]


texts = st.text("abc åäö", min_size=1, max_size=12).map(str.strip).filter(bool)


@given(
    st.builds(
        Description,
        title=texts,
        main_entry=st.just("") | texts,
        year=st.none() | st.integers(1400, 2099),
        language=st.sampled_from(["", "swe", "eng"]),
        material=st.sampled_from(["book", "audiobook", "film", "music", "game", "other"]),
        publisher=st.just("") | texts,
        summary=st.just("") | texts,
    )
)
def test_another_hyllan_reads_the_same_back(edition: Description) -> None:
    record = to_marc(1, edition, (), changed=NOON)
    (over_xml,) = read_marcxml(to_marcxml(record))
    (over_iso,) = read_marc(write_marc(record))

    read = describe(record)

    assert isinstance(over_iso, MarcRecord)
    assert isinstance(over_xml, MarcRecord)
    assert over_iso.data_fields == over_xml.data_fields == record.data_fields
    assert len(record.control("008")) == 40
    for name in ("title", "main_entry", "year", "language", "material", "publisher", "summary"):
        assert getattr(read, name) == getattr(edition, name), name


@pytest.mark.django_db
def test_editions_are_given_with_their_items_and_those_gone_are_not() -> None:
    kept = make.edition(
        "Pippi",
        at={"LUND": "on_loan", "OSBY": Item.Status.WITHDRAWN},
        isbn="9789129688313",
        details={"isbns": ["9789129688313", "9789129688320"], "names": ["Lindgren, Astrid"]},
    )
    gone = make.edition("Borta", gone=True)
    moved = make.edition("Flyttad", merged_into=kept)

    found = queries.as_marc([kept.pk, gone.pk, moved.pk, 0])

    assert list(found) == [kept.pk]
    record = found[kept.pk]
    assert record.control("001") == str(kept.pk)
    assert [field.first("a") for field in record.fields("020")] == [
        "9789129688313",
        "9789129688320",
    ]
    assert [field.first("b") for field in record.fields("852")] == ["LUND"]
    assert [field.first("j") for field in record.fields("876")] == ["on loan"]
    assert record.first("700", "a") == "Lindgren, Astrid"
