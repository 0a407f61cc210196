"""What is given on besides SRU, OAI-PMH and the API: feeds, files, sitemaps, JSON-LD, clusters."""

import csv
import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from lxml import etree
from pytest_django import DjangoAssertNumQueries

from hyllan.catalogue.models import Edition, Record
from hyllan.catalogue.queries import onward
from hyllan.catalogue.tests import make_editions as make
from hyllan.catalogue.tests.make import NOON
from hyllan.protocols.marc import MarcRecord, read_marc, read_marcxml
from hyllan.protocols.marc.marc_json import read_marc_json

pytestmark = pytest.mark.django_db
ATOM = {"a": "http://www.w3.org/2005/Atom"}
MAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


# --- feeds


def arrived(title: str, hours: int, **columns: Any) -> Edition:
    made = make.edition(title, **columns)
    made.first_seen_at = NOON + timedelta(hours=hours)
    made.save()
    return made


def entries(client: Client, **asked: Any) -> list[str]:
    answer = client.get("/new.atom", asked)
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = etree.fromstring(answer.content)
    return [str(title.text) for title in root.iterfind("a:entry/a:title", ATOM)]


def test_new_titles_come_as_a_feed_the_latest_first(client: Client) -> None:
    arrived("Äldst", 0)
    arrived("Nyast", 2, responsible="Lindgren, Astrid", details={"summary": "Om Ronja."}, year=1981)
    make.edition("Borta", gone=True)
    make.index()

    root = etree.fromstring(client.get("/new.atom").content)

    assert entries(client) == ["Nyast", "Äldst"]
    first = root.find("a:entry", ATOM)
    assert first is not None
    assert first.findtext("a:author/a:name", namespaces=ATOM) == "Lindgren, Astrid"
    assert first.findtext("a:summary", namespaces=ATOM) == "Bok, 1981. Om Ronja."
    assert first.findtext("a:published", namespaces=ATOM) == "2026-11-23T14:00:00+00:00"


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ({"organisation": "OSBY"}, ["Filmen"]),
        ({"library": "LUND"}, ["Boken"]),
        ({"language": "eng"}, ["Filmen"]),
        ({"material": ["film", "music"]}, ["Filmen"]),
        ({"audience": "children"}, ["Boken"]),
        ({"q": "bok"}, ["Boken"]),
        ({"cql": "dc.title = filmen", "library": "OSBY"}, ["Filmen"]),
        ({"cql": "dc.title = filmen", "library": "LUND"}, []),
        ({"q": "ingenting", "page": "x" * 1000, "from": "\0"}, []),
    ],
)
def test_any_search_has_a_feed_of_its_own(
    client: Client, asked: dict[str, Any], titles: list[str]
) -> None:
    arrived("Boken", 0, audience="children")
    arrived("Filmen", 1, at=("OSBY",), material="film", language="eng")
    make.index()

    assert entries(client, **asked) == titles


def test_a_feed_is_in_the_language_of_its_address_and_leads_to_pages_in_it(client: Client) -> None:
    made = arrived("Boken", 0)
    make.index()

    root = etree.fromstring(client.get("/en/new.atom?q=boken").content)

    assert root.findtext("a:title", namespaces=ATOM) == "New at the libraries: boken"
    links = [link.get("href") for link in root.iterfind(".//a:link", ATOM)]
    assert links == [
        "http://testserver/en/search/?q=boken",
        "http://testserver/en/new.atom?q=boken",
        f"http://testserver/en/record/{made.pk}/",
    ]


def test_a_feed_that_is_known_already_is_not_sent_again(client: Client) -> None:
    arrived("Boken", 0)
    make.index()
    first = client.get("/new.atom")

    by_tag = client.get("/new.atom", headers={"if-none-match": first["ETag"]})
    by_date = client.get("/new.atom", headers={"if-modified-since": first["Last-Modified"]})

    assert first["Last-Modified"] == "Mon, 23 Nov 2026 12:00:00 GMT"
    assert [(each.status_code, each.content) for each in (by_tag, by_date)] == [(304, b"")] * 2
    arrived("Ny", 1)
    make.index()
    assert client.get("/new.atom", headers={"if-none-match": first["ETag"]}).status_code == 200


