"""A region folder is read whole, or every fault is named with its file and line."""

import tempfile
from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyllan.region.engine.folder import LibraryRow, read_folder
from hyllan.region.engine.tables import FolderError
from hyllan.region.tests import make

LIBRARIES = make.FOLDER["libraries.csv"]
ORGANISATIONS = make.FOLDER["organisations.csv"]
HOURS = "library,weekday,opens,closes\n"


def faults(path: Path, **changed: str | bytes | None) -> list[tuple[str, int, str]]:
    found = read_folder(make.folder(path, **changed))
    return [(error.file, error.line, error.sentence) for error in found.errors]


def test_read_folder_takes_a_right_folder_with_a_name_over_two_lines(tmp_path: Path) -> None:
    folder = read_folder(make.folder(tmp_path))

    assert folder.errors == ()
    assert folder.warnings == ()
    assert [row.code for row in folder.organisations] == ["LUND", "OSBY"]
    assert folder.libraries[1] == LibraryRow(
        code="LUND-DALBY",
        organisation="LUND",
        name="Biblioteket i Dalby",
        kind="branch",
        lat=55.66,
        lon=13.34,
        van_from=time(7),
        van_weekdays="1,3",
    )
    assert [(row.library, row.day) for row in folder.closed_days] == [("OSBY", date(2026, 12, 7))]
    assert folder.region["holidays"] == "SE"


def test_read_folder_takes_a_byte_order_mark_and_windows_line_ends(tmp_path: Path) -> None:
    for_windows = ("\ufeff" + LIBRARIES.replace("\n", "\r\n")).encode()

    folder = read_folder(make.folder(tmp_path, libraries_csv=for_windows))

    assert folder.errors == ()
    assert folder.library_codes == {"LUND", "LUND-DALBY", "OSBY"}


def test_read_folder_counts_lines_after_a_quoted_line_break_and_empty_lines(tmp_path: Path) -> None:
    wrong = "X,NOWHERE,Bibliotek,castle,91,13.1,7.30,5-1\n"

    found = faults(tmp_path, libraries_csv=LIBRARIES + "\n\n" + wrong)

    assert found == [
        ("libraries.csv", 8, "kind: 'castle' is unknown: write one of main, branch, bus, hospital,"
         " university, hub."),
        ("libraries.csv", 8, "lat: 91 lies outside -90 to 90 degrees."),
        ("libraries.csv", 8, "opens: '7.30' is no time: write like 07:30."),
        ("libraries.csv", 8, "weekdays: '5-1' are no weekdays: write like 1-5 or 1,3,5."),
        ("libraries.csv", 8, "organisation: NOWHERE is not in organisations.csv."),
    ]  # fmt: skip


def test_read_folder_lists_the_faults_of_all_files_at_once(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        region_toml='name = "A"\nlanguage = "sv"\ntime_zone = "Mars/Base"\nholidays = "XX"\n',
        organisations_csv=ORGANISATIONS + "LUND,Lund igen,municipality,många\n",
        closed_days_csv="library,date,reason\nOSBY,2026-02-30,\nYSTAD,2026-12-01,Golv\n",
        transport_toml=None,
        plan_toml="a = \n",
    )

    assert found == [
        ("closed_days.csv", 2, "date: '2026-02-30' is no day: write like 2026-12-23."),
        ("closed_days.csv", 2, "reason: It is empty: write a text."),
        ("closed_days.csv", 3, "library: YSTAD is not in libraries.csv."),
        ("organisations.csv", 4, "population: 'många' is no number of inhabitants: write digits"
         " only."),
        ("organisations.csv", 4, "The row of line 2 has code LUND too."),
        ("plan.toml", 1, "The file is not TOML (Invalid value (at line 1, column 5))."),
        ("region.toml", 3, "The time zone 'Mars/Base' is unknown."),
        ("region.toml", 4, "The holidays of 'XX' are unknown."),
        ("transport.toml", 0, "There is no transport.toml in the folder."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "line", "sentence"),
    [
        ("", 1, "The file is empty: write the columns library, date, reason."),
        ("\n \n", 1, "The file is empty: write the columns library, date, reason."),
        (
            "library;date;reason\n",
            1,
            "The columns are parted by semicolons: save them with commas.",
        ),
        ("library,date\nOSBY,2026-12-07\n", 1, "The column 'reason' is missing."),
        ("library,date,reason,date\n", 1, "The column 'date' stands there 2 times."),
        (
            "library,date,reason\nOSBY,2026-12-07\n",
            2,
            "The row has 2 fields, but there are 3 columns.",
        ),
        (
            'library,date,reason\nOSBY,2026-12-07,"Golv\n\n\n',
            2,
            "The row cannot be read as CSV (unexpected end of data); nor can what follows it.",
        ),
        (
            "library,date,reason\nOSBY,2026-12-07,Målning\n".encode("latin-1"),
            2,
            "The file is not in UTF-8: save it in that encoding.",
        ),
        (
            "library,date,reason\nOSBY,2026-12-07,A\nOSBY,2026-12-07,B\n",
            3,
            "The row of line 2 has library OSBY and date 2026-12-07 too.",
        ),
        (
            "library,date,reason\nOSBY,2126-12-07,A\n",
            2,
            "date: 2126-12-07 lies outside 2000 to 2100.",
        ),
        (
            "library,date,reason\nosby,2026-12-07,A\n",
            2,
            "library: 'osby' is no code: write capitals A to Z, digits and hyphens, "
            "40 characters at the most.",
        ),
    ],
)  # fmt: skip
def test_read_folder_names_what_is_wrong_with_a_table(
    tmp_path: Path, content: str | bytes, line: int, sentence: str
) -> None:
    assert faults(tmp_path, closed_days_csv=content) == [("closed_days.csv", line, sentence)]


