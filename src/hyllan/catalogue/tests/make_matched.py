"""Records matched in memory: which edition and which work each is, by the engine alone."""

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple, TypeVar

from hyllan.catalogue.engine import matching
from hyllan.catalogue.engine.normalise import Description

Name = TypeVar("Name", bound=tuple[str, str])  # of a record, all different: what settles ties


class Matched(NamedTuple):
    edition: int
    work: int


def matched(described: Mapping[Name, Description]) -> dict[Name, Matched]:
    """Return the edition and the work of each record, all matched together."""
    names = sorted(described)
    profiles = [matching.profile_of(described[name]) for name in names]
    table = matching.Table.of(profiles)
    left, right = matching.pairs(*matching.flat(map(matching.keys_of, profiles)))
    score = matching.score(table, left, right)
    editions = matching.editions(names, table, left, right, score).tolist()
    members = defaultdict(list)
    for name, edition in zip(names, editions, strict=True):
        members[edition].append(described[name])
    keys = [matching.work_keys(members[edition]) for edition in sorted(members)]
    works = dict(zip(sorted(members), matching.works(sorted(members), keys).tolist(), strict=True))
    return {
        name: Matched(edition, works[edition])
        for name, edition in zip(names, editions, strict=True)
    }
