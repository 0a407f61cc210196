"""The demo's shelf: true titles, spread over the region, as differently catalogued as real ones."""

import io
import json
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from hyllan.peers.shelf import isbn, lots
from hyllan.peers.shelf.classify import call_number
from hyllan.peers.shelf.files import encoded, marc_files
from hyllan.peers.shelf.stock import Holder, StockedTitle, barcode, holders, stock
from hyllan.peers.shelf.style import styles
from hyllan.peers.shelf.titles import Title, titles
from hyllan.protocols.marc import ControlField, DataField, MarcRecord, Subfield, read_marc
from hyllan.region.engine.folder import read_folder

SEED = 1
MINORITIES_AND_MOTHER_TONGUES = {
    *("ara", "bos", "dan", "eng", "fin", "fit", "fre", "ger", "hrv", "per", "pol", "rom", "rus"),
    *("sme", "som", "spa", "srp", "swe", "tur", "ukr", "yid"),
}


@cache
def region() -> tuple[Holder, ...]:
    return holders(read_folder(settings.HYLLAN_REGION))


@cache
def shelves() -> dict[str, tuple[StockedTitle, ...]]:
    return stock(region(), seed=SEED)


@cache
def files() -> dict[str, bytes]:
    return marc_files(shelves(), styles(region(), seed=SEED), seed=SEED)


@cache
def records() -> dict[str, tuple[MarcRecord, ...]]:
    found = {}
    for code, data in files().items():
        read = tuple(read_marc(data))
        good = tuple(record for record in read if isinstance(record, MarcRecord))
        assert len(good) == len(read), f"{code}: a record that cannot be read"
        found[code] = good
    return found


def a_title(named: str, *, language: str = "swe") -> Title:
    return next(t for t in titles() if t.title == named and t.language == language)


def test_there_are_enough_titles_and_none_stands_twice() -> None:
    keys = Counter(title.key for title in titles())

    assert len(titles()) >= 420
    assert [key for key, times in keys.items() if times > 1] == []


def test_every_isbn_has_a_right_check_digit() -> None:
    assert [t.key for t in titles() if t.isbn and not isbn.is_valid(t.isbn)] == []
    assert sum(bool(t.isbn) for t in titles()) >= 5


def test_every_title_says_what_it_must() -> None:
    assert [
        t.key
        for t in titles()
        if not (t.title and t.subjects and t.popularity in range(1, 6) and len(t.language) == 3)
        or (t.year is not None and not 1600 <= t.year <= 2026)
        or (t.form == "nonfiction") != bool(t.sab and t.dewey)
        or bool(t.original_title) < bool(t.original_language or t.translators)
    ] == []


def test_every_language_group_is_there() -> None:
    assert {t.language for t in titles()} >= MINORITIES_AND_MOTHER_TONGUES


def test_every_audience_form_and_material_is_there() -> None:
    assert {t.audience for t in titles()} == {"adult", "young", "children"}
    assert {t.form for t in titles()} >= {"fiction", "poetry", "drama", "nonfiction"}
    assert {t.material for t in titles()} == {"book", "comic", "film", "music"}


def test_matching_has_something_to_do() -> None:
    works = Counter(title.work for title in titles())
    volumes = [t.part for t in titles() if t.title == "Jerusalem" and t.material == "book"]
    namesakes = {t.authors for t in titles() if t.title == "Paradiset"}

    assert works["Saint-Exupéry, Antoine de", "Le petit prince", "book"] >= 10
    assert works["Salinger, J. D.", "The catcher in the rye", "book"] == 4
    assert volumes == ["1", "2"]
    assert namesakes == {("Marklund, Liza",), ("Gurnah, Abdulrazak",)}


def test_the_shelf_is_the_same_for_the_same_seed_and_another_for_another() -> None:
    again = marc_files(stock(region(), seed=SEED), styles(region(), seed=SEED), seed=SEED)
    other = marc_files(stock(region(), seed=2), styles(region(), seed=2), seed=2)

    assert again == files()
    assert all(other[code] != files()[code] for code in files())


