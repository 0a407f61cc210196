import pytest

from hyllan.jobs.models import OutboxMessage
from hyllan.region.engine.roles import SYSTEM, Role
from hyllan.region.errors import Refused
from hyllan.region.models import AuditEntry
from hyllan.region.tests import make as region
from hyllan.transport import queries, services
from hyllan.transport.models import Crate
from hyllan.transport.tests import make
from hyllan.transport.tests.make import monday

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vans", "english")]
Status = Crate.Status


def refresh(crate: Crate) -> Crate:
    return Crate.objects.get(pk=crate.pk)


def kinds(crate: Crate) -> list[str]:
    return list(crate.scans.order_by("pk").values_list("kind", flat=True))


def events() -> list[tuple[str, object]]:
    return [(message.topic, message.payload) for message in OutboxMessage.objects.order_by("pk")]


@pytest.mark.usefixtures("told")
def test_crate_goes_over_two_hubs_to_its_destination() -> None:
    crate = make.closed("B1")
    payload = {
        "crate": crate.code,
        "contents": [["LANDSKRONA", "B1"]],
        "library": "LANDSKRONA",
        "destination": "HOOR",
    }

    crate = make.load(crate, "Väst", "LANDSKRONA", monday("07:30"))
    assert crate.leave_at == make.library("HELSINGBORG")
    crate = make.unload(crate, "HELSINGBORG", monday("08:10"))
    assert (crate.status, crate.ready_at) == (Status.CLOSED, monday("08:10"))
    crate = make.load(crate, "Byte", "HELSINGBORG", monday("14:00"))
    crate = make.unload(crate, "LUND", monday("14:50"))
    crate = make.load(crate, "Mitt", "LUND", monday("07:00", plus=1))
    crate = make.unload(crate, "HOOR", monday("08:06", plus=1))

    assert (crate.status, crate.at_library) == (Status.DELIVERED, make.library("HOOR"))
    assert events() == [
        ("test.departed", {**payload, "loop": "Väst"}),
        ("test.delivered", {**payload, "loop": "Mitt"}),
    ]
    assert kinds(crate)[2:] == ["closed", *["loaded", "unloaded"] * 3]


def test_unpacked_crate_stands_empty_where_it_came() -> None:
    crate = make.closed("B1", start="LUND", end="HOOR")
    make.load(crate, "Mitt", "LUND", monday("07:00"))
    make.unload(crate, "HOOR", monday("08:06"))

    services.take_out_item(
        organisation=make.library("LUND").organisation,
        barcode="B1",
        library=make.library("HOOR"),
        by=SYSTEM,
        now=monday("10:00"),
    )

    crate = refresh(crate)
    assert (crate.status, crate.at_library) == (Status.EMPTY, make.library("HOOR"))
    assert make.packed("B9", start="HOOR", end="LUND", now=monday("11:00")).code in {
        crate.code,
        "HOO-01",
    }


def test_emptied_crate_names_what_nobody_scanned() -> None:
    crate = make.closed("B1", start="LUND", end="HOOR")
    make.load(crate, "Mitt", "LUND", monday("07:00"))
    hoor = make.library("HOOR")
    with pytest.raises(Refused, match="has not come"):
        services.empty_crate(code=crate.code, library=hoor, by=SYSTEM, now=monday("08:00"))
    make.unload(crate, "HOOR", monday("08:06"))

    missing = services.empty_crate(code=crate.code, library=hoor, by=SYSTEM, now=monday("10:00"))

    assert missing == [("LUND", "B1")]
    assert queries.crate_of(make.library("LUND").organisation_id, "B1") is None
    audited = AuditEntry.objects.get(action="transport.empty_crate")
    assert audited.detail == {"not_scanned": [["LUND", "B1"]]}
    assert services.empty_crate(code=crate.code, library=hoor, by=SYSTEM, now=monday("10:01")) == []


def test_an_open_crate_is_closed_by_loading_it() -> None:
    crate = make.packed("B1", start="LUND", end="HOOR")

    crate = make.load(crate, "Mitt", "LUND", monday("07:00"))

    assert crate.status == Status.ON_VAN
    assert kinds(crate)[1:] == ["opened", "closed", "loaded"]


@pytest.mark.usefixtures("told")
def test_the_same_scan_twice_is_one_scan_with_one_answer() -> None:
    crate = make.closed("B1", start="LUND", end="HOOR")
    scan = {
        "code": crate.code,
        "loop": "Mitt",
        "library": make.library("LUND"),
        "by": SYSTEM,
        "now": monday("07:00"),
    }

    first = services.scan_crate(**scan, scan_id="one")  # type: ignore[arg-type]
    again = services.scan_crate(**scan, scan_id="one")  # type: ignore[arg-type]

    assert first == again
    assert len(events()) == 1
    assert refresh(crate).status == Status.ON_VAN
    other = make.closed("B2", start="LUND", end="ESLOV")
    with pytest.raises(Refused, match=f"already taken for crate {crate.code}"):
        make.load(other, "Mitt", "LUND", monday("07:00"), scan_id="one")


def test_a_scan_loads_what_waits_and_unloads_what_comes() -> None:
    crate = make.closed("B1", start="LUND", end="HOOR")

    def scan(library: str, clock: str) -> str:
        return services.scan_crate(
            code=f" {crate.code.lower()} ",
            loop="Mitt",
            library=make.library(library),
            by=region.actor(Role.DRIVER),
            now=monday(clock),
            scan_id=f"{library} {clock}",
        ).kind

    assert [scan("LUND", "07:00"), scan("HOOR", "08:06")] == ["loaded", "unloaded"]


