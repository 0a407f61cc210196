"""
Which records are looked at as a pair: those that share a key.

A key is a signed 64-bit number made of one record alone, so what pairs there are depends on the two
records and on whether a key of theirs is junk: used by more than CAP records.
"""

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

from hyllan.catalogue.engine.matching.profile import Profile
from hyllan.catalogue.engine.matching.text import consonants, long_code, sound

CAP = 400  # a key of more records tells nothing and costs their square
PAIRS_AT_ONCE = 4_000_000
LONGEST = 40  # letters of a title in a key
TELLING = 4  # letters: del, and, och are shorter

Ints = npt.NDArray[np.int64]


def keys_of(profile: Profile) -> tuple[int, ...]:
    """Return the keys under which the record is looked up, in no order that matters."""
    return tuple(dict.fromkeys(long_code(text) for text in _texts(profile)))


def _texts(profile: Profile) -> Iterator[str]:
    yield from (f"isbn {isbn}" for isbn in profile.isbns)
    if profile.wrong_isbn:
        yield f"wrong {profile.wrong_isbn}"
    for kind in ("eans", "publisher_numbers", "libris_ids", "uris"):
        yield from (f"{kind} {number}" for number in getattr(profile, kind))
    yield from (f"issn {issn} {profile.title}" for issn in profile.issns)
    yield from _title_texts(profile)


def _title_texts(profile: Profile) -> Iterator[str]:
    """Yield keys of title, author, year and extent: two of them each, in four ways."""
    who = consonants(sound(profile.surname))
    kind = profile.material
    titles = [sound(title) for title in (profile.title, *profile.others) if title]
    for title in titles:
        yield f"title {title[:LONGEST]} {who} {profile.volume} {kind}"
    bare = consonants(titles[0])[:LONGEST] if titles else ""
    if bare:
        yield f"year {bare} {profile.volume} {profile.year}"
    words = {*profile.title.split(), *profile.rest.split()}
    telling = sorted([word for word in words if len(word) >= TELLING])
    if len(telling) > 1:
        yield f"words {who or profile.year} {' '.join(telling)} {kind}"
    if who:
        yield f"first {who} {profile.year} {bare[:4]}"
    if profile.pages:
        whose = who or f"{profile.publisher[:1]}"
        yield f"pages {whose} {profile.year} {profile.pages} {profile.material}"


def pairs(keys: Ints, rows: Ints, *, cap: int = CAP) -> tuple[Ints, Ints]:
    """
    Return all pairs of rows that share a key that is not junk, each once, the lower row first.

    :param keys: a key for each of `rows`; a row stands once for each of its keys
    """
    found = [_coded(left, right) for left, right in _blocks(keys, rows, cap=cap)]
    if not found:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    codes = _each_once(np.concatenate(found)) if len(found) > 1 else found[0]
    return codes >> 32, codes & 0xFFFFFFFF


def flat(keys: Iterable[tuple[int, ...]]) -> tuple[Ints, Ints]:
    """Return keys of records as two arrays: keys, and the row (place in line) of each."""
    all_keys = list(keys)
    lengths = np.fromiter(map(len, all_keys), np.int64, len(all_keys))
    total = int(lengths.sum())
    joined = np.fromiter((key for each in all_keys for key in each), np.int64, total)
    return joined, np.repeat(np.arange(len(all_keys), dtype=np.int64), lengths)


def _coded(left: Ints, right: Ints) -> Ints:
    low, high = np.minimum(left, right), np.maximum(left, right)
    return _each_once(low << 32 | high)


def _each_once(codes: Ints) -> Ints:
    """Return the codes sorted, each once; np.unique hashes first, which takes thrice the time."""
    codes = np.sort(codes)
    kept: Ints = codes[np.r_[True, codes[1:] != codes[:-1]]]
    return kept


def _blocks(keys: Ints, rows: Ints, *, cap: int) -> Iterator[tuple[Ints, Ints]]:
    """Yield the pairs of some blocks at a time: PAIRS_AT_ONCE, or one block more."""
    if (rows[1:] < rows[:-1]).any():
        order = np.argsort(rows, kind="stable")
        keys, rows = keys[order], rows[order]
    order = np.argsort(keys, kind="stable")
    keys, rows = keys[order], rows[order]
    if not len(keys):
        return
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]])
    sizes = np.diff(np.r_[starts, len(keys)])
    good = (sizes > 1) & (sizes <= cap)
    starts, sizes = starts[good], sizes[good]
    starts, sizes = _unlike(rows, starts, sizes)
    upto = np.cumsum(sizes * (sizes - 1) // 2)
    cuts = np.searchsorted(
        upto, np.arange(PAIRS_AT_ONCE, upto[-1] if len(upto) else 0, PAIRS_AT_ONCE)
    )
    for part in np.split(np.arange(len(starts)), np.unique(cuts)):
        if len(part):
            yield pairs_within(rows, starts[part], sizes[part])


def _unlike(rows: Ints, starts: Ints, sizes: Ints) -> tuple[Ints, Ints]:
    """Return the blocks without those of the same rows: copies of a record share most keys."""
    if not len(starts):
        return starts, sizes
    mixed = (rows.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    sums = np.concatenate([[np.uint64(0)], np.cumsum(mixed, dtype=np.uint64)])
    marks = sums[starts + sizes] - sums[starts]
    order = np.argsort(marks, kind="stable")
    marks, lengths = marks[order], sizes[order]
    new = np.r_[True, (marks[1:] != marks[:-1]) | (lengths[1:] != lengths[:-1])]
    first = np.sort(order[new])
    return starts[first], sizes[first]


def pairs_within(rows: Ints, starts: Ints, sizes: Ints) -> tuple[Ints, Ints]:
    """Return all pairs of rows within each block, in the order in which they stand there."""
    lefts = np.repeat(starts, sizes) + _ramp(sizes)  # places of all members
    after = np.repeat(sizes, sizes) - _ramp(sizes) - 1  # how many of the block come after each
    left = np.repeat(lefts, after)
    right = left + 1 + _ramp(after)
    return rows[left], rows[right]


def _ramp(lengths: Ints) -> Ints:
    """Return 0, 1, 2, ... anew for each length."""
    total = int(lengths.sum())
    ends = np.cumsum(lengths)
    return np.arange(total, dtype=np.int64) - np.repeat(ends - lengths, lengths)
