"""Editions of described records, as matching would leave them: for staff's word and its page."""

from dataclasses import asdict
from itertools import count

from hyllan.catalogue.engine import matching
from hyllan.catalogue.engine.normalise import Description
from hyllan.catalogue.models import Edition, MatchKey, Record, Source, Work, WorkKey
from hyllan.catalogue.tests import make_editions
from hyllan.catalogue.tests.make import NOON
from hyllan.region.tests import make as region

_numbers = count(1)
EMIL = Description(
    title="Emil i Lönneberga",
    responsible="Astrid Lindgren",
    main_entry="Lindgren, Astrid",
    names=("Lindgren, Astrid",),
    year=1963,
    language="swe",
    languages=("swe",),
    isbns=("9789129688313",),
    publisher="Rabén & Sjögren",
    extent="135 s.",
)


def edition(*records: tuple[str, Description], of: Work | None = None) -> Edition:
    """Return an edition of these records, each with the code of its organisation."""
    first = records[0][1]
    made = make_editions.edition(first.title, at=(), of=of, year=first.year)
    for code, says in records:
        record(made, code, says)
    WorkKey.objects.bulk_create(
        WorkKey(key=key, edition=made)
        for key in matching.work_keys([says for _code, says in records])
    )
    return made


def record(of: Edition, code: str = "LUND", says: Description = EMIL) -> Record:
    """Return a new record of an organisation, matched."""
    source, _ = Source.objects.get_or_create(organisation=region.library(code).organisation)
    made = Record.objects.create(
        source=source,
        identifier=f"decided:{next(_numbers)}",
        datestamp=NOON,
        raw=b"",
        description=asdict(says),
        edition=of,
        matched=1,
    )
    MatchKey.objects.bulk_create(
        MatchKey(key=key, record=made) for key in matching.keys_of(matching.profile_of(says))
    )
    return made


def records_of(*editions: Edition) -> list[int]:
    rows = Record.objects.filter(edition__in=editions).order_by("pk")
    return list(rows.values_list("pk", flat=True))