def test_a_title_more_moves_no_copy_of_the_others() -> None:
    fewer = stock(region(), seed=SEED, of=titles()[:-1])

    libraries = {
        code: [[item.library for item in entry.items] for entry in shelf]
        for code, shelf in shelves().items()
    }
    without_last = {
        code: [
            [item.library for item in entry.items] for entry in shelf if entry.title != titles()[-1]
        ]
        for code, shelf in shelves().items()
    }
    assert without_last != libraries
    assert without_last == {
        code: [[item.library for item in entry.items] for entry in shelf]
        for code, shelf in fewer.items()
    }


def test_copies_are_spread_over_the_whole_region() -> None:
    items = {code: sum(len(entry.items) for entry in shelf) for code, shelf in shelves().items()}

    assert len(items) == 33
    assert 3_000 <= sum(items.values()) <= 4_500
    assert min(items.values()) >= 30
    assert max(items, key=lambda code: items[code]) == "MALMO"


def test_popular_titles_stand_in_many_organisations_and_rare_ones_in_few() -> None:
    owners: Counter[Title] = Counter(entry.title for shelf in shelves().values() for entry in shelf)

    assert {owners[t] for t in titles() if t.popularity == 1} == {1}
    assert {owners[t] for t in titles() if t.popularity == 2} == {1, 2, 3}
    assert min(owners[t] for t in titles() if t.popularity == 5) >= 10


def test_branches_have_items_and_every_item_stands_in_its_own_organisation() -> None:
    own = {holder.code: set(holder.libraries) for holder in region()}
    used = {
        code: {item.library for entry in shelf for item in entry.items}
        for code, shelf in shelves().items()
    }

    assert [code for code in used if not used[code] <= own[code]] == []
    assert sum(len(libraries) for libraries in used.values()) >= 60


def test_most_items_are_in_some_on_loan_some_missing_some_not_for_loan() -> None:
    items = [item for shelf in shelves().values() for entry in shelf for item in entry.items]
    share = {
        status: count / len(items) for status, count in Counter(i.status for i in items).items()
    }

    assert share["available"] > 0.75
    assert 0.1 < share["on loan"] < 0.25
    assert 0 < share["missing"] < 0.03
    assert 0.01 < sum(not item.for_loan for item in items) / len(items) < 0.06
    assert not [item for item in items if item.status == "on loan" and not item.for_loan]


def test_barcodes_are_unique_in_the_region_and_say_whose_they_are() -> None:
    pairs = [
        (holder.number, item.barcode)
        for holder in region()
        for entry in shelves()[holder.code]
        for item in entry.items
    ]

    assert len({code for _, code in pairs}) == len(pairs)
    assert [code for number, code in pairs if code[:5] != f"3{number}" or len(code) != 14] == []


def test_a_barcode_with_two_digits_exchanged_has_a_wrong_check_digit() -> None:
    good = barcode(1006, 12)

    assert good == "31006000000125"
    assert barcode(1006, 21)[-1] != good[-1]


@pytest.mark.parametrize("code", ["MALMO", "PERSTORP", "ORKELLJUNGA", "BROMOLLA"])
def test_every_item_on_the_shelf_stands_in_the_file(code: str) -> None:
    shelved = [
        (item.library, item.barcode, item.status, item.for_loan)
        for entry in shelves()[code]
        for item in entry.items
    ]

    written = [
        (
            place.first("b"),
            place.first("p"),
            state.first("j"),
            state.first("h") != "not for loan",
        )
        for record in records()[code]
        for place, state in zip(record.fields("852"), record.fields("876"), strict=True)
        if place.first("p") == state.first("p")
    ]

    assert written == shelved


def test_every_record_has_a_title_a_language_and_008_of_40_characters() -> None:
    faulty = [
        (code, record.control("001"))
        for code, found in records().items()
        for record in found
        if len(record.control("008")) != 40
        or not record.control("008")[35:38].isalpha()
        or not record.first("245", "a")
    ]

    assert faulty == []


def test_organisations_catalogue_differently() -> None:
    tags = {
        code: {f.tag for r in found for f in r.data_fields} for code, found in records().items()
    }

    assert {("260" in used, "264" in used) for used in tags.values()} == {
        (True, False),
        (False, True),
    }
    assert {("082" in used, "084" in used) for used in tags.values()} == {
        (True, False),
        (False, True),
    }
    assert {len(r.first("020", "a").replace("-", "")) for f in records().values() for r in f} == {
        0,
        10,
        13,
    }