@pytest.mark.parametrize(
    ("content", "line", "sentence"),
    [
        (
            'name = "A"\nlanguage = "sv"\ntime_zone = "Europe/Stockholm"\nholidays = \n',
            4,
            "The file is not TOML (Invalid value (at line 4, column 12)).",
        ),
        (
            'language = "sv"\ntime_zone = "Europe/Stockholm"\nholidays = "SE"\n',
            1,
            "The key 'name' is missing: write the region's name.",
        ),
        (
            'name = "A"\nlanguage = 7\ntime_zone = "Europe/Stockholm"\nholidays = "SE"\n',
            2,
            "language: 7 is not two letters like \"sv\".",
        ),
    ],
)  # fmt: skip
def test_read_folder_names_what_is_wrong_with_the_region(
    tmp_path: Path, content: str, line: int, sentence: str
) -> None:
    assert faults(tmp_path, region_toml=content) == [("region.toml", line, sentence)]


def test_read_folder_asks_that_a_library_closes_after_it_opens(tmp_path: Path) -> None:
    hours = (
        HOURS + "LUND,1,10:00,18:00\nLUND,2,18:00,18:00\nLUND,1,10:00,19:00\nLUND,8,10:00,11:00\n"
    )

    assert faults(tmp_path, opening_hours_csv=hours) == [
        ("opening_hours.csv", 3, "closes: it must be later than opens."),
        ("opening_hours.csv", 4, "The row of line 2 has library LUND and weekday 1 too."),
        ("opening_hours.csv", 5, "weekday: '8' is no weekday: write 1 (Monday) to 7 (Sunday)."),
    ]


def test_read_folder_says_what_it_left_out(tmp_path: Path) -> None:
    folder = read_folder(
        make.folder(
            tmp_path,
            region_toml=make.FOLDER["region.toml"] + 'motto = "Läs"\n',
            closed_days_csv="library,date,reason,by\nOSBY,2026-12-07,Golv,Anna\n",
        )
    )

    assert folder.errors == ()
    assert folder.warnings == (
        FolderError("region.toml", 7, "The key 'motto' is unknown and was left out."),
        FolderError("closed_days.csv", 1, "The column 'by' is unknown and was left out."),
    )


def test_read_folder_refuses_a_folder_that_is_not_there(tmp_path: Path) -> None:
    folder = read_folder(tmp_path / "nowhere")

    assert [(error.file, error.line) for error in folder.errors] == [("nowhere", 0)]


def test_read_folder_refuses_a_folder_without_libraries(tmp_path: Path) -> None:
    only_columns = LIBRARIES.splitlines()[0] + "\n"

    assert faults(tmp_path, libraries_csv=only_columns) == [
        ("closed_days.csv", 2, "library: OSBY is not in libraries.csv."),
        ("libraries.csv", 1, "There are columns, but no rows."),
    ]


garbage = st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode())
near_misses = st.builds(
    lambda name, at, put: (
        (content := make.FOLDER[name].encode())[: at % len(content)]
        + put
        + content[at % len(content) :]
    ),
    st.sampled_from(sorted(make.FOLDER)),
    st.integers(0, 1000),
    st.binary(max_size=8) | st.sampled_from([b'"', b"\n", b"\x00", b"[" * 5000, b"9" * 5000]),
)


@given(
    file=st.sampled_from([*sorted(make.FOLDER), "opening_hours.csv", "plan.toml"]),
    content=garbage | near_misses,
)
def test_read_folder_never_raises_whatever_stands_in_a_file(file: str, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = make.folder(Path(name))
        (path / file).write_bytes(content)

        folder = read_folder(path)

    for error in folder.errors:
        assert 0 <= error.line <= content.count(b"\n") + content.count(b"\r") + 30
        assert error.sentence
    if not folder.errors:
        assert {row.organisation for row in folder.libraries} <= {
            row.code for row in folder.organisations
        }
