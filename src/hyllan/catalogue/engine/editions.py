"""
What an edition says of itself, of what its records say: the fullest, and what others add.

Records stand here as `Description.to_json` stores them: what one does not say is not there.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import orjson

Told = Mapping[str, Any]

# What is better said by several records together than by the fullest alone
_GATHERED = frozenset(
    [
        "isbns",
        "names",
        "subjects",
        "other_titles",
        "issns",
        "eans",
        "publisher_numbers",
        "libris_ids",
        "uris",
    ]
)
_TELLING = ("responsible", "year", "language", "isbns", "publisher", "extent", "summary")
COLUMNS = (
    "title",
    "responsible",
    "year",
    "language",
    "material",
    "audience",
    "easy",
    "isbn",
    "publisher",
    "subjects",
)
MOST = 60  # of one kind; an edition of fifty records needs no more


def merged(records: Sequence[tuple[str, Told]]) -> dict[str, Any]:
    """
    Return what the edition says.

    :param records: a name for each, all different, which settles ties; and what it says
    """
    if len(records) == 1:
        return dict(records[0][1])
    ordered = [told for _, told in sorted(records, key=_silence)]
    made: dict[str, Any] = {}
    for told in reversed(ordered):
        made |= told
    for name in _GATHERED.intersection(made):
        made[name] = _gathered(told.get(name, ()) for told in ordered)
    return made


def _silence(record: tuple[str, Told]) -> tuple[int, int, int, str]:
    name, told = record
    said = sum(1 for each in _TELLING if told.get(each))
    return -said, -len(told.get("subjects", ())), -len(told["title"]), name


def _gathered(lists: Iterable[Iterable[str]]) -> list[str]:
    return list(dict.fromkeys(each for one in lists for each in one))[:MOST]


def parted(told: Told) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what has a column of its own in the table of editions, and the rest."""
    rest = dict(told)
    columns = {
        "title": rest.pop("title"),
        "responsible": rest.pop("responsible", ""),
        "year": rest.pop("year", None),
        "language": rest.pop("language", ""),
        "material": rest.pop("material", "book"),
        "audience": rest.pop("audience", ""),
        "easy": bool(rest.pop("easy", False)),
        "isbn": next(iter(rest.get("isbns", ())), ""),
        "publisher": rest.pop("publisher", ""),
        "subjects": list(rest.pop("subjects", ())),
    }
    return columns, rest


def work_title(told: Told) -> str:
    """Return what the work is called: its uniform title, or the title without what follows it."""
    uniform: str = told.get("uniform_title", "")
    title: str = told["title"]
    return uniform or title.partition(" : ")[0] or title


class Row(NamedTuple):
    """An edition as it is written: its columns, and what is JSON as text."""

    number: int
    columns: tuple[Any, ...]  # of COLUMNS, but for the subjects
    subjects: str
    details: str
    work_title: str


def rows(editions: Sequence[tuple[int, Sequence[tuple[str, str]]]]) -> list[Row]:
    """
    Return editions as they are written.

    :param editions: number, and of each record a name that settles ties and its JSON
    """
    return [_row(number, records) for number, records in editions]


def _row(number: int, records: Sequence[tuple[str, str]]) -> Row:
    told = merged([(name, orjson.loads(text)) for name, text in records])
    columns, details = parted(told)
    subjects = columns.pop("subjects")
    return Row(
        number,
        tuple(columns[name] for name in COLUMNS[:-1]),
        orjson.dumps(subjects).decode(),
        orjson.dumps(details).decode(),
        work_title(told)[:500],
    )
