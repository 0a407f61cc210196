"""What real systems do wrong on the wire: it is lived with, and said on the source's page."""

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest

from hyllan.catalogue import services
from hyllan.catalogue.connectors.oai_pmh import Unanswered
from hyllan.catalogue.models import Quarantined, Record, Source
from hyllan.catalogue.services import HarvestResult
from hyllan.catalogue.tests import make
from hyllan.catalogue.tests.make import NOON, Repository, marc, marc_field, marc_item
from hyllan.protocols.oai_pmh import Format, OaiRecord
from hyllan.region.errors import Refused

pytestmark = pytest.mark.django_db
OAI_DC = Format("oai_dc", "http://x/", "http://www.openarchives.org/OAI/2.0/oai_dc/")
MARCXML = Format("marcxml", "http://x/", "http://www.loc.gov/MARC21/slim")
DC = (
    b'<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"'
    b' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Svampar i bokskog</dc:title>'
    b"<dc:creator>Holm, Jorun</dc:creator></oai_dc:dc>"
)


def shelf(number: int = 4) -> Repository:
    repository = Repository()
    for n in range(number):
        repository.put(f"oai:lund:{n:04}", marc(f"Bok {n}", marc_item(f"{n}")))
    return repository


def changed(
    repository: Repository, *changes: tuple[bytes, bytes], verb: str = ""
) -> Callable[[Mapping[str, str]], bytes]:
    """Return a repository whose answers are changed before they are sent."""

    def fetch(arguments: Mapping[str, str]) -> bytes:
        told = repository(arguments)
        for old, new in changes if verb in {"", arguments["verb"]} else ():
            assert old in told
            told = told.replace(old, new)
        return told

    return fetch


def harvest(fetch: Callable[[Mapping[str, str]], bytes], **more: str) -> HarvestResult:
    Source.objects.update(**more)
    return services.harvest(source_id=make.source().pk, now=NOON, fetch=fetch)


def remarks() -> dict[str, int]:
    found: dict[str, int] = Source.objects.get().last_result["remarks"]
    return found


def test_an_identify_full_of_faults_is_lived_with_and_said() -> None:
    fetch = changed(
        shelf(),
        (b"<earliestDatestamp>2026-11-23T12:00:00Z</earliestDatestamp>", b"<earliestDatestamp/>"),
        (b"<repositoryName>", b"<repositoryName></repositoryName><repositoryName>"),
        verb="Identify",
    )

    result = harvest(fetch)

    assert (result.loaded, remarks()) == (4, {"no_earliest": 1, "named_twice": 1})


def test_a_system_that_cannot_identify_itself_is_harvested() -> None:
    repository = shelf()

    def fetch(arguments: Mapping[str, str]) -> bytes:
        return b"<html/>" if arguments["verb"] == "Identify" else repository(arguments)

    assert (harvest(fetch).loaded, remarks()) == (4, {"no_identify": 1, "deletes_not_told": 1})


def test_a_server_error_instead_of_formats_is_lived_with() -> None:
    repository = shelf()

    def fetch(arguments: Mapping[str, str]) -> bytes:
        if arguments["verb"] == "ListMetadataFormats":
            raise Unanswered("HTTP 500: Internal Server Error")
        return repository(arguments)

    assert (harvest(fetch).loaded, remarks()) == (4, {"no_formats": 1})


def test_records_without_datestamp_have_the_answers() -> None:
    fetch = changed(
        shelf(), (b"<datestamp>2026-11-23T12:00:00Z</datestamp>", b""), verb="ListRecords"
    )

    result = harvest(fetch)

    assert (result.loaded, remarks()) == (4, {"no_datestamp": 4})
    assert {row.datestamp for row in Record.objects.all()} == {NOON}


def test_local_time_told_as_utc_leaves_nothing_out() -> None:
    fetch = changed(
        shelf(),
        (
            b"<responseDate>2026-11-23T12:00:00Z</responseDate>",
            b"<responseDate>2026-11-23T13:00:00Z</responseDate>",
        ),
    )

    harvest(fetch)

    assert (Source.objects.get().harvested_until, remarks()) == (NOON, {"clock_ahead": 2})


