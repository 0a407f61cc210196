"""Works: editions of one creation, in any language, carrier or year, by keys they share."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from hyllan.catalogue.engine.matching.profile import Profile, profile_of
from hyllan.catalogue.engine.matching.text import long_code, plain_words
from hyllan.catalogue.engine.normalise import Description

Array = npt.NDArray[Any]

# A reading is the text it reads; a film of a book is a work of its own
_KINDS = {"book": "text", "audiobook": "text"}
# Titles that many works of one author can have: not enough to be one
_GENERIC_WORDS = """
dikter poems gedichte noveller short stories samlade verk skrifter works selected poems valda
dikter brev letters dagbok dramatik plays essays berattelser historier tal sanger songs
romaner collected works collected poems samlade dikter urval
"""
_GENERIC = frozenset(_GENERIC_WORDS.split())


def work_keys(descriptions: Sequence[Description]) -> tuple[int, ...]:
    """Return the keys of the work that an edition's records describe; editions of one share one."""
    found = {text for described in descriptions for text in _texts(described)}
    return tuple(sorted(long_code(text) for text in found))


def _texts(described: Description) -> Iterator[str]:
    profile = profile_of(described)
    kind = _KINDS.get(profile.material, profile.material)
    part = profile.volume
    who = f"{profile.surname} {profile.given[:1]}" if profile.surname else ""
    original = described.uniform_title or described.original_title
    titles = [profile.title, *([" ".join(plain_words(original))] if original else [])]
    for title in titles:
        if title:
            yield f"{kind}|{who}|{title}|{part}|{_more(profile, title, who)}"


def _more(profile: Profile, title: str, who: str) -> str:
    """Return what else must agree where author and title are not enough."""
    if who and not _GENERIC.issuperset(title.split()):
        return ""
    return f"{profile.rest}|{profile.year}|{profile.publisher[:1]}"


def works(
    names: Sequence[Any],
    edition_keys: Sequence[Iterable[int]],
    must: Iterable[tuple[int, int]] = (),
    cannot: Iterable[tuple[int, int]] = (),
) -> Array:
    """
    Return for each edition the number of its work: works are numbered by their first name.

    :param names: what an edition is called, all different and comparable
    :param edition_keys: of each edition, from `work_keys`
    :param must: places of editions that staff said are one work
    :param cannot: places of editions that staff said are not; stronger than all
    """
    apart = {frozenset(pair) for pair in cannot}
    order = sorted(range(len(names)), key=names.__getitem__)
    rank = {place: at for at, place in enumerate(order)}
    group: dict[int, int] = {}  # edition: the first of its group
    members: dict[int, set[int]] = {}

    def join(one: int, other: int) -> None:
        a, b = group.get(one, one), group.get(other, other)
        if a == b:
            return
        ours, theirs = members.get(a, {a}), members.get(b, {b})
        if apart and any(frozenset((x, y)) in apart for x in ours for y in theirs):
            return
        if len(ours) < len(theirs) or (len(ours) == len(theirs) and rank[b] < rank[a]):
            a, b, ours, theirs = b, a, theirs, ours
        members[a] = ours | theirs
        members.pop(b, None)
        for each in theirs:
            group[each] = a

    for one, other in sorted(must, key=lambda pair: sorted(rank[each] for each in pair)):
        join(one, other)
    first: dict[int, int] = {}
    for place in order:
        for key in edition_keys[place]:
            join(first.setdefault(key, place), place)
    labels = np.empty(len(names), np.int64)
    numbers: dict[int, int] = {}
    for place in order:
        labels[place] = numbers.setdefault(group.get(place, place), len(numbers))
    return labels
