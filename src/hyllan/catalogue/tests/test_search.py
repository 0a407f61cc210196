import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from hyllan.catalogue import queries, search_index, services
from hyllan.catalogue.models import Edition, Record
from hyllan.catalogue.search_index import Entry
from hyllan.catalogue.tests import make
from hyllan.catalogue.tests.make import NOON, Repository, marc, marc_field, marc_item
from hyllan.region.errors import Refused

pytestmark = pytest.mark.django_db


def titles(query: str, library: str = "") -> list[str]:
    return [hit.title for hit in queries.search(query, library=library).hits]


@pytest.fixture
def shelf() -> None:
    subject = (marc_field("650", a="Svampar"),)
    make.harvested(
        marc("Röda rummet", marc_item("1"), author="Strindberg, August", year=1879),
        marc("Rummets röda tråd", marc_item("2"), author="Åberg, Eva"),
        marc("Bär och bar", marc_item("3"), author="Müller, Élodie", isbn="91-29-68831-0"),
        marc("Strindbergs liv", marc_item("4"), author="Lagercrantz, Olof", more=subject),
    )
    make.harvested(
        marc("Röda rummet", marc_item("1", "MALMO"), author="Strindberg, August", year=1879),
        code="MALMO",
    )
    services.index_changed(now=NOON)


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("strindberg", ["Röda rummet"]),
        ("STRINDBERG röda", ["Röda rummet"]),
        ("rummet finnsinte", []),
        ('"röda rummet"', ["Röda rummet"]),
        ('"rummet röda"', []),
        ("svampar", ["Strindbergs liv"]),
        ("elodie", ["Bär och bar"]),
        ("Élodie", ["Bär och bar"]),
        ("åberg", ["Rummets röda tråd"]),
        ("aberg", []),
        ("978-91-29-68831-3", ["Bär och bar"]),
        ("9129688310", ["Bär och bar"]),
        ("1879", ["Röda rummet"]),
        ("", []),
    ],
)
def test_search_finds_what_was_meant(query: str, found: list[str]) -> None:
    assert titles(query) == found


@pytest.mark.usefixtures("shelf")
def test_words_in_the_title_count_most() -> None:
    make.harvested(
        marc("Annat", marc_item("9", "MALMO"), more=(marc_field("520", a="Om röda bär"),)),
        code="MALMO",
    )
    services.index_changed(now=NOON)

    assert titles("bär")[0] == "Bär och bar"


@pytest.mark.usefixtures("shelf")
def test_search_keeps_to_one_library() -> None:
    assert (titles("röda", "MALMO"), len(titles("röda", "LUND"))) == (["Röda rummet"], 2)


