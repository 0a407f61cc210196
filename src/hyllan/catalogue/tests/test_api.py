"""The JSON API: what it gives, how it refuses, and that its description is true."""

from typing import Any

import orjson
import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from hyllan.catalogue.api import shapes
from hyllan.catalogue.models import Edition
from hyllan.catalogue.tests import make_editions as make
from hyllan.region.tests import make as region

pytestmark = pytest.mark.django_db


def told(client: Client, path: str, **parameters: Any) -> Any:
    answer = client.get(f"/api/v1/{path}", parameters)
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "application/json"
    return orjson.loads(answer.content)


def refusal(client: Client, path: str, **parameters: Any) -> tuple[int, str]:
    answer = client.get(f"/api/v1/{path}", parameters)
    problem = shapes.Problem.model_validate_json(answer.content)
    assert answer["Content-Type"] == "application/problem+json"
    assert problem.status == answer.status_code
    return problem.status, problem.detail


def test_search_gives_works_with_their_editions_and_libraries(client: Client) -> None:
    work = make.work("Röda rummet")
    best = make.edition(
        "Röda rummet", of=work, at=("LUND", "OSBY"), year=1879, responsible="Strindberg, August"
    )
    other = make.edition("Röda rummet", of=work, at={"LUND": "on_loan"}, year=2009, language="eng")
    make.index()

    found = told(client, "search", q="röda rummet", sort="oldest")

    assert shapes.Found.model_validate(found).total == 2
    assert {name: found[name] for name in ("page", "pages", "limit", "corrected", "facets")} == {
        "page": 1,
        "pages": 1,
        "limit": 20,
        "corrected": "",
        "facets": None,
    }
    assert found["hits"] == [
        {
            "id": best.pk,
            "url": f"http://testserver/record/{best.pk}/",
            "title": "Röda rummet",
            "responsible": "Strindberg, August",
            "year": 1879,
            "language": "",
            "material": "book",
            "libraries": ["Biblioteket i Lund", "Biblioteket i Osby"],
            "call_number": "Hcf",
            "available": True,
            "others": [
                {
                    "id": other.pk,
                    "url": f"http://testserver/record/{other.pk}/",
                    "title": "Röda rummet",
                    "year": 2009,
                    "language": "eng",
                    "material": "book",
                }
            ],
        }
    ]


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ({"library": "OSBY"}, ["Film"]),
        ({"organisation": "LUND"}, ["Bok", "Lätt"]),
        ({"material": ["film", "music"]}, ["Film"]),
        ({"language": ["eng"]}, ["Film"]),
        ({"from": 1990, "to": 1999}, ["Bok"]),
        ({"audience": "children"}, ["Lätt"]),
        ({"cql": 'dc.title any "bok film"', "material": ["film"]}, ["Film"]),
        ({"easy": "true"}, ["Lätt"]),
        ({"available": "true"}, ["Bok", "Film"]),
        ({"from": 1900, "sort": "newest"}, ["Film", "Bok", "Lätt"]),
        ({"from": 1900, "sort": "newest", "limit": 1, "page": 2}, ["Bok"]),
    ],
)
def test_search_keeps_to_what_is_asked_for(
    client: Client, asked: dict[str, Any], titles: list[str]
) -> None:
    make.edition("Bok", year=1995)
    make.edition("Film", at=("OSBY",), year=2001, material="film", language="eng")
    make.edition("Lätt", at={"LUND": "on_loan"}, year=1950, audience="children", easy=True)
    make.index()

    found = [hit["title"] for hit in told(client, "search", **asked)["hits"]]

    assert (found if "sort" in asked else sorted(found)) == titles


def test_facets_are_counted_when_they_are_asked_for(client: Client) -> None:
    make.edition("Bok", year=1995, language="swe")
    make.edition("Bok", at=("OSBY",), year=2001, material="film", easy=True)
    make.index()

    facets = told(client, "search", q="bok", facets="true", organisation="OSBY")["facets"]

    assert shapes.Facets.model_validate(facets).years == {"2001": 1}
    assert (facets["easy"], facets["libraries"]) == (1, {"OSBY": 1})


