from datetime import timedelta

import pytest

from hyllan.transport import queries
from hyllan.transport.models import Crate
from hyllan.transport.tests import make
from hyllan.transport.tests.make import monday

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vans", "english")]
Status = Crate.Status


def test_round_shows_what_to_leave_and_fetch_at_each_call() -> None:
    out = make.closed("B1", start="LUND", end="HOOR")
    back = make.closed("B2", start="HOOR", end="LUND")
    make.load(out, "Mitt", "LUND", monday("07:00"))

    seen = [
        (call.stop.library, call.manifest.to_leave, call.manifest.to_fetch)
        for call in queries.round_of("Mitt", make.MONDAY)
    ]

    assert seen == [
        ("LUND", [], []),
        ("ESLOV", [], []),
        ("HOOR", [out], [back]),
        ("LUND", [], []),
    ]
    manifest = queries.manifest("Mitt", make.MONDAY, "HOOR")
    assert (manifest.to_leave, manifest.to_fetch) == ([out], [back])
    assert queries.to_unload("Mitt", "HOOR") == [out]


def test_calls_are_told_in_the_order_of_time() -> None:
    calls = queries.trips_between(monday("07:00"), monday("14:00") + timedelta(minutes=1))

    assert [(call.loop, call.library) for call in calls] == [
        ("Mitt", "LUND"),
        ("Väst", "HELSINGBORG"),
        ("Mitt", "ESLOV"),
        ("Väst", "LANDSKRONA"),
        ("Mitt", "HOOR"),
        ("Väst", "HELSINGBORG"),
        ("Mitt", "LUND"),
        ("Lunds runda", "LUND"),
        ("Lunds runda", "LUND-DALBY"),
        ("Lunds runda", "LUND"),
        ("Byte", "HELSINGBORG"),
    ]


@pytest.mark.parametrize("closing", ["06:00", "06:45", "12:00"])
def test_a_crew_that_follows_the_timetable_arrives_as_promised(closing: str) -> None:
    crates = [
        make.closed(f"{start} {end}", start=start, end=end, now=monday(closing))
        for start in make.PLACES
        for end in make.PLACES
        if start != end
    ]
    table = queries.timetable()
    promised = {
        crate.code: way.arrives_at
        for crate in crates
        if (way := queries.way_on(table, crate, not_before=monday(closing)))
    }

    came = {}
    for stop in queries.trips_between(monday(closing), monday("23:00", plus=3)):
        for crate in queries.to_unload(stop.loop, stop.library):
            left = make.unload(crate, stop.library, stop.arrives_at)
            if left.status == Status.DELIVERED:
                came[left.code] = stop.arrives_at
        for crate in queries.to_load(stop.loop, stop.library, stop.arrives_at):
            make.load(crate, stop.loop, stop.library, stop.arrives_at)

    assert came == promised
    assert len(came) == len(crates)
