"""A change touches its neighbours only, and ends where matching everything anew would."""

from collections.abc import Collection, Mapping

from hypothesis import given
from hypothesis import strategies as st

from hyllan.catalogue.engine import matching
from hyllan.catalogue.engine.matching import Profile
from hyllan.catalogue.engine.normalise import Description
from hyllan.catalogue.tests.make_profiles import (
    MemoryShelf,
    descriptions,
    grouped,
    labels_in,
    room,
)

edits = st.lists(
    st.tuples(st.integers(0, 9), st.none() | descriptions), min_size=1, max_size=4
)  # record, what it becomes; None: it is deleted
staff = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda pair: pair[0] < pair[1]),
    max_size=2,
)


def seeds(before: MemoryShelf, after: MemoryShelf, changed: Collection[int]) -> set[int]:
    """Return where a service begins: the changed, and all that share a key with what they were."""
    keys = {key for shelf in (before, after) for key, _ in shelf.keys(changed)}
    return {record for _, record in after.holders(keys)} | (set(changed) & after.described.keys())


@given(st.dictionaries(st.integers(0, 9), descriptions, max_size=10), edits, staff)
def test_matching_what_changed_gives_what_matching_everything_gives(
    described: dict[int, Description],
    edited: list[tuple[int, Description | None]],
    must: list[tuple[int, int]],
) -> None:
    before = MemoryShelf(described, must)
    after = MemoryShelf(dict(described), must)
    for record, becomes in edited:
        after.described.pop(record, None)
        if becomes is not None:
            after.described[record] = becomes
    changed = {record for record, _ in edited}
    # A word of staff on a record that is gone is not heard
    here = [pair for pair in must if after.described.keys() >= set(pair)]
    before.must = [pair for pair in must if before.described.keys() >= set(pair)]
    after.must = here
    heard = {row for pair in {*before.must} ^ {*here} for row in pair} & after.described.keys()

    near = matching.affected(seeds(before, after, changed) | heard, after)

    kept = {
        group
        for group in before.groups(before.described)
        if group.isdisjoint(near.records) and group.isdisjoint(changed)
    }
    made = grouped(zip(near.records, labels_in(near, here), strict=True))
    assert kept | made == after.groups(after.described)


def test_strangers_are_not_touched() -> None:
    shelf = MemoryShelf({1: room(), 2: room(), 3: room(title="Annat", main_entry="Ek, Eva")})
    shelf.described[3] = room(title="Annat", main_entry="Ek, Eva", isbns=(), names=())

    near = matching.affected([1], shelf)

    assert near.records == (1, 2)
    assert len(near.left) == 1


def test_what_staff_joined_is_in_reach() -> None:
    other = room(title="Annat", main_entry="Ek, Eva", isbns=(), names=())
    shelf = MemoryShelf({1: room(), 2: room(), 3: other}, must=[(2, 3)])

    assert matching.affected([1], shelf).records == (1, 2, 3)


class Counting(MemoryShelf):
    """A shelf that notes which profiles it is asked for."""

    def profiles(self, records: Collection[int]) -> Mapping[int, Profile]:
        self.asked = getattr(self, "asked", set()) | set(records)
        return super().profiles(records)


def test_profiles_are_fetched_for_neighbours_only() -> None:
    strangers = {
        at: room(title=f"Bok {at} om skogen", main_entry=f"Ek{at}, Eva", isbns=(), names=())
        for at in range(10, 40)
    }
    shelf = Counting({1: room(), **strangers})

    matching.affected([1], shelf)

    assert shelf.asked == {1}
