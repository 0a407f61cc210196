"""Our own OAI-PMH server: the merged records, given on."""

import base64
import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from lxml import etree
from pytest_django import DjangoAssertNumQueries

from hyllan.catalogue.models import Edition
from hyllan.catalogue.tests import make_editions as make
from hyllan.catalogue.tests.make import NOON
from hyllan.catalogue.views import oai_pmh
from hyllan.catalogue.views.oai_pmh import identifier
from hyllan.protocols.marc import MarcRecord, read_marcxml
from hyllan.protocols.oai_pmh import Identity, OaiRecord, Page, Refusal, parse, parse_identify
from hyllan.protocols.oai_pmh.messages import NAMESPACE

pytestmark = pytest.mark.django_db
NAMES = {"oai": NAMESPACE, "dc": "http://purl.org/dc/elements/1.1/"}


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oai_pmh, "PAGE", 3)


def asked(client: Client, verb: str, **arguments: str) -> bytes:
    answer = client.get("/oai", {"verb": verb, **arguments})
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    return answer.content


def page(client: Client, verb: str = "ListRecords", **arguments: str) -> Page:
    if "resumptionToken" not in arguments:
        arguments = {"metadataPrefix": "marc21"} | arguments
    found = parse(asked(client, verb, **arguments))
    assert isinstance(found, Page), found
    return found


def error(client: Client, verb: str, **arguments: str) -> str:
    found = parse(asked(client, verb, **arguments))
    assert isinstance(found, Refusal), found
    (only,) = found.errors
    return only.code


def walk(client: Client, verb: str = "ListRecords", **arguments: str) -> list[OaiRecord]:
    found = page(client, verb, **arguments)
    records = list(found.records)
    while found.token:
        found = page(client, verb, resumptionToken=found.token)
        records += found.records
    return records


def at(edition: Edition, moment: datetime) -> Edition:
    Edition.objects.filter(pk=edition.pk).update(changed_at=moment)
    return edition


def editions(number: int) -> list[Edition]:
    """Return editions changed a minute after each other."""
    return [
        at(make.edition(f"Titel {each}"), NOON + timedelta(minutes=each)) for each in range(number)
    ]


def title(record: OaiRecord) -> str:
    (marc,) = read_marcxml(record.metadata)
    assert isinstance(marc, MarcRecord)
    return marc.first("245", "a")


def test_it_says_who_it_is(client: Client, settings: Any) -> None:
    settings.HYLLAN_ADMIN_EMAIL = "oai@region.se"
    editions(2)

    told = parse_identify(asked(client, "Identify"))

    assert isinstance(told, Identity)
    assert (told.base_url, told.admin_emails) == ("http://testserver/oai", ("oai@region.se",))
    assert (told.earliest, told.deleted) == (NOON, "persistent")
    assert (told.granularity, told.oddities) == ("YYYY-MM-DDThh:mm:ssZ", ())


def test_every_record_comes_once_and_the_size_is_told(client: Client) -> None:
    made = editions(7)

    first = page(client)
    records = walk(client)

    assert (len(first.records), first.size, first.cursor) == (3, 7, 0)
    assert [title(record) for record in records] == [f"Titel {number}" for number in range(7)]
    assert [record.identifier for record in records] == [identifier(each.pk) for each in made]
    assert [record.datestamp for record in records][:2] == [NOON, NOON + timedelta(minutes=1)]
    assert walk(client, "ListIdentifiers") == [
        OaiRecord(record.identifier, record.datestamp, sets=record.sets) for record in records
    ]


def test_the_last_of_several_answers_ends_with_an_empty_token(client: Client) -> None:
    editions(4)

    token = page(client).token
    last = asked(client, "ListRecords", resumptionToken=token)

    (element,) = etree.fromstring(last).iterfind(".//oai:resumptionToken", NAMES)
    assert (element.text, element.get("completeListSize"), element.get("cursor")) == (
        None,
        "4",
        "3",
    )


def test_one_answer_that_holds_all_has_no_token(client: Client) -> None:
    editions(3)

    assert b"resumptionToken" not in asked(client, "ListRecords", metadataPrefix="marc21")


def test_what_changes_while_a_list_goes_on_comes_again_and_nothing_is_missed(
    client: Client,
) -> None:
    made = editions(7)
    first = page(client)
    at(made[1], NOON + timedelta(hours=1))  # was in the first page
    at(made[5], NOON + timedelta(hours=1))  # was still to come
    Edition.objects.filter(pk=made[6].pk).update(gone=True, changed_at=NOON + timedelta(hours=2))

    rest = walk(client, resumptionToken=first.token)

    numbers = [made.index(next(e for e in made if identifier(e.pk) == r.identifier)) for r in rest]
    assert numbers == [3, 4, 1, 5, 6]
    assert [record.deleted for record in rest] == [False, False, False, False, True]


def test_a_list_whose_rest_has_moved_out_of_its_time_just_ends(client: Client) -> None:
    made = editions(4)
    first = page(client, until="2026-11-23T13:00:00Z")
    at(made[3], NOON + timedelta(days=1))

    last = page(client, resumptionToken=first.token)

    assert (last.records, last.token) == ((), "")