def test_a_crate_that_missed_its_cut_off_may_still_ride_when_the_van_is_there() -> None:
    crate = make.closed("B1", start="LUND", end="HOOR", now=monday("06:58"))

    assert queries.to_load("Mitt", "LUND", monday("07:00")) == []
    assert make.load(crate, "Mitt", "LUND", monday("07:00")).status == Status.ON_VAN


def test_a_crate_that_missed_its_van_waits_for_the_next() -> None:
    crate = make.closed("B1", start="LUND", end="HOOR")

    assert queries.to_load("Mitt", "LUND", monday("07:00", plus=1)) == [crate]
    assert make.load(crate, "Mitt", "LUND", monday("07:00", plus=1)).status == Status.ON_VAN


def test_an_unknown_crate_is_refused() -> None:
    with pytest.raises(Refused, match="There is no crate called XXX-99"):
        services.unload_crate(
            code="xxx-99", library=make.library("LUND"), by=SYSTEM, now=monday("07:00"), scan_id="a"
        )


def test_a_crate_for_another_van_is_refused_with_the_van_it_waits_for() -> None:
    crate = make.closed("B1", start="LUND", end="LUND-DALBY")

    with pytest.raises(Refused, match="waits for Lunds runda, today 13:00"):
        make.load(crate, "Mitt", "LUND", monday("07:00"))


def test_a_crate_is_loaded_only_where_it_stands_and_only_once() -> None:
    crate = make.closed("B1", start="LUND", end="HOOR")

    with pytest.raises(Refused, match="should stand at Biblioteket i Lund, not here"):
        make.load(crate, "Mitt", "ESLOV", monday("07:30"))
    make.load(crate, "Mitt", "LUND", monday("07:00"))
    with pytest.raises(Refused, match="already on a van"):
        make.load(crate, "Mitt", "LUND", monday("07:01"))


def test_an_empty_crate_is_not_taken() -> None:
    empty = queries.crates_at(make.library("LUND").pk)[0]

    with pytest.raises(Refused, match="is empty"):
        make.load(empty, "Mitt", "LUND", monday("07:00"))


def test_a_van_that_does_not_call_today_takes_nothing() -> None:
    crate = make.closed("B1", start="LUND", end="HOOR")

    with pytest.raises(Refused, match="Mitt does not call at Biblioteket i Lund today"):
        make.load(crate, "Mitt", "LUND", monday("07:00", plus=5))


def test_a_crate_for_a_later_stop_stays_on_the_van() -> None:
    crate = make.closed("B1", start="LUND", end="HOOR")
    make.load(crate, "Mitt", "LUND", monday("07:00"))

    with pytest.raises(Refused, match="Keep it on the van"):
        make.unload(crate, "ESLOV", monday("07:30"))
    with pytest.raises(Refused, match="stays on the van until Biblioteket i Hoor"):
        make.unload(crate, "LUND", monday("07:02"))


def test_a_crate_that_could_not_be_left_waits_at_the_hub_again() -> None:
    crate = make.closed("B1", start="LUND", end="HOOR")
    make.load(crate, "Mitt", "LUND", monday("07:00"))

    crate = make.unload(crate, "LUND", monday("08:53"))

    assert (crate.status, crate.at_library) == (Status.CLOSED, make.library("LUND"))
    assert queries.to_load("Mitt", "LUND", monday("07:00", plus=1)) == [crate]


def test_a_crate_is_left_once() -> None:
    crate = make.closed("B1", start="LUND", end="HOOR")
    make.load(crate, "Mitt", "LUND", monday("07:00"))
    make.unload(crate, "HOOR", monday("08:06"))

    with pytest.raises(Refused, match="already noted here"):
        make.unload(crate, "HOOR", monday("08:07"))
    with pytest.raises(Refused, match="already left at Biblioteket i Hoor"):
        make.unload(crate, "LUND", monday("08:53"))


@pytest.mark.usefixtures("told")
def test_a_crate_nobody_loaded_counts_as_come_when_it_is_there() -> None:
    crate = make.closed("B1", start="LUND", end="HOOR")

    crate = make.unload(crate, "HOOR", monday("08:06"))

    assert crate.status == Status.DELIVERED
    assert [topic for topic, _ in events()] == ["test.departed", "test.delivered"]


def test_an_item_in_hand_brings_its_crate_in_though_the_driver_forgot() -> None:
    crate = make.closed("B1", start="LUND", end="HOOR")
    make.packed("B2", start="LUND", end="ESLOV")
    make.load(crate, "Mitt", "LUND", monday("07:00"))

    def take_out(barcode: str) -> Crate | None:
        return services.take_out_item(
            organisation=make.library("LUND").organisation,
            barcode=barcode,
            library=make.library("HOOR"),
            by=SYSTEM,
            now=monday("10:00"),
        )

    assert take_out("B1") == crate
    assert refresh(crate).at_library == make.library("HOOR")
    assert take_out("B1") is None
    with pytest.raises(Refused, match="on its way to Biblioteket i Eslov"):
        take_out("B2")


def test_vans_are_loaded_by_drivers_and_staff_and_nobody_else() -> None:
    crate = make.closed("B1", start="LUND", end="HOOR")

    with pytest.raises(Refused, match="Only a driver"):
        services.load_crate(
            code=crate.code,
            loop="Mitt",
            library=make.library("LUND"),
            by=region.actor(Role.LIBRARY_STAFF, library=make.library("HOOR")),
            now=monday("07:00"),
            scan_id="a",
        )
