import re
from datetime import datetime
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hyllan.region import clock
from hyllan.region.engine.roles import Role
from hyllan.region.tests import make as region
from hyllan.transport.models import Crate
from hyllan.transport.tests import make
from hyllan.transport.tests.make import monday

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vans")]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> "type[At]":
    At.patch = monkeypatch
    return At


class At:
    """Sets what the clock at the door shows."""

    patch: pytest.MonkeyPatch

    def __init__(self, moment: datetime) -> None:
        self.patch.setattr(clock, "now", lambda: moment)


def signed_in(role: Role, *, at_library: str = "") -> Client:
    client = Client()
    library = make.library(at_library) if at_library else None
    client.force_login(
        region.person(role, library=library),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    return client


def words(content: bytes) -> str:
    """Return a page's text, tags and runs of space taken away."""
    return " ".join(re.sub(r"<[^>]*>", " ", content.decode()).split())


def scan(client: Client, loop: str, stop: int, code: str, scan_id: str = "one") -> str:
    response = client.post(
        reverse("transport:scan_crate", args=[loop]),
        {"stop": stop, "code": code, "scan_id": scan_id},
        follow=True,
    )
    found = re.search(rb'id="signal".*?</div></div>', response.content, re.DOTALL)
    assert found is not None
    return words(found[0]).removeprefix('id="signal" class="mb ')


def test_driver_chooses_among_the_rounds_that_go_today(at: type[At]) -> None:
    at(monday("06:30"))

    page = words(signed_in(Role.DRIVER).get("/driver/").content)

    assert "Väst Från Biblioteket i Helsingborg 07.00, 3 stopp, åter 08.07" in page
    assert "Lunds runda Från Biblioteket i Lund 13.00, 3 stopp, åter" in page


def test_driver_is_told_when_no_van_goes(at: type[At]) -> None:
    at(monday("06:30", plus=5))

    page = words(signed_in(Role.DRIVER).get("/driver/").content)

    assert "Ingen bil går i dag. Nästa dag med bilar: måndag." in page


@pytest.mark.parametrize(
    ("role", "status"), [(Role.DRIVER, 200), (Role.LIBRARY_STAFF, 200), (Role.CLINICIAN, 403)]
)
def test_rounds_are_for_drivers_and_staff(role: Role, status: int, at: type[At]) -> None:
    at(monday("06:30"))

    assert signed_in(role).get("/driver/Mitt/").status_code == status


def test_whoever_is_not_signed_in_is_sent_to_the_sign_in() -> None:
    response = Client().get("/driver/")

    assert response.status_code == 302
    assert response["Location"].endswith("?next=/driver/")


def test_round_shows_the_call_the_van_drives_to_with_its_crates(at: type[At]) -> None:
    out = make.closed("B1", start="LUND", end="HOOR")
    back = make.closed("B2", start="HOOR", end="LUND")
    make.load(out, "Mitt", "LUND", monday("07:00"))
    at(monday("07:50"))

    page = words(signed_in(Role.DRIVER).get("/driver/Mitt/").content)

    assert "Mitt · stopp 3 av 4 · planerat 08.04 Biblioteket i Hoor" in page
    assert f"Lämna 1 kvar I bilen {out.code} Hämta 1 kvar Står här {back.code}" in page
    assert "08.04 · lämna 1 · hämta 1" in page


def test_scan_loads_then_leaves_and_says_so(at: type[At]) -> None:
    crate = make.closed("B1", start="LUND", end="HOOR")
    driver = signed_in(Role.DRIVER)

    at(monday("06:59"))
    taken = scan(driver, "Mitt", 0, crate.code.lower(), "one")
    again = scan(driver, "Mitt", 0, crate.code, "one")
    at(monday("08:07"))
    left = scan(driver, "Mitt", 2, crate.code, "two")

    assert (
        taken == again == f'signal ok"> Låda {crate.code} I bilen. Lämna den vid {place("HOOR")}.'
    )
    assert left == f'signal ok"> Låda {crate.code} Lämnad här. Den är framme.'
    page = words(driver.get("/driver/Mitt/?stop=2").content)
    assert f"Lämna 0 kvar Lämnad {crate.code} 08.07" in page


def place(code: str) -> str:
    return make.library(code).name


def test_scan_at_a_hub_says_which_van_goes_on(at: type[At]) -> None:
    crate = make.closed("B1", start="LANDSKRONA", end="HOOR")
    make.load(crate, "Väst", "LANDSKRONA", monday("07:30"))
    at(monday("08:25"))

    said = scan(signed_in(Role.DRIVER), "Väst", 2, crate.code)

    assert said.endswith("Lämnad här. Den åker vidare med Byte, i dag 14.00.")


def test_wrong_scans_are_answered_on_the_page(at: type[At]) -> None:
    crate = make.closed("B1", start="LUND", end="LUND-DALBY")
    at(monday("06:59"))
    driver = signed_in(Role.DRIVER)

    wrong_van = scan(driver, "Mitt", 0, crate.code)
    unknown = scan(driver, "Mitt", 0, "XXX-1")
    nothing = scan(driver, "Mitt", 0, "")

    assert wrong_van.startswith('signal err"> Stopp Låda')
    assert wrong_van.endswith("väntar på Lunds runda, i dag 13.00.")
    assert "Det finns ingen låda som heter XXX-1." in unknown
    assert nothing.startswith('signal err"> Ingen kod')
    assert Crate.objects.get(pk=crate.pk).status == Crate.Status.CLOSED


def test_a_loop_that_is_none_is_not_found_and_one_that_rests_says_so(at: type[At]) -> None:
    at(monday("09:00", plus=5))
    driver = signed_in(Role.DRIVER)

    assert driver.get(f"/driver/{quote('Norr')}/").status_code == 404
    assert "Den här turen går inte i dag." in words(driver.get("/driver/Mitt/").content)


def test_register_tells_where_each_crate_is(at: type[At]) -> None:
    crate = make.closed("B1", start="LUND", end="HOOR")
    at(monday("09:00"))

    page = words(signed_in(Role.TRANSPORT_PLANNER).get("/transport/crates/?library=HOOR").content)

    assert f"{crate.code} Väntar på bilen {place('LUND')} {place('HOOR')} 1" in page
    assert "HOO-01 Tom Biblioteket i Hoor \N{EN DASH} 0" in page


def queries_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    return len(asked)


@pytest.mark.parametrize("address", ["/driver/Mitt/", "/transport/crates/"])
def test_page_asks_the_database_no_more_for_more_crates(address: str, at: type[At]) -> None:
    at(monday("06:30"))
    client = signed_in(Role.DRIVER)
    make.closed("A", start="LUND", end="HOOR", now=monday("05:30"))
    make.closed("B", start="HOOR", end="LUND", now=monday("05:30"))
    few = queries_of(client, address)

    for number in range(5):
        make.closed(f"A{number}", start="LUND", end="HOOR", now=monday("05:30"))
        make.closed(f"B{number}", start="HOOR", end="LUND", now=monday("05:30"))

    assert queries_of(client, address) == few


def test_new_crates_come_with_their_labels_ready_to_print(at: type[At]) -> None:
    at(monday("09:00"))
    staff = signed_in(Role.LIBRARY_STAFF, at_library="LUND")

    response = staff.post("/transport/crates/make/", {"library": "LUND", "count": 2}, follow=True)

    page = words(response.content)
    assert "2 etiketter." in page
    assert "LUN-17 LUN-18" in page
    assert response.content.count(b'role="img"') == 2
    assert "QR-kod för låda LUN-17" in response.content.decode()
    assert b"style=" not in response.content


def test_staff_register_crates_at_their_own_library_alone(at: type[At]) -> None:
    at(monday("09:00"))
    staff = signed_in(Role.LIBRARY_STAFF, at_library="LUND")
    before = Crate.objects.count()

    response = staff.post("/transport/crates/make/", {"library": "HOOR", "count": 2})

    assert response.status_code == 422
    assert Crate.objects.count() == before


def test_timetable_is_for_everybody_and_shows_the_next_day_with_vans(at: type[At]) -> None:
    at(monday("12:00", plus=5))

    page = words(Client().get("/transport/timetable/").content)

    assert "Bilarnas turer måndag, enligt tidtabellen." in page
    assert "stå klar 30 minuter" in page
    assert "Mitt Bibliotek Tid Biblioteket i Lund 07.00 Biblioteket i Eslov 07.30" in page


def test_pages_stand_in_english_too(at: type[At]) -> None:
    at(monday("06:30"))

    page = words(Client().get("/en/transport/timetable/").content)

    assert "The vans' rounds today, by the timetable." in page.replace("&#x27;", "'")
    assert "Library Time Biblioteket i Lund 07:00" in page
