"""Loading a region folder: all or nothing, as often as one likes, and nothing in use is lost."""

from pathlib import Path

import pytest
from django.conf import settings

from hyllan.region import queries, services
from hyllan.region.engine.roles import SYSTEM, Role
from hyllan.region.errors import Refused
from hyllan.region.models import AuditEntry, Library, OpeningHours, Organisation, Region
from hyllan.region.tests import make

pytestmark = pytest.mark.django_db
HEADER = make.FOLDER["libraries.csv"].splitlines()[0] + "\n"
ONLY_LUND = HEADER + "LUND,LUND,Biblioteket i Lund,main,55.706,13.192,07:00,1-5\n"


def load(path: Path) -> services.LoadResult:
    return services.load_region(folder=path, by=SYSTEM, now=make.NOON)


def test_load_region_stores_places_days_and_assumed_hours(tmp_path: Path) -> None:
    result = load(make.folder(tmp_path))

    assert (result.libraries, result.errors) == (3, ())
    assert [warning.sentence for warning in result.warnings] == [
        "3 libraries have no hours in the folder. Opening hours are assumed: main libraries "
        "weekdays 10-18 and Saturday 10-14, branches and buses weekdays 12-18, hospital and "
        "university libraries weekdays 9-16."
    ]
    assert queries.library("LUND-DALBY").organisation.name == "Lunds kommun"
    assert sorted(queries.opening("LUND").hours) == [1, 2, 3, 4, 5, 6]
    assert queries.region().name == "Småriket"


def test_load_region_a_second_time_changes_nothing(tmp_path: Path) -> None:
    load(make.folder(tmp_path))
    version = queries.calendar_version()

    again = load(tmp_path)

    assert (again.changes, queries.calendar_version()) == (0, version)
    assert AuditEntry.objects.filter(action="region.load_region").count() == 1


def test_load_region_takes_over_what_has_changed(tmp_path: Path) -> None:
    load(make.folder(tmp_path))

    result = load(
        make.folder(
            tmp_path,
            libraries_csv=make.FOLDER["libraries.csv"].replace("i Osby", "vid torget i Osby"),
            closed_days_csv="library,date,reason\nOSBY,2026-12-08,Utbildningsdag\n",
            opening_hours_csv="library,weekday,opens,closes\nOSBY,1,10:00,19:00\n",
        )
    )

    # The name; a closed day less and one more; Osby's six assumed days less and one of its own more
    assert result.changes == 1 + 2 + 7
    assert queries.library("OSBY").name == "Biblioteket vid torget i Osby"
    assert [day.isoformat() for day in queries.calendar().closed["OSBY"]] == ["2026-12-08"]
    assert list(queries.opening("OSBY").hours) == [1]


def test_load_region_with_an_error_changes_nothing_at_all(tmp_path: Path) -> None:
    load(make.folder(tmp_path))

    result = load(
        make.folder(
            tmp_path,
            libraries_csv=ONLY_LUND,
            organisations_csv="code,name,kind,population\nLUND,,municipality,1\n",
            closed_days_csv="library,date,reason\n",
        )
    )

    assert [(error.file, error.line) for error in result.errors] == [("organisations.csv", 2)]
    assert Library.objects.count() == 3
    assert queries.library("OSBY").closed_days.count() == 1


def test_load_region_removes_what_has_vanished_but_keeps_what_is_in_use(tmp_path: Path) -> None:
    load(make.folder(tmp_path))
    make.person(Role.LIBRARY_STAFF, library=queries.library("OSBY"))

    result = load(
        make.folder(tmp_path, libraries_csv=ONLY_LUND, closed_days_csv=None, opening_hours_csv=None)
    )
    assert [error.file for error in result.errors] == ["closed_days.csv"]
    result = load(
        make.folder(
            tmp_path,
            libraries_csv=ONLY_LUND,
            organisations_csv="code,name,kind,population\nLUND,Lunds kommun,municipality,124935\n",
            closed_days_csv="library,date,reason\n",
        )
    )

    assert sorted(library.code for library in Library.objects.all()) == ["LUND", "OSBY"]
    assert sorted(owner.code for owner in Organisation.objects.all()) == ["LUND", "OSBY"]
    assert [(warning.file, warning.sentence) for warning in result.warnings][:2] == [
        ("libraries.csv", "OSBY is no longer in the file but still in use: it was kept."),
        ("organisations.csv", "OSBY is no longer in the file but still in use: it was kept."),
    ]
    assert OpeningHours.objects.filter(library__code="LUND-DALBY").count() == 0


def test_load_region_is_for_administrators(tmp_path: Path) -> None:
    staff = make.actor(Role.LIBRARY_STAFF)

    with pytest.raises(Refused, match="Bara en administratör"):
        services.load_region(folder=make.folder(tmp_path), by=staff, now=make.NOON)

    assert Region.objects.count() == 0


def test_skane_loads_without_an_error() -> None:
    result = load(settings.HYLLAN_REGION)

    assert result.errors == ()
    assert result.libraries == 125
    kinds = list(Library.objects.values_list("kind", flat=True))
    assert {kind: kinds.count(kind) for kind in sorted(set(kinds))} == {
        "branch": 82,
        "hospital": 6,
        "main": 33,
        "university": 4,
    }
    owners = list(Organisation.objects.values_list("kind", flat=True))
    assert {kind: owners.count(kind) for kind in sorted(set(owners))} == {
        "hospital_administration": 3,
        "municipality": 33,
        "region": 1,
        "university": 4,
    }
    mains = Library.objects.filter(kind="main").values_list("organisation__code", flat=True)
    assert len(set(mains)) == 33
