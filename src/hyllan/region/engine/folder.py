"""Read a region folder: all its faults at once, each with file and line. Loads nothing."""

import re
import tomllib
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from hyllan.region.engine import fields
from hyllan.region.engine.holidays import countries
from hyllan.region.engine.tables import Findings, FolderError, Table, read_table

MOST_BYTES = 10_000_000

ORGANISATIONS = {
    "code": fields.code,
    "name": fields.name,
    "kind": fields.one_of(
        ("municipality", "hospital_administration", "university", "region", "other")
    ),
    "population": fields.population,
}
LIBRARIES = {
    "code": fields.code,
    "organisation": fields.code,
    "name": fields.name,
    "kind": fields.one_of(("main", "branch", "bus", "hospital", "university", "hub")),
    "lat": fields.degrees(90),
    "lon": fields.degrees(180),
    "opens": fields.clock,
    "weekdays": fields.weekdays,
}
CLOSED_DAYS = {"library": fields.code, "date": fields.day, "reason": fields.name}
OPENING_HOURS = {
    "library": fields.code,
    "weekday": fields.weekday,
    "opens": fields.clock,
    "closes": fields.clock,
}
SCHOOL_TERMS = {"name": fields.name, "first": fields.day, "last": fields.day}
REGION = {  # key: how it is written, and whether it must be there
    "name": (r"(?=.*\S)[^\x00-\x1f\x7f]{1,200}", "the region's name", True),
    "language": (r"[a-z]{2}", 'two letters like "sv"', True),
    "time_zone": (r"[A-Za-z0-9_+/-]+", 'a time zone like "Europe/Stockholm"', True),
    "municipality_code_prefix": (r"[0-9]{0,10}", "digits in quotes", False),
    "holidays": (r"[A-Z]{2}", 'a country\'s code like "SE"', True),
    "plan_period": (r"(?:[0-9]{4}-[0-9]{4})?", 'years like "2022-2025"', False),
}


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    code: str
    name: str
    kind: str
    population: int | None


@dataclass(frozen=True, slots=True)
class LibraryRow:
    code: str
    organisation: str
    name: str
    kind: str
    lat: float
    lon: float
    van_from: time
    van_weekdays: str


@dataclass(frozen=True, slots=True)
class ClosedDayRow:
    library: str
    day: date
    reason: str


