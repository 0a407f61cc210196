import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from hyllan.region import clock
from hyllan.transport.tests.make import monday

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vans")]


def arrival(*words: str) -> str:
    out = StringIO()
    call_command("arrival", *words, stdout=out)
    return out.getvalue()


def test_arrival_prints_one_json_object_with_its_legs() -> None:
    found = json.loads(arrival("LANDSKRONA", "HOOR", "--at", "2026-11-23 06:00", "--json"))

    assert found["arrival"] == "2026-11-24T08:04:00+01:00"
    assert found["legs"][1:] == [
        {
            "from": "HELSINGBORG",
            "to": "LUND",
            "loop": "Byte",
            "departs": "2026-11-23T14:00:00+01:00",
            "arrives": "2026-11-23T14:48:00+01:00",
        },
        {
            "from": "LUND",
            "to": "HOOR",
            "loop": "Mitt",
            "departs": "2026-11-24T07:00:00+01:00",
            "arrives": "2026-11-24T08:04:00+01:00",
        },
    ]


def test_arrival_without_a_time_counts_from_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: monday("06:00"))

    assert arrival("LUND", "HOOR") == (
        "2026-11-23 07:00 LUND -> 2026-11-23 08:04 HOOR (Mitt)\nThere 2026-11-23 08:04\n"
    )


def test_arrival_at_a_library_that_is_none_is_refused_in_both_places() -> None:
    out = StringIO()

    with pytest.raises(CommandError, match="No library has the code YSTAD"):
        call_command("arrival", "LUND", "YSTAD", "--json", stdout=out)

    assert json.loads(out.getvalue()) == {"error": "No library has the code YSTAD."}


@pytest.mark.parametrize("at", ["tomorrow", "2026-11-23T15:00:00+01:00"])
def test_arrival_at_no_clear_time_is_wrong_usage(at: str) -> None:
    with pytest.raises(CommandError, match="argument --at"):
        arrival("LUND", "HOOR", "--at", at)
