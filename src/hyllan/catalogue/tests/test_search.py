import json
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
from hyllan.catalogue.models import Edition, Item
from hyllan.catalogue.search_index import Entry
from hyllan.catalogue.tests import make_editions as make
from hyllan.catalogue.tests.make import NOON
from hyllan.region.errors import Refused
from hyllan.region.tests import make as region

pytestmark = pytest.mark.django_db


def titles(query: str, library: str = "") -> list[str]:
    return [hit.title for hit in queries.search(query, library=library).hits]


@pytest.fixture
def shelf() -> None:
    make.edition(
        "Röda rummet",
        at=("LUND", "MALMO"),
        year=1879,
        responsible="August Strindberg",
        details={"names": ["Strindberg, August"]},
    )
    make.edition("Rummets röda tråd", responsible="Eva Åberg")
    make.edition(
        "Bär och bar",
        responsible="Élodie Müller",
        isbn="9789129688313",
        details={"wrong_isbns": ["91-29-68831-1"], "issns": ["0028-0836"], "series": "Blå boken"},
    )
    make.edition("Strindbergs liv", responsible="Olof Lagercrantz", subjects=["Svampar"])
    make.index()


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("august strindberg", ["Röda rummet"]),
        ("STRINDBERG röda", ["Röda rummet"]),
        ("rummet svampar", []),
        ('"röda rummet"', ["Röda rummet"]),
        ('"rummet röda"', []),
        ('"august strindberg"', ["Röda rummet"]),
        ('"strindberg, august"', ["Röda rummet"]),
        ("svampar", ["Strindbergs liv"]),
        ("elodie", ["Bär och bar"]),
        ("Élodie", ["Bär och bar"]),
        ("muller", ["Bär och bar"]),
        ("åberg", ["Rummets röda tråd"]),
        ("aberg", ["Rummets röda tråd"]),  # only because there is no Aberg
        ("978-91-29-68831-3", ["Bär och bar"]),
        ("9129688310", ["Bär och bar"]),
        ("91-29-68831-1", ["Bär och bar"]),
        ("0028-0836", ["Bär och bar"]),
        ("issn:00280836", ["Bär och bar"]),
        ('"blå boken"', ["Bär och bar"]),
        ("1879", ["Röda rummet"]),
        ("röda -tråd", ["Röda rummet"]),
        ("röda år:1870-1880", ["Röda rummet"]),
        ("röda year:1900-", []),
        ("titel:strindberg", ["Strindbergs liv"]),
        ("författare:strindberg", ["Röda rummet"]),
        ("author: strindberg", ["Röda rummet"]),
        ("ämne:svampar", ["Strindbergs liv"]),
        ("ämne:röda", []),
        ("svam*", ["Strindbergs liv"]),
        ("titel:svam*", []),
        ("", []),
        ("-röda", []),
    ],
)
def test_search_finds_what_was_meant(query: str, found: list[str]) -> None:
    assert titles(query) == found


@pytest.mark.usefixtures("shelf")
def test_words_in_the_title_count_most() -> None:
    make.edition("Annat", details={"summary": "Om röda bär, bara bär"})
    make.index()

    assert titles("bär") == ["Bär och bar", "Annat"]


def test_the_title_that_was_written_comes_first() -> None:
    for title in ("Pippi går ombord", "Pippi Pippi Pippi", "Boken om Pippi Pippi", "Pippi"):
        make.edition(title)
    make.index()

    assert titles("pippi")[0] == "Pippi"


@pytest.mark.usefixtures("shelf")
def test_search_keeps_to_one_library() -> None:
    assert (titles("röda", "MALMO"), len(titles("röda", "LUND"))) == (["Röda rummet"], 2)


