"""Pairs of real records that a person has read and judged: docs/algorithms/labelling.md."""

import csv
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from hyllan.catalogue.engine.normalise import describe
from hyllan.catalogue.tests import make_matched
from hyllan.catalogue.tests.make_matched import Matched
from hyllan.protocols.marc import BadRecord, MarcRecord, read_marc, read_marcxml

SHARED = Path(os.environ.get("HYLLAN_SHARED", Path(__file__).parents[5] / "shared"))
DATA = SHARED / "data"
needs_data = pytest.mark.skipif(not DATA.exists(), reason="HYLLAN_SHARED is missing")
FILES = {
    "badisbns.xml": DATA / "marc",
    "jazz_1k.mrc": DATA / "marc",
    "lul_fre_500.mrc": DATA / "marc",
    "nepali.marc": DATA / "marc",
    "oss.marc": DATA / "marc",
    "records.xml": DATA / "evergreen_demo_ils",
}
# Precision and recall, a little under what is measured; five true pairs of editions, 52 of works
FLOORS = {"same_edition": (0.83, 1.0), "same_work": (0.95, 0.9)}


class Name(NamedTuple):
    """A record: its file, and its 001 where that is alone in the file, or `#` and its place."""

    file: str
    record: str


class Pair(NamedTuple):
    first: Name
    second: Name
    same_edition: bool
    same_work: bool
    kind: str
    why: str


@cache
def pairs() -> tuple[Pair, ...]:
    with Path(__file__).with_name("pairs.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Pair(
                Name(row["file_a"], row["record_a"]),
                Name(row["file_b"], row["record_b"]),
                row["same_edition"] == "1",
                row["same_work"] == "1",
                row["kind"],
                row["why"],
            )
            for row in csv.DictReader(file)
        )


@cache
def records() -> dict[Name, MarcRecord]:
    """Return every readable record of the labelled files under its name."""
    found = {}
    for file, folder in FILES.items():
        data = (folder / file).read_bytes()
        read = list(read_marcxml(data) if file.endswith("xml") else read_marc(data))
        numbers = Counter(_number(record) for record in read)
        for place, record in enumerate(read):
            if isinstance(record, MarcRecord):
                number = _number(record)
                alone = number and numbers[number] == 1
                found[Name(file, number if alone else f"#{place}")] = record
    return found


def _number(record: MarcRecord | BadRecord) -> str:
    return record.control("001").strip() if isinstance(record, MarcRecord) else ""


def test_enough_pairs_are_judged_and_none_twice() -> None:
    named = Counter(frozenset((pair.first, pair.second)) for pair in pairs())

    assert len(pairs()) >= 300
    assert [sorted(names) for names, times in named.items() if times > 1 or len(names) < 2] == []


def test_every_judgement_says_of_what_kind_and_why() -> None:
    assert [pair for pair in pairs() if not pair.kind or not pair.why] == []


def test_one_edition_is_always_one_work() -> None:
    assert [pair for pair in pairs() if pair.same_edition and not pair.same_work] == []


def test_judgements_agree_with_one_another() -> None:
    """If a is b and b is c, nobody may have said that a is not c; for works as for editions."""
    for level in ("same_edition", "same_work"):
        leader = {name: name for pair in pairs() for name in (pair.first, pair.second)}

        def top(name: Name, leader: dict[Name, Name] = leader) -> Name:
            while leader[name] != name:
                name = leader[name]
            return name

        for pair in pairs():
            if getattr(pair, level):
                leader[top(pair.first)] = top(pair.second)
        apart = [pair for pair in pairs() if not getattr(pair, level)]
        assert [pair for pair in apart if top(pair.first) == top(pair.second)] == []


@needs_data
def test_every_judged_record_is_there() -> None:
    judged = {name for pair in pairs() for name in (pair.first, pair.second)}

    assert sorted(judged - records().keys()) == []


class Measured(NamedTuple):
    """What the matcher's word is worth on the judged pairs."""

    precision: float
    recall: float
    joined: tuple[Pair, ...]  # by mistake
    parted: tuple[Pair, ...]  # by mistake


@cache
def matched() -> dict[Name, Matched]:
    return make_matched.matched({name: describe(record) for name, record in records().items()})


def measured(level: str, labels: Mapping[Name, int]) -> Measured:
    joined = [pair for pair in pairs() if labels[pair.first] == labels[pair.second]]
    right = [pair for pair in joined if getattr(pair, level)]
    meant = [pair for pair in pairs() if getattr(pair, level)]
    found = Measured(
        precision=len(right) / len(joined),
        recall=len(right) / len(meant),
        joined=tuple(pair for pair in joined if pair not in right),
        parted=tuple(pair for pair in meant if pair not in right),
    )
    sys.stdout.write(_report(level, found))
    return found


def _report(level: str, found: Measured) -> str:
    lines = [f"{level}: precision {found.precision:.3f}, recall {found.recall:.3f}"]
    for said, mistaken in (("joined", found.joined), ("parted", found.parted)):
        lines += [f"  {said}: {p.first.record} {p.second.record}: {p.why}" for p in mistaken]
    return "\n".join([*lines, ""])


@needs_data
def test_editions_are_told_apart_as_a_person_does() -> None:
    found = measured("same_edition", {name: its.edition for name, its in matched().items()})

    least_precision, least_recall = FLOORS["same_edition"]
    assert found.precision >= least_precision, _report("same_edition", found)
    assert found.recall >= least_recall, _report("same_edition", found)


@needs_data
def test_works_are_told_apart_as_a_person_does() -> None:
    found = measured("same_work", {name: its.work for name, its in matched().items()})

    least_precision, least_recall = FLOORS["same_work"]
    assert found.precision >= least_precision, _report("same_work", found)
    assert found.recall >= least_recall, _report("same_work", found)


@needs_data
def test_what_the_matcher_joins_has_been_read_by_a_person() -> None:
    """A pair that is joined and that nobody judged is one to read and to add to the file."""
    judged = {frozenset((pair.first, pair.second)) for pair in pairs()}
    members = defaultdict(list)
    for name, its in matched().items():
        members[its.edition].append(name)

    unread = [
        (one, other)
        for each in members.values()
        for at, one in enumerate(each)
        for other in each[at + 1 :]
        if frozenset((one, other)) not in judged
    ]

    assert unread == []
