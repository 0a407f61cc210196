from collections.abc import Mapping
from datetime import timedelta

import pytest
from django.utils import timezone

from hyllan.catalogue import services, tasks
from hyllan.catalogue.connectors.oai_pmh import Fetcher
from hyllan.catalogue.models import Quarantined, Record, Source
from hyllan.catalogue.tests import make
from hyllan.catalogue.tests.make import NOON, Repository, marc, marc_field, marc_item
from hyllan.jobs import registry
from hyllan.jobs import services as jobs
from hyllan.jobs.models import OutboxMessage
from hyllan.protocols.marc import write_marc
from hyllan.region.engine.roles import SYSTEM, Role
from hyllan.region.errors import Refused
from hyllan.region.models import AuditEntry
from hyllan.region.tests import make as region

pytestmark = pytest.mark.django_db


def set_aside(*items: str) -> Quarantined:
    repository, source = Repository(), make.source()
    record = marc("Pippi", *[marc_item(item, "LUND-DALBY") for item in items])
    repository.put("oai:1", record if items else marc(""))
    services.harvest(source_id=source.pk, now=NOON, fetch=repository)
    return Quarantined.objects.get()


def test_a_new_address_replaces_the_old() -> None:
    owner = region.organisation()
    for address in ("http://127.0.0.1/a", "http://127.0.0.1/b"):
        services.add_source(organisation=owner, base_url=address, now=NOON)

    assert Source.objects.get().base_url == "http://127.0.0.1/b"
    assert AuditEntry.objects.filter(action="catalogue.add_source").count() == 2


def test_only_an_administrator_changes_sources() -> None:
    kept = set_aside()
    nobody = region.actor(Role.LIBRARY_STAFF)

    for refused in (
        lambda: services.add_source(
            organisation=region.organisation(), base_url="http://x/", now=NOON, by=nobody
        ),
        lambda: services.ask_harvest(source_id=kept.source_id, by=nobody, now=NOON),
        lambda: services.replay(quarantined_id=kept.pk, by=nobody, now=NOON),
        lambda: services.replay_all(source_id=kept.source_id, by=nobody, now=NOON),
        lambda: services.change_source(
            source_id=kept.source_id,
            protocol="sru",
            base_url="",
            record_format="",
            set_spec="",
            item_map={},
            by=nobody,
            now=NOON,
        ),
    ):
        with pytest.raises(Refused, match="Only an administrator"):
            refused()


def test_replay_loads_what_has_become_right() -> None:
    kept = set_aside("1")
    region.library("LUND-DALBY", of="LUND")

    services.replay(quarantined_id=kept.pk, by=region.actor(Role.ADMINISTRATOR), now=NOON)

    assert (Quarantined.objects.count(), make.item("1").library.code) == (0, "LUND-DALBY")
    assert Record.objects.count() == 1


def test_replay_of_what_is_still_wrong_keeps_it_with_its_reason() -> None:
    kept = set_aside("1")

    services.replay(quarantined_id=kept.pk, by=SYSTEM, now=NOON + timedelta(days=1))

    again = Quarantined.objects.get()
    assert (again.reason, bytes(again.raw)) == (kept.reason, bytes(kept.raw))


def test_replay_of_what_cannot_be_read_is_refused() -> None:
    kept = set_aside()
    Quarantined.objects.update(raw=b"<nothing/>")

    with pytest.raises(Refused, match="neither MARC nor Dublin Core"):
        services.replay(quarantined_id=kept.pk, by=SYSTEM, now=NOON)

    assert Quarantined.objects.count() == 1


def test_replay_reads_iso_2709_too() -> None:
    kept = set_aside()
    Quarantined.objects.update(raw=write_marc(marc("Emil")))

    services.replay(quarantined_id=kept.pk, by=SYSTEM, now=NOON)

    assert Record.objects.get().description["title"] == "Emil"


DC = (
    b'<dc xmlns="http://www.openarchives.org/OAI/2.0/oai_dc/"'
    b' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Emil</dc:title></dc>'
)


def test_replay_reads_dublin_core_and_records_cut_out_of_a_page() -> None:
    kept = set_aside()
    cut = b"<record><header/><metadata><oai_dc:%b</oai_dc:dc></metadata></record>"
    for raw in (DC, cut % DC[1:-5]):
        Quarantined.objects.update_or_create(
            source=kept.source, defaults={"identifier": "oai:1", "at": NOON, "raw": raw}
        )

        services.replay(quarantined_id=Quarantined.objects.get().pk, by=SYSTEM, now=NOON)

        assert Record.objects.get().description["title"] == "Emil"
        assert Quarantined.objects.count() == 0


def test_all_is_replayed_at_once_and_what_is_still_wrong_stays() -> None:
    repository, source = Repository(page_size=100), make.source()
    for n in range(250):
        repository.put(f"oai:{n:03}", marc(f"Bok {n}", marc_item(f"{n}", "LUND-DALBY")))
    repository.put("oai:x", marc(""))
    repository.put("oai:y", marc("Y", marc_item("y", "NOWHERE")))
    services.harvest(source_id=source.pk, now=NOON, fetch=repository)
    region.library("LUND-DALBY", of="LUND")

    result = services.replay_all(source_id=source.pk, by=SYSTEM, now=NOON)

    assert result == services.ReplayResult(loaded=251, kept=2)
    assert sorted(Quarantined.objects.values_list("identifier", flat=True)) == ["oai:x", "oai:y"]
    assert make.item("249").library.code == "LUND-DALBY"
    assert AuditEntry.objects.get(action="catalogue.replay_all").detail == {
        "loaded": 251,
        "kept": 2,
    }


