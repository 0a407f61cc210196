import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyllan.catalogue.engine import isbn
from hyllan.catalogue.engine.folding import KEPT, fold, folded_words, words
from hyllan.catalogue.engine.holdings import Holding, holdings
from hyllan.catalogue.engine.normalise import Description, describe
from hyllan.catalogue.engine.query import MOST_PARTS, Part, as_text, parse
from hyllan.catalogue.tests.make import marc, marc_field, marc_item
from hyllan.protocols.marc import ControlField, MarcRecord


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Röda rummet", ["röda", "rummet"]),
        ("RO\u0308DA A\u030aSNA", ["röda", "åsna"]),
        ("Élodie Müller", ["elodie", "muller"]),
        ("Søren Kierkegaard, Æro", ["sören", "kierkegaard", "äro"]),
        ("Straße; Łódź", ["strasse", "lodz"]),
        ("rock'n'roll e-bok", ["rock", "n", "roll", "e", "bok"]),
        ("Преступление и наказание", ["преступление", "и", "наказание"]),
        ("बिहानी टुसा", ["बिहानी", "टुसा"]),
        ("كتاب", ["كتاب"]),
        ("", []),
    ],
)
def test_words_are_folded_as_swedish_readers_mean_them(text: str, found: list[str]) -> None:
    assert folded_words(text) == found


@given(st.text())
def test_folding_twice_is_folding_once_and_keeps_the_swedish_letters(text: str) -> None:
    for word in words(text):
        folded = fold(word)

        assert fold(folded) == folded
        assert [c for c in word if c in KEPT] == [c for c in folded if c in KEPT and c in word]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("91-29-68831-0", "9789129688313"),
        ("978-91-29-68831-3", "9789129688313"),
        ("080442957X", "9780804429573"),
        ("080442957x", "9780804429573"),
        ("91-29-68831-4", ""),
        ("9789129688314", ""),
        ("979-10-90636-07-1", "9791090636071"),
        ("٩٧٨٩١٢٩٦٨٨٣١٣", ""),
        ("", ""),
    ],
)
def test_isbn_is_taken_only_with_a_right_check_digit(text: str, found: str) -> None:
    assert isbn.normalised(text) == found


def test_isbn_is_found_in_what_cataloguers_write() -> None:
    assert isbn.found_in("91-29-68831-0 (inb.) : 95 kr") == "9789129688313"
    assert isbn.found_in("1234567890123456") == ""


def test_description_says_what_the_record_says() -> None:
    record = MarcRecord(
        "00000cam a2200000 a 4500",
        (ControlField("008", "870101s1987    sw            000 1 swe  "),),
        (
            marc_field("020", a="9129688310 (inb.)"),
            marc_field("100", "1 ", a="Ekelöv Holm, Jorun,", d="1950-"),
            marc_field(
                "245", "10", a="Svampar i bokskog :", b="en handbok /", c="Jorun Ekelöv Holm"
            ),
            marc_field("264", " 1", a="Höör :", b="Bokskogens förlag,", c="1988"),
            marc_field("300", a="212 s. :", b="ill."),
            marc_field("490", "0 ", a="Skogens böcker ;", v="3"),
            marc_field("520", a="Hur man ser skillnad."),
            marc_field("650", " 7", a="Svampar", z="Skåne."),
            marc_field("700", "1 ", a="Hedekvarn, Märit"),
        ),
    )

    assert describe(record) == Description(
        title="Svampar i bokskog : en handbok",
        responsible="Jorun Ekelöv Holm",
        year=1987,
        language="swe",
        material="book",
        isbns=("9789129688313",),
        publisher="Bokskogens förlag",
        extent="212 s.",
        series="Skogens böcker",
        summary="Hur man ser skillnad.",
        subjects=("Svampar \u2013 Skåne",),
        names=("Ekelöv Holm, Jorun", "Hedekvarn, Märit"),
        notes="Skogens böcker ; 3 Hur man ser skillnad.",
        main_entry="Ekelöv Holm, Jorun",
        statement="Jorun Ekelöv Holm",
        languages=("swe",),
    )


