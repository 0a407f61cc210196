"""The synthetic catalogue: whole, the same each time, dirty in the shares it says, true beside."""

import csv
import json
import os
import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from hyllan.catalogue.engine.holdings import holdings
from hyllan.peers.corpus import distributions as shares
from hyllan.peers.corpus import numbers
from hyllan.peers.corpus.chance import drawn
from hyllan.peers.corpus.families import family
from hyllan.peers.corpus.files import Written, write_corpus
from hyllan.peers.corpus.letters import encoded, marc8
from hyllan.peers.corpus.libraries import System, systems
from hyllan.peers.corpus.measures import Measured, measured
from hyllan.peers.corpus.model import Edition
from hyllan.peers.corpus.words import TONGUES
from hyllan.protocols.marc import MarcRecord, read_marc, read_marcxml
from hyllan.protocols.marc.encoding import from_marc8
from hyllan.region.engine.folder import Folder, read_folder

REGION = Path(settings.HYLLAN_REGION)
SHARED = Path(os.environ.get("HYLLAN_SHARED", Path(__file__).parents[5] / "shared")) / "data"
RECORDS = 5_000
SOURCE = Path(shares.__file__).parent


@dataclass(frozen=True)
class Corpus:
    written: Written
    truth: list[dict[str, str]]
    raw: dict[str, bytes]  # by organisation
    records: dict[tuple[str, str], MarcRecord]  # by organisation and number
    measured: Measured


def folder() -> Folder:
    return read_folder(REGION)


def write(output: Path, *, records: int, libraries: int = 33, seed: int = 7) -> Written:
    return write_corpus(
        systems(folder(), count=libraries, seed=seed), records=records, seed=seed, output=output
    )


