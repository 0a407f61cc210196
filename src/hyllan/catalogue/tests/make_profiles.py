"""Builders for tests of matching: small shelves of descriptions, and what becomes of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from hypothesis import strategies as st

from hyllan.catalogue.engine import matching
from hyllan.catalogue.engine.matching import Profile
from hyllan.catalogue.engine.normalise import Description

ROOM = Description(
    title="Röda rummet : skildringar ur artist- och författarlivet",
    responsible="August Strindberg",
    main_entry="Strindberg, August",
    names=("Strindberg, August",),
    statement="August Strindberg",
    year=1990,
    language="swe",
    languages=("swe",),
    material="book",
    isbns=("9789129688313",),
    publisher="Norstedt",
    extent="312 s.",
)


def room(**changes: object) -> Description:
    return replace(ROOM, **changes)  # type: ignore[arg-type]


def labels_of(
    described: Sequence[Description],
    *,
    names: Sequence[object] = (),
    must: Iterable[tuple[int, int]] = (),
    cannot: Iterable[tuple[int, int]] = (),
) -> list[int]:
    """Return the edition of each description, all matched together."""
    profiles = [matching.profile_of(each) for each in described]
    table = matching.Table.of(profiles)
    left, right = matching.pairs(*matching.flat(map(matching.keys_of, profiles)))
    found = matching.editions(
        names or range(len(profiles)),
        table,
        left,
        right,
        matching.score(table, left, right),
        must=must,
        cannot=cannot,
    )
    return [int(label) for label in found]


def together(one: Description, other: Description) -> bool:
    first, second = labels_of([one, other])
    return first == second


# Records that are like and unlike one another in all ways that matter, so that chains arise
descriptions = st.builds(
    room,
    title=st.sampled_from(["Röda rummet", "Roda rummet : roman", "Röda rummet 2", "Svarta rummet"]),
    isbns=st.sampled_from([(), ("9789129688313",), ("9789100123456",)]),
    year=st.sampled_from([None, 1990, 1991, 2005]),
    main_entry=st.sampled_from(["Strindberg, August", "Strindberg, A.", ""]),
    names=st.just(()),
    statement=st.sampled_from(["", "August Strindberg"]),
    material=st.sampled_from(["book", "book", "audiobook"]),
    language=st.sampled_from(["swe", ""]),
    languages=st.sampled_from([("swe",), (), ("eng",)]),
    extent=st.sampled_from(["", "312 s.", "400 s."]),
    publisher=st.sampled_from(["", "Norstedt", "Bonnier"]),
)


@dataclass
class MemoryShelf:
    """A catalogue's tables in memory: matching.Shelf."""

    described: dict[int, Description]
    must: Collection[tuple[int, int]] = ()
    cap: int = matching.CAP

    def keys(self, records: Collection[int]) -> list[tuple[int, int]]:
        return [
            (key, record)
            for record in records
            if record in self.described
            for key in matching.keys_of(matching.profile_of(self.described[record]))
        ]

    def holders(self, keys: Collection[int]) -> list[tuple[int, int]]:
        return [(key, record) for key, record in self.keys(self.described) if key in keys]

    def profiles(self, records: Collection[int]) -> Mapping[int, Profile]:
        return {record: matching.profile_of(self.described[record]) for record in records}

    def joined(self, records: Collection[int]) -> list[tuple[int, int]]:
        return [pair for pair in self.must if not set(pair).isdisjoint(records)]

    def groups(self, records: Collection[int]) -> set[frozenset[int]]:
        """Return the editions that these records make, matched by themselves."""
        ids = sorted(records)
        place = {record: at for at, record in enumerate(ids)}
        labels = labels_of(
            [self.described[record] for record in ids],
            names=ids,
            must=[(place[a], place[b]) for a, b in self.must if a in place and b in place],
        )
        return grouped(zip(ids, labels, strict=True))


def grouped(labelled: Iterable[tuple[int, int]]) -> set[frozenset[int]]:
    groups: dict[int, set[int]] = {}
    for record, label in labelled:
        groups.setdefault(label, set()).add(record)
    return {frozenset(each) for each in groups.values()}


def labels_in(near: matching.Neighbourhood, must: Collection[tuple[int, int]]) -> list[int]:
    """Return the edition of each record of a neighbourhood."""
    place = {record: at for at, record in enumerate(near.records)}
    told = [(place[a], place[b]) for a, b in must if a in place and b in place]
    found = matching.editions(
        near.records, near.table, near.left, near.right, near.probability, must=told
    )
    return np.asarray(found).tolist()  # type: ignore[no-any-return]
