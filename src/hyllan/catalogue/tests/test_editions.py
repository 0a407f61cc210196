"""What an edition says, of what its records say; and which numbers groups keep."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hyllan.catalogue.engine.editions import merged, parted, work_title
from hyllan.catalogue.engine.matching import kept

FULL = {
    "title": "Pippi Långstrump",
    "responsible": "Astrid Lindgren",
    "year": 1945,
    "isbns": ["9789129688313"],
    "subjects": ["Barn"],
}
records = st.lists(
    st.fixed_dictionaries(
        {"title": st.sampled_from(["Pippi", "Pippi Långstrump"])},
        optional={
            "year": st.just(1945),
            "publisher": st.sampled_from(["Rabén", "Rabén & Sjögren"]),
            "subjects": st.sampled_from([["Barn"], ["Barn", "Apor"]]),
            "isbns": st.sampled_from([["9789129688313"], ["9129688311"]]),
        },
    ),
    min_size=1,
    max_size=6,
)


def test_the_fullest_stands_for_all_and_others_fill_its_gaps() -> None:
    short = {"title": "Pippi", "extent": "174 s.", "isbns": ["912962137X"], "subjects": ["Apor"]}

    told = merged([("a", short), ("b", FULL)])

    assert told == FULL | {
        "extent": "174 s.",
        "isbns": ["9789129688313", "912962137X"],
        "subjects": ["Barn", "Apor"],
    }


@given(records, st.randoms())
def test_an_edition_says_the_same_in_whatever_order_its_records_come(
    told: list[dict[str, object]], random: object
) -> None:
    named = [(str(at), each) for at, each in enumerate(told)]

    assert merged(named) == merged(named[::-1])


def test_columns_are_parted_from_the_rest() -> None:
    columns, details = parted(FULL)

    assert (columns["isbn"], columns["material"], columns["easy"]) == (
        "9789129688313",
        "book",
        False,
    )
    assert details == {"isbns": ["9789129688313"]}


def test_a_work_is_called_by_its_uniform_title_or_by_the_title_without_its_end() -> None:
    assert work_title({"title": "The hobbit : an adventure"}) == "The hobbit"
    assert work_title({"title": "Bilbo", "uniform_title": "The hobbit"}) == "The hobbit"


def test_a_number_goes_with_most_of_its_members() -> None:
    found = kept(np.array([0, 0, 1, 1, 1]), np.array([7, 7, 7, 8, 0]))

    assert found.numbers.tolist() == [7, 8]
    assert found.merged == {}


def test_of_several_numbers_the_strongest_stays_and_the_others_say_where_they_went() -> None:
    found = kept(np.array([0, 0, 0, 1]), np.array([9, 3, 9, 0]))

    assert found.numbers.tolist() == [9, 0]
    assert found.merged == {3: 0}


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=20))
def test_every_number_is_kept_once_or_merged(members: list[tuple[int, int]]) -> None:
    groups = sorted({group for group, _ in members})
    labels = np.array([groups.index(group) for group, _ in members])
    before = np.array([number for _, number in members])

    found = kept(labels, before)

    stays = [number for number in found.numbers.tolist() if number]
    assert sorted([*stays, *found.merged]) == sorted(set(before.tolist()) - {0})
    assert len(found.numbers) == len(groups)
