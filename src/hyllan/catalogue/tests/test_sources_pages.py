"""The administrator's pages of sources."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import translation

from hyllan.catalogue import queries, reasons, services
from hyllan.catalogue.models import Quarantined, Source
from hyllan.catalogue.tests import make
from hyllan.catalogue.tests.make import NOON, Repository, marc, marc_item
from hyllan.catalogue.tests.test_pages import page
from hyllan.jobs.models import OutboxMessage, Timer
from hyllan.region.engine.roles import Role
from hyllan.region.tests import make as region

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept() -> Quarantined:
    repository, source = Repository(), make.source()
    repository.put("oai:1", marc("Pippi", marc_item("1", "NOWHERE"), marc_item("2")))
    services.harvest(source_id=source.pk, now=NOON, fetch=repository)
    return Quarantined.objects.get()


@pytest.fixture
def administrator(client: Client) -> Client:
    client.force_login(region.person(Role.ADMINISTRATOR))
    return client


def test_sources_are_shown_to_administrators_alone(client: Client, kept: Quarantined) -> None:
    anonymous = client.get("/sources/")
    client.force_login(region.person(Role.LIBRARY_STAFF))
    pages = ("", f"{kept.source_id}/", f"{kept.source_id}/progress/", f"{kept.source_id}/change/")
    deeds = (
        f"/quarantined/{kept.pk}/replay/",
        f"/sources/{kept.source_id}/replay-all/",
        f"/sources/{kept.source_id}/ask-harvest/",
        f"/sources/{kept.source_id}/change/",
    )

    assert anonymous.status_code == 302
    assert {client.get(f"/sources/{path}").status_code for path in pages} == {403}
    assert {client.post(path).status_code for path in deeds} == {403}


def test_sources_tell_how_the_last_harvest_went(administrator: Client, kept: Quarantined) -> None:
    Timer.objects.create(name="catalogue.harvest_and_index", last_run_at=NOON)
    make.source("ESLOV")
    Source.objects.filter(organisation__code="ESLOV").update(base_url="")
    make.source("MALMO")
    Source.objects.filter(organisation__code="MALMO").update(last_error="HTTP 500")

    shown = page(administrator, "/en/sources/")

    assert re.search(r"Lund Harvested .* 1 1 0 1", shown)
    assert re.search("Eslov Files alone never", shown)
    assert re.search("Malmo Failed", shown)
    assert re.search(r"Next harvest: .*13:15\.", shown)


def test_a_source_tells_its_last_harvest_totals_and_oddities(
    administrator: Client, kept: Quarantined
) -> None:
    source = Source.objects.get()
    source.last_result |= {"seconds": 125.0, "remarks": {"mended": 2, "named_twice": 1}}
    source.save()

    shown = page(administrator, f"/en/sources/{source.pk}/")

    assert "It took 2 minutes What Everything Records read 1 Records loaded 1" in shown
    assert "2 records came as broken XML and were mended. It gives its name twice." in shown
    assert "In the catalogue Records 1 Items 1" in shown
    assert "Protocol OAI-PMH Format what says most Set everything" in shown


def test_a_harvest_under_way_shows_how_far_it_has_come(
    administrator: Client, kept: Quarantined
) -> None:
    Source.objects.update(run={"began": NOON.isoformat()}, list_size=700, list_read=300)
    address = f"/en/sources/{kept.source_id}/progress/"

    running = administrator.get(address)
    Source.objects.update(run={})
    ended = administrator.get(address)

    assert b"300 of 700 records" in running.content
    assert b'value="300" max="700"' in running.content
    assert ("HX-Refresh" in running, ended["HX-Refresh"]) == (False, "true")


def test_quarantine_shows_reason_and_what_came(administrator: Client, kept: Quarantined) -> None:
    shown = page(administrator, f"/en/sources/{kept.source_id}/")

    assert "NOWHERE is no library of this organisation (item 1)" in shown
    assert "&lt;record xmlns=" in shown


@pytest.mark.parametrize(("button", "full"), [({}, False), ({"full": "1"}, True)])
def test_harvest_now_asks_the_worker(
    administrator: Client, kept: Quarantined, button: dict[str, str], full: bool
) -> None:
    answer = administrator.post(f"/sources/{kept.source_id}/ask-harvest/", button)

    assert answer.status_code == 302
    message = OutboxMessage.objects.get()
    assert (message.topic, message.payload["full"]) == ("catalogue.harvest", full)


def test_load_again_loads_it(administrator: Client, kept: Quarantined) -> None:
    region.library("NOWHERE", of="LUND")

    administrator.post(f"/quarantined/{kept.pk}/replay/")

    assert (Quarantined.objects.count(), make.item("1").library.code) == (0, "NOWHERE")


def test_load_all_again_says_how_many(administrator: Client, kept: Quarantined) -> None:
    answer = administrator.post(f"/en/sources/{kept.source_id}/replay-all/", follow=True)

    assert b"1 record was loaded again. 1 still stands aside." in answer.content


def form_of(administrator: Client, pk: int, **fields: str) -> bytes:
    answer = administrator.post(
        f"/en/sources/{pk}/change/",
        {"protocol": "oai_pmh", "base_url": "https://a.example/oai"} | fields,
        follow=True,
    )
    return answer.content


def test_settings_are_changed_by_a_form(administrator: Client, kept: Quarantined) -> None:
    told = form_of(
        administrator, kept.source_id, set_spec="barn", item_map='{"libraries":{"a":"b"}}'
    )

    source = Source.objects.get()
    assert (source.set_spec, source.item_map) == ("barn", {"libraries": {"a": "b"}})
    assert b"Saved." in told


def test_the_form_shows_the_settings_as_they_are(administrator: Client, kept: Quarantined) -> None:
    Source.objects.update(item_map={"libraries": {"CPL": "LUND"}}, record_format="oai_dc")

    shown = administrator.get(f"/en/sources/{kept.source_id}/change/").content.decode()

    assert "CPL" in shown
    assert 'value="oai_dc"' in shown


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("{", b"This is not JSON."),
        (json.dumps({"tag": "952"}), b"library is needed, since tag is given."),
        (json.dumps({"tag": "952", "library": "a", "barcode": "pp!"}), b"barcode must be subfield"),
    ],
)
def test_a_wrong_map_is_shown_with_its_faults(
    administrator: Client, kept: Quarantined, written: str, sentence: bytes
) -> None:
    assert sentence in form_of(administrator, kept.source_id, item_map=written)
    assert Source.objects.get().item_map == {}


@pytest.mark.parametrize("path", ["", "progress/", "change/"])
def test_a_source_that_is_not_there_is_not_found(administrator: Client, path: str) -> None:
    assert administrator.get(f"/sources/123/{path}").status_code == 404


def test_reasons_are_said_in_the_readers_language() -> None:
    kept = "NOWHERE is no library of this organisation (item 1); the barcode 2 stands twice; odd"

    with translation.override("en"):
        assert reasons.in_words(kept) == kept
    with translation.override("sv"):
        said = reasons.in_words(kept).split("; ")

    assert len(said) == 3
    assert "NOWHERE" in said[0]
    assert said[2] == "odd"
    assert said[:2] != kept.split("; ")[:2]


def test_every_reason_is_found_by_its_own_pattern() -> None:
    for text in reasons.REASONS:
        told = re.sub(r"%\((\w+)\)s", r"<\1>", text)
        with translation.override("en"):
            assert reasons.in_words(told) == told


def test_next_harvest_is_a_quarter_after_the_last(administrator: Client, kept: Quarantined) -> None:
    Timer.objects.create(name="catalogue.harvest_and_index", last_run_at=NOON)

    assert queries.next_harvest() == NOON + timedelta(minutes=15)