def test_many_changes_of_one_moment_are_leafed_through(client: Client) -> None:
    made = [make.edition(f"Titel {each}") for each in range(8)]

    assert [r.identifier for r in walk(client)] == [identifier(each.pk) for each in made]


@pytest.mark.parametrize(
    ("window", "numbers"),
    [
        ({"from": "2026-11-23T12:02:00Z"}, [2, 3]),
        ({"until": "2026-11-23T12:01:00Z"}, [0, 1]),
        ({"from": "2026-11-23T12:01:00Z", "until": "2026-11-23T12:01:00Z"}, [1]),
        ({"from": "2026-11-23", "until": "2026-11-23"}, [0, 1, 2, 3]),
        ({"from": "0001-01-01"}, [0, 1, 2, 3]),
        ({"until": "9999-12-31"}, [0, 1, 2, 3]),
    ],
)
def test_only_what_changed_in_the_time_asked_for(
    client: Client, window: dict[str, str], numbers: list[int]
) -> None:
    made = editions(4)
    at(made[1], NOON + timedelta(minutes=1, microseconds=700_000))  # within its second

    assert [r.identifier for r in walk(client, **window)] == [
        identifier(made[n].pk) for n in numbers
    ]


def test_what_is_gone_or_merged_is_told_as_deleted_for_good(client: Client) -> None:
    kept, gone, merged = (make.edition(name) for name in ("Kvar", "Borta", "Flyttad"))
    Edition.objects.filter(pk=gone.pk).update(gone=True)
    Edition.objects.filter(pk=merged.pk).update(merged_into=kept)

    assert [record.deleted for record in walk(client)] == [False, True, True]
    (single,) = page(client, "GetRecord", identifier=identifier(merged.pk)).records
    assert (single.deleted, single.metadata) == (True, b"")


def test_sets_are_the_organisations_and_the_materials(client: Client) -> None:
    make.edition("Bok", at=("LUND", "OSBY"))
    make.edition("Film", at=("OSBY",), material="film")

    root = etree.fromstring(asked(client, "ListSets"))
    specs = [element.text for element in root.iterfind(".//oai:setSpec", NAMES)]
    found = {
        spec: [title(record) for record in walk(client, set=spec)]
        for spec in ("organisation.LUND", "organisation.OSBY", "material.book", "material.film")
    }

    assert specs[:4] == [
        "organisation.LUND",
        "organisation.OSBY",
        "material.book",
        "material.audiobook",
    ]
    assert found == {
        "organisation.LUND": ["Bok"],
        "organisation.OSBY": ["Bok", "Film"],
        "material.book": ["Bok"],
        "material.film": ["Film"],
    }
    assert walk(client)[0].sets == ("organisation.LUND", "organisation.OSBY", "material.book")


def test_a_set_tells_what_the_organisation_has_no_longer(client: Client) -> None:
    shared, gone = make.edition("Delad", at=("LUND", "OSBY")), make.edition("Borta", at=("OSBY",))
    shared.items.filter(organisation__code="LUND").update(status="withdrawn")
    Edition.objects.filter(pk=gone.pk).update(gone=True)

    in_lund, in_osby = (walk(client, set=f"organisation.{code}") for code in ("LUND", "OSBY"))

    assert [(r.identifier, r.deleted) for r in in_lund] == [
        (identifier(shared.pk), True),
        (identifier(gone.pk), True),
    ]
    assert in_lund[0].sets == ("organisation.OSBY", "organisation.LUND", "material.book")
    assert [r.deleted for r in in_osby] == [False, True]


def test_dublin_core_leads_to_the_page_of_the_record(client: Client) -> None:
    made = make.edition("Röda rummet", year=1879, isbn="9789100123456")

    content = asked(client, "GetRecord", metadataPrefix="oai_dc", identifier=identifier(made.pk))

    root = etree.fromstring(content)
    assert root.findtext(".//dc:title", namespaces=NAMES) == "Röda rummet"
    assert [element.text for element in root.iterfind(".//dc:identifier", NAMES)] == [
        "URN:ISBN:9789100123456",
        f"http://testserver/record/{made.pk}/",
    ]


@pytest.mark.parametrize("of_one", [False, True])
def test_both_formats_are_told_of_all_records_and_of_one(client: Client, of_one: bool) -> None:
    name = identifier(make.edition().pk)

    told = asked(client, "ListMetadataFormats", **({"identifier": name} if of_one else {}))

    prefixes = etree.fromstring(told).iterfind(".//oai:metadataPrefix", NAMES)
    assert [prefix.text for prefix in prefixes] == ["marc21", "oai_dc"]


def token_of(*fields: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(fields).encode()).decode()


NO_TOKEN = "badResumptionToken"  # noqa: S105 - an error's name