def changed(source: Source, **settings: object) -> Source:
    now: dict[str, object] = {
        "protocol": "oai_pmh",
        "base_url": source.base_url,
        "record_format": "",
        "set_spec": "",
        "item_map": {},
    }
    return services.change_source(
        source_id=source.pk,
        by=SYSTEM,
        now=NOON,
        **(now | settings),  # type: ignore[arg-type]
    )


def test_other_settings_make_another_list_that_is_fetched_anew() -> None:
    repository, source = Repository(), make.source()
    repository.put("oai:1", marc("Pippi"))
    services.harvest(source_id=source.pk, now=NOON, fetch=repository)

    changed(source)
    untouched = Source.objects.get().harvested_until
    changed(source, set_spec="barn")
    services.harvest(source_id=source.pk, now=NOON, fetch=repository)

    assert untouched == NOON
    assert Source.objects.get().last_result["full"] is True
    assert AuditEntry.objects.get(action="catalogue.change_source").detail == {"set_spec": "barn"}


def test_a_change_in_the_middle_of_a_harvest_ends_that_harvest() -> None:
    repository, source = Repository(), make.source()
    for n in range(7):
        repository.put(f"oai:{n}", marc(f"Bok {n}"))

    def meanwhile(arguments: Mapping[str, str]) -> bytes:
        if "resumptionToken" in arguments:
            changed(source, record_format="marcxml")
        return repository(arguments)

    with pytest.raises(Refused, match="is being harvested already"):
        services.harvest(source_id=source.pk, now=NOON, fetch=meanwhile)

    assert (Source.objects.get().run, Source.objects.get().record_format) == ({}, "marcxml")


def test_a_wrong_map_of_items_is_refused() -> None:
    source = make.source()

    with pytest.raises(Refused, match="tag must be a tag of three digits"):
        changed(source, item_map={"tag": "95", "library": "a", "barcode": "p"})


def test_a_harvest_that_is_asked_for_is_done_by_the_worker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    repository, source = Repository(), make.source()
    repository.put("oai:1", marc("Pippi", marc_item("1")))
    monkeypatch.setattr(
        "hyllan.catalogue.services.harvesting.Fetcher", lambda url: _Opened(repository)
    )
    services.ask_harvest(source_id=source.pk, by=SYSTEM, now=NOON)

    jobs.deliver_due(now=NOON)

    assert (make.item("1").status, OutboxMessage.objects.get().status) == ("available", "sent")


def test_a_source_that_stays_silent_is_not_tried_for_ever() -> None:
    source = make.source()
    Source.objects.update(base_url="http://127.0.0.1:9/oai")
    services.ask_harvest(source_id=source.pk, by=SYSTEM, now=NOON)

    for hour in range(6):
        jobs.deliver_due(now=NOON + timedelta(hours=hour))

    message = OutboxMessage.objects.get()
    assert (message.status, message.attempts) == ("sent", 3)
    assert "ConnectError" in Source.objects.get().last_error


def test_every_quarter_of_an_hour_all_sources_are_harvested_and_indexed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    repository = Repository()
    repository.put("oai:1", marc("Pippi", marc_item("1", "MALMO")))
    make.source("LUND")
    make.source("MALMO")
    Source.objects.filter(organisation__code="LUND").update(base_url="http://127.0.0.1:9/")
    monkeypatch.setattr(
        "hyllan.catalogue.services.harvesting.Fetcher",
        lambda url: Fetcher(url) if ":9" in url else _Opened(repository),
    )

    tasks.harvest_and_index(timezone.now())

    found = make.item("1", "MALMO").edition
    assert found is not None
    assert found.indexed == found.changes
    assert [job.period for job in registry.periodic_jobs() if "harvest" in job.name] == [
        timedelta(minutes=15)
    ]


class _Opened:
    def __init__(self, repository: Repository) -> None:
        self.repository = repository

    def __enter__(self) -> Repository:
        return self.repository

    def __exit__(self, *args: object) -> None:
        pass


def test_files_are_imported_once_with_their_items() -> None:
    at = region.library("LUND")
    good = marc("Pippi", marc_item("1"), marc_item("2", "ELSEWHERE"))
    data = write_marc(good) + b"00020bad\x1d" + write_marc(marc("Emil"))

    first, second = (
        services.import_records(library=at, files=[("shelf.mrc", data)], now=NOON) for _ in range(2)
    )

    assert first == second == services.ImportResult(read=3, loaded=2, quarantined=1, items=2)
    assert (Record.objects.count(), make.item("2").library.code) == (2, "LUND")
    assert Quarantined.objects.get().reason == "the record is shorter than a leader"


def test_a_file_that_is_no_records_is_refused() -> None:
    at = region.library("LUND")

    with pytest.raises(Refused, match=r"page\.html holds no records"):
        services.import_records(library=at, files=[("page.html", b"<html/>")], now=NOON)


def test_a_code_that_xml_cannot_carry_is_kept_as_marc() -> None:
    at = region.library("LUND")
    data = write_marc(marc("Pippi", more=(marc_field("856", **{" ": "x"}),)))

    services.import_records(library=at, files=[("a.mrc", data)], now=NOON)

    assert bytes(Record.objects.get().raw).endswith(b"\x1d")
