"""Fifty requests on real data, harvested and lent over the wire: all come home."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from lxml import etree

from hyllan.catalogue.models import Item
from hyllan.lending.models import PatronRequest
from hyllan.peers import house
from hyllan.peers.crew import Crew
from hyllan.peers.process import started_region
from hyllan.peers.story import Systems, organisations_moving
from hyllan.protocols import ncip
from hyllan.region.models import Organisation
from tests.journeys import stage

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def house_at() -> Iterator[ExitStack]:
    """End the pretend systems with the test."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch, shared: Path) -> list[str]:
    """Validate every NCIP message that this process sends against the published schema."""
    schema = etree.XMLSchema(etree.parse(shared / "schemas" / "ncip_v2_02.xsd"))
    sent: list[str] = []
    encode = ncip.encode

    def encode_and_check(message: ncip.Initiation) -> bytes:
        written = encode(message)
        schema.assertValid(etree.fromstring(written))
        sent.append(type(message).__name__)
        return written

    monkeypatch.setattr(ncip, "encode", encode_and_check)
    return sent


def furnish(stack: ExitStack, folder: Path, shelf: Path, home: Path) -> Systems:
    house.load(folder)
    url = stack.enter_context(started_region(shelf, home))
    house.connect(url, shelf, now=timezone.now())
    house.fill_catalogue(now=timezone.now())
    return stack.enter_context(Systems(url))


def play(systems: Systems) -> Crew:
    crew = Crew(
        stage.MONDAY,
        wall=timezone.now,
        tell=lambda moment: systems.set_clock(organisations_moving(), moment),
    )
    ended = PatronRequest.objects.filter(status__in=["home", "closed"])
    crew.run(until=stage.MONDAY + timedelta(days=40), stop=lambda: ended.count() == stage.REQUESTS)
    crew.settle()
    return crew


def test_fifty_requests_for_real_records_all_come_home(
    house_at: ExitStack, shared: Path, tmp_path: Path, checked: list[str]
) -> None:
    evergreen, folder, shelf = (
        shared / "data" / "evergreen_demo_ils",
        tmp_path / "r",
        tmp_path / "s",
    )
    top = stage.evergreen_region(evergreen, folder)
    sent = stage.evergreen_shelf(evergreen, shelf, top)
    sent["SPLS"] += stage.jazz_shelf(
        shared / "data" / "marc", shelf, ["SPLS-HPL", "SPLS-BPL"], "SPLS"
    )
    systems = furnish(house_at, folder, shelf, tmp_path / "systems")
    organisations = sorted(sent)
    before = stage.standing(systems, organisations)

    stage.place_requests(systems, organisations, seed=1)
    play(systems)

    assert {code: state["items"] for code, state in before.items()} == sent
    assert Item.objects.count() == sum(sent.values())
    assert stage.lost() == []
    assert stage.doubled(systems, organisations) == []
    assert stage.standing(systems, organisations) == before
    assert {"RequestItem", "AcceptItem", "CheckOutItem", "CheckInItem"} <= set(checked)


def test_fifty_requests_on_the_demo_shelf_all_come_home(
    house_at: ExitStack, tmp_path: Path
) -> None:
    house.load(stage.SKANE)
    house.write_shelf(tmp_path / "shelf", stage.SKANE)
    systems = furnish(house_at, stage.SKANE, tmp_path / "shelf", tmp_path / "systems")
    organisations = sorted(
        Organisation.objects.filter(connection__isnull=False).values_list("code", flat=True)
    )
    before = stage.standing(systems, organisations)

    stage.place_requests(systems, organisations, seed=2)
    play(systems)

    assert stage.lost() == []
    assert stage.doubled(systems, organisations) == []
    assert stage.standing(systems, organisations) == before