@pytest.mark.usefixtures("shelf")
def test_a_hit_names_its_libraries_in_few_queries(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(2):
        hit = queries.search("rummet strindberg").hits[0]

    assert (hit.responsible, hit.year, hit.libraries, hit.call_number, hit.is_in) == (
        "August Strindberg",
        1879,
        ("Biblioteket i Lund", "Biblioteket i Malmo"),
        "Hcf",
        True,
    )


def test_a_hit_whose_copies_are_all_out_is_not_in() -> None:
    make.harvested(marc("Pippi", marc_item("1", status="on loan")))
    services.index_changed(now=NOON)

    assert [hit.is_in for hit in queries.search("pippi").hits] == [False]


def test_pages_follow_one_another() -> None:
    make.harvested(*[marc(f"Bok nummer {n}", marc_item(f"{n}")) for n in range(45)])
    services.index_changed(now=NOON)

    pages = [queries.search("bok", page=page) for page in (1, 2, 3, 4)]

    assert [(each.total, len(each.hits), each.pages) for each in pages] == [
        (45, 20, 3),
        (45, 20, 3),
        (45, 5, 3),
        (45, 0, 3),
    ]
    assert len({hit.edition_id for each in pages for hit in each.hits}) == 45


def test_nothing_is_found_before_anything_is_indexed() -> None:
    assert queries.search("pippi").total == 0


def test_edition_that_lost_its_last_record_vanishes() -> None:
    source, repository = make.source(), Repository()
    repository.put("oai:1", marc("Pippi", marc_item("1")))
    services.harvest(source_id=source.pk, now=NOON, fetch=repository)
    services.index_changed(now=NOON)
    before = titles("pippi")
    repository.later()
    repository.delete("oai:1")
    services.harvest(source_id=source.pk, now=NOON, fetch=repository)

    services.index_changed(now=NOON)

    assert (before, titles("pippi")) == (["Pippi"], [])


def test_only_what_changed_is_indexed_again() -> None:
    make.edition("Pippi", "1")
    make.harvested(marc("Emil", marc_item("2", "MALMO")), code="MALMO")

    first, second = (services.index_changed(now=NOON).editions for _ in range(2))

    assert (first, second, titles("emil"), titles("pippi")) == (1, 0, ["Emil"], ["Pippi"])


def test_a_changed_title_is_found_and_the_old_one_is_not() -> None:
    source, repository = make.source(), Repository()
    repository.put("oai:1", marc("Pippi", isbn="9129688310"))
    services.harvest(source_id=source.pk, now=NOON, fetch=repository)
    services.index_changed(now=NOON)
    repository.later()
    repository.put("oai:1", marc("Emil", isbn="9129688310"))
    services.harvest(source_id=source.pk, now=NOON, fetch=repository)

    services.index_changed(now=NOON)

    assert (titles("pippi"), titles("emil")) == ([], ["Emil"])


def test_an_edition_changed_while_it_is_indexed_is_still_due(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    edition = make.edition("Pippi")
    Edition.objects.filter(pk=edition.pk).update(changes=5)
    commit = search_index.Writer.commit

    def changed_meanwhile(writer: search_index.Writer) -> None:
        commit(writer)
        Edition.objects.filter(pk=edition.pk).update(changes=6)

    monkeypatch.setattr(search_index.Writer, "commit", changed_meanwhile)
    services.index_changed(now=NOON)

    edition.refresh_from_db()
    assert (edition.changes, edition.indexed) == (6, 5)


def test_rebuilding_finds_the_same_and_mends_a_spoilt_index(home: Path) -> None:
    make.edition("Pippi")
    (search_index.folder(home) / "meta.json").write_text("spoilt")

    result = services.rebuild_index(now=NOON)

    assert (result.editions, result.records, result.works, titles("pippi")) == (1, 1, 1, ["Pippi"])


def test_rebuilding_drops_what_is_no_longer_held() -> None:
    make.edition("Pippi")
    Record.objects.update(deleted=True)

    services.rebuild_index(now=NOON)

    assert titles("pippi") == []


def test_second_writer_is_refused(home: Path) -> None:
    make.edition("Pippi")
    Edition.objects.update(changes=9)

    with search_index.writing(home), pytest.raises(Refused, match="written already"):
        services.index_changed(now=NOON)

    assert services.index_changed(now=NOON).editions == 1


KILLED_WRITER = """
import sys
from pathlib import Path
from hyllan.catalogue.search_index import Entry, writing
with writing(Path(sys.argv[1])) as writer:
    for number in range(10_000_000):
        writer.put(Entry(number, f"ny {number}", "", "", "", (), ()))
        if number == 5_000:
            print("writing", flush=True)
"""


def test_index_survives_kill_9_in_the_middle_of_writing(home: Path) -> None:
    make.edition("Pippi")
    writer = subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", KILLED_WRITER, str(home)], stdout=subprocess.PIPE
    )
    assert writer.stdout is not None
    with writer.stdout:
        writer.stdout.readline()
    os.kill(writer.pid, signal.SIGKILL)
    writer.wait()

    assert (titles("pippi"), titles("ny")) == (["Pippi"], [])
    make.harvested(marc("Emil", marc_item("2", "MALMO")), code="MALMO")
    services.index_changed(now=NOON)
    assert (titles("pippi"), titles("emil"), titles("ny")) == (["Pippi"], ["Emil"], [])


def test_reader_sees_what_another_process_wrote(home: Path) -> None:
    make.edition("Pippi")
    before = titles("pippi")
    entry = f"Entry({Edition.objects.get().pk}, 'Emil', '', '', '', (), ())"
    script = (
        "from pathlib import Path; from hyllan.catalogue.search_index import Entry, writing\n"
        f"with writing(Path({str(home)!r})) as writer: writer.put({entry}); writer.commit()"
    )
    time.sleep(0.01)

    subprocess.run([sys.executable, "-c", script], check=True)  # noqa: S603 - our own

    assert (before, titles("pippi"), len(titles("emil"))) == (["Pippi"], [], 1)


@given(st.text(max_size=80))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
def test_no_query_raises(home: Path, query: str) -> None:
    if not search_index.folder(home).exists():
        with search_index.writing(home) as writer:
            writer.put(Entry(1, "Pippi", "Astrid", "", "", (), ("LUND",)))
            writer.commit()

    assert queries.search(query, library=query[:20]).total in {0, 1}


@pytest.mark.parametrize(
    "query", ["x" * 100_000, '"' * 1_000, "a " * 5_000, "\x00", "\ud800", "((((", "AND OR NOT"]
)
def test_hostile_queries_find_nothing(query: str) -> None:
    make.edition("Pippi")

    assert queries.search(query).hits == ()
