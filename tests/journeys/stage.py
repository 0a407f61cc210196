"""A house with real data in it: what the journeys play on."""

import csv
import random
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from hyllan.catalogue.models import Edition, Item
from hyllan.jobs.models import OutboxMessage
from hyllan.lending import services as lending
from hyllan.lending.models import PatronRequest
from hyllan.peers.story import Systems, sign_in
from hyllan.protocols.marc import (
    DataField,
    MarcRecord,
    Subfield,
    read_marc,
    read_marcxml,
    write_marc,
)
from hyllan.region.models import Library
from hyllan.transport.models import CrateContent

ROOT = Path(__file__).parents[2]
SKANE = ROOT / "regions" / "skane"
REQUESTS = 50
MONDAY = datetime(2026, 11, 9, 10, tzinfo=ZoneInfo("Europe/Stockholm"))


# --- shared/data as a region of its own

TRANSPORT = """
[[loops]]
name = "{name}"
hub = "{hub}"
departs = "07:00"
stops = [{stops}]
"""


def evergreen_region(data: Path, folder: Path) -> dict[str, str]:
    """
    Write Evergreen's demo libraries as a region folder; return organisation by library code.

    Its tree of libraries has systems at the top: each is an organisation with one van loop.
    """
    folder.mkdir(parents=True)
    rows = list(csv.DictReader((data / "libraries.csv").read_text().splitlines()))
    parents = {row["code"]: row["parent"] for row in rows}
    top = {code: _top(code, parents) for code in parents}
    (folder / "region.toml").write_text(
        'name = "Evergreen"\nlanguage = "en"\ntime_zone = "Europe/Stockholm"\n'
        'municipality_code_prefix = "12"\nholidays = "SE"\nplan_period = "2026-2029"\n'
    )
    _write(
        folder / "organisations.csv",
        ["code", "name", "kind", "population"],
        [[row["code"], row["name"], "municipality", 1000] for row in rows if not row["parent"]],
    )
    _write(
        folder / "libraries.csv",
        ["code", "organisation", "name", "kind", "lat", "lon", "opens", "weekdays"],
        [
            [
                row["code"],
                top[row["code"]],
                row["name"],
                "branch" if row["parent"] else "main",
                55.5 + at / 100,
                13.2 + at / 200,
                "07:00",
                "1-5",
            ]
            for at, row in enumerate(rows)
        ],
    )
    _write(folder / "closed_days.csv", ["library", "date", "reason"], [])
    hub, *stops = sorted(parents)
    (folder / "transport.toml").write_text(
        TRANSPORT.format(name="All", hub=hub, stops=", ".join(f'"{code}"' for code in stops))
    )
    return top


def _top(code: str, parents: dict[str, str]) -> str:
    while parents[code]:
        code = parents[code]
    return code


def _write(path: Path, header: list[str], rows: Iterable[list[object]]) -> None:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def evergreen_shelf(data: Path, shelf: Path, top: dict[str, str]) -> Counter[str]:
    """Write each organisation's records with its items as MARC 21; return items by organisation."""
    shelf.mkdir(parents=True)
    records = {
        record.control("001"): record
        for record in read_marcxml((data / "records.xml").read_bytes())
        if isinstance(record, MarcRecord)
    }
    held: dict[str, dict[str, list[dict[str, str]]]] = {}
    for item in csv.DictReader((data / "items.csv").read_text().splitlines()):
        owner = top[item["owning_library"]]
        held.setdefault(owner, {}).setdefault(item["record_id"], []).append(item)
    for owner, by_record in held.items():
        with (shelf / f"{owner}.mrc").open("wb") as file:
            for number, items in sorted(by_record.items(), key=lambda pair: int(pair[0])):
                file.write(write_marc(with_items(records[number], items)))
    return Counter({owner: sum(map(len, each.values())) for owner, each in held.items()})