def test_a_page_that_is_no_xml_gives_what_can_be_mended() -> None:
    fetch = changed(
        shelf(3),
        (b"Bok 0", b"B\xf6cker &aring; b\x0cok"),
        (b"Bok 1", b"</x>"),
        verb="ListRecords",
    )

    result = harvest(fetch)

    assert result == HarvestResult(read=3, loaded=2, quarantined=1)
    assert remarks() == {"mended": 1}
    assert Record.objects.get(identifier="oai:lund:0000").description["title"] == "Böcker å bok"
    assert b"</x>" in bytes(Quarantined.objects.get(identifier="oai:lund:0001").raw)


def test_a_page_without_any_record_is_kept_and_the_list_goes_on() -> None:
    repository = shelf(7)

    def fetch(arguments: Mapping[str, str]) -> bytes:
        told = repository(arguments)
        if len(repository.asked) == 4:
            begin, end = told.index(b"<record>"), told.index(b"<resumptionToken")
            told = told[:begin] + b"<reco<" + told[end:]
        return told

    result = harvest(fetch)

    assert (result.loaded, result.quarantined, Quarantined.objects.get().identifier) == (4, 1, "")


def test_an_answer_cut_off_is_no_end_of_the_list() -> None:
    repository = shelf(7)

    def fetch(arguments: Mapping[str, str]) -> bytes:
        told = repository(arguments)
        return told[: told.index(b"<resumptionToken")] if "metadataPrefix" in arguments else told

    with pytest.raises(Refused, match="the answer ends in the middle"):
        harvest(fetch)

    source = Source.objects.get()
    assert (source.harvested_until, Record.objects.count()) == (None, 0)
    assert harvest(repository).loaded == 7


def test_a_list_that_goes_round_is_given_up() -> None:
    repository = shelf(7)
    pages = [repository(asked) for asked in _walk(repository)]
    told = [
        page.replace(b"</resumptionToken>", b"%d</resumptionToken>" % n)
        for n, page in enumerate(pages[:2])
    ]
    asked: list[str] = []

    def fetch(arguments: Mapping[str, str]) -> bytes:
        if arguments["verb"] != "ListRecords":
            return repository(arguments)
        asked.append(arguments["verb"])
        return told[len(asked) % 2].replace(
            b"</resumptionToken>", b"x%d</resumptionToken>" % len(asked)
        )

    with pytest.raises(Refused, match="a page came twice"):
        harvest(fetch)

    assert len(asked) == 3


def _walk(repository: Repository) -> list[dict[str, str]]:
    services.harvest(source_id=make.source("X").pk, now=NOON, fetch=repository)
    asked = [each for each in repository.asked if each["verb"] == "ListRecords"]
    Record.objects.all().delete()
    return asked


def test_pages_that_stay_empty_are_given_up() -> None:
    repository = shelf(0)
    empty = (
        '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>'
        "<resumptionToken>%d</resumptionToken></ListRecords></OAI-PMH>"
    )
    asked: list[int] = []

    def fetch(arguments: Mapping[str, str]) -> bytes:
        if arguments["verb"] != "ListRecords":
            return repository(arguments)
        asked.append(1)
        return (empty % len(asked)).encode()

    with pytest.raises(Refused, match="page after page holds no record"):
        harvest(fetch)

    assert len(asked) == 1001


def test_dates_in_seconds_that_are_refused_are_asked_in_days() -> None:
    repository = shelf()
    harvest(repository)
    refusal = (
        b'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
        b'<error code="badArgument">from</error></OAI-PMH>'
    )

    def fetch(arguments: Mapping[str, str]) -> bytes:
        return refusal if "T" in arguments.get("from", "") else repository(arguments)

    harvest(fetch)

    assert [each["from"] for each in repository.asked if "from" in each] == ["2026-11-23"]


