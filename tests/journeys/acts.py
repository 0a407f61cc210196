"""What the journeys do behind the scenes: furnish a house, move its clock, look things up."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.db.models import QuerySet
from django.utils import timezone

from hyllan.catalogue.models import Edition, Item, Quarantined, Source
from hyllan.jobs.models import OutboxMessage
from hyllan.lending import services as lending_services
from hyllan.lending.models import PatronRequest
from hyllan.peers import house
from hyllan.peers.crew import DRIVER, STAFF, Crew
from hyllan.peers.story import Systems, fitting_edition, organisations_moving, sign_in
from hyllan.region import clock
from hyllan.region import services as region
from hyllan.region.engine.roles import SYSTEM
from hyllan.region.models import Library
from hyllan.transport import queries as transport
from hyllan.transport import services as transport_services
from hyllan.transport.models import Crate, CrateScan
from hyllan.transport.queries import VanStop
from hyllan.website import services as website
from tests.journeys import stage

Answer = dict[str, object]
Step = Callable[[str, datetime], None]
A_MINUTE = timedelta(minutes=1)  # before it drives on
DAYS_AHEAD = timedelta(days=6)  # past any row of days without vans


def write_shelf(shelf: str) -> Answer:
    """Load the region and write its demo's shelf."""
    house.load(stage.SKANE)
    house.write_shelf(Path(shelf), stage.SKANE)
    return {}


def build(url: str, shelf: str) -> Answer:
    """Build the house; its clock stands on Monday morning."""
    house.load(stage.SKANE)
    house.connect(url, Path(shelf), now=timezone.now())
    house.quietly("seed_pages")
    region.seed_demo_people(now=timezone.now())
    house.fill_catalogue(now=timezone.now())
    return set_clock(url, stage.MONDAY.isoformat())


def furnish(url: str, shelf: str, folder: str) -> Answer:
    """Build a house of a region's own, without the demo's people, and place fifty requests."""
    house.load(Path(folder))
    house.connect(url, Path(shelf), now=timezone.now())
    house.quietly("seed_pages")
    house.fill_catalogue(now=timezone.now())
    set_clock(url, stage.MONDAY.isoformat())
    organisations = sorted(path.stem for path in Path(shelf).glob("*.mrc"))
    with Systems(url) as systems:
        stage.place_requests(systems, organisations, seed=3)
    return {"placed": stage.REQUESTS}


def report() -> Answer:
    """Say what is open, and whatever was lost or doubled."""
    return {
        "open": PatronRequest.objects.exclude(status__in=["home", "closed"]).count(),
        "waiting": OutboxMessage.objects.filter(status="waiting").count(),
        "lost": stage.lost(),
        "tried_again": OutboxMessage.objects.filter(attempts__gt=1).count(),
        "crates_filled": Crate.objects.exclude(status__in=["empty", "packing"]).count(),
        "scans_doubled": CrateScan.objects.count()
        - CrateScan.objects.values("scan_id").distinct().count(),
    }


# --- for the browser


def set_clock(url: str, moment: str) -> Answer:
    """Let the house and its library systems live at this moment."""
    with Systems(url) as systems:
        _set_clocks(systems, datetime.fromisoformat(moment))
    return {}


def _set_clocks(systems: Systems, moment: datetime) -> None:
    region.set_demo_clock(offset_seconds=round((moment - timezone.now()).total_seconds()))
    systems.set_clock(organisations_moving(), moment)


def title_for(organisation: str) -> Answer:
    """Name a title that this organisation lacks and others have in."""
    main = Library.objects.get(organisation__code=organisation, kind=Library.Kind.MAIN)
    edition = fitting_edition(main)
    return {"title": edition.title, "pickup": main.name}


def request(number: str) -> Answer:
    """Say where a request is, and what stands on its item and its crate."""
    wish = PatronRequest.objects.select_related("supplier", "pickup", "item").get(number=number)
    return {
        "status": wish.status,
        "steps": list(wish.timeline.order_by("pk").values_list("step", flat=True)),
        "outcome": wish.outcome,
        "problem": wish.problem,
        "supplier": wish.supplier.name if wish.supplier else "",
        "pickup": wish.pickup.name,
        "barcode": wish.item.barcode if wish.item else "",
        "crate": wish.crate_code,
        "expected": _day(wish.expected_at) if wish.expected_at else "",
    }


def moves(number: str) -> Answer:
    """Tell how often a request's promised day has moved, and how often its reader was mailed."""
    mails = OutboxMessage.objects.filter(key__startswith=f"moved-{number}-", status="sent")
    return {
        "moved": _wish(number).timeline.filter(step="moved").count(),
        "mailed": mails.count(),
    }


def today() -> Answer:
    """Say which day the house lives in."""
    return {"day": _day(clock.now())}


def _day(moment: datetime) -> str:
    return timezone.localtime(moment).date().isoformat()


def next_call(code: str) -> Answer:
    """Say with which van and when a crate is next scanned; nothing once it has come."""
    call = _next_call(code)
    return {"loop": call.loop, "at": (call.arrives_at - A_MINUTE).isoformat()} if call else {}


def _next_call(code: str) -> VanStop | None:
    now, crate = clock.now(), transport.crates().get(code=code)
    if crate.status == Crate.Status.DELIVERED:
        return None
    for call in transport.trips_between(now, now + DAYS_AHEAD):
        if crate.status == Crate.Status.ON_VAN:
            here = transport.to_unload(call.loop, call.library)
        else:
            here = transport.to_load(call.loop, call.library, call.arrives_at)
        if crate in here:
            return call
    raise LookupError(f"no van takes or leaves {code}, which is {crate.status}")


