"""Shares and sizes of a file of MARC records: of real ones, and of the corpus to compare."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import mean, quantiles

from hyllan.protocols.marc import BadRecord, MarcRecord, read_marc
from hyllan.protocols.marc.encoding import decoder_for

from .numbers import fits

SUBJECTS = ("600", "610", "611", "630", "648", "650", "651", "653", "655")
_NUMBER = re.compile(r"(?<!\d)(97[89])?(\d{9}[\dXx])(?![\dXx])")
_YEAR = re.compile(r"(?<!\d)(1[4-9]\d\d|20\d\d)(?!\d)")
_AGENCY = re.compile(r"\((OCoLC|LIBRIS|SE-LIBR)\)|^oc[mn]", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]+")
Test = Callable[[MarcRecord], bool]


def _any(_: MarcRecord) -> bool:
    return True


def _has(*tags: str) -> Test:
    return lambda record: next(record.fields(*tags), None) is not None


def _part(tag: str, code: str) -> Test:
    return lambda record: bool(record.first(tag, code))


def _several_numbers(record: MarcRecord) -> bool:
    return sum(1 for _ in record.fields("020")) > 1


def _qualified(record: MarcRecord) -> bool:
    return any("(" in field.first("a") or field.first("q") for field in record.fields("020"))


def _of_agency(record: MarcRecord) -> bool:
    known = [field.first("a") for field in record.fields("035")]
    return any(_AGENCY.search(number) for number in [*known, record.control("001")])


def _copyright(record: MarcRecord) -> bool:
    years = (field.first("c") for field in record.fields("260", "264"))
    return any(re.search(r"(^|[^a-z])(c|cop\. ?|©)\d{4}", year) for year in years)


def _short_fixed(record: MarcRecord) -> bool:
    return 0 < len(record.control("008")) < 40


def _no_language(record: MarcRecord) -> bool:
    return not re.fullmatch("[a-z]{3}", record.control("008")[35:38])


# What is counted: of which records, and which of these
SHARES: dict[str, tuple[Test, Test]] = {
    "008 shorter than 40": (_has("245"), _short_fixed),
    "008 says no language": (_any, _no_language),
    "020": (_any, _has("020")),
    "several 020, of those": (_has("020"), _several_numbers),
    "qualifier in 020, of those": (_has("020"), _qualified),
    "022": (_any, _has("022")),
    "024": (_any, _has("024")),
    "028": (_any, _has("028")),
    "another agency's number": (_any, _of_agency),
    "041": (_any, _has("041")),
    "082": (_any, _has("082")),
    "084": (_any, _has("084")),
    "100": (_any, _has("100")),
    "100 without $d, of those": (_has("100"), lambda record: not record.first("100", "d")),
    "110": (_any, _has("110")),
    "no 1XX": (_any, lambda record: not _has("100", "110", "111", "130")(record)),
    "240": (_any, _has("240")),
    "245 $b": (_any, _part("245", "b")),
    "no 245 $c": (_any, lambda record: not record.first("245", "c")),
    "245 $n": (_any, _part("245", "n")),
    "245 $p": (_any, _part("245", "p")),
    "246": (_any, _has("246")),
    "250": (_any, _has("250")),
    "no 260 or 264": (_any, lambda record: not _has("260", "264")(record)),
    "264": (_any, _has("264")),
    "copyright year": (_any, _copyright),
    "no 300": (_any, lambda record: not _has("300")(record)),
    "440 or 490": (_any, _has("440", "490")),
    "500": (_any, _has("500")),
    "504": (_any, _has("504")),
    "505": (_any, _has("505")),
    "520": (_any, _has("520")),
    "6XX": (_any, _has(*SUBJECTS)),
    "700": (_any, _has("700")),
    "710": (_any, _has("710")),
    "856": (_any, _has("856")),
    "880": (_any, _has("880")),
}


@dataclass(frozen=True, slots=True)
class Measured:
    """What a file holds; shares are fractions of 1, None where there is nothing to count."""

    records: int
    unreadable: int
    shares: dict[str, float | None]
    wrong_checks: float | None  # of the ISBNs
    means: dict[str, float]
    quantiles: dict[str, list[float]]  # 10 %, 50 %, 90 %
    encodings: dict[str, int]  # leader/09 and what the bytes are, of records not all ASCII
    extents: dict[str, int]  # 300 $a with 9 for every number


def measured(records: Sequence[MarcRecord | BadRecord], raw: bytes = b"") -> Measured:
    """
    Return the figures of a file.

    :param raw: the file as bytes, where it is ISO 2709: tells the encodings
    """
    good = [record for record in records if isinstance(record, MarcRecord)]
    numbers = list(isbns(good))
    words = [len(_LETTERS.findall(record.first("245", "a"))) for record in good]
    fields = [len(record.data_fields) + len(record.control_fields) for record in good]
    sizes = [len(chunk) + 1 for chunk in raw.split(b"\x1d") if len(chunk) > 24]
    subjects = [sum(1 for _ in record.fields(*SUBJECTS)) for record in good]
    return Measured(
        records=len(good),
        unreadable=len(records) - len(good),
        shares={name: _share(good, *tests) for name, tests in SHARES.items()},
        wrong_checks=sum(not fits(it) for it in numbers) / len(numbers) if numbers else None,
        means={"subjects": mean(subjects), "fields": mean(fields), "title words": mean(words)},
        quantiles={
            "fields": _three(fields),
            "title words": _three(words),
            "year": _three(list(years(good))),
            "bytes": _three(sizes),
        },
        encodings=dict(Counter(encodings(raw)).most_common()),
        extents=dict(
            Counter(re.sub(r"\d+", "9", r.first("300", "a")) for r in good).most_common(12)
        ),
    )


def _share(records: Iterable[MarcRecord], given: Test, then: Test) -> float | None:
    counted = [then(record) for record in records if given(record)]
    return sum(counted) / len(counted) if counted else None


def _three(values: Sequence[float]) -> list[float]:
    if len(values) < 2:
        return []
    tenths = quantiles(values, n=10, method="inclusive")
    return [tenths[0], tenths[4], tenths[8]]


def isbns(records: Iterable[MarcRecord]) -> Iterator[str]:
    """Yield what looks like an ISBN in 020 $a, whether its check digit fits or not."""
    for record in records:
        for field in record.fields("020"):
            if found := _NUMBER.search(field.first("a").replace("-", "")):
                yield found[0].upper()


def years(records: Iterable[MarcRecord]) -> Iterator[int]:
    """Yield the year of publication of each record that says one."""
    for record in records:
        imprint = next(record.fields("260", "264"), None)
        for text in (record.control("008")[7:11], imprint.first("c") if imprint else ""):
            if found := _YEAR.search(text):
                yield int(found[0])
                break


def encodings(raw: bytes) -> Iterator[str]:
    """Yield what leader/09 says and what the bytes are, of each record that is not all ASCII."""
    for chunk in raw.split(b"\x1d"):
        if not chunk.isascii() and len(chunk) > 24:
            said = "UTF-8" if chunk[9:10] == b"a" else "MARC-8"
            yield f"{said} said, {decoder_for(chunk).__name__.removeprefix('from_')} found"


def records_of(raw: bytes) -> list[MarcRecord | BadRecord]:
    """Return all records of a file in ISO 2709."""
    return list(read_marc(raw))
