"""CSV files of a region folder as rows that know their line; faults are gathered, not raised."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from hyllan.region.engine.fields import BadValue

Columns = Mapping[str, Callable[[str], Any]]


@dataclass(frozen=True, slots=True)
class FolderError:
    """One fault in a region folder. Line 0: the whole file."""

    file: str
    line: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Findings:
    """Where the faults are gathered while a folder is read."""

    errors: list[FolderError] = field(default_factory=list)
    warnings: list[FolderError] = field(default_factory=list)

    def error(self, file: str, line: int, sentence: str) -> None:
        self.errors.append(FolderError(file, line, sentence))

    def warning(self, file: str, line: int, sentence: str) -> None:
        self.warnings.append(FolderError(file, line, sentence))


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `texts` holds all its fields, `values` those that could be read."""

    line: int
    texts: dict[str, str]
    values: dict[str, Any]

    def is_whole(self) -> bool:
        """Return whether every field could be read."""
        return len(self.values) == len(self.texts)


@dataclass(frozen=True, slots=True)
class Table:
    file: str
    rows: tuple[Row, ...] = ()
    is_read: bool = False  # False: the file as a whole could not be read, and that is said

    def texts(self, column: str) -> frozenset[str]:
        """Return what stands in a column, also in rows with faults elsewhere."""
        return frozenset(row.texts[column] for row in self.rows)


def read_table(file: str, text: str, columns: Columns, findings: Findings) -> Table:
    """Return the rows of a CSV file; what is wrong with it is added to the findings."""
    lines = _lines(file, text, findings)
    first = next(lines, None)
    if first is None:
        if not any(error.file == file for error in findings.errors):
            findings.error(file, 1, f"The file is empty: write the columns {', '.join(columns)}.")
        return Table(file)
    header = [name.strip() for name in first[1]]
    if not _header_is_right(file, header, first[0], columns, findings):
        return Table(file)
    return Table(
        file,
        tuple(
            _row(file, line, dict(zip(header, fields, strict=True)), columns, findings)
            for line, fields in lines
            if _has_as_many(file, line, fields, header, findings)
        ),
        is_read=True,
    )


def _lines(file: str, text: str, findings: Findings) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows with the line each begins on; a quoted field may go over several lines."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        begins = reader.line_num + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            findings.error(
                file, begins, f"The row cannot be read as CSV ({error}); nor can what follows it."
            )
            return
        if any(field.strip() for field in fields):
            yield begins, fields


def _header_is_right(
    file: str, header: list[str], line: int, columns: Columns, findings: Findings
) -> bool:
    if len(header) == 1 and ";" in header[0]:
        findings.error(file, line, "The columns are parted by semicolons: save them with commas.")
        return False
    for name, times in Counter(header).items():
        if times > 1:
            findings.error(file, line, f"The column {name!r} stands there {times} times.")
        elif name not in columns:
            findings.warning(file, line, f"The column {name!r} is unknown and was left out.")
    missing = [name for name in columns if name not in header]
    for name in missing:
        findings.error(file, line, f"The column {name!r} is missing.")
    return not missing and len(set(header)) == len(header)


def _has_as_many(
    file: str, line: int, fields: list[str], header: list[str], findings: Findings
) -> bool:
    if len(fields) == len(header):
        return True
    findings.error(
        file, line, f"The row has {len(fields)} fields, but there are {len(header)} columns."
    )
    return False


def _row(file: str, line: int, fields: dict[str, str], columns: Columns, findings: Findings) -> Row:
    texts = {name: fields[name].strip() for name in columns}
    values: dict[str, Any] = {}
    for name, read in columns.items():
        try:
            values[name] = read(texts[name])
        except BadValue as fault:
            findings.error(file, line, f"{name}: {fault}")
    return Row(line, texts, values)
