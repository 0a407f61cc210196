"""Networks come into force on their day, are drawn as drafts and published by planners."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from hyllan.jobs import registry
from hyllan.jobs.models import OutboxMessage
from hyllan.region.engine.roles import SYSTEM, Role
from hyllan.region.errors import Refused
from hyllan.region.models import AuditEntry, Library
from hyllan.region.tests import make as region
from hyllan.transport import queries, services
from hyllan.transport.engine.carriage import Cargo, Rule
from hyllan.transport.engine.editing import AddStop, RemoveStop
from hyllan.transport.engine.network import Network
from hyllan.transport.models import Crate, CrateScan, NetworkVersion
from hyllan.transport.tests import make
from hyllan.transport.tests.make import MONDAY, monday

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vans", "english")]
NOW = monday("09:00")
THURSDAY = MONDAY + timedelta(days=3)
PLANNER = SYSTEM


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have one subscriber of changed timetables, so that they are told."""
    monkeypatch.setattr(registry, "_subscribers", {services.CHANGED: ["test.changed"]})


def told() -> list[dict[str, object]]:
    return list(OutboxMessage.objects.order_by("pk").values_list("payload", flat=True))


def in_force() -> NetworkVersion:
    found = queries.in_force(MONDAY)
    assert found is not None
    return found


def draft(name: str = "Höst") -> NetworkVersion:
    return services.draft_version(based_on=in_force().pk, name=name, by=PLANNER, now=NOW)


def published(day: date = THURSDAY) -> NetworkVersion:
    """Return a version that leaves Höör out from a day."""
    version = draft()
    edit = RemoveStop(tour="Mitt", number=1)
    services.edit_draft(version_id=version.pk, edit=edit, by=PLANNER, now=NOW)
    return services.publish_version(version_id=version.pk, valid_from=day, by=PLANNER, now=NOW)


def calls(day: date, loop: str = "Mitt") -> list[str]:
    trip = queries.timetable().trip(loop, day)
    return [visit.library for visit in trip.visits] if trip else []


def test_the_first_network_holds_always_and_the_next_from_its_day() -> None:
    published()

    assert calls(date(2026, 3, 2)) == calls(MONDAY) == ["LUND", "ESLOV", "HOOR", "LUND"]
    assert calls(THURSDAY - timedelta(days=1)) == ["LUND", "ESLOV", "HOOR", "LUND"]
    assert calls(THURSDAY) == ["LUND", "ESLOV", "LUND"]


def test_a_draft_changes_no_van() -> None:
    version = draft()
    services.edit_draft(
        version_id=version.pk, edit=RemoveStop(tour="Mitt", number=1), by=PLANNER, now=NOW
    )

    assert calls(THURSDAY) == ["LUND", "ESLOV", "HOOR", "LUND"]


def test_the_folders_network_makes_a_new_version_only_if_the_folder_has_changed() -> None:
    published(THURSDAY)
    services.load_network(network=make.two_hubs(), by=SYSTEM, now=NOW)
    assert NetworkVersion.objects.count() == 2
    assert calls(THURSDAY) == ["LUND", "ESLOV", "LUND"]

    changed = replace(make.two_hubs(), loops=make.two_hubs().loops[:2])
    friday = THURSDAY + timedelta(days=1)
    services.load_network(network=changed, by=SYSTEM, now=NOW, valid_from=friday)

    assert calls(THURSDAY) == ["LUND", "ESLOV", "LUND"]
    assert calls(friday) == ["LUND", "ESLOV", "HOOR", "LUND"]
    assert (calls(THURSDAY, "Lunds runda") != [], calls(friday, "Lunds runda")) == (True, [])


def test_a_plan_becomes_a_draft_that_can_be_published() -> None:
    plan = Network(loops=(make.loop("Allt", "LUND", ["ESLOV", "HOOR", "LANDSKRONA"]),))

    version = services.draft_from_plan(network=plan, name="Plan 7", by=PLANNER, now=NOW)
    services.publish_version(version_id=version.pk, valid_from=THURSDAY, by=PLANNER, now=NOW)

    assert (version.origin, version.name) == ("plan", "Plan 7")
    assert calls(THURSDAY, "Allt") == ["LUND", "ESLOV", "HOOR", "LANDSKRONA", "LUND"]
    assert queries.timetable().network_on(THURSDAY) == plan


def test_a_plan_with_a_library_that_is_not_there_is_refused() -> None:
    plan = Network(loops=(make.loop("Allt", "LUND", ["YSTAD"]),))

    with pytest.raises(Refused, match="YSTAD"):
        services.draft_from_plan(network=plan, name="Plan", by=PLANNER, now=NOW)


@pytest.mark.parametrize("days", [0, -1])
def test_a_version_comes_into_force_tomorrow_at_the_soonest(days: int) -> None:
    version = draft()

    with pytest.raises(Refused, match="from tomorrow on"):
        services.publish_version(
            version_id=version.pk,
            valid_from=MONDAY + timedelta(days=days),
            by=PLANNER,
            now=NOW,
        )