@pytest.mark.parametrize(
    ("leader", "material"),
    [
        ("am", "book"),
        ("im", "audiobook"),
        ("jm", "music"),
        ("cm", "music"),
        ("gm", "film"),
        ("em", "other"),
    ],
)
def test_material_follows_the_leader(leader: str, material: str) -> None:
    assert describe(marc(leader=f"00000n{leader} a2200000 a 4500")).material == material


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Pippi Långstrump /", "Pippi Långstrump"),
        ("Sång till den storm som ska komma.", "Sång till den storm som ska komma"),
        ("Historien om J.R.R.", "Historien om J.R.R."),
        ("[Utan titel]", "Utan titel"),
        ("Vem?", "Vem?"),
    ],
)
def test_title_is_shown_without_the_punctuation_between_fields(title: str, shown: str) -> None:
    record = MarcRecord("", (), (marc_field("245", a=title),))

    assert describe(record).title == shown


def test_record_that_says_nothing_is_described_as_saying_nothing() -> None:
    assert describe(MarcRecord("", (), ())) == Description(title="", material="other")


def test_items_are_read_with_place_and_status() -> None:
    record = marc(
        "Pippi",
        marc_item("1", "LUND"),
        marc_item("2", "LUND-DALBY", status="On loan", call_number="Hcg"),
        marc_item("3", "LUND", status="missing"),
        (
            marc_field("852", b="LUND", p="4"),
            marc_field("876", p="4", j="available", h="Not for loan"),
        ),
        (marc_field("852", b="LUND", p="5"), marc_field("852", a="Madan Puraskar Pustakalaya")),
    )

    found = holdings(record)

    assert found.problems == ()
    assert found.items == (
        Holding("LUND", "1", "Hcf", "available"),
        Holding("LUND-DALBY", "2", "Hcg", "on_loan"),
        Holding("LUND", "3", "Hcf", "missing"),
        Holding("LUND", "4", "", "not_for_loan"),
        Holding("LUND", "5", "", "available"),
    )


def test_items_that_cannot_be_used_are_named_and_an_unknown_status_lends_nothing() -> None:
    record = marc(
        "Pippi",
        marc_item("1", status="på månen"),
        marc_item("2"),
        marc_item("2"),
        (marc_field("852", b="LUND"), marc_field("876", j="available")),
    )

    found = holdings(record)

    assert [(item.barcode, item.status) for item in found.items] == [
        ("1", "not_for_loan"),
        ("2", "available"),
    ]
    assert found.problems == (
        "på månen of 1 is not a status we know",
        "the barcode 2 stands twice",
        "an item at LUND has no barcode",
    )


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("pippi långstrump", (Part(("pippi",)), Part(("långstrump",)))),
        ('"Röda rummet" strindberg', (Part(("röda", "rummet")), Part(("strindberg",)))),
        ("”Röda rummet”", (Part(("röda", "rummet")),)),
        ("978-91-29-68831-3", (Part(isbn="9789129688313"),)),
        ("91 29 68831 0", (Part(isbn="9789129688313"),)),
        ("isbn: 9129688310", (Part(isbn="9789129688313"),)),
        ('"', ()),
        ('""', ()),
        ("title:(x AND", (Part(("x",), field="title"), Part(("and",)))),
        ("Stone: a", (Part(("stone",)), Part(("a",)))),
        (
            '-"ett ord" -film sci-fi',
            (
                Part(("ett", "ord"), without=True),
                Part(("film",), without=True),
                Part(("sci",)),
                Part(("fi",)),
            ),
        ),
        ('"boken" svamp*', (Part(("boken",), exact=True), Part(("svamp",), begins=True))),
        (
            "år:1945 year:1945-1950 år:-1950",
            (Part(years=(1945, 1945)), Part(years=(1945, 1950)), Part(years=(0, 1950))),
        ),
        ("år:snart", (Part(("snart",)),)),
        ("1234-5678", (Part(("1234", "5678"), identifier="12345678"),)),
        ('författare:"Lindgren, Astrid"', (Part(("lindgren", "astrid"), field="responsible"),)),
        ("* ? ~2 ^ \\", (Part(("2",)),)),
    ],
)
def test_query_means_what_a_reader_means(text: str, parts: tuple[Part, ...]) -> None:
    assert parse(text) == parts


@given(st.text())
def test_anything_may_be_asked(text: str) -> None:
    parts = parse(text)

    assert len(parts) <= MOST_PARTS
    assert not any(part.is_empty for part in parts)


@given(st.text('abåäé1234567-:*." ', max_size=30))
def test_a_query_written_anew_means_the_same(text: str) -> None:
    parts = parse(text)

    assert parse(as_text(parts)) == parts
