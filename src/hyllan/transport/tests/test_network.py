from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyllan.transport.engine.carriage import Cargo, Carriage, Rule
from hyllan.transport.engine.network import (
    Exchange,
    Loop,
    Network,
    NetworkError,
    Service,
    Vans,
    network_of,
    read_network,
)
from hyllan.transport.tests import make

LIBRARIES = {"HELSINGBORG", "LANDSKRONA", "LUND", "ESLOV"}
GOOD = """\
[service]
weekdays = [5, 1]
first_service = "08:00"

[[loops]]
name = "Väst"
hub = "HELSINGBORG"
departs = "07:00"
stops = [
    "LANDSKRONA",
    "ESLOV",
]

[[exchanges]]
hubs = ["HELSINGBORG", "LUND"]
departs = "15:30"
"""


def errors_of(text: str) -> list[tuple[int, str]]:
    network, errors = read_network(text, libraries=LIBRARIES)
    assert network is None
    return [(error.line, error.sentence) for error in errors]


def test_network_is_read_with_defaults_for_what_is_not_said() -> None:
    network, errors = read_network(GOOD, libraries=LIBRARIES)

    assert errors == ()
    assert network == Network(
        vans=Vans(
            count=3,
            capacity_crates=50,
            cost_per_km=4.0,
            cost_per_hour=400.0,
            cost_per_day=300.0,
            grams_co2_per_km=220.0,
        ),
        service=Service(
            weekdays=(1, 5),
            first_service=time(8),
            stop_minutes=10,
            cut_off_minutes=30,
            inhabitants_per_crate=15000,
        ),
        loops=(
            Loop(name="Väst", hub="HELSINGBORG", departs=time(7), stops=("LANDSKRONA", "ESLOV")),
        ),
        exchanges=(
            Exchange(
                name="15.30 HELSINGBORG-LUND", hubs=("HELSINGBORG", "LUND"), departs=time(15, 30)
            ),
        ),
    )


def test_stored_network_is_read_back_the_same() -> None:
    assert network_of(make.two_hubs().as_content()) == make.two_hubs()


@pytest.mark.parametrize(
    ("old", "new", "line", "sentence"),
    [
        ("[5, 1]", "[5, 8]", 2, "weekdays must be a list of different weekdays, "
         "Monday is 1 and Sunday 7."),
        ("[5, 1]", "[]", 2, "weekdays must be a list of different weekdays, "
         "Monday is 1 and Sunday 7."),
        ('"08:00"', '"8:00"', 3, 'first_service must be a time of day like "07:30".'),
        ('"08:00"', '"24:00"', 3, 'first_service must be a time of day like "07:30".'),
        ('name = "Väst"', "", 5, "name is missing."),
        ('"Väst"', '"a/b"', 6, "name must be a name of letters, digits, spaces and simple signs, "
         "60 characters at most."),
        ('"Väst"', '"15.30 HELSINGBORG-LUND"', 14,
         "There is already a loop or an exchange called 15.30 HELSINGBORG-LUND."),
        ('hub = "HELSINGBORG"', 'hub = "HOOR"', 7, "No library has the code HOOR."),
        ('    "ESLOV",', '    "HOOR",', 11, "No library has the code HOOR."),
        ('    "ESLOV",', '    "LANDSKRONA",', 11,
         "LANDSKRONA stands twice among the loop's stops."),
        ('    "ESLOV",', '    "HELSINGBORG",', 11, "HELSINGBORG is the loop's hub: the van starts "
         "and ends there, so it is no stop."),
        ('["HELSINGBORG", "LUND"]', '["LUND"]', 15, "An exchange needs at least two hubs."),
        ('["HELSINGBORG", "LUND"]', '["LUND", "ESLOV", "LUND"]', 15,
         "LUND follows upon itself; the van returns to the first hub unasked."),
        ('["HELSINGBORG", "LUND"]', '["LUND", "YSTAD"]', 15, "No library has the code YSTAD."),
        ('departs = "15:30"', 'departs = 930', 16, 'departs must be a time of day like "07:30".'),
        ('departs = "15:30"', 'departs = "15:30"\nvia = "A"', 17,
         "exchanges has no key called via."),
        ("[service]", "[servis]", 1, "There is no table or key called servis."),
        ("[[exchanges]]", "[exchanges]", 14,
         "Write each of the exchanges under a heading [[exchanges]]."),
        ("weekdays = [5, 1]", "stop_minutes = true", 2,
         "stop_minutes must be a whole number from 0 to 240."),
        ("[service]", "[vans]\ncost_per_km = -1\n[service]", 2,
         "cost_per_km must be a number that is not negative."),
        ("weekdays = [5, 1]", "weekdays = [5,", 3, None),
    ],
)  # fmt: skip
def test_error_is_told_with_its_line(old: str, new: str, line: int, sentence: str | None) -> None:
    assert old in GOOD

    found = errors_of(GOOD.replace(old, new, 1))

    assert [at for at, _ in found] == [line]
    assert sentence is None or [told for _, told in found] == [sentence]