@pytest.mark.usefixtures("shelf")
def test_a_hit_names_its_libraries_in_few_queries(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(2):
        hit = queries.search("rummet august").hits[0]

    assert (hit.responsible, hit.year, hit.libraries, hit.call_number, hit.is_in) == (
        "August Strindberg",
        1879,
        ("Biblioteket i Lund", "Biblioteket i Malmo"),
        "Hcf",
        True,
    )


def test_a_page_of_hits_costs_as_many_queries_as_one_hit(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(30):
        of = make.work()
        make.edition(f"Bok {number}", of=of)
        make.edition(f"Boken {number}", of=of)
    make.index()

    with django_assert_num_queries(2):
        hits = queries.search("bok", facets=True).hits

    assert [len(hit.others) for hit in hits] == [1] * 20


def test_a_hit_whose_copies_are_all_out_is_not_in() -> None:
    make.edition("Pippi", at={"LUND": "on_loan"})
    make.index()

    assert [hit.is_in for hit in queries.search("pippi").hits] == [False]


def test_nothing_is_found_before_anything_is_indexed() -> None:
    assert queries.search("pippi").total == 0


# --- the index and the tables


def test_edition_without_records_vanishes() -> None:
    edition = make.edition("Pippi")
    make.index()
    before = titles("pippi")
    Edition.objects.filter(pk=edition.pk).update(gone=True, changes=2)

    make.index()

    assert (before, titles("pippi")) == (["Pippi"], [])


def test_edition_that_went_into_another_vanishes() -> None:
    stays, goes = make.edition("Pippi"), make.edition("Pippi!")
    make.index()
    Edition.objects.filter(pk=goes.pk).update(merged_into=stays, changes=2)

    make.index()

    assert titles("pippi") == ["Pippi"]


def test_only_what_changed_is_indexed_again() -> None:
    make.edition("Pippi")
    make.index()
    make.edition("Emil")

    first, second = (services.index_changed(now=NOON).editions for _ in range(2))

    assert (first, second, titles("emil"), titles("pippi")) == (1, 0, ["Emil"], ["Pippi"])


def test_a_changed_title_is_found_and_the_old_one_is_not() -> None:
    edition = make.edition("Pippi")
    make.index()
    Edition.objects.filter(pk=edition.pk).update(title="Emil", changes=2)

    make.index()

    assert (titles("pippi"), titles("emil")) == ([], ["Emil"])


def test_what_a_system_says_of_an_item_is_searched_by() -> None:
    edition = make.edition("Pippi")
    make.index()
    before = queries.search("pippi", available=True).total
    services.item_status(item_id=Item.objects.get(edition=edition).pk, status="on_loan", now=NOON)

    make.index()

    assert (before, queries.search("pippi", available=True).total) == (1, 0)


def test_an_edition_changed_while_it_is_indexed_is_still_due(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    edition = make.edition("Pippi", changes=5)
    commit = search_index.Writer.commit

    def changed_meanwhile(writer: search_index.Writer) -> None:
        commit(writer)
        Edition.objects.filter(pk=edition.pk).update(changes=6)

    monkeypatch.setattr(search_index.Writer, "commit", changed_meanwhile)
    make.index()

    edition.refresh_from_db()
    assert (edition.changes, edition.indexed) == (6, 5)


def test_an_index_kept_up_answers_as_one_built_anew() -> None:
    made = [make.edition(f"Bok nummer {n}", year=1990 + n, at=("LUND",)) for n in range(9)]
    make.index()
    for edition in made[::2]:
        make.item(edition, "MALMO", "on_loan")
        title = f"Annan bok {edition.pk}"
        Edition.objects.filter(pk=edition.pk).update(changes=2, title=title)
    make.edition("Bok nummer 10")
    make.index()

    def answers() -> list[object]:
        found = [queries.search(q, facets=True, sort="newest") for q in ("bok", "annan", "numm*")]
        return [(f.total, {hit.edition_id for hit in f.hits}, f.facets) for f in found]

    kept_up = answers()
    services.rebuild_index(now=NOON)

    assert answers() == kept_up


def test_rebuilding_finds_the_same_and_mends_a_spoilt_index(home: Path) -> None:
    make.edition("Pippi")
    make.index()
    (search_index.folder(home) / "meta.json").write_text("spoilt")

    result = services.rebuild_index(now=NOON)

    assert (result.editions, result.records, result.works, titles("pippi")) == (1, 1, 1, ["Pippi"])


def test_rebuilding_mends_spoilt_names(home: Path) -> None:
    make.edition("Pippi")
    make.index()
    (search_index.folder(home) / "names.json").write_text("spoilt")

    services.rebuild_index(now=NOON)

    facets = queries.search("pippi", facets=True).facets
    assert facets is not None
    assert facets.organisations == {"LUND": 1}


def test_rebuilding_numbers_all_places_before_the_first_edition(home: Path) -> None:
    region.library("LUND", of="LUND")
    make.edition("Pippi", at=("MALMO",))

    services.rebuild_index(now=NOON)

    names = json.loads((search_index.folder(home) / "names.json").read_text("utf-8"))
    assert (names["organisation"], names["library"]) == (["LUND", "MALMO"], ["LUND", "MALMO"])


def test_rebuilding_drops_what_is_no_longer_held() -> None:
    make.edition("Pippi")
    make.index()
    Edition.objects.update(gone=True)

    services.rebuild_index(now=NOON)

    assert titles("pippi") == []


def test_second_writer_is_refused(home: Path) -> None:
    make.edition("Pippi")

    with search_index.writing(home), pytest.raises(Refused, match="written already"):
        services.index_changed(now=NOON)

    assert services.index_changed(now=NOON).editions == 1


KILLED_WRITER = """
import sys
from pathlib import Path
from hyllan.catalogue.search_index import Entry, writing
with writing(Path(sys.argv[1])) as writer:
    for number in range(10_000_000):
        writer.put(Entry(number, title=f"ny {number}", libraries=("NY",), organisations=("NY",)))
        if number == 5_000:
            print("writing", flush=True)
"""


def test_index_survives_kill_9_in_the_middle_of_writing(home: Path) -> None:
    make.edition("Pippi")
    make.index()
    writer = subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", KILLED_WRITER, str(home)], stdout=subprocess.PIPE
    )
    assert writer.stdout is not None
    with writer.stdout:
        writer.stdout.readline()
    os.kill(writer.pid, signal.SIGKILL)
    writer.wait()

    assert (titles("pippi"), titles("ny")) == (["Pippi"], [])
    make.edition("Emil", at=("MALMO",))
    make.index()
    assert (titles("pippi"), titles("emil"), titles("ny")) == (["Pippi"], ["Emil"], [])
    facets = queries.search("pip* ", facets=True).facets
    assert facets is not None
    assert facets.organisations == {"LUND": 1}


def test_reader_sees_what_another_process_wrote(home: Path) -> None:
    edition = make.edition("Pippi")
    make.index()
    before = titles("pippi")
    entry = f"Entry({edition.pk}, title='Emil')"
    script = (
        "from pathlib import Path; from hyllan.catalogue.search_index import Entry, writing\n"
        f"with writing(Path({str(home)!r})) as writer: writer.put({entry}); writer.commit()"
    )
    time.sleep(0.01)

    subprocess.run([sys.executable, "-c", script], check=True)  # noqa: S603 - our own

    assert (before, titles("pippi"), len(titles("emil"))) == (["Pippi"], [], 1)


# --- whatever is written


@given(st.text(max_size=80))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
def test_no_query_raises(home: Path, query: str) -> None:
    if not search_index.folder(home).exists():
        with search_index.writing(home) as writer:
            writer.put(Entry(1, title="Pippi", names=("Astrid",), libraries=("LUND",)))
            writer.commit()

    assert queries.search(query, library=query[:20]).total in {0, 1}


@pytest.mark.parametrize(
    "query",
    ["x" * 100_000, '"' * 1_000, "a " * 5_000, "\x00", "\ud800", "((((", "AND OR NOT", "*", "år:*"],
)
def test_hostile_queries_find_nothing(query: str) -> None:
    make.edition("Pippi")
    make.index()

    assert queries.search(query).hits == ()
