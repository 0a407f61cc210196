"""The tables as matching sees them: engine.matching.Shelf."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from django.db.models import Count, Q

from hyllan.catalogue.engine import matching
from hyllan.catalogue.engine.matching import CAP, Profile
from hyllan.catalogue.models import Fingerprint, MatchDecision, MatchKey, Record

IN = 5_000  # numbers in one question


def parts(numbers: Collection[int]) -> Iterator[list[int]]:
    """Yield the numbers, ascending, so many at a time as one question holds."""
    ordered = sorted(numbers)
    for at in range(0, len(ordered), IN):
        yield ordered[at : at + IN]


class Tables:
    """Records that are there, by their fingerprints and MatchKey."""

    def keys(self, records: Collection[int]) -> Iterator[tuple[int, int]]:
        """Return (key, record) for all keys of these records."""
        for part in parts(records):
            for pk, packed in Fingerprint.objects.filter(record__in=part).values_list(
                "record_id", "keys"
            ):
                yield from ((key, pk) for key in matching.unpacked_keys(bytes(packed)).tolist())

    def holders(self, keys: Collection[int]) -> Iterator[tuple[int, int]]:
        """Return (key, record) for all records of these keys; of junk keys none: they pair none."""
        for part in parts(keys):
            counts = _counts(part)
            telling = [key for key, count in counts.items() if count <= CAP]
            rows = MatchKey.objects.filter(key__in=telling).exclude(
                record__fingerprint__profile=b""
            )
            yield from rows.values_list("key", "record_id")

    def profiles(self, records: Collection[int]) -> Mapping[int, Profile]:
        """Return the profiles of these records."""
        return {
            pk: matching.unpack(bytes(packed))
            for part in parts(records)
            for pk, packed in Fingerprint.objects.filter(record__in=part).values_list(
                "record_id", "profile"
            )
        }

    def joined(self, records: Collection[int]) -> Iterable[tuple[int, int]]:
        """Return the pairs of records that staff joined and of which one is among these."""
        for part in parts(records):
            yield from (
                MatchDecision.objects.filter(
                    Q(record__in=part) | Q(other__in=part),
                    level=MatchDecision.Level.EDITION,
                    together=True,
                    record__deleted=False,
                    other__deleted=False,
                )
                .order_by("pk")
                .values_list("record_id", "other_id")
            )


def junk(keys: Collection[int]) -> set[int]:
    """Return which of these keys more than CAP records have."""
    return {key for part in parts(keys) for key, count in _counts(part).items() if count > CAP}


def _counts(keys: Collection[int]) -> dict[int, int]:
    rows = MatchKey.objects.filter(key__in=keys).values("key").annotate(n=Count("record"))
    return {row["key"]: row["n"] for row in rows.order_by()}


def of_keys(keys: Collection[int]) -> set[int]:
    """Return all records of these keys, however many."""
    return {
        pk
        for part in parts(keys)
        for pk in MatchKey.objects.filter(key__in=part)
        .exclude(record__fingerprint__profile=b"")
        .values_list("record_id", flat=True)
    }


def names(records: Collection[int]) -> dict[int, tuple[str, str]]:
    """Return what settles ties: the organisation and the identifier, whatever came first."""
    return {
        row[0]: (row[1], row[2])
        for part in parts(records)
        for row in Record.objects.filter(pk__in=part).values_list(
            "pk", "source__organisation__code", "identifier"
        )
    }
