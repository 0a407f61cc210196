"""Editions as groups: never chained, blind to order, staff's word above the model's."""

from random import Random
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyllan.catalogue.engine.matching import clusters
from hyllan.catalogue.engine.matching.clusters import partition
from hyllan.catalogue.engine.normalise import Description
from hyllan.catalogue.tests.make_profiles import (
    MemoryShelf,
    descriptions,
    grouped,
    labels_of,
    room,
)

Array = npt.NDArray[Any]
shelves = st.lists(descriptions, max_size=14)


class Given:
    """Probabilities told for some pairs; 0 for all others."""

    def __init__(self, count: int, told: dict[tuple[int, int], float]) -> None:
        self.matrix = np.zeros((count, count))
        for (one, other), probability in told.items():
            self.matrix[one, other] = self.matrix[other, one] = probability

    def labels(self, **staff: list[tuple[int, int]]) -> list[int]:
        left, right = np.triu_indices(len(self.matrix), 1)
        links = left, right, self.matrix[left, right]
        made = partition(range(len(self.matrix)), self._score, links, **staff)
        return [int(label) for label in made]

    def _score(self, left: Array, right: Array) -> Array:
        found: Array = self.matrix[left, right]
        return found


def test_two_that_contradict_are_not_joined_through_a_third() -> None:
    chain = Given(3, {(0, 1): 0.99, (1, 2): 0.95})

    assert chain.labels() == [0, 0, 1]


def test_a_third_that_says_little_goes_with_the_better_of_two_works() -> None:
    brief = room(isbns=(), year=None, extent="", publisher="")
    first = room(isbns=(), year=1990)
    second = room(isbns=(), year=2005, publisher="Bonnier", extent="280 s.")

    labels = labels_of([first, brief, second])

    assert labels[0] != labels[2]


def test_a_missing_link_inside_a_good_group_does_no_harm() -> None:
    almost = {(0, 1): 0.999, (0, 2): 0.999, (1, 3): 0.999, (2, 3): 0.999, (0, 3): 0.4, (1, 2): 0.9}

    assert Given(4, almost).labels() == [0, 0, 0, 0]


def test_staff_joins_what_the_model_holds_apart() -> None:
    told = Given(4, {(0, 1): 0.99, (2, 3): 0.99})

    assert told.labels(must=[(1, 2)]) == [0, 0, 0, 0]


def test_staff_parts_what_the_model_joins() -> None:
    told = Given(2, {(0, 1): 0.9999})

    assert told.labels(cannot=[(1, 0)]) == [0, 1]


def test_never_is_stronger_than_together() -> None:
    told = Given(2, {(0, 1): 0.9999})

    assert told.labels(must=[(0, 1)], cannot=[(0, 1)]) == [0, 1]


def test_two_are_joined_alone_where_their_groups_may_not_be() -> None:
    told = Given(4, {(0, 1): 0.99, (2, 3): 0.99})

    labels = told.labels(must=[(1, 2)], cannot=[(0, 3)])

    assert labels[1] == labels[2]
    assert labels[0] != labels[3]


@given(shelves, st.randoms(use_true_random=False))
def test_editions_are_blind_to_order(shelf: list[Description], random: Random) -> None:
    order = list(range(len(shelf)))
    random.shuffle(order)

    shuffled = labels_of([shelf[at] for at in order], names=order)

    straight = labels_of(shelf)
    assert dict(zip(order, shuffled, strict=True)) == dict(enumerate(straight))


@given(shelves)
def test_no_edition_holds_two_that_contradict_each_other(shelf: list[Description]) -> None:
    labels = labels_of(shelf)

    for edition in set(labels):
        mine = [each for each, label in zip(shelf, labels, strict=True) if label == edition]
        assert len({each.material for each in mine}) == 1
        assert len({each.languages for each in mine if each.languages}) <= 1


@given(shelves, st.data())
def test_a_component_alone_is_parted_as_it_is_among_all(
    shelf: list[Description], data: st.DataObject
) -> None:
    """Whatever stands beside it in other components: here, books of another author."""
    others = [room(title=f"Helt annat {at}", isbns=(), main_entry="Ek, Eva") for at in range(3)]
    place = data.draw(st.integers(0, len(shelf)))
    mixed = [*shelf[:place], *others, *shelf[place:]]
    names = [*range(place), 100, 101, 102, *range(place, len(shelf))]

    alone = grouped(enumerate(labels_of(shelf)))

    among = grouped(zip(names, labels_of(mixed, names=names), strict=True))
    assert {group for group in among if max(group) < 100} == alone


pairs_of_staff = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda pair: pair[0] != pair[1]),
    max_size=4,
)


@given(st.lists(descriptions, min_size=8, max_size=8), pairs_of_staff, pairs_of_staff)
def test_staff_s_never_holds_and_so_does_together_where_it_can(
    shelf: list[Description], must: list[tuple[int, int]], cannot: list[tuple[int, int]]
) -> None:
    labels = labels_of(shelf, must=must, cannot=cannot)

    assert [pair for pair in cannot if labels[pair[0]] == labels[pair[1]]] == []
    if not cannot:
        assert [pair for pair in must if labels[pair[0]] != labels[pair[1]]] == []


def test_a_component_too_large_is_parted_by_a_higher_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "LARGEST", 3)
    told = {(0, 1): 0.9999, (1, 2): 0.95, (2, 3): 0.9999, (0, 2): 0.95, (0, 3): 0.95, (1, 3): 0.95}

    assert Given(4, told).labels() == [0, 0, 1, 1]


def test_one_that_no_bar_parts_stays_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "LARGEST", 2)

    assert labels_of([room(), room(), room()]) == [0, 1, 2]


def test_a_shelf_knows_its_groups() -> None:
    shelf = MemoryShelf({5: room(), 6: room(), 9: room(language="eng", languages=("eng",))})

    assert shelf.groups([9, 5, 6]) == {frozenset({5, 6}), frozenset({9})}
