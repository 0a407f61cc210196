import pytest
from django.db import IntegrityError, transaction

from hyllan.region.engine.roles import SYSTEM, Actor, Role
from hyllan.region.errors import Refused
from hyllan.region.tests import make as region
from hyllan.transport import queries, services
from hyllan.transport.engine.network import Network
from hyllan.transport.models import Crate, CrateScan, NetworkVersion
from hyllan.transport.tests import make
from hyllan.transport.tests.make import monday

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vans", "english")]
Status = Crate.Status


def refresh(crate: Crate) -> Crate:
    return Crate.objects.get(pk=crate.pk)


def kinds(crate: Crate) -> list[str]:
    return list(crate.scans.order_by("pk").values_list("kind", flat=True))


def test_first_load_registers_crates_with_codes_that_fit_a_label() -> None:
    numbers = {
        code: queries.crates_at(make.library(code).pk).count() for code in ("LUND", "LUND-DALBY")
    }

    assert numbers == {"LUND": 12, "LUND-DALBY": 4}
    codes = list(queries.crates_at(make.library("LUND-DALBY").pk).values_list("code", flat=True))
    assert codes == ["LUN-13", "LUN-14", "LUN-15", "LUN-16"]


def test_loading_the_same_network_again_changes_nothing() -> None:
    before = Crate.objects.count()

    services.load_network(network=make.two_hubs(), by=SYSTEM, now=monday("06:00"))

    assert NetworkVersion.objects.count() == 1
    assert Crate.objects.count() == before


def test_a_changed_network_is_in_force_at_once() -> None:
    assert queries.timetable().trip("Ny", make.MONDAY) is None

    network = Network(loops=(make.loop("Ny", "LUND", ["HOOR"]),))
    services.load_network(network=network, by=SYSTEM, now=monday("06:00"))

    assert queries.timetable().trip("Ny", make.MONDAY) is not None


def test_a_closed_day_is_in_the_timetable_at_once() -> None:
    assert queries.timetable().trip("Väst", make.MONDAY) is not None

    region.closed_day(make.library("LANDSKRONA"), make.MONDAY)

    assert queries.timetable().trip("Väst", make.MONDAY) is None


def test_a_network_of_a_library_that_is_not_there_is_refused() -> None:
    network = Network(loops=(make.loop("Ny", "LUND", ["YSTAD"]),))

    with pytest.raises(Refused, match="YSTAD"):
        services.load_network(network=network, by=SYSTEM, now=monday("06:00"))


def test_crates_are_registered_by_planners_and_by_the_librarys_own_staff() -> None:
    lund, eslov = make.library("LUND"), make.library("ESLOV")
    own = region.actor(Role.LIBRARY_STAFF, library=lund)

    made = services.make_crates(library=lund, count=2, by=own, now=monday("08:00"))

    assert [crate.code for crate in made] == ["LUN-17", "LUN-18"]
    with pytest.raises(Refused, match="own staff"):
        services.make_crates(library=eslov, count=2, by=own, now=monday("08:00"))
    with pytest.raises(Refused, match="between 1 and 500"):
        services.make_crates(library=lund, count=0, by=own, now=monday("08:00"))


def test_items_for_one_library_share_a_crate_and_others_get_another() -> None:
    first, second = make.packed("B1"), make.packed("B2")
    other = make.packed("B3", end="LUND")

    assert first == second != other
    assert first.status == Status.PACKING
    assert kinds(first) == ["registered", "opened"]


def test_packing_the_same_item_twice_is_one_item_in_one_crate() -> None:
    first = make.packed("B1")

    again = make.packed("B1")

    assert again == first
    assert first.contents.count() == 1


def test_an_item_in_another_crate_is_refused_with_its_code() -> None:
    crate = make.packed("B1", end="HOOR")

    with pytest.raises(Refused, match=crate.code):
        make.packed("B1", end="LUND")


def test_an_item_is_in_one_crate_says_the_database_too() -> None:
    first, second = make.packed("B1"), make.packed("B2", end="LUND")
    held = first.contents.get()

    held.pk, held.crate = None, second
    with pytest.raises(IntegrityError), transaction.atomic():
        held.save()


def test_a_library_without_empty_crates_uses_a_new_one_and_notes_it() -> None:
    landskrona = make.library("LANDSKRONA")
    CrateScan.objects.filter(crate__at_library=landskrona).delete()
    Crate.objects.filter(at_library=landskrona).delete()

    crate = make.packed("B1")

    assert crate.code == "LAN-01"
    assert kinds(crate) == ["registered", "opened"]


def test_what_no_van_can_bring_is_not_packed() -> None:
    region.library("YSTAD")

    with pytest.raises(Refused, match="No van goes from Biblioteket i Lund to"):
        services.pack_item(
            library=make.library("LUND"),
            destination=region.library("YSTAD"),
            organisation=make.library("LUND").organisation,
            barcode="B1",
            by=SYSTEM,
            now=monday("06:00"),
        )
    with pytest.raises(Refused, match="needs no crate"):
        make.packed("B1", start="LUND", end="LUND")


def test_only_a_librarys_own_staff_pack_there() -> None:
    eslov = make.library("ESLOV")
    staff = region.actor(Role.LIBRARY_STAFF, library=make.library("LUND"))
    driver = region.actor(Role.DRIVER)

    for stranger in (staff, driver, Actor(None, "")):
        with pytest.raises(Refused, match="Only the staff of Biblioteket i Eslov"):
            services.pack_item(
                library=eslov,
                destination=make.library("HOOR"),
                organisation=eslov.organisation,
                barcode="B1",
                by=stranger,
                now=monday("06:00"),
            )


def test_all_open_crates_are_closed_at_once_and_wait_from_then() -> None:
    make.packed("B1")
    make.packed("B2", end="LUND")

    closed = services.close_crates(
        library=make.library("LANDSKRONA"), by=SYSTEM, now=monday("06:10")
    )

    assert [crate.status for crate in closed] == [Status.CLOSED, Status.CLOSED]
    assert {crate.ready_at for crate in closed} == {monday("06:10")}
    assert make.packed("B3") not in closed


def test_the_last_item_taken_out_again_leaves_the_crate_empty() -> None:
    crate = make.closed("B1")
    landskrona = make.library("LANDSKRONA")

    for _ in range(2):
        services.take_out_item(
            organisation=landskrona.organisation,
            barcode="B1",
            library=landskrona,
            by=SYSTEM,
            now=monday("06:20"),
        )

    crate = refresh(crate)
    assert (crate.status, crate.destination, crate.at_library) == (Status.EMPTY, None, landskrona)
    assert kinds(crate) == ["registered", "opened", "closed", "emptied"]