# --- requests at every place of their way


def scatter(organisation: str, other: str) -> Answer:
    """
    Let one request to, and one from, an organisation stand at each place of its way.

    And let there be a remark for editors to read, a record that could not be used, closed days, and
    a draft of a timetable.
    """
    here, there = _main(organisation), _main(other)
    inward = _titles().exclude(items__organisation=here.organisation)
    outward = _titles().exclude(items__in=Item.objects.exclude(library=here))
    _leave_remark("/libraries/", "Var är boken nu?")
    source = Source.objects.get(organisation=here.organisation)
    Quarantined.objects.create(
        source=source, identifier="LUND-0", at=clock.now(), reason="No title.", raw=b"<record/>"
    )
    return {
        "inward": _stand(inward, here, organisation, WAYS),
        "outward": _stand(outward, there, other, SENT),
        "places": {
            "source": str(source.pk),
            "draft": str(_draw_and_close(there).pk),
            "asked": str(PatronRequest.objects.filter(pickup=here, status="sourced")[0].edition_id),
            "free": str(_titles()[0].pk),
        },
    }


def _draw_and_close(library: Library) -> transport.NetworkVersion:
    """Draft a timetable, and close a library on the Mondays of a month that is far ahead."""
    now = clock.now()
    first = timezone.localtime(now).date() + timedelta(days=200)
    transport_services.report_closed(
        library=library,
        first=first,
        last=first + timedelta(days=30),
        weekday=1,
        reason="Sommarstängt",
        by=SYSTEM,
        now=now,
    )
    held = transport.in_force(first)
    assert held is not None
    return transport_services.draft_version(based_on=held.pk, name="Utkast", by=SYSTEM, now=now)


def _leave_remark(path: str, text: str) -> None:
    answer = website.answer(path=path, language="sv", helped=False, earlier=(), now=clock.now())
    website.write_remark(remark_id=answer.pk, text=text)


def _main(organisation: str) -> Library:
    return Library.objects.get(organisation__code=organisation, kind=Library.Kind.MAIN)


def _titles() -> QuerySet[Edition]:
    """Return titles that are in somewhere and nobody has asked for."""
    free = Edition.objects.filter(items__status=Item.Status.AVAILABLE, patronrequest=None)
    return free.order_by("pk").distinct()


def _stand(
    titles: QuerySet[Edition], pickup: Library, organisation: str, ways: dict[str, tuple[Step, ...]]
) -> dict[str, str]:
    now, numbers = clock.now(), {}
    reader, _library = sign_in(organisation, now=now)
    for edition, (place, way) in zip(titles[: len(ways)], ways.items(), strict=True):
        wish = lending_services.place_request(
            edition_id=edition.pk, pickup=pickup, by=reader, now=now
        )
        numbers[place] = wish.number
        for step in way:
            step(wish.number, now)
            Crew(now, wall=timezone.now).settle()
    return numbers


def _wish(number: str) -> PatronRequest:
    return PatronRequest.objects.select_related("item", "pickup", "supplier").get(number=number)


def _pick(number: str, now: datetime) -> None:
    lending_services.pick(number=number, by=STAFF, now=now)


def _scan(service: Callable[..., object], at: str, number: str, now: datetime) -> None:
    wish = _wish(number)
    assert wish.item is not None
    service(barcode=wish.item.barcode, library=getattr(wish, at), by=STAFF, now=now)


def _ride(number: str, _now: datetime, *, calls: int) -> None:
    """Let vans take the request's crate and leave it, so many calls on."""
    code = _wish(number).crate_code
    crate = transport.crates().get(code=code)
    if crate.status == Crate.Status.PACKING:
        transport_services.close_crate(code=code, by=STAFF, now=clock.now())
    for _ in range(calls):
        call = _next_call(code)
        assert call is not None
        transport_services.scan_crate(
            code=code,
            loop=call.loop,
            library=Library.objects.get(code=call.library),
            by=DRIVER,
            now=call.arrives_at,
            scan_id=f"{code}:{call.arrives_at.isoformat()}",
        )


PACK = partial(_scan, lending_services.pack, "supplier")
RECEIVE = partial(_scan, lending_services.receive, "pickup")
LEND = partial(_scan, lending_services.lend, "pickup")
HAND_IN = partial(_scan, lending_services.hand_in, "pickup")
PACK_HOME = partial(_scan, lending_services.pack, "pickup")
SHELVE = partial(_scan, lending_services.shelve, "supplier")
OUT: tuple[Step, ...] = (_pick, PACK)
WAYS: dict[str, tuple[Step, ...]] = {
    "sourced": (),
    "picked": (_pick,),
    "crated": OUT,
    "in_transit": (*OUT, partial(_ride, calls=1)),
    "ready": (*OUT, RECEIVE),
    "on_loan": (*OUT, RECEIVE, LEND),
    "returned": (*OUT, RECEIVE, LEND, HAND_IN),
    "crated_home": (*OUT, RECEIVE, LEND, HAND_IN, PACK_HOME),
    "home": (*OUT, RECEIVE, LEND, HAND_IN, PACK_HOME, SHELVE),
}
SENT = {
    place: WAYS[place] for place in ("sourced", "picked", "crated", "in_transit", "crated_home")
}
