"""
From records to editions and works: what has changed, or all anew.

`part.py` matches what has changed, some records at a time, each with all that it can reach;
`whole.py` all records at once. Both end with the same editions (docs/algorithms/matching.md).
A record that changes meanwhile stays due: `matched` is what was seen of its `changes`.
"""

import time
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from hyllan.catalogue.models import Edition, Fingerprint, MatchState, Record, Work
from hyllan.catalogue.services.matching import part, whole
from hyllan.catalogue.services.matching.alone import alone
from hyllan.catalogue.services.matching.renewing import renew
from hyllan.catalogue.services.moments import Moments
from hyllan.region import services as region
from hyllan.region.engine.roles import SYSTEM, Actor

# From so many changed records on, and from such a share, all anew is cheaper than part by part
MANY, SHARE = 2_000, 0.08


@dataclass(frozen=True, slots=True)
class MatchResult:
    records: int
    editions: int
    works: int
    seconds: float
    matched: int  # records that were due


def match_changed(*, now: datetime) -> MatchResult:
    """
    Match every record that has changed since it was last matched.

    :raises Refused: another process is matching
    """
    with alone():
        began = time.perf_counter()
        due = Record.objects.filter(changes__gt=F("matched")).count()
        moments = Moments(now)
        if due and _is_for_all(due):
            whole.match(moments)
        else:
            while part.match_next(now=moments()):
                pass
        return _result(due, time.perf_counter() - began)


def match_all(*, now: datetime, by: Actor = SYSTEM) -> MatchResult:
    """
    Match all records anew, after reading again what older versions of hyllan have read.

    :raises Refused: another process is matching
    """
    with alone():
        began = time.perf_counter()
        renew(Record.objects.filter(deleted=False))
        number = whole.match(Moments(now))
        result = _result(number, time.perf_counter() - began)
    with transaction.atomic():
        region.record(
            by=by,
            action="catalogue.match_all",
            subject="matching",
            now=now,
            detail={"records": number},
        )
    return result


def _is_for_all(due: int) -> bool:
    if not MatchState.objects.filter(whole=True).exists():
        return Fingerprint.objects.exclude(matched_keys=b"").exists() or due > MANY
    return due > MANY and due > SHARE * Fingerprint.objects.count()


def _result(due: int, seconds: float) -> MatchResult:
    here = Edition.objects.filter(gone=False, merged_into=None)
    return MatchResult(
        records=Record.objects.filter(deleted=False).count(),
        editions=here.count(),
        works=Work.objects.count(),
        seconds=round(seconds, 3),
        matched=due,
    )