@dataclass(frozen=True, slots=True)
class OpeningHoursRow:
    library: str
    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class SchoolTermRow:
    name: str
    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A region folder. With errors in it, only the errors and the codes are of use."""

    region: dict[str, str]
    organisations: tuple[OrganisationRow, ...]
    libraries: tuple[LibraryRow, ...]
    closed_days: tuple[ClosedDayRow, ...]
    opening_hours: tuple[OpeningHoursRow, ...]
    school_terms: tuple[SchoolTermRow, ...]
    transport: str | None  # transport.toml as it stands; None: it could not be read
    library_codes: frozenset[str]  # also those of rows with faults
    errors: tuple[FolderError, ...]
    warnings: tuple[FolderError, ...]


def read_folder(path: Path) -> Folder:
    """Return what stands in the folder, with every error found. It never raises."""
    findings = Findings()
    if not path.is_dir():
        return _no_folder(FolderError(path.name, 0, f"There is no folder {path}."))
    region = _region(path, findings)
    _toml(path, "plan.toml", findings, required=False)
    organisations = _table(path, "organisations.csv", ORGANISATIONS, findings)
    libraries = _table(path, "libraries.csv", LIBRARIES, findings)
    closed_days = _table(path, "closed_days.csv", CLOSED_DAYS, findings)
    hours = _table(path, "opening_hours.csv", OPENING_HOURS, findings, required=False)
    terms = _table(path, "school_terms.csv", SCHOOL_TERMS, findings, required=False)
    for table in (organisations, libraries):
        if table.is_read and not table.rows:
            findings.error(table.file, 1, "There are columns, but no rows.")
    _unique(organisations, ("code",), findings)
    _unique(libraries, ("code",), findings)
    _unique(closed_days, ("library", "date"), findings)
    _unique(hours, ("library", "weekday"), findings)
    _known(libraries, "organisation", organisations, findings)
    _known(closed_days, "library", libraries, findings)
    _known(hours, "library", libraries, findings)
    _closes_later(hours, findings)
    _ends_later(terms, findings)
    return Folder(
        region=region,
        organisations=tuple(OrganisationRow(*row) for row in _whole(organisations)),
        libraries=tuple(LibraryRow(*row) for row in _whole(libraries)),
        closed_days=tuple(ClosedDayRow(*row) for row in _whole(closed_days)),
        opening_hours=tuple(OpeningHoursRow(*row) for row in _whole(hours)),
        school_terms=tuple(SchoolTermRow(*row) for row in _whole(terms)),
        transport=_text(path, "transport.toml", findings, required=True),
        library_codes=libraries.texts("code"),
        errors=tuple(sorted(findings.errors, key=lambda error: (error.file, error.line))),
        warnings=tuple(findings.warnings),
    )


def _no_folder(error: FolderError) -> Folder:
    return Folder(
        region={},
        organisations=(),
        libraries=(),
        closed_days=(),
        opening_hours=(),
        school_terms=(),
        transport=None,
        library_codes=frozenset(),
        errors=(error,),
        warnings=(),
    )


def _text(path: Path, file: str, findings: Findings, *, required: bool) -> str | None:
    try:
        with (path / file).open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except FileNotFoundError:
        if required:
            findings.error(file, 0, f"There is no {file} in the folder.")
        return None
    except OSError as error:
        findings.error(file, 0, f"The file cannot be read ({error.strerror}).")
        return None
    if len(data) > MOST_BYTES:
        findings.error(file, 0, f"The file is larger than {MOST_BYTES} bytes.")
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        findings.error(file, line, "The file is not in UTF-8: save it in that encoding.")
        return None


def _table(
    path: Path, file: str, columns: dict[str, Any], findings: Findings, *, required: bool = True
) -> Table:
    text = _text(path, file, findings, required=required)
    return Table(file) if text is None else read_table(file, text, columns, findings)


def _whole(table: Table) -> list[list[Any]]:
    return [list(row.values.values()) for row in table.rows if row.is_whole()]


def _toml(path: Path, file: str, findings: Findings, *, required: bool) -> tuple[str, Any] | None:
    text = _text(path, file, findings, required=required)
    if text is None:
        return None
    try:
        return text, tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # also a number or a nesting without end
        at = re.search(r"at line (\d+)", str(error))
        line = int(at[1]) if at else text.rstrip("\n").count("\n") + 1
        findings.error(file, line, f"The file is not TOML ({error}).")
        return None


def _line_of(text: str, key: str) -> int:
    for number, line in enumerate(text.splitlines(), start=1):
        if re.match(rf"""\s*["']?{re.escape(key)}["']?\s*=""", line):
            return number
    return 1


def _region(path: Path, findings: Findings) -> dict[str, str]:
    file = "region.toml"
    if (found := _toml(path, file, findings, required=True)) is None:
        return {}
    text, given = found
    for key in given.keys() - REGION.keys():
        findings.warning(file, _line_of(text, key), f"The key {key!r} is unknown and was left out.")
    for key, (form, words, must_be_there) in REGION.items():
        value = given.get(key, "")
        if key not in given and must_be_there:
            findings.error(file, 1, f"The key {key!r} is missing: write {words}.")
        elif key in given and not (isinstance(value, str) and re.fullmatch(form, value)):
            findings.error(file, _line_of(text, key), f"{key}: {value!r} is not {words}.")
        elif key == "time_zone" and value not in available_timezones():
            findings.error(file, _line_of(text, key), f"The time zone {value!r} is unknown.")
        elif key == "holidays" and value not in countries():
            findings.error(file, _line_of(text, key), f"The holidays of {value!r} are unknown.")
    return {key: str(given.get(key, "")) for key in REGION}


def _unique(table: Table, columns: tuple[str, ...], findings: Findings) -> None:
    seen: dict[tuple[Any, ...], int] = {}
    for row in table.rows:
        key = tuple(row.values.get(column) for column in columns)
        if None in key:  # said already
            continue
        first = seen.setdefault(key, row.line)
        if first != row.line:
            words = " and ".join(f"{column} {row.texts[column]}" for column in columns)
            findings.error(table.file, row.line, f"The row of line {first} has {words} too.")


def _known(table: Table, column: str, others: Table, findings: Findings) -> None:
    if not others.is_read:
        return
    known = others.texts("code")
    for row in table.rows:
        if column in row.values and row.texts[column] not in known:
            findings.error(
                table.file, row.line, f"{column}: {row.texts[column]} is not in {others.file}."
            )


def _closes_later(table: Table, findings: Findings) -> None:
    for row in table.rows:
        if row.is_whole() and row.values["closes"] <= row.values["opens"]:
            findings.error(table.file, row.line, "closes: it must be later than opens.")


def _ends_later(table: Table, findings: Findings) -> None:
    for row in table.rows:
        if row.is_whole() and row.values["last"] < row.values["first"]:
            findings.error(table.file, row.line, "last: it must not be earlier than first.")