def test_a_token_that_always_expires_is_given_up_after_some_tries() -> None:
    repository = shelf(7)

    def fetch(arguments: Mapping[str, str]) -> bytes:
        old = {"resumptionToken": "old"} if "resumptionToken" in arguments else {}
        return repository({**arguments, **old})

    with pytest.raises(Refused, match="expires before the list is at its end"):
        harvest(fetch)

    listed = [each for each in repository.asked if "metadataPrefix" in each]
    assert len(listed) <= 4


def test_a_list_by_datestamp_comes_to_its_end_though_each_token_lives_for_one_page() -> None:
    repository = Repository(page_size=3)
    for n in range(12):
        repository.put(f"oai:lund:{n:04}", marc(f"Bok {n}", marc_item(f"{n}")))
        repository.later(minutes=1)
    lived: list[str] = []

    def fetch(arguments: Mapping[str, str]) -> bytes:
        token = arguments.get("resumptionToken", "")
        if token and len(lived) % 2:
            lived.append(token)
            return repository({**arguments, "resumptionToken": "old"})
        lived.extend([token] if token else [])
        return repository(arguments)

    source = make.source()
    services.harvest(source_id=source.pk, now=repository.clock, fetch=fetch)

    assert Record.objects.count() == 12
    assert remarks()["token_expired"] >= 3


def test_dublin_core_is_taken_where_there_is_no_marc() -> None:
    repository = Repository(formats=(OAI_DC,))
    repository.put("oai:1", DC)

    result = harvest(repository)

    found = Record.objects.get().description
    assert (result.loaded, found["title"], found["responsible"]) == (
        1,
        "Svampar i bokskog",
        "Jorun Holm",
    )
    assert repository.asked[-1]["metadataPrefix"] == "oai_dc"


def test_marc_is_known_by_its_namespace_and_a_chosen_format_is_kept_to() -> None:
    repository = Repository(formats=(OAI_DC, MARCXML))
    repository.put("oai:1", marc("Bok"))

    harvest(repository)
    chosen = repository.asked[-1]["metadataPrefix"]
    make.source("ESLOV")
    Source.objects.filter(organisation__code="ESLOV").update(record_format="oai_dc")
    services.harvest(source_id=make.source("ESLOV").pk, now=NOON, fetch=repository)

    assert (chosen, repository.asked[-1]["metadataPrefix"]) == ("marcxml", "oai_dc")


def test_a_set_is_harvested_alone() -> None:
    repository = shelf(2)
    one = repository.records["oai:lund:0001"]
    repository.records["oai:lund:0001"] = OaiRecord(
        one.identifier, one.datestamp, sets=("barn",), metadata=one.metadata
    )
    make.source()

    result = harvest(repository, set_spec="barn")

    assert (result.loaded, repository.asked[-1]["set"]) == (1, "barn")


def test_items_are_read_by_the_librarys_own_map() -> None:
    repository, source = Repository(), make.source()
    Source.objects.update(
        item_map={"tag": "996", "library": "w", "barcode": "b", "libraries": {"12": "LUND"}}
    )
    repository.put("oai:1", marc("Bok", more=(marc_field("996", w="12", b="17"),)))

    services.harvest(source_id=source.pk, now=NOON, fetch=repository)

    assert make.item("17").library.code == "LUND"


def test_an_identifier_longer_than_we_keep_is_set_aside() -> None:
    repository = Repository()
    repository.put("oai:" + "x" * 300, marc("Bok"))

    assert harvest(repository) == HarvestResult(read=1, quarantined=1)
    assert "longer than 200 characters" in Quarantined.objects.get().reason


def test_a_harvest_tells_how_far_it_has_come() -> None:
    seen: list[services.Progress] = []
    services.harvest(
        source_id=make.source().pk,
        now=NOON + timedelta(hours=1),
        fetch=shelf(7),
        watch=seen.append,
    )

    assert [(it.code, it.read, it.size) for it in seen] == [
        ("LUND", 3, 7),
        ("LUND", 6, 7),
        ("LUND", 7, 7),
    ]