def test_a_feed_holds_fifty_titles_for_two_queries(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(55):
        make.edition(f"Titel {number}", at=())
    make.index()

    with django_assert_num_queries(1):
        found = entries(client)

    assert (len(found), found[0]) == (50, "Titel 54")


def test_a_feed_says_what_is_wrong_with_a_query(client: Client) -> None:
    answer = client.get("/new.atom", {"cql": "dc.shoes = a"})

    assert (answer.status_code, answer.content) == (400, b"cql: Unsupported index: dc.shoes\n")


# --- MARC files


def test_a_record_comes_in_three_forms_that_say_the_same(client: Client) -> None:
    made = make.edition("Röda rummet", isbn="9789100123456")

    answers = {
        form: client.get(f"/record/{made.pk}/marc.{form}") for form in ("xml", "mrc", "json")
    }

    read = {"xml": read_marcxml, "mrc": read_marc, "json": read_marc_json}
    records = [next(read[form](answer.content)) for form, answer in answers.items()]
    assert all(isinstance(record, MarcRecord) for record in records)
    assert {record.data_fields for record in records if isinstance(record, MarcRecord)} == {
        records[0].data_fields  # type: ignore[union-attr]
    }
    assert {form: answer["Content-Type"] for form, answer in answers.items()} == {
        "xml": "application/marcxml+xml",
        "mrc": "application/marc",
        "json": "application/marc-in-json",
    }
    assert answers["mrc"]["Content-Disposition"] == f'attachment; filename="hyllan-{made.pk}.mrc"'


def test_a_record_that_is_no_more_has_no_file(client: Client) -> None:
    kept = make.edition()
    gone, merged = make.edition(gone=True), make.edition(merged_into=kept)

    assert client.get(f"/record/{gone.pk}/marc.xml").status_code == 410
    assert (
        client.get(f"/record/{merged.pk}/marc.json")["Location"] == f"/record/{kept.pk}/marc.json"
    )
    for path in ("999999/marc.xml", f"{kept.pk}/marc.pdf", f"{10**30}/marc.mrc"):
        assert client.get(f"/record/{path}").status_code == 404, path


def test_one_too_long_for_iso_2709_says_so_and_comes_as_xml(client: Client) -> None:
    made = make.edition(
        details={"summary": "å" * 5_000, "names": [f"{n:04} " * 20 for n in range(1500)]}
    )

    answer = client.get(f"/record/{made.pk}/marc.mrc")

    assert (answer.status_code, b"Try marc.xml" in answer.content) == (409, True)
    assert client.get(f"/record/{made.pk}/marc.xml").status_code == 200


@pytest.mark.parametrize("form", ["xml", "mrc", "json"])
def test_what_a_search_finds_is_one_file(client: Client, form: str) -> None:
    for title in ("Pippi Långstrump", "Pippi går ombord", "Emil"):
        make.edition(title)
    gone = make.edition("Pippi borta")
    make.index()
    Edition.objects.filter(pk=gone.pk).update(gone=True)

    answer = client.get(f"/search/marc.{form}", {"q": "pippi"})

    read: Any = {"xml": read_marcxml, "mrc": read_marc, "json": read_marc_json}[form]
    assert sorted(record.first("245", "a") for record in read(answer.content)) == [
        "Pippi Långstrump",
        "Pippi går ombord",
    ]
    assert answer["Hyllan-Left-Out"] == "1"


def test_a_search_that_asks_for_nothing_or_for_nonsense_is_no_fault(client: Client) -> None:
    assert client.get("/search/marc.json").content == b"[]\n"
    assert client.get("/search/marc.xml", {"cql": "(("}).status_code == 400


# --- sitemaps and robots


def test_the_sitemap_has_every_page_in_each_language(
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    monkeypatch.setattr(onward, "PART", 2)
    made = [make.edition(f"Titel {number}", at=()) for number in range(4)]
    Edition.objects.filter(pk=made[1].pk).update(gone=True)

    index = etree.fromstring(client.get("/sitemap.xml").content)
    parts = [
        str(loc.text).removeprefix("http://testserver") for loc in index.iterfind(".//s:loc", MAP)
    ]
    pages = []
    for part in parts:
        with django_assert_num_queries(1):
            root = etree.fromstring(b"".join(client.get(part)))
        pages += [str(loc.text) for loc in root.iterfind("s:url/s:loc", MAP)]

    assert pages == [
        f"http://testserver{language}/record/{edition.pk}/"
        for edition in (made[0], made[2], made[3])
        for language in ("", "/en")
    ]
    others = [(o.get("hreflang"), o.get("href")) for o in root.iterfind("s:url/x:link", MAP)][-2:]
    assert others == [("sv", pages[-2]), ("en", pages[-1])]
    assert root.findtext("s:url/s:lastmod", namespaces=MAP) == "2026-11-23T12:00:00Z"
    assert client.get("/sitemap-99999999999.xml").status_code == 404


def test_robots_are_kept_from_what_is_not_for_them_and_shown_the_sitemap(client: Client) -> None:
    lines = client.get("/robots.txt").content.decode().splitlines()

    assert lines[0] == "User-agent: *"
    assert lines[-1] == "Sitemap: http://testserver/sitemap.xml"
    assert {
        f"Disallow: {path}"
        for path in ("/api/", "/cms/", "/account/", "/en/search/*&", "/sources/")
    } <= set(lines)
    assert not [line for line in lines if line in {"Disallow: /", "Disallow: /en/"}]


# --- JSON-LD


def test_a_page_tells_programs_what_it_is_about(client: Client) -> None:
    work = make.work("Röda rummet")
    made = make.edition(
        "Röda rummet </script><script>alert(1)</script>",
        of=work,
        at={"LUND": "on_loan", "OSBY": "available"},
        responsible="Strindberg, August",
        year=1879,
        language="swe",
        isbn="9789100123456",
        details={"names": ["Strindberg, August", "Åsbrink, Elisabeth"]},
    )
    other = make.edition("The red room", of=work, year=1950, language="eng", material="audiobook")

    page = client.get(f"/record/{made.pk}/").content.decode()

    opening = '<script type="application/ld+json">'
    written = page.partition(opening)[2].partition("</script>")[0]
    told = json.loads(written)
    assert (page.count(opening), "<" in written) == (1, False)
    assert told.pop("exampleOfWork")["workExample"] == [
        {
            "@type": "Audiobook",
            "@id": f"http://testserver/record/{other.pk}/",
            "name": "The red room",
            "datePublished": "1950",
            "inLanguage": "en",
        }
    ]
    offers = told.pop("offers")
    assert [(each["offeredBy"]["name"], each["availability"]) for each in offers] == [
        ("Biblioteket i Lund", "https://schema.org/OutOfStock"),
        ("Biblioteket i Osby", "https://schema.org/InStock"),
    ]
    assert told == {
        "@context": "https://schema.org",
        "@type": "Book",
        "@id": f"http://testserver/record/{made.pk}/",
        "url": f"http://testserver/record/{made.pk}/",
        "name": "Röda rummet </script><script>alert(1)</script>",
        "datePublished": "1879",
        "inLanguage": "sv",
        "isbn": ["9789100123456"],
        "author": {"@type": "Person", "name": "August Strindberg"},
        "contributor": [{"@type": "Person", "name": "Elisabeth Åsbrink"}],
    }


# --- clusters


def test_clusters_are_written_in_order_with_the_libraries_own_numbers(tmp_path: Path) -> None:
    first, second = make.edition("Ett", at=("OSBY",)), make.edition("Två", at=("LUND", "OSBY"))
    names = {"OSBY": ["file:SE-O:o1", "file:0123456789abcdef"], "LUND": ["oai:lund:7"]}
    for code, its in names.items():
        for record, name in zip(
            Record.objects.filter(source__organisation__code=code).order_by("pk"), its, strict=True
        ):
            record.identifier = name
            record.save()
    out = StringIO()

    call_command("export-clusters", str(tmp_path / "clusters.csv"), "--json", stdout=out)

    assert json.loads(out.getvalue()) == {"rows": 3}
    assert list(csv.reader((tmp_path / "clusters.csv").read_text().splitlines())) == [
        ["library", "record", "edition", "work"],
        ["LUND", "oai:lund:7", str(second.pk), str(second.work_id)],
        ["OSBY", "0123456789abcdef", str(second.pk), str(second.work_id)],
        ["OSBY", "o1", str(first.pk), str(first.work_id)],
    ]


def test_a_place_that_cannot_be_written_to_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("export-clusters", str(tmp_path / "no" / "c.csv"), stderr=StringIO())

    assert ended.value.code == 1