def test_a_record_has_its_work_and_its_items_by_library(client: Client) -> None:
    work = make.work("Röda rummet")
    made = make.edition(
        "Röda rummet",
        of=work,
        at={"LUND": "on_loan", "OSBY": "available"},
        isbn="9789100123456",
        subjects=["Konstnärer"],
        details={"names": ["Strindberg, August"], "isbns": ["9789100123456", "9789100123463"]},
    )
    other = make.edition("The red room", of=work, year=1950)

    found = told(client, f"records/{made.pk}")

    shapes.Record.model_validate(found)
    assert found["isbns"] == ["9789100123456", "9789100123463"]
    assert [each["id"] for each in found["work"]["editions"]] == [other.pk]
    assert [
        (each["code"], [i["status"] for i in each["items"]]) for each in found["libraries"]
    ] == [
        ("LUND", ["on_loan"]),
        ("OSBY", ["available"]),
    ]


def test_a_record_that_was_merged_leads_to_the_other_and_one_gone_is_gone(client: Client) -> None:
    kept = make.edition()
    merged, gone = make.edition(merged_into=kept), make.edition(gone=True)

    answer = client.get(f"/api/v1/records/{merged.pk}")

    assert (answer.status_code, answer["Location"]) == (302, f"/api/v1/records/{kept.pk}")
    assert refusal(client, f"records/{gone.pk}") == (
        410,
        f"No library has a record {gone.pk} any more.",
    )
    assert refusal(client, "records/999999") == (404, "There is no record 999999.")


def test_suggestions_complete_what_is_being_typed(client: Client) -> None:
    make.edition("Pippi Långstrump", responsible="Lindgren, Astrid")
    make.index()

    assert told(client, "suggest", q="pip") == {
        "suggestions": [{"kind": "title", "text": "Pippi Långstrump"}]
    }


@pytest.mark.parametrize(
    ("asked", "detail"),
    [
        ({"limit": 101}, "limit: Input should be less than or equal to 100."),
        ({"page": 0}, "page: Input should be greater than or equal to 1."),
        ({"from": "10000"}, "from: Input should be less than or equal to 9999."),
        ({"page": 200, "limit": 51}, "Hits after number 10000 are not given. Narrow the search."),
        ({"library": "NOWHERE"}, "library: there is no library NOWHERE."),
        ({"organisation": "NOBODY"}, "organisation: there is no organisation NOBODY."),
        ({"q": "a", "cql": "a"}, "q and cql were both given. Ask with one of them."),
        (
            {"cql": "dc.shoes = a"},
            "cql: Unsupported index: dc.shoes. Indexes and relations are told at /sru.",
        ),
        ({"language": "sv"}, "language.0: String should match pattern '^[a-z]{3}$'."),
    ],
)
def test_what_cannot_be_answered_is_a_problem_with_a_sentence(
    client: Client, asked: dict[str, Any], detail: str
) -> None:
    region.library("LUND")

    assert refusal(client, "search", **asked) == (400, detail)


def test_a_number_that_is_none_is_refused(client: Client) -> None:
    for number in ("0", "-1", "a", str(2**63), "9" * 5000):
        assert refusal(client, f"records/{number}")[0] == 400


def test_nothing_is_open_to_other_sites_and_nothing_can_be_written(client: Client) -> None:
    answer = client.get("/api/v1/search", headers={"origin": "https://elsewhere.example"})

    assert "Access-Control-Allow-Origin" not in answer
    assert "Set-Cookie" not in answer
    assert client.post("/api/v1/search", {"q": "a"}).status_code == 405


def test_an_answer_costs_the_same_however_many_hits_it_has(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        make.edition(f"Titel {number}", at=("LUND", "OSBY"))
    make.index()
    told(client, "search", q="titel")

    for limit in (1, 10):
        with django_assert_num_queries(2):
            told(client, "search", q="titel", limit=limit)
    edition = Edition.objects.latest("pk")
    with django_assert_num_queries(3):
        told(client, f"records/{edition.pk}")
