"""Builders for tests, here and in the rooms above."""

from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from hyllan.region import queries, services
from hyllan.region.engine.calendar import Calendar
from hyllan.region.engine.holidays import KNOWN_FROM, KNOWN_UNTIL, holidays_of
from hyllan.region.engine.opening import Hours, Opening
from hyllan.region.engine.roles import SYSTEM, Actor, Role
from hyllan.region.models import ClosedDay, Library, OpeningHours, Organisation, Person

ZONE = ZoneInfo("Europe/Stockholm")
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=ZONE)  # a Tuesday
PASSWORD = "correct horse battery"  # noqa: S105 - opens nothing


def organisation(code: str = "LUND", *, kind: str = "municipality") -> Organisation:
    """Return the organisation with this code; made if it is not there."""
    return Organisation.objects.get_or_create(
        code=code, defaults={"name": code.capitalize(), "kind": kind, "population": 10_000}
    )[0]


def library(
    code: str = "LUND",
    *,
    of: str | Organisation = "",
    kind: str = "main",
    lat: float = 55.706,
    lon: float = 13.192,
) -> Library:
    """Return the library with this code; made, open 10-18 on weekdays, if it is not there."""
    owner = of if isinstance(of, Organisation) else organisation(of or code)
    found, is_new = Library.objects.get_or_create(
        code=code,
        defaults={
            "organisation": owner,
            "name": f"Biblioteket i {code.capitalize()}",
            "kind": kind,
            "lat": lat,
            "lon": lon,
            "van_from": time(7),
            "van_weekdays": "1-5",
        },
    )
    if is_new:
        OpeningHours.objects.bulk_create(
            OpeningHours(library=found, weekday=weekday, opens=time(10), closes=time(18))
            for weekday in range(1, 6)
        )
    return found


def closed_day(at: Library, day: date, reason: str = "Inventering") -> ClosedDay:
    return ClosedDay.objects.create(library=at, day=day, reason=reason)


def person(
    role: Role = Role.LIBRARY_STAFF,
    *,
    username: str = "",
    password: str = "",
    organisation: Organisation | None = None,
    library: Library | None = None,
) -> Person:
    """Return somebody new with this role; without a place it holds in the whole region."""
    username = username or f"{role.value}-{Person.objects.count() + 1}"
    somebody = Person(username=username, name=username.replace("_", " ").capitalize())
    if password:  # hashing is slow on purpose, and most tests sign in without
        somebody.set_password(password)
    else:
        somebody.set_unusable_password()
    somebody.save()
    services.grant_role(
        person=somebody, role=role, organisation=organisation, library=library, by=SYSTEM, now=NOON
    )
    return somebody


def actor(
    role: Role = Role.LIBRARY_STAFF,
    *,
    organisation: Organisation | None = None,
    library: Library | None = None,
) -> Actor:
    """Return somebody new with this role, as services want to know them."""
    return queries.actor(person(role, organisation=organisation, library=library))


def resident(card_number: str = "1234567", *, of: str = "LUND", now: datetime = NOON) -> Person:
    """Return the resident with this card, as the sign-in makes her."""
    return services.get_or_make_resident(
        organisation=organisation(of),
        card_number=card_number,
        name="Alva Testsson",
        email="alva@example.org",
        now=now,
    )


def calendar(*, closed: dict[str, frozenset[date]] | None = None) -> Calendar:
    """Return Sweden's calendar for the libraries LUND and OSBY."""
    return Calendar(
        time_zone="Europe/Stockholm",
        known_from=KNOWN_FROM,
        known_until=KNOWN_UNTIL,
        holidays=holidays_of("SE"),
        closed=closed or {},
        van_weekdays={"LUND": frozenset(range(1, 6)), "OSBY": frozenset({1, 3})},
        van_from={"LUND": time(7), "OSBY": time(9)},
    )


def opening(
    library: str = "LUND",
    *,
    weekdays: range = range(1, 6),
    opens: time = time(10),
    closes: time = time(18),
    closed: frozenset[date] = frozenset(),
) -> Opening:
    """Return opening hours that are the same on each of the weekdays."""
    return Opening(
        library=library,
        hours={weekday: Hours(opens, closes) for weekday in weekdays},
        calendar=calendar(closed={library: closed}),
    )


FOLDER = {
    "region.toml": 'name = "Småriket"\nlanguage = "sv"\ntime_zone = "Europe/Stockholm"\n'
    'municipality_code_prefix = "12"\nholidays = "SE"\nplan_period = "2022-2025"\n',
    "organisations.csv": "code,name,kind,population\n"
    "LUND,Lunds kommun,municipality,124935\n"
    "OSBY,Osby kommun,municipality,13208\n",
    "libraries.csv": "code,organisation,name,kind,lat,lon,opens,weekdays\n"
    "LUND,LUND,Biblioteket i Lund,main,55.706,13.192,07:00,1-5\n"
    'LUND-DALBY,LUND,"Biblioteket\ni Dalby",branch,55.66,13.34,07:00,"1,3"\n'
    "OSBY,OSBY,Biblioteket i Osby,main,56.38,13.993,07:30,1-5\n",
    "transport.toml": '[[loops]]\nname = "Ö"\nhub = "LUND"\ndeparts = "07:00"\nstops = ["OSBY"]\n',
    "closed_days.csv": "library,date,reason\nOSBY,2026-12-07,Utbildningsdag\n",
}


def folder(path: Path, **changed: str | bytes | None) -> Path:
    """
    Write a right region folder of three libraries, with some files changed (None: left out).

    A file is named by its name with an underscore for the point: organisations_csv=...
    """
    named = {
        name.replace("_toml", ".toml").replace("_csv", ".csv"): v for name, v in changed.items()
    }
    for name, content in {**FOLDER, **named}.items():
        if content is None:
            (path / name).unlink(missing_ok=True)
        else:
            (path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return path
