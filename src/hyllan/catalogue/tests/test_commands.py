import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from hyllan.catalogue.models import Source
from hyllan.catalogue.tests import make
from hyllan.catalogue.tests.make import marc, marc_item
from hyllan.protocols.marc import write_marc
from hyllan.region.tests import make as region

pytestmark = pytest.mark.django_db


def told(*words: str) -> dict[str, Any]:
    out = StringIO()
    call_command(*words, "--json", stdout=out)
    lines = out.getvalue().splitlines()
    assert len(lines) == 1
    found: dict[str, Any] = json.loads(lines[0])
    return found


def refused(*words: str) -> tuple[dict[str, Any], str]:
    out, err = StringIO(), StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command(*words, "--json", stdout=out, stderr=err)
    assert ended.value.code == 1
    return json.loads(out.getvalue().splitlines()[-1]), err.getvalue().strip()


def test_import_then_search_then_index(tmp_path: Path) -> None:
    region.library("LUND")
    shelf = tmp_path / "shelf.mrc"
    shelf.write_bytes(write_marc(marc("Pippi Långstrump", marc_item("1"))))

    imported = told("import", str(shelf), "--library", "LUND")
    found = told("search", "långstrump")
    indexed = told("index")

    assert imported == {"read": 1, "loaded": 1, "quarantined": 0, "items": 1}
    assert found["total"] == 1
    assert {k: v for k, v in found["hits"][0].items() if k != "id"} == {
        "title": "Pippi Långstrump",
        "responsible": "Astrid Lindgren",
        "year": 1945,
        "libraries": ["Biblioteket i Lund"],
    }
    assert {k: v for k, v in indexed.items() if k != "seconds"} == {
        "records": 1,
        "editions": 1,
        "works": 1,
    }


def test_search_in_one_library() -> None:
    make.edition("Pippi", "1")
    region.library("MALMO")

    assert told("search", "pippi", "--library", "LUND")["total"] == 1
    assert told("search", "pippi", "--library", "MALMO")["total"] == 0


def test_harvest_of_no_sources_reads_nothing() -> None:
    assert told("harvest") == {"read": 0, "loaded": 0, "deleted": 0, "quarantined": 0}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("harvest", "NOWHERE"), "There is no source NOWHERE. There are: LUND."),
        (("search", "x", "--library", "NOWHERE"), "There is no library NOWHERE."),
    ],
)
def test_what_is_not_there_is_refused_in_a_sentence(words: tuple[str, ...], sentence: str) -> None:
    make.source()

    answer, error = refused(*words)

    assert (answer, error) == ({"error": sentence}, sentence)


def test_a_silent_system_ends_the_command_with_one() -> None:
    make.source()
    Source.objects.update(base_url="http://127.0.0.1:9/")

    answer, error = refused("harvest")

    assert answer == {"error": "1 of 1 sources could not be harvested: LUND."}
    assert "The library system of Lund could not be harvested: ConnectError" in error


def test_a_file_that_is_not_there_is_wrong_usage() -> None:
    region.library("LUND")

    with pytest.raises(CommandError) as wrong:
        call_command("import", "missing.mrc", "--library", "LUND")

    assert wrong.value.returncode == 2


def test_people_get_sentences() -> None:
    make.edition("Pippi", "1")
    out = StringIO()

    call_command("search", "pippi", stdout=out)

    assert out.getvalue().splitlines()[1].split(maxsplit=1)[1] == "Pippi (Astrid Lindgren, 1945)"