def truth_of(output: Path) -> list[dict[str, str]]:
    with (output / "truth.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def contents(output: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in output.iterdir()}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    output = tmp_path_factory.mktemp("corpus")
    written = write(output, records=RECORDS)
    raw = {path.stem: path.read_bytes() for path in sorted(output.glob("*.mrc"))}
    found = {code: list(read_marc(data)) for code, data in raw.items()}
    everything = [record for records in found.values() for record in records]
    good = {
        (code, record.control("001")): record
        for code, records in found.items()
        for record in records
        if isinstance(record, MarcRecord)
    }
    figures = measured(everything, b"".join(raw.values()))
    return Corpus(written, truth_of(output), raw, good, figures)


def editions(count: int) -> list[list[Edition]]:
    return [family(7, number) for number in range(count)]


def test_the_corpus_is_the_same_for_the_same_seed_and_no_other(tmp_path: Path) -> None:
    for name, seed in (("one", 7), ("again", 7), ("other", 8)):
        write(tmp_path / name, records=600, seed=seed)

    assert contents(tmp_path / "one") == contents(tmp_path / "again")
    assert contents(tmp_path / "one").keys() == contents(tmp_path / "other").keys()
    assert contents(tmp_path / "one") != contents(tmp_path / "other")


def test_fewer_records_are_the_beginning_of_more(tmp_path: Path) -> None:
    write(tmp_path / "few", records=300)
    write(tmp_path / "many", records=900)

    few, many = truth_of(tmp_path / "few"), truth_of(tmp_path / "many")
    assert few == many[:300]
    small, large = ((tmp_path / name / "MALMO.mrc").read_bytes() for name in ("few", "many"))
    assert set(small.split(b"\x1d")) <= set(large.split(b"\x1d"))


def test_every_record_is_readable_and_the_truth_names_it_once(corpus: Corpus) -> None:
    named = [(row["library"], row["record"]) for row in corpus.truth]

    assert corpus.measured.unreadable == 0
    assert len(corpus.records) == RECORDS == corpus.written.records
    assert Counter(named) == Counter(corpus.records.keys())
    assert len({row["edition"] for row in corpus.truth}) == corpus.written.editions
    assert len({row["work"] for row in corpus.truth}) == corpus.written.works
    assert len(corpus.raw) == 33


def test_an_edition_is_of_one_work(corpus: Corpus) -> None:
    works = defaultdict(set)
    for row in corpus.truth:
        works[row["edition"]].add(row["work"])

    assert [found for found in works.values() if len(found) > 1] == []


def test_every_item_stands_in_a_library_of_its_own_system(corpus: Corpus) -> None:
    homes = {library.code: library.organisation for library in folder().libraries}
    barcodes: Counter[str] = Counter()
    counts: Counter[int] = Counter()
    for (code, _), record in corpus.records.items():
        found = holdings(record)
        assert found.problems == ()
        assert {homes[item.library] for item in found.items} == {code}
        assert all(item.call_number for item in found.items)
        barcodes.update(item.barcode for item in found.items)
        counts[len(found.items)] += 1

    assert counts.keys() == {1, 2, 3}
    assert set(barcodes.values()) == {1}
    assert barcodes.total() == corpus.written.items
    for count, share in enumerate(shares.ITEMS, start=1):
        assert counts[count] / RECORDS == pytest.approx(share, abs=0.03)


def test_popular_editions_stand_nearly_everywhere_and_half_of_all_in_one_place(
    corpus: Corpus,
) -> None:
    owners = defaultdict(set)
    for row in corpus.truth:
        owners[row["edition"]].add(row["library"])
    counts = Counter(len(found) for found in owners.values())
    everywhere = sum(count for size, count in counts.items() if size >= 27)

    assert counts[1] / counts.total() == pytest.approx(1 - 2**-shares.HOLDERS_TAIL, abs=0.06)
    assert everywhere / counts.total() == pytest.approx(shares.HIT + 0.01, abs=0.02)


def of_sources(field: str) -> float:
    """Return which share of records leaves a field out, by their sources."""
    return sum(weight * shares.LEFT_OUT[source][field] for source, weight in shares.SOURCES.items())


def test_the_shares_are_those_of_the_distributions(corpus: Corpus) -> None:
    found = corpus.measured.shares
    expected = {
        "008 shorter than 40": shares.COLLAPSED_FIXED,
        "008 says no language": of_sources("language") + shares.COLLAPSED_FIXED,
        "several 020, of those": shares.BOTH_LENGTHS,
        "qualifier in 020, of those": shares.QUALIFIER,
        "100 without $d, of those": of_sources("dates"),
        "no 300": of_sources("extent"),
        "no 260 or 264": of_sources("publisher"),
        "520": sum(shares.SUMMARY[name] * part for name, part in shares.SOURCES.items()) * 0.7,
        "246": shares.VARIANT_TITLE,
        "500": shares.NOTE,
    }
    agencys = shares.SOURCES["national"] * shares.KEEPS_AGENCY * shares.AGENCY_ID_KEPT

    # Which libraries keep the number is one draw for each of 33, large and small
    assert found["another agency's number"] == pytest.approx(agencys, abs=0.1)
    assert {name: found[name] for name in expected} == pytest.approx(expected, abs=0.06)
    assert corpus.measured.wrong_checks == pytest.approx(shares.WRONG_CHECK, abs=0.008)


def test_records_are_like_the_real_ones_that_were_measured(corpus: Corpus) -> None:
    """The span is that of the files in shared/data, where they are of the same kind of things."""
    found = corpus.measured
    spans = {
        "020": (0.33, 0.84),
        "100": (0.71, 0.95),
        "110": (0.0, 0.06),
        "240": (0.0, 0.10),
        "245 $b": (0.17, 0.62),
        "no 245 $c": (0.14, 0.46),
        "250": (0.03, 0.32),
        "264": (0.0, 0.15),
        "440 or 490": (0.15, 0.38),
        "700": (0.13, 0.54),
        "880": (0.0, 0.05),
    }

    outside = {
        name: found.shares[name]
        for name, (low, high) in spans.items()
        if not low <= (found.shares[name] or 0.0) <= high
    }
    assert outside == {}
    assert 14 <= found.quantiles["fields"][1] <= 23
    assert 630 <= found.quantiles["bytes"][1] <= 1_200
    assert 2.5 <= found.means["subjects"] <= 3.5


@pytest.mark.skipif(not SHARED.exists(), reason="HYLLAN_SHARED is missing")
def test_the_real_files_measure_as_the_distributions_say() -> None:
    raw = (SHARED / "marc" / "jazz_1k.mrc").read_bytes()
    jazz = measured(list(read_marc(raw)), raw)
    evergreen = measured(
        list(read_marcxml((SHARED / "evergreen_demo_ils" / "records.xml").read_bytes()))
    )

    found = {name: round(evergreen.shares[name] or 0.0, 2) for name in ("264", "520", "245 $b")}
    assert found == {"264": 0.10, "520": 0.25, "245 $b": 0.23}
    assert round(evergreen.shares["440 or 490"] or 0.0, 2) == 0.20
    assert round(evergreen.means["subjects"], 1) == 3.0
    assert jazz.encodings == {"MARC-8 said, marc8 found": 91, "MARC-8 said, latin1 found": 4}


def test_leader_and_bytes_disagree_as_they_do_in_real_files(corpus: Corpus) -> None:
    found = corpus.measured.encodings
    right = found["UTF-8 said, utf8 found"] + found["MARC-8 said, marc8 found"]

    assert found.keys() >= {
        "UTF-8 said, utf8 found",
        "UTF-8 said, latin1 found",
        "MARC-8 said, marc8 found",
        "MARC-8 said, utf8 found",
        "UTF-8 said, marc8 found",
    }
    assert 0.6 < right / sum(found.values()) < 0.98
    decomposed = sum(
        1
        for data in corpus.raw.values()
        for chunk in data.split(b"\x1d")
        if (text := chunk.decode("utf-8", "ignore")) != unicodedata.normalize("NFC", text)
    )
    assert 0 < decomposed < 0.3 * RECORDS


def test_nothing_in_a_record_tells_its_cluster(corpus: Corpus) -> None:
    places: dict[str, dict[str, int]] = {}
    for code, data in corpus.raw.items():
        numbers_there = [
            record.control("001") for record in read_marc(data) if isinstance(record, MarcRecord)
        ]
        assert numbers_there == sorted(numbers_there)
        places[code] = {number: at for at, number in enumerate(numbers_there)}
    clusters = defaultdict(list)
    for row in corpus.truth:
        size = len(places[row["library"]])
        clusters[row["edition"]].append(places[row["library"]][row["record"]] / size)
        assert row["record"] not in {
            other["record"] for other in corpus.truth[:200] if other["library"] != row["library"]
        }
    spread = [abs(found[0] - found[-1]) for found in clusters.values() if len(found) > 4]

    # Two places drawn at random are a third of the file apart in the mean
    assert sum(spread) / len(spread) == pytest.approx(1 / 3, abs=0.06)
    keys = {row["edition"] for row in corpus.truth if len(row["edition"]) > 4}
    said = {
        part.value for r in corpus.records.values() for f in r.data_fields for part in f.subfields
    }
    assert keys.isdisjoint(said)


def test_volumes_are_editions_and_works_of_their_own() -> None:
    sets = [found for found in editions(3_000) if any(it.kind == "set" for it in found)]

    assert len(sets) > 20
    for found in sets:
        volumes = [it for it in found if it.kind == "book"]
        assert len({it.work for it in found}) == len({it.key for it in found}) == len(found)
        assert len({it.number for it in volumes}) == len(volumes) >= 2
        assert len({it.title for it in found}) == 1


def test_a_translation_is_another_edition_of_the_same_work_and_a_film_is_another_work() -> None:
    everything = [found for found in editions(3_000) if len(found) > 1]
    translated = [(a, b) for a, b in (found[:2] for found in everything) if b.original == a.title]
    screened = [(a, b) for a, *_, b in everything if b.kind == "film" and a.kind == "book"]

    assert len(translated) > 20
    assert all(a.work == b.work and a.language != b.language for a, b in translated)
    assert len(screened) > 10
    assert all(a.work != b.work for a, b in screened)


def test_editions_of_a_work_can_be_told_apart() -> None:
    for found in editions(3_000):
        said = Counter(
            (it.kind, it.language, it.year, it.publisher, it.title, it.number, it.isbns, it.code)
            for it in found
        )

        assert said.most_common(1)[0][1] == 1


def test_an_isbn_is_of_one_edition_but_where_publishers_reuse_them() -> None:
    owners: Counter[str] = Counter()
    for found in editions(4_000):
        owners.update({it.isbns[0]: 1 for it in found if it.isbns and it.kind != "set"})
        assert all(numbers.fits(number) for it in found for number in it.isbns)
    shared = sum(count > 1 for count in owners.values())

    assert shared / len(owners) < 0.01


def test_every_system_has_its_numbers_and_there_are_as_many_as_asked(tmp_path: Path) -> None:
    written = write(tmp_path, records=800, libraries=60)
    names = [Path(file).name for file in written.files]
    barcodes = [
        code
        for file in written.files
        for record in read_marc(Path(file).read_bytes())
        if isinstance(record, MarcRecord)
        for field in record.fields("852")
        for code in field.values("p")
    ]

    assert names == [f"L{number:02}.mrc" for number in range(1, 61)]
    assert len(set(barcodes)) == len(barcodes)


def test_a_stopped_run_leaves_what_was_there_and_can_be_run_again(tmp_path: Path) -> None:
    write(tmp_path, records=200)
    before = contents(tmp_path)

    def stop(made: int) -> None:
        if made > 1_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_corpus(
            systems(folder(), count=33, seed=7), records=9_000, seed=7, output=tmp_path, told=stop
        )
    after = {name: data for name, data in contents(tmp_path).items() if ".part" not in name}
    assert after == before

    write(tmp_path, records=200)
    assert contents(tmp_path) == before


def test_the_command_prints_what_it_wrote(tmp_path: Path) -> None:
    out = StringIO()
    call_command(
        "synthetic-catalogue", records=50, libraries=2, output=tmp_path, json=True, stdout=out
    )

    found = json.loads(out.getvalue().splitlines()[-1])
    assert found["files"] == [str(tmp_path / "MALMO.mrc"), str(tmp_path / "HELSINGBORG.mrc")]
    assert found["truth"] == str(tmp_path / "truth.csv")
    assert found["records"] == 50


def test_the_command_refuses_a_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(CommandError, match="cannot be written"):
        call_command("synthetic-catalogue", records=5, output=tmp_path / "file", stdout=StringIO())


def test_words_of_every_language_survive_marc8() -> None:
    lost = set()
    for code, tongue in TONGUES.items():
        for word in (*tongue.words, *tongue.given, *tongue.places):
            own = word.partition("=")[0]
            written = marc8(own)
            if written is None:
                lost.add(code)
            else:
                read = unicodedata.normalize("NFC", from_marc8(written))
                assert read == unicodedata.normalize("NFC", own)

    assert lost <= {"per"}  # letters of Persian lie in an extended set


LETTERS = st.text(st.sampled_from("abcåäöéèñčšžłŁøØæÆđßüÜçŞğİжЯщєїβΩάغحب (),.:/0189"), max_size=40)


@given(LETTERS)
def test_any_text_is_read_back_from_unicode_and_marc8(title: str) -> None:
    fields = [("001", "1"), ("245", f"10\x1fa{title}x")]
    wanted = unicodedata.normalize("NFC", title + "x")
    for encoding in ("utf-8", "decomposed", "utf-8 said to be marc-8"):
        [record] = read_marc(encoded("00000nam a2200000 a 4500", fields, encoding))
        assert isinstance(record, MarcRecord)
        assert record.first("245", "a") == wanted
    written = marc8(title + "x")
    assert written is not None
    assert unicodedata.normalize("NFC", from_marc8(written)) == wanted


@given(st.integers(0, 10**7), st.integers(0, 15), st.sampled_from(sorted(numbers.GROUPS)))
def test_isbns_are_right_in_every_form_and_wrong_when_mistyped(
    number: int, place: int, language: str
) -> None:
    found = numbers.isbn(3, number, place, language)

    assert len(found) == 13
    assert numbers.fits(found)
    assert numbers.fits(numbers.short(found))
    assert numbers.hyphenated(found).replace("-", "") == found
    for form in (found, numbers.short(found)):
        wrong = numbers.mistyped(form, drawn(number, place))
        assert len(wrong) == len(form)
        assert not numbers.fits(wrong)


def test_systems_are_the_regions_municipalities() -> None:
    found: tuple[System, ...] = systems(folder(), count=33, seed=7)
    municipalities = {it.code for it in folder().organisations if it.kind == "municipality"}

    assert {system.code for system in found} == municipalities
    assert len({system.number for system in found}) == 33


def test_every_share_is_used() -> None:
    named = re.findall(r"^([A-Z][A-Z_0-9]+)\b", Path(shares.__file__).read_text(), re.MULTILINE)
    used = "\n".join(path.read_text() for path in SOURCE.glob("*.py"))

    assert [name for name in named if f"shares.{name}" not in used] == []