def test_one_small_library_is_in_marc_8_and_one_says_it_falsely() -> None:
    codings = {style.coding: code for code, style in styles(region(), seed=SEED).items()}
    old, mistaken = files()[codings["marc-8"]], files()[codings["utf-8 said to be marc-8"]]

    with pytest.raises(UnicodeDecodeError):
        old.decode()
    assert "Moberg, Vilhelm" in mistaken.decode()
    assert {record[9:10] for record in mistaken.split(b"\x1d") if record} == {b" "}
    assert "Lagerlöf, Selma" in {
        record.first("100", "a").rstrip(",") for record in records()[codings["marc-8"]]
    }


# Up to Latin Extended-A: beyond it (ḥ) a reader may take a record in MARC-8 for Latin-1
LETTERS = st.text(st.sampled_from("abc ÅÄÖåäöéüçñłøæœþđŁßšžčćńřőű'-.īūʻ"), min_size=1)


@given(value=LETTERS)
def test_latin_letters_in_marc_8_are_read_back(value: str) -> None:
    record = MarcRecord(
        "00000nam a2200000 a 4500",
        (ControlField("001", "1"),),
        (DataField("245", "0", "0", (Subfield("a", f"Å{value}"),)),),
    )

    (read,) = read_marc(encoded(record, "marc-8"))

    assert isinstance(read, MarcRecord)
    assert read.first("245", "a") == f"Å{value}"


def test_call_numbers_are_sab_or_dewey_and_three_letters() -> None:
    gosta, matilda = a_title("Gösta Berlings saga"), a_title("Matilda", language="eng")

    assert call_number(gosta, "sab") == "Hc LAG"
    assert call_number(gosta, "dewey") == "839.73 LAG"
    assert call_number(a_title("Nittonhundraåttiofyra"), "sab") == "Hce ORW"
    assert call_number(matilda, "sab") == "uHe DAH"
    assert call_number(matilda, "dewey") == "823 DAH"
    assert call_number(a_title("Кобзар", language="ukr"), "sab") == "H/ukr ШЕВ"


@pytest.mark.parametrize(
    ("ten", "thirteen"), [("0316769487", "9780316769488"), ("0747532699", "9780747532699")]
)
def test_an_isbn_in_ten_and_thirteen_is_the_same_book(ten: str, thirteen: str) -> None:
    assert (isbn.to_13(ten), isbn.to_10(thirteen)) == (thirteen, ten)
    assert isbn.is_valid(ten)
    assert isbn.is_valid(thirteen)


@pytest.mark.parametrize(
    "wrong", ["0316769488", "9780316769487", "", "X", "031676948", "\u0660" * 10]
)
def test_an_isbn_with_a_wrong_digit_is_refused(wrong: str) -> None:
    assert not isbn.is_valid(wrong)


def test_lots_are_spread_evenly() -> None:
    drawn = [lots.lot(SEED, "key", number) for number in range(2_000)]

    assert 0.47 < sum(drawn) / len(drawn) < 0.53
    assert Counter(lots.choose("abcd", SEED, n) for n in range(400)).keys() == set("abcd")


def test_the_command_writes_a_file_for_each_organisation_and_says_how_much(tmp_path: Path) -> None:
    out = io.StringIO()

    call_command("demo-shelf", output=tmp_path, seed=SEED, json=True, stdout=out)

    assert {path.stem: path.read_bytes() for path in tmp_path.iterdir()} == files()
    assert json.loads(out.getvalue()) == {
        "files": 33,
        "titles": len(titles()),
        "records": sum(map(len, shelves().values())),
        "items": sum(len(e.items) for shelf in shelves().values() for e in shelf),
    }


def test_the_command_refuses_a_region_folder_with_errors(tmp_path: Path) -> None:
    out = io.StringIO()

    with pytest.raises(CommandError, match="There is no folder"):
        call_command(
            "demo-shelf", output=tmp_path, region=tmp_path / "nowhere", json=True, stdout=out
        )

    assert "There is no folder" in json.loads(out.getvalue())["error"]
    assert list(tmp_path.iterdir()) == []