@pytest.mark.parametrize(
    ("verb", "arguments", "code"),
    [
        ("Steal", {}, "badVerb"),
        ("Identify", {"set": "x"}, "badArgument"),
        ("ListRecords", {}, "badArgument"),
        ("ListRecords", {"metadataPrefix": "marc21", "from": "igår"}, "badArgument"),
        ("ListRecords", {"metadataPrefix": "marc21", "from": "2026-13-01"}, "badArgument"),
        ("ListRecords", {"metadataPrefix": "mods"}, "cannotDisseminateFormat"),
        ("ListRecords", {"metadataPrefix": "marc21", "from": "2027-01-01"}, "noRecordsMatch"),
        ("ListRecords", {"metadataPrefix": "marc21", "set": "material.boat"}, "noRecordsMatch"),
        ("ListRecords", {"metadataPrefix": "marc21", "set": "organisation.\0"}, "noRecordsMatch"),
        ("ListIdentifiers", {"resumptionToken": "x", "metadataPrefix": "marc21"}, "badArgument"),
        ("ListIdentifiers", {"resumptionToken": "å"}, NO_TOKEN),
        ("ListIdentifiers", {"resumptionToken": token_of(1)}, NO_TOKEN),
        ("ListRecords", {"resumptionToken": token_of("mods", "", "", "", "0.0", 0, 0)}, NO_TOKEN),
        ("ListRecords", {"resumptionToken": token_of("marc21", "", "", "", "0", 0, 0)}, NO_TOKEN),
        (
            "ListRecords",
            {"resumptionToken": token_of("marc21", "", "", "", "0.0", -1, 0)},
            NO_TOKEN,
        ),
        (
            "ListRecords",
            {"resumptionToken": token_of("marc21", "", "", "", f"{'9' * 18}.1", 0, 0)},
            NO_TOKEN,
        ),
        ("ListSets", {"resumptionToken": "x"}, NO_TOKEN),
        ("GetRecord", {"metadataPrefix": "marc21", "identifier": "oai:else:1"}, "idDoesNotExist"),
        ("ListMetadataFormats", {"identifier": "\0"}, "idDoesNotExist"),
    ],
)
def test_what_cannot_be_served_is_an_error_of_the_protocol(
    client: Client, verb: str, arguments: dict[str, str], code: str
) -> None:
    make.edition()

    assert error(client, verb, **arguments) == code


def test_numbers_that_no_record_can_have_do_not_exist(client: Client) -> None:
    for number in ("0", "9" * 18, "9" * 40, "-1", "1.5", "٣"):
        name = identifier(0).removesuffix("0") + number
        code = error(client, "GetRecord", metadataPrefix="marc21", identifier=name)
        assert code == "idDoesNotExist", number


def test_a_form_by_post_is_as_good_as_an_address() -> None:
    make.edition("Emil")
    client = Client(enforce_csrf_checks=True)

    answer = client.post("/oai", {"verb": "ListRecords", "metadataPrefix": "marc21"})

    found = parse(answer.content)
    assert isinstance(found, Page)
    assert [title(record) for record in found.records] == ["Emil"]


def test_answers_are_packed_for_those_who_can_unpack_them(client: Client) -> None:
    editions(3)

    answer = client.get(
        "/oai",
        {"verb": "ListRecords", "metadataPrefix": "marc21"},
        headers={"accept-encoding": "gzip"},
    )

    assert answer["Content-Encoding"] == "gzip"


def test_a_page_costs_the_same_however_many_records_it_holds(
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    editions(9)
    for size in (2, 8):
        monkeypatch.setattr(oai_pmh, "PAGE", size)
        with django_assert_num_queries(5):  # records, where they stand, how many, MARC twice
            token = page(client).token
        with django_assert_num_queries(4):
            page(client, resumptionToken=token)


class Fuzzed(TestCase):
    """Whatever is asked, the answer is one of the protocol."""

    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["verb", "from", "until", "set", "metadataPrefix", "identifier"])
                | st.just("resumptionToken")
                | st.text(max_size=5),
                st.sampled_from(
                    ["ListRecords", "GetRecord", "marc21", "2026-11-23", "0001-01-01T00:00:00Z"]
                )
                | st.text(max_size=30),
            ),
            max_size=5,
        ),
        st.binary(max_size=80),
    )
    def test_hostile_arguments_get_an_answer_in_xml(
        self, pairs: list[tuple[str, str]], token: bytes
    ) -> None:
        packed = base64.urlsafe_b64encode(token).decode()
        for arguments in (
            dict(pairs),
            {"verb": "ListRecords", "resumptionToken": packed},
            {"verb": "ListRecords", "metadataPrefix": "marc21"} | dict(pairs),
        ):
            sent: Any = {
                k.encode("utf-8", "replace"): v.encode("utf-8", "replace")
                for k, v in arguments.items()
            }
            answer = self.client.get("/oai", sent)
            assert answer.status_code == 200
            assert etree.fromstring(answer.content).tag == f"{{{NAMESPACE}}}OAI-PMH"


def test_dates_before_and_after_all_years_are_lived_with(client: Client) -> None:
    make.edition()
    token = token_of(
        "marc21", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "", "0.0", 0, 1
    )

    assert len(page(client, resumptionToken=token).records) == 1
