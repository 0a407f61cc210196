"""hyllan load-region: places and vans together or not at all."""

import json
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from hyllan.jobs.models import OutboxMessage
from hyllan.region import clock
from hyllan.region import queries as region
from hyllan.region.engine.roles import SYSTEM
from hyllan.region.models import Library, Region
from hyllan.region.tests import make
from hyllan.transport.models import NetworkVersion
from hyllan.transport.services import report_closed

pytestmark = pytest.mark.django_db


def load(path: Path) -> tuple[dict[str, Any], str]:
    out, err = StringIO(), StringIO()
    try:
        call_command("load-region", str(path), "--json", stdout=out, stderr=err)
    except CommandError as refusal:
        err.write(str(refusal))
    return json.loads(out.getvalue()), err.getvalue()


def test_load_region_loads_places_and_vans_and_says_who_is_on_no_loop(tmp_path: Path) -> None:
    answer, _said = load(make.folder(tmp_path))

    assert (answer["libraries"], answer["errors"]) == (3, [])
    assert answer["warnings"][1] == {
        "file": "transport.toml",
        "line": 0,
        "sentence": "LUND-DALBY is on no loop: it neither lends nor receives by van.",
    }
    assert NetworkVersion.objects.count() == 1


def test_load_region_with_a_fault_in_two_files_names_both_and_loads_nothing(
    tmp_path: Path,
) -> None:
    answer, said = load(
        make.folder(
            tmp_path,
            organisations_csv=make.FOLDER["organisations.csv"].replace("124935", "många"),
            transport_toml=make.FOLDER["transport.toml"].replace("OSBY", "NOWHERE"),
        )
    )

    assert [(error["file"], error["line"]) for error in answer["errors"]] == [
        ("organisations.csv", 2),
        ("transport.toml", 5),
    ]
    assert answer["error"] == "Nothing was loaded. Errors in the folder: 2."
    assert "error: transport.toml:5: No library has the code NOWHERE." in said
    assert (Region.objects.count(), Library.objects.count()) == (0, 0)


def test_load_region_takes_the_places_back_when_no_van_can_drive_the_round(tmp_path: Path) -> None:
    too_far = make.FOLDER["libraries.csv"].replace("56.38,13.993", "-56.38,-13.993")

    answer, _said = load(make.folder(tmp_path, libraries_csv=too_far))

    assert [error["file"] for error in answer["errors"]] == ["transport.toml"]
    assert (Region.objects.count(), Library.objects.count()) == (0, 0)


def test_load_region_warns_of_a_region_in_another_time_zone(tmp_path: Path) -> None:
    elsewhere = make.FOLDER["region.toml"].replace("Europe/Stockholm", "Europe/Helsinki")

    answer, _said = load(make.folder(tmp_path, region_toml=elsewhere))

    assert answer["warnings"][-1]["sentence"] == (
        "Pages show the time of Europe/Stockholm, not of Europe/Helsinki."
    )


def test_load_region_prints_counts_for_people(tmp_path: Path) -> None:
    out = StringIO()

    call_command("load-region", str(make.folder(tmp_path)), stdout=out, stderr=StringIO())

    assert out.getvalue().startswith("3 libraries; ")


def test_skane_has_every_library_on_a_loop(settings: Any) -> None:
    answer, _said = load(settings.HYLLAN_REGION)

    assert (answer["libraries"], answer["errors"]) == (125, [])
    assert [warning["file"] for warning in answer["warnings"]] == ["opening_hours.csv"]


def test_a_changed_folder_tells_of_closed_days_and_of_another_network_from_its_day(
    tmp_path: Path,
) -> None:
    load(make.folder(tmp_path))
    day = (clock.now() + timedelta(days=20)).date().isoformat()
    changed = make.FOLDER["transport.toml"].replace('"07:00"', '"08:00"')
    assert changed != make.FOLDER["transport.toml"]
    make.folder(
        tmp_path,
        closed_days_csv=f"library,date,reason\nOSBY,{day},Nytt golv\n",
        transport_toml=changed,
    )

    out = StringIO()
    call_command("load-region", str(tmp_path), "--vans-from", day, stdout=out, stderr=StringIO())

    told = OutboxMessage.objects.filter(topic__startswith="transport.timetable_changed")
    assert sorted((each.payload["change"], each.payload["days"]) for each in told) == [
        ("closed", [day]),
        *([("open", ["2026-12-07"])] if clock.now().date() < date(2026, 12, 7) else []),
        ("published", [day]),
    ]
    newest = NetworkVersion.objects.order_by("-pk")[0]
    assert newest.valid_from is not None
    assert (NetworkVersion.objects.count(), newest.valid_from.isoformat()) == (2, day)


def test_what_a_library_said_itself_stays_when_the_folder_is_loaded_again(tmp_path: Path) -> None:
    load(make.folder(tmp_path))
    day = (clock.now() + timedelta(days=20)).date()
    report_closed(
        library=Library.objects.get(code="OSBY"),
        first=day,
        last=day,
        reason="Nytt golv",
        by=SYSTEM,
        now=clock.now(),
    )

    answer, _said = load(make.folder(tmp_path))

    assert answer["changes"] == 0
    assert day in region.calendar().closed["OSBY"]


def test_school_terms_are_loaded_and_checked(tmp_path: Path) -> None:
    make.folder(tmp_path)
    terms = tmp_path / "school_terms.csv"
    terms.write_text("name,first,last\nHösten,2026-08-17,2026-12-18\n")
    load(tmp_path)
    assert region.calendar().school_terms == ((date(2026, 8, 17), date(2026, 12, 18)),)

    terms.write_text("name,first,last\nHösten,2026-08-17,2026-08-16\n")
    answer, _said = load(tmp_path)

    assert answer["errors"] == [
        {
            "file": "school_terms.csv",
            "line": 2,
            "sentence": "last: it must not be earlier than first.",
        }
    ]
