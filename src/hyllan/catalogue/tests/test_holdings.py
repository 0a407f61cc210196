"""Items as library systems write them, and maps for those that write them otherwise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyllan.catalogue.engine.holdings import Holding, Holdings, holdings
from hyllan.catalogue.engine.item_map import USUAL, ItemMap, WrongItemMap, item_map_of
from hyllan.catalogue.tests.make import marc, marc_field
from hyllan.protocols.marc import DataField


def read(*fields: DataField, item_map: ItemMap = USUAL) -> Holdings:
    return holdings(marc("Pippi", more=fields), item_map)


def test_koha_writes_952() -> None:
    found = read(
        marc_field("952", a="LUND", b="DALBY", c="BARN", o="Hcf", p="1"),
        marc_field("952", a="LUND", p="2", q="2026-12-24"),
        marc_field("952", **{"a": "LUND", "p": "3", "1": "2", "7": "0"}),
        marc_field("952", **{"a": "LUND", "p": "4", "0": "0", "1": "0", "7": "-1"}),
        marc_field("952", **{"a": "LUND", "p": "5", "0": "1"}),
        marc_field("952", **{"a": "LUND", "p": "6", "4": "1"}),
        marc_field("852", b="(SE)", a="Lund"),
    )

    assert found == Holdings(
        (
            Holding("DALBY", "1", "Hcf", "available"),
            Holding("LUND", "2", "", "on_loan"),
            Holding("LUND", "3", "", "missing"),
            Holding("LUND", "4", "", "not_for_loan"),
            Holding("LUND", "6", "", "not_for_loan"),
        ),
        (),
    )


@pytest.mark.parametrize("tag", ["949", "945"])
def test_sierra_writes_949_or_945(tag: str) -> None:
    found = read(
        marc_field(tag, i="1", l="lund ", a="Hcf", s="-"),
        marc_field(tag, i="2", l="lund", s="m"),
        marc_field(tag, i="3", l="lund", s="w"),
        marc_field(tag, i="4", l="lund", s="?"),
    )

    assert [(item.barcode, item.library, item.status) for item in found.items] == [
        ("1", "lund", "available"),
        ("2", "lund", "missing"),
        ("4", "lund", "not_for_loan"),
    ]
    assert found.problems == ("? of 4 is not a status we know",)


def test_a_note_in_a_local_field_is_no_item() -> None:
    found = read(marc_field("952", a="Library has 2 copies."), marc_field("949", l="Online"))

    assert found == Holdings((), ())


def test_symphony_writes_949_with_its_library_in_m() -> None:
    found = read(
        marc_field("949", a="5490", w="LC", i="1", r="Y", t="SOUND", l="HUNT-AUDIO", m="HUNT"),
        marc_field("949", i="2", r="Y", l="HUNT-CIRC", k="CHECKEDOUT", m="HUNT"),
        marc_field("949", i="3", r="N", l="HUNT-REF", m="HUNT"),
        marc_field("949", i="4", r="Y", l="HUNT-CIRC", k="BINDERY", m="HUNT"),
    )

    assert [(item.library, item.call_number, item.status) for item in found.items] == [
        ("HUNT", "5490", "available"),
        ("HUNT", "", "on_loan"),
        ("HUNT", "", "not_for_loan"),
        ("HUNT", "", "not_for_loan"),
    ]
    assert found.problems == ("BINDERY of 4 is not a status we know",)


def test_barcodes_in_876_stand_where_the_linked_852_says() -> None:
    found = read(
        marc_field("852", **{"8": "1", "b": "LUND", "h": "Hcf"}),
        marc_field("852", **{"8": "2", "b": "DALBY", "h": "Hcg"}),
        marc_field("876", **{"8": "2.1", "p": "b", "j": "utlånad"}),
        marc_field("876", **{"8": "1.1", "p": "a"}),
        marc_field("878", **{"8": "1.2", "p": "c", "j": "lost"}),
    )

    assert found.items == (
        Holding("DALBY", "b", "Hcg", "on_loan"),
        Holding("LUND", "a", "Hcf", "available"),
        Holding("LUND", "c", "Hcf", "missing"),
    )


def test_without_a_link_the_order_or_the_only_place_tells() -> None:
    in_order = read(
        marc_field("852", b="LUND"),
        marc_field("852", b="DALBY"),
        marc_field("876", p="1"),
        marc_field("876", p="2"),
    )
    only = read(marc_field("852", b="LUND"), marc_field("876", p="1"), marc_field("876", p="2"))
    named = read(
        marc_field("852", **{"3": "v. 2", "b": "DALBY"}),
        marc_field("852", **{"3": "v. 1", "b": "LUND"}),
        marc_field("876", **{"3": "v. 1", "p": "1"}),
    )

    assert [item.library for item in in_order.items] == ["LUND", "DALBY"]
    assert [item.library for item in only.items] == ["LUND", "LUND"]
    assert [item.library for item in named.items] == ["LUND"]


def test_an_item_that_could_stand_anywhere_is_set_aside() -> None:
    found = read(
        marc_field("852", b="LUND"), marc_field("852", b="DALBY"), marc_field("876", p="1")
    )

    assert found == Holdings((), ("where the item 1 stands is not said",))


def test_a_status_in_line_belongs_to_the_item_in_line() -> None:
    found = read(
        marc_field("852", b="LUND", p="1"),
        marc_field("852", b="LUND", p="2"),
        marc_field("876", j="on loan"),
        marc_field("876", j="available"),
    )

    assert [item.status for item in found.items] == ["on_loan", "available"]


def test_a_map_says_where_a_library_writes_its_items() -> None:
    item_map = item_map_of(
        {
            "tag": "996",
            "library": "w",
            "barcode": "b",
            "call_number": ["kl", "m"],
            "libraries": {"12": "LUND", "13": "LUND-DALBY"},
            "status": [
                {"subfield": "x", "is": "gone", "unless": ["n"]},
                {"subfield": "s", "words": {"Nyköp": "not_for_loan"}},
                {"subfield": "d", "is": "on_loan"},
            ],
        }
    )

    found = read(
        marc_field("996", w="12", b="1", k="Hcf", l="Lin", x="n", s="inne"),
        marc_field("996", w="13", b="2", m="Mag", s="nyköp"),
        marc_field("996", w="14", b="3", s="inne", d="2026-12-01"),
        marc_field("996", w="12", b="4", x="j"),
        marc_field("952", a="LUND", p="5"),
        item_map=item_map,
    )

    assert found.items == (
        Holding("LUND", "1", "Hcf Lin", "available"),
        Holding("LUND-DALBY", "2", "Mag", "not_for_loan"),
        Holding("14", "3", "", "on_loan"),
    )


def test_a_map_of_codes_alone_keeps_the_usual_fields() -> None:
    item_map = item_map_of({"libraries": {"CPL": "LUND"}})

    found = read(marc_field("952", a="CPL", p="1"), item_map=item_map)

    assert [item.library for item in found.items] == ["LUND"]


@pytest.mark.parametrize(
    ("told", "faults"),
    [
        ([], ["A map is an object: {…}."]),
        (
            {"tag": "952", "barcode": "p"},
            ["library is needed, since tag is given."],
        ),
        (
            {"tag": "95", "library": "a", "barcode": "P", "lokation": "c"},
            [
                "lokation is no part of a map. There are: barcode, call_number, libraries,"
                " library, linked, status, tag.",
                "tag must be a tag of three digits, such as 952.",
                "barcode must be subfield codes, such as p or hi.",
            ],
        ),
        ({"libraries": {"CPL": 7}}, ["libraries must be an object of texts."]),
        (
            {
                "tag": "952",
                "library": "a",
                "barcode": "p",
                "status": [{"subfield": "7", "is": "away"}, {"subfield": "8"}, "q"],
            },
            [
                "away is no status. There are: available, on_loan, not_for_loan, missing, gone.",
                "A rule of status is an object with subfield, and either is or words.",
                "A rule of status is an object with subfield, and either is or words.",
            ],
        ),
    ],
)
def test_a_wrong_map_is_refused_with_every_fault(told: object, faults: list[str]) -> None:
    with pytest.raises(WrongItemMap) as wrong:
        item_map_of(told)

    assert [text % found for text, found in wrong.value.faults] == faults


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
)
keys = st.sampled_from(["tag", "library", "barcode", "call_number", "linked", "status"])


@given(st.dictionaries(keys, json_values | st.just("952")) | json_values)
def test_any_map_is_read_or_refused(told: object) -> None:
    try:
        item_map = item_map_of(told)
    except WrongItemMap as wrong:
        faults = [text % found for text, found in wrong.faults]
        assert faults
        assert all(faults)
        return

    assert len(read(marc_field("952", p="1"), item_map=item_map).items) <= 1


subfields = st.lists(st.tuples(st.sampled_from("bp83jhqi7"), st.sampled_from(["1", "2", "x", ""])))
fields = st.builds(
    lambda tag, parts: marc_field(tag, **dict(parts)),
    st.sampled_from(["852", "876", "878", "952", "949"]),
    subfields,
)


@given(st.lists(fields, max_size=8))
def test_no_barcode_is_given_twice_and_each_one_counts(each: list[DataField]) -> None:
    found = read(*each)

    barcodes = [item.barcode for item in found.items]
    assert len(barcodes) == len(set(barcodes))
    assert all(barcodes)