def with_items(record: MarcRecord, items: list[dict[str, str]]) -> MarcRecord:
    """Return the record with one 852 and one 876 an item. Evergreen's status 0 and 7: on shelf."""
    fields = [field for field in record.data_fields if field.tag not in {"852", "876"}]
    for item in items:
        status = "available" if item["status"] in {"0", "7"} else "on loan"
        fields += [
            _field("852", b=item["owning_library"], h=item["call_number"], p=item["barcode"]),
            _field("876", p=item["barcode"], j=status),
        ]
    return MarcRecord(record.leader, record.control_fields, tuple(fields))


def _field(tag: str, **values: str) -> DataField:
    return DataField(tag, " ", " ", tuple(Subfield(*pair) for pair in values.items()))


def jazz_shelf(data: Path, shelf: Path, libraries: list[str], organisation: str) -> int:
    """Add the jazz records to an organisation's shelf, one item each; return how many."""
    added = 0
    with (shelf / f"{organisation}.mrc").open("ab") as file:
        for at, record in enumerate(read_marc((data / "jazz_1k.mrc").read_bytes())):
            if not isinstance(record, MarcRecord):
                continue
            item = {
                "owning_library": libraries[at % len(libraries)],
                "call_number": f"JAZZ {at}",
                "barcode": f"JAZZ{at:06d}",
                "status": "0",
            }
            file.write(write_marc(with_items(record, [item])))
            added += 1
    return added


def place_requests(systems: Systems, organisations: list[str], *, seed: int) -> None:
    """Let readers of all organisations ask for fifty different titles that are in somewhere."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    systems.set_clock(set(organisations), MONDAY)
    # Wherever a reader fetches it, in her own municipality or in another
    anywhere = [place for place in Library.objects.order_by("code") if place.kind != "hub"]
    titles = list(
        Edition.objects.filter(items__status=Item.Status.AVAILABLE).distinct().order_by("pk")
    )
    for at, edition in enumerate(dice.sample(titles, REQUESTS)):
        code = organisations[at % len(organisations)]
        reader, _main = sign_in(code, now=MONDAY, card=at % 5)
        pickup = dice.choice(anywhere)
        lending.place_request(edition_id=edition.pk, pickup=pickup, by=reader, now=MONDAY)


# --- what must be true when all is done


Standing = dict[str, dict[str, object]]


def standing(systems: Systems, organisations: Iterable[str]) -> Standing:
    """Return what each system holds, has lent and has on hold: the same before and after."""
    told = {code: systems.state(code) for code in organisations}
    kinds = ("records", "items", "temporary_items", "lent", "held")
    return {code: {kind: state[kind] for kind in kinds} for code, state in told.items()}


def doubled(systems: Systems, organisations: Iterable[str]) -> list[str]:
    """Return every message that had its effect more than once in a library system."""
    return [
        f"{code}: {effect['type']} of {effect['item']} had effect {effect['times']} times"
        for code in organisations
        for effect in systems.state(code)["effects"]
        if effect["times"] != 1
    ]


def lost() -> list[str]:
    """Return every trace in hyllan of something that did not end as it should, once."""
    wrong = [
        f"{wish.number} is {wish.status}, {wish.outcome}: {wish.problem}"
        for wish in PatronRequest.objects.exclude(status="home", outcome="filled", problem="")
    ]
    for wish in PatronRequest.objects.prefetch_related("timeline"):
        steps = Counter(entry.step for entry in wish.timeline.all())
        once = {"place_request", "lend", "loan_made", "hand_in", "shelve", "hold"}
        wrong += [f"{wish.number}: {step} {steps[step]} times" for step in once if steps[step] != 1]
        if wish.patron_id is not None:
            wrong.append(f"{wish.number} still names its patron")
    waiting = OutboxMessage.objects.exclude(status__in=["sent", "dropped"])
    wrong += [f"message {message}: {message.last_error}" for message in waiting]
    inside = CrateContent.objects.filter(taken_out_at__isnull=True)
    wrong += [f"{content} was never taken out" for content in inside]
    wrong += [
        f"item {item} is {item.status}"
        for item in Item.objects.filter(patronrequest__isnull=False).exclude(status="available")
    ]
    return wrong
