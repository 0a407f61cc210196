"""Any region's folder plans without a change in code."""

import json
import math
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

FIGURES = {
    *("vans", "km", "van_hours", "cost", "last_delivery"),
    *("next_weekday_pairs", "next_weekday_demand", "mean_days"),
}


def made_up_region(
    folder: Path, towns: list[tuple[float, float]], *, country: str, hubs: int
) -> Path:
    """Write a region: towns, each with a main library, on as many loops as hubs."""
    codes = [f"T{number}" for number in range(len(towns))]
    people = [5_000 + 7_000 * (number % 6) for number in range(len(towns))]
    (folder / "region.toml").write_text(
        f'name = "Elsewhere"\nlanguage = "en"\ntime_zone = "Europe/Paris"\n'
        f'municipality_code_prefix = "9"\nholidays = "{country}"\nplan_period = "2026-2029"\n'
    )
    (folder / "organisations.csv").write_text(
        "code,name,kind,population\n"
        + "".join(f"{c},{c},municipality,{p}\n" for c, p in zip(codes, people, strict=True))
    )
    (folder / "libraries.csv").write_text(
        "code,organisation,name,kind,lat,lon,opens,weekdays\n"
        + "".join(
            f"{c},{c},Library {c},main,{lat:.4f},{lon:.4f},08:00,1-5\n"
            for c, (lat, lon) in zip(codes, towns, strict=True)
        )
    )
    (folder / "closed_days.csv").write_text("library,date,reason\n")
    loops = [codes[number::hubs] for number in range(hubs)]
    toml = "".join(
        f'[[loops]]\nname = "L{n}"\nhub = "{loop[0]}"\ndeparts = "07:00"\n'
        f"stops = {json.dumps(loop[1:])}\n"
        for n, loop in enumerate(loops)
    )
    if hubs > 1:
        toml += f'[[exchanges]]\nhubs = {json.dumps(codes[:hubs])}\ndeparts = "18:00"\n'
    (folder / "transport.toml").write_text(f"[vans]\ncount = {2 * hubs}\n{toml}")
    return folder


def planned(folder: Path, *words: str) -> dict[str, Any]:
    out = StringIO()
    call_command(
        "plan-transport", "--region", str(folder), "--json", "--seed", "1", *words, stdout=out
    )
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def test_five_towns_in_the_mountains_of_france_are_planned(tmp_path: Path) -> None:
    towns = [(45.1 + 0.1 * n, 6.0 + 0.15 * (n % 2)) for n in range(5)]

    found = planned(made_up_region(tmp_path, towns, country="FR", hubs=1), "--seconds", "2")

    assert set(found) == {"today", "plan", "bound", "front", "network", "told"}
    assert all(set(found[name]) >= FIGURES for name in ("today", "plan", "bound"))
    assert found["plan"]["next_weekday_pairs"] == 1.0
    assert found["bound"]["cost"] <= found["plan"]["cost"] <= found["today"]["cost"]
    assert found["bound"]["any_hubs"]


def test_sixty_towns_around_a_lake_are_planned_with_fewer_kilometres(tmp_path: Path) -> None:
    towns = [
        (46.5 + (0.25 + 0.05 * (n % 3)) * math.sin(n / 60 * math.tau),
         8.5 + (0.45 + 0.05 * (n % 4)) * math.cos(n / 60 * math.tau))
        for n in range(60)
    ]  # fmt: skip

    folder = made_up_region(tmp_path, towns, country="CH", hubs=3)
    found = planned(folder, "--seconds", "4", "--by", "14:00", "--vans", "7", "--hubs", "1")

    assert found["plan"]["km"] < found["today"]["km"]
    assert len(found["plan"]["hubs"]) == 1
    assert found["plan"]["last_delivery"] <= "14:00"
    assert found["plan"]["next_weekday_pairs"] == 1.0
    served = {code for loop in found["network"]["loops"] for code in [loop["hub"], *loop["stops"]]}
    assert served == {f"T{number}" for number in range(60)}


def test_deadline_that_no_van_can_keep_is_refused_in_both_places(tmp_path: Path) -> None:
    folder = made_up_region(tmp_path, [(50.0, 5.0 + n) for n in range(4)], country="BE", hubs=1)
    out = StringIO()
    words = ["--region", str(folder), "--seconds", "1", "--by", "08:30", "--vans", "1", "--json"]

    with pytest.raises(CommandError, match="There is none: time does not suffice"):
        call_command("plan-transport", *words, stdout=out)

    assert json.loads(out.getvalue())["error"].startswith(
        "No plan was found in which one van serves every library by 08:30."
    )


def test_folder_with_faults_is_refused_with_file_and_line(tmp_path: Path) -> None:
    folder = made_up_region(tmp_path, [(50.0, 5.0), (50.1, 5.1)], country="BE", hubs=1)
    (folder / "transport.toml").write_text('[[loops]]\nname = "L"\nhub = "NOWHERE"\n')

    with pytest.raises(CommandError, match=r"transport.toml:3: No library has the code NOWHERE"):
        call_command("plan-transport", "--region", str(folder), "--json", stdout=StringIO())


@pytest.mark.parametrize("words", [["--by", "noon"], ["--vans", "0"], ["--seconds", "0"]])
def test_what_is_no_time_or_number_is_wrong_usage(words: list[str]) -> None:
    with pytest.raises(CommandError, match=f"argument {words[0]}"):
        call_command("plan-transport", *words)
