"""
Measure real MARC files and the corpus: `.venv/bin/python benchmarks/measure_corpus.py`.

From these figures the shares in src/hyllan/peers/corpus/distributions.py are taken. What it ran
against: the files in HYLLAN_SHARED (default ../shared), and with --corpus a folder that `hyllan
synthetic-catalogue` wrote.
"""

import argparse
import csv
import json
import os
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import combinations, islice
from pathlib import Path

from rapidfuzz import fuzz

from hyllan.peers.corpus.measures import Measured, isbns, measured, records_of, years
from hyllan.protocols.marc import BadRecord, MarcRecord, read_marcxml

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("HYLLAN_SHARED", ROOT.parent / "shared")) / "data"
REAL = ("jazz_1k.mrc", "lul_fre_500.mrc", "nepali.marc", "oss.marc", "badisbns.xml")
Records = Sequence[MarcRecord | BadRecord]


def main() -> None:
    """Measure, and print a table or one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, help="a folder of the synthetic catalogue")
    parser.add_argument("--records", type=int, default=20_000, help="at most so many of the corpus")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    if not SHARED.is_dir():
        sys.exit(f"There is no folder {SHARED}: set HYLLAN_SHARED.")
    files = dict(_real())
    if asked.corpus:
        files["corpus"] = _corpus(asked.corpus, asked.records)
    found = {name: measured(records, raw) for name, (records, raw) in files.items()}
    pairs = {name: duplicates(_good(records)) for name, (records, _) in files.items()}
    if asked.corpus:
        pairs["corpus, truth"] = true_pairs(asked.corpus, _good(files["corpus"][0]))
    holdings = _holdings()
    if asked.json:
        figures = {name: asdict(figure) for name, figure in found.items()}
        _say(json.dumps({"files": figures, "duplicates": pairs, "holdings": holdings}))
    else:
        _print(found, pairs, holdings)


def _real() -> Iterator[tuple[str, tuple[Records, bytes]]]:
    for name in REAL:
        raw = (SHARED / "marc" / name).read_bytes()
        if name.endswith(".xml"):
            yield name, (list(read_marcxml(raw)), b"")
        else:
            yield name, (records_of(raw), raw)
    raw = (SHARED / "evergreen_demo_ils" / "records.xml").read_bytes()
    yield "evergreen", (list(read_marcxml(raw)), b"")


def _corpus(folder: Path, most: int) -> tuple[Records, bytes]:
    """Return records of all its files, as many of each as it has of all."""
    files = sorted(folder.glob("*.mrc"))
    size = sum(path.stat().st_size for path in files)
    chunks: list[bytes] = []
    for path in files:
        raw = path.read_bytes().split(b"\x1d")[:-1]
        step = max(1, size // (most * 760))
        chunks += raw[::step]
    whole = b"".join(chunk + b"\x1d" for chunk in islice(chunks, most))
    return records_of(whole), whole


def _good(records: Records) -> list[MarcRecord]:
    return [record for record in records if isinstance(record, MarcRecord)]


def _holdings() -> dict[str, dict[str, float]]:
    """Return statuses, items a record in a library, and libraries a record, of the real system."""
    status: Counter[str] = Counter()
    held: dict[str, Counter[str]] = defaultdict(Counter)
    path = SHARED / "evergreen_demo_ils" / "items.csv"
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            status[row["status"]] += 1
            held[row["record_id"]][row["owning_library"]] += 1
    libraries = Counter(str(len(owners)) for owners in held.values())
    items = Counter(str(count) for owners in held.values() for count in owners.values())
    return {
        "status": _shares(status),
        "libraries of a record": _shares(libraries),
        "items of a record in a library": _shares(items),
    }


def _shares(counted: Counter[str]) -> dict[str, float]:
    return {name: round(count / counted.total(), 4) for name, count in counted.most_common()}


# --- Duplicates, and how they differ


def _key(record: MarcRecord) -> str:
    """Return title and first name, as bare as they get."""
    title = re.sub(r"\W", "", record.first("245", "a")).casefold()
    name = re.split(r"\W", record.first("100", "a").casefold())[0]
    return f"{title}|{name}|{record.leader[6:7]}" if len(title) > 3 else ""


def duplicates(records: Iterable[MarcRecord]) -> dict[str, float]:
    """Return how records with the same title, name and type agree in the rest."""
    same: dict[str, list[MarcRecord]] = defaultdict(list)
    for record in records:
        if key := _key(record):
            same[key].append(record)
    return agreement(pair for group in same.values() for pair in combinations(group[:8], 2))


def true_pairs(folder: Path, records: Iterable[MarcRecord]) -> dict[str, float]:
    """Return how records of one true edition agree."""
    with (folder / "truth.csv").open(encoding="utf-8", newline="") as file:
        edition = {(row["library"], row["record"]): row["edition"] for row in csv.DictReader(file)}
    same: dict[str, list[MarcRecord]] = defaultdict(list)
    for record in records:
        same[edition[record.control("003"), record.control("001")]].append(record)
    return agreement(pair for group in same.values() for pair in combinations(group[:8], 2))


def agreement(pairs: Iterable[tuple[MarcRecord, MarcRecord]]) -> dict[str, float]:
    """Return the number of pairs, and the share that agrees in each respect, of those that can."""
    says: dict[str, list[bool]] = defaultdict(list)
    count = 0
    for one, other in pairs:
        count += 1
        for name, pair in _respects(one, other).items():
            if all(pair):
                says[name].append(pair[0] == pair[1])
        titles = one.first("245", "a"), other.first("245", "a")
        says["title alike to 90 %"].append(fuzz.ratio(*titles) >= 90)
    shares = {name: round(sum(told) / len(told), 3) for name, told in says.items()}
    return {"pairs": count, **dict(sorted(shares.items()))}


def _respects(one: MarcRecord, other: MarcRecord) -> dict[str, tuple[object, object]]:
    """Return what both say in each respect; empty where one is silent."""

    def both(tag: str, code: str) -> tuple[object, object]:
        bare = [re.sub(r"[\W_]+$", "", it.first(tag, code)).strip(" [") for it in (one, other)]
        return bare[0], bare[1]

    def number(record: MarcRecord) -> str:
        return re.sub(r"\D*(\d*).*", r"\1", record.first("300", "a"), flags=re.DOTALL)

    first = [next(isbns([it]), "")[-10:-1] for it in (one, other)]
    when = [next(years([it]), 0) for it in (one, other)]
    return {
        "100 $a": both("100", "a"),
        "245 $a": both("245", "a"),
        "245 $c": both("245", "c"),
        "260 $b": both("260", "b"),
        "300 $a": both("300", "a"),
        "first number in 300": (number(one), number(other)),
        "ISBN": (first[0], first[1]),
        "year": (when[0], when[1]),
    }


# --- Printing


def _print(
    found: Mapping[str, Measured],
    pairs: Mapping[str, Mapping[str, float]],
    holdings: Mapping[str, Mapping[str, float]],
) -> None:
    width = max(map(len, found)) + 1
    _row("", found, width)
    _row("records", [it.records for it in found.values()], width)
    _row("unreadable", [it.unreadable for it in found.values()], width)
    for share in next(iter(found.values())).shares:
        _row(share, [_told(it.shares[share]) for it in found.values()], width)
    _row("ISBNs with a wrong check", [_told(it.wrong_checks) for it in found.values()], width)
    for name in next(iter(found.values())).means:
        _row(f"{name}, mean", [f"{it.means[name]:.1f}" for it in found.values()], width)
    for name in next(iter(found.values())).quantiles:
        three = ["/".join(f"{q:.0f}" for q in it.quantiles[name]) for it in found.values()]
        _row(f"{name}, 10/50/90 %", three, width)
    for name, figure in found.items():
        _say(f"\n{name}: leader/09 and bytes: {figure.encodings or '(XML)'}")
        _say(f"  300 $a: {figure.extents}")
    _say("\nPairs with the same title, name and type (of the truth: the same edition): what agrees")
    for name, told in pairs.items():
        _say(f"  {name}: {dict(told)}")
    for name, counted in holdings.items():
        _say(f"evergreen, {name}: {dict(islice(counted.items(), 6))}")


def _told(share: float | None) -> str:
    return "" if share is None else f"{share:.3f}"


def _row(name: str, cells: Iterable[object], width: int) -> None:
    _say(f"{name:28}" + "".join(f"{cell!s:>{width}}" for cell in cells))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