def test_only_drafts_are_edited_and_published() -> None:
    version = published()
    edit = AddStop(tour="Mitt", library="LANDSKRONA", number=0)

    with pytest.raises(Refused, match="no longer be changed"):
        services.edit_draft(version_id=version.pk, edit=edit, by=PLANNER, now=NOW)
    with pytest.raises(Refused, match="no longer be changed"):
        services.publish_version(version_id=version.pk, valid_from=THURSDAY, by=PLANNER, now=NOW)


def test_an_edit_that_no_van_could_drive_changes_nothing() -> None:
    version = draft()

    with pytest.raises(Refused, match="YSTAD"):
        services.edit_draft(
            version_id=version.pk,
            edit=AddStop(tour="Mitt", library="YSTAD", number=0),
            by=PLANNER,
            now=NOW,
        )

    version.refresh_from_db()
    assert version.content == in_force().content


def test_what_is_published_and_not_yet_in_force_can_be_withdrawn() -> None:
    version = published()

    services.withdraw_version(version_id=version.pk, by=PLANNER, now=NOW)

    assert calls(THURSDAY) == ["LUND", "ESLOV", "HOOR", "LUND"]
    with pytest.raises(Refused, match="is in force"):
        services.withdraw_version(version_id=in_force().pk, by=PLANNER, now=NOW)


@pytest.mark.usefixtures("heard")
def test_a_change_is_told_once_with_its_day() -> None:
    version = published()
    services.withdraw_version(version_id=version.pk, by=PLANNER, now=NOW)

    day = [THURSDAY.isoformat()]
    assert told() == [
        {"change": "published", "version": version.pk, "days": day},
        {"change": "withdrawn", "version": version.pk, "days": day},
    ]


def test_planners_alone_change_networks_and_each_change_is_in_the_audit_log() -> None:
    planner, staff = region.actor(Role.TRANSPORT_PLANNER), region.actor(Role.LIBRARY_STAFF)
    base = in_force().pk

    with pytest.raises(Refused, match="Only a transport planner"):
        services.draft_version(based_on=base, name="Min", by=staff, now=NOW)
    version = services.draft_version(based_on=base, name="Min", by=planner, now=NOW)
    edit = RemoveStop(tour="Mitt", number=1)
    services.edit_draft(version_id=version.pk, edit=edit, by=planner, now=NOW)
    services.publish_version(version_id=version.pk, valid_from=THURSDAY, by=planner, now=NOW)
    services.withdraw_version(version_id=version.pk, by=planner, now=NOW)

    subject = f"network:{version.pk}"
    entries = AuditEntry.objects.filter(subject=subject).order_by("pk")
    assert [(entry.action, entry.actor_id) for entry in entries] == [
        ("transport.draft_version", planner.person_id),
        ("transport.edit_draft", planner.person_id),
        ("transport.publish_version", planner.person_id),
        ("transport.withdraw_version", planner.person_id),
    ]


def test_an_old_version_may_name_a_library_that_is_no_more() -> None:
    published()
    CrateScan.objects.filter(library__code="LUND-DALBY").delete()
    Crate.objects.filter(at_library__code="LUND-DALBY").delete()

    Library.objects.filter(code="LUND-DALBY").delete()

    assert calls(MONDAY, "Lunds runda") == []
    assert calls(MONDAY) == ["LUND", "ESLOV", "HOOR", "LUND"]


def test_the_timetable_is_built_anew_when_a_change_was_rolled_back_and_made_otherwise() -> None:
    first = published()
    assert calls(THURSDAY) == ["LUND", "ESLOV", "LUND"]

    NetworkVersion.objects.filter(pk=first.pk).delete()
    assert calls(THURSDAY) == ["LUND", "ESLOV", "HOOR", "LUND"]
    published(THURSDAY + timedelta(days=1))
    assert calls(THURSDAY) == ["LUND", "ESLOV", "HOOR", "LUND"]


def test_what_the_rules_do_not_allow_is_not_packed() -> None:
    rules = (Rule(cargo=Cargo.STRAY, end=("main", "HOOR")),)
    network = replace(make.two_hubs(), rules=rules)
    services.load_network(network=network, by=SYSTEM, now=NOW)
    lund, dalby = make.library("LUND"), make.library("LUND-DALBY")
    stray = {"organisation": lund.organisation, "by": SYSTEM, "now": NOW, "cargo": Cargo.STRAY}

    crate = services.pack_item(library=dalby, destination=lund, barcode="B1", **stray)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="do not carry returns handed in at the wrong library"):
        services.pack_item(library=lund, destination=dalby, barcode="B2", **stray)  # type: ignore[arg-type]

    assert crate.destination == lund