def test_every_error_is_told_and_not_the_first_alone() -> None:
    text = GOOD.replace('"08:00"', '"early"').replace('"Väst"', "7").replace('"ESLOV"', '"YSTAD"')

    assert [line for line, _ in errors_of(text)] == [3, 6, 11]


def test_network_without_loops_is_refused() -> None:
    assert errors_of("") == [(1, "There must be at least one loop: [[loops]].")]


def test_file_that_ends_too_early_or_nests_too_deep_is_refused() -> None:
    assert [line for line, _ in errors_of('a = "')] == [1]
    assert errors_of("a = " + "[" * 5000) != []
    assert errors_of("a = " + "9" * 5000) != []


pieces = st.sampled_from(
    [*GOOD.splitlines(keepends=True), *GOOD.split(" "), '"', "]", "[[loops]]\n"]
)


@given(st.lists(pieces | st.text(max_size=8), max_size=40).map("".join) | st.text())
def test_any_text_is_a_network_or_has_errors_on_lines_of_it(text: str) -> None:
    network, errors = read_network(text, libraries=LIBRARIES)

    assert (network is None) == bool(errors)
    assert all(1 <= error.line <= text.count("\n") + 1 for error in errors)
    assert list(errors) == sorted(set(errors))
    assert network is None or network_of(network.as_content()) == network
    assert all(isinstance(error, NetworkError) and error.sentence for error in errors)


RICH = """\
[[loops]]
name = "Väst"
hub = "HELSINGBORG"
departs = "07:00"
more_departures = ["16:00", "13:00"]
weekdays = [3, 1]
school_terms = true
stops = ["LANDSKRONA"]
stop_minutes = { LANDSKRONA = 25 }
cut_off_minutes = { LANDSKRONA = 60, HELSINGBORG = 0 }

[[rules]]
cargo = "stray"
from = ["ESLOV"]
to = ["main", "branch"]
"""


def test_a_loop_goes_several_times_on_its_own_days_with_minutes_of_its_own() -> None:
    network, errors = read_network(RICH, libraries=LIBRARIES)

    assert errors == ()
    assert network is not None
    assert [(tour.name, tour.departs) for tour in network.rounds] == [
        ("Väst", time(7)),
        ("Väst 13.00", time(13)),
        ("Väst 16.00", time(16)),
    ]
    (loop,) = network.loops
    assert (loop.weekdays, loop.school_terms) == ((1, 3), True)
    assert dict(loop.stop_minutes) == {"LANDSKRONA": 25}
    assert dict(loop.cut_off_minutes) == {"LANDSKRONA": 60, "HELSINGBORG": 0}
    assert network.rules == (Rule(cargo=Cargo.STRAY, start=("ESLOV",), end=("main", "branch")),)
    assert network_of(network.as_content()) == network


@pytest.mark.parametrize(
    ("old", "new", "line", "sentence"),
    [
        ('"13:00"]', '"16:00"]', 5, "more_departures must be a list of different times of day"),
        ('"13:00"]', '"07:00"]', 5, "A time in more_departures is that of departs: leave it out."),
        ("[3, 1]", "[8]", 6, "weekdays must be a list of different weekdays"),
        ("= true", '= "yes"', 7, "school_terms must be true or false."),
        ("{ LANDSKRONA = 25 }", "{ LUND = 25 }", 9, "LUND is no stop of this tour."),
        ("{ LANDSKRONA = 25 }", "{ LANDSKRONA = -1 }", 9, "stop_minutes must be minutes by"),
        ('"stray"', '"cats"', 13, "cargo must be one of loan, home, stray, stock, evidence."),
        ('"branch"]', '"shed"]', 15, "shed is neither a library's code nor a kind of library."),
    ],
)
def test_errors_in_what_a_round_says_of_itself_are_told_with_their_line(
    old: str, new: str, line: int, sentence: str
) -> None:
    ((at, told),) = errors_of(RICH.replace(old, new))

    assert (at, told.startswith(sentence)) == (line, True), told


def test_what_no_rule_speaks_of_travels_everywhere() -> None:
    kinds = {"LUND": "main", "SUS": "hospital", "LUB": "university"}
    carriage = Carriage((Rule(cargo=Cargo.STRAY, end=("main",)),), kinds)

    assert [carriage.allows(Cargo.STRAY, "LUND", end) for end in ("LUND", "SUS")] == [True, False]
    assert carriage.allows(Cargo.LOAN, "LUB", "SUS")


def test_a_loan_needs_a_way_out_and_a_way_home() -> None:
    kinds = {"LUND": "main", "SUS": "hospital"}
    no_way_home = (Rule(cargo=Cargo.HOME, start=("main",), end=("main",)),)

    assert Carriage((), kinds).allows_lending("SUS", "LUND")
    assert not Carriage(no_way_home, kinds).allows_lending("SUS", "LUND")
