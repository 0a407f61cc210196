"""An address and what it chooses."""

from dataclasses import replace
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyllan.catalogue.engine.choices import SORTS, Choices, kept, query_string, read, read_string
from hyllan.catalogue.engine.forms import FORMS, MATERIALS
from hyllan.catalogue.engine.query import in_field, parse, words_in_field

CHOICES = st.builds(
    Choices,
    query=st.sampled_from(
        ["", "svamp", "röda rummet", 'författare:"Lindgren, Astrid"', "a&b=c+d%"]
    ),
    organisation=st.sampled_from(["", "LUND"]),
    library=st.sampled_from(["", "LUND-DALBY"]),
    materials=st.sets(st.sampled_from(MATERIALS)).map(
        lambda some: tuple(each for each in MATERIALS if each in some)
    ),
    forms=st.sets(st.sampled_from(FORMS)).map(
        lambda some: tuple(each for each in FORMS if each in some)
    ),
    languages=st.sets(st.sampled_from(["swe", "ara", "fin"])).map(lambda some: tuple(sorted(some))),
    year_from=st.none() | st.integers(0, 1950),
    year_to=st.none() | st.integers(1950, 9999),
    audience=st.sampled_from(["", "children", "young"]),
    easy=st.booleans(),
    available=st.booleans(),
    arrived_after=st.none() | st.integers(0, 10**11),
    verbatim=st.booleans(),
    sort=st.sampled_from(SORTS),
    pickup=st.sampled_from(["", "HOOR"]),
    page=st.integers(1, 99_999),
)


@given(CHOICES)
def test_an_address_says_every_choice_and_reads_back_as_it_was(chosen: Choices) -> None:
    assert read_string(query_string(chosen)) == chosen


@given(CHOICES)
def test_what_was_not_chosen_stands_in_no_address(chosen: Choices) -> None:
    said = parse_qs(query_string(chosen), keep_blank_values=True)

    assert all(all(values) for values in said.values())
    assert query_string(Choices()) == ""


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "q",
                "cql",
                "page",
                "from",
                "to",
                "since",
                "sort",
                "material",
                "language",
                "easy",
                "organisation",
                "x",
            ]
        ),
        st.lists(st.text(max_size=30), max_size=3),
    )
)
def test_anything_may_stand_in_an_address(arguments: dict[str, list[str]]) -> None:
    chosen = read(arguments)

    assert read_string(query_string(chosen)) == chosen


@pytest.mark.parametrize(
    ("address", "chosen"),
    [
        ("q=+svamp++skog+", Choices(query="svamp skog")),
        ("q=a&cql=dc.title=b", Choices(cql="dc.title=b")),
        ("material=film&material=book&material=x", Choices(materials=("book", "film"))),
        ("language=swe&language=ARA&language=ara", Choices(languages=("ara", "swe"))),
        ("from=1990&to=1980", Choices(year_from=1980, year_to=1990)),
        ("from=x&to=19901", Choices()),
        ("page=0", Choices()),
        ("page=²", Choices()),
        ("sort=worst", Choices()),
        ("easy=yes&available=1", Choices(available=True)),
        (f"library={'L' * 41}", Choices()),
        ("audience=dogs", Choices()),
    ],
)
def test_what_is_not_understood_is_left_out(address: str, chosen: Choices) -> None:
    assert read_string(address) == chosen


def test_a_saved_search_keeps_what_is_asked_and_not_where_one_stood_in_it() -> None:
    asked = Choices(query="svamp", materials=("book",), sort="newest")

    assert kept(replace(asked, page=3, pickup="HOOR", arrived_after=5, verbatim=True)) == asked


@pytest.mark.parametrize("text", ["Lindgren, Astrid", 'Ett "citat" i en titel', "”Svenska”", "C"])
def test_a_text_in_a_field_is_one_part_of_the_query(text: str) -> None:
    (part,) = parse(in_field("författare", text))

    assert (part.field, part.folded) == (
        "responsible",
        parse(f'"{text.replace(chr(34), " ")}"')[0].folded,
    )


def test_every_word_in_a_field_is_a_part_and_what_is_quoted_stays_together() -> None:
    parts = parse(words_in_field("titel", 'röda "rummet i" 1879'))

    assert [(part.field, part.written) for part in parts] == [
        ("title", ("röda",)),
        ("title", ("rummet", "i")),
        ("title", ("1879",)),
    ]
