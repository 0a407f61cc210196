"""What has changed of the merged records, in the order of change: for those who harvest us."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from hyllan.catalogue.models import Edition, Item
from hyllan.region.models import Organisation

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the list of changes: after this edition as it was changed then."""

    changed_at: datetime
    edition_id: int


@dataclass(frozen=True, slots=True)
class Window:
    """Which changes are meant; both ends are in it."""

    from_: datetime | None = None
    until: datetime | None = None  # all of this second
    organisation: str = ""  # code: what has or had an item of it
    material: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """An edition as it is now, and when it became so."""

    edition_id: int
    changed_at: datetime
    gone: bool  # no record is left of it, or it has become part of another
    material: str
    organisations: tuple[str, ...] = ()  # codes, of those that have an item of it

    @property
    def mark(self) -> Mark:
        """Return the place in the list behind it."""
        return Mark(self.changed_at, self.edition_id)


def changes(window: Window, *, after: Mark, number: int) -> list[Change]:
    """Return up to `number` changes behind a mark, the earliest first: two queries."""
    behind = Q(changed_at__gt=after.changed_at) | Q(id__gt=after.edition_id)
    rows = _within(window).filter(behind, changed_at__gte=after.changed_at)
    return _read(rows.order_by("changed_at", "id")[:number])


def count_changes(window: Window) -> int:
    """Return how many changes there are in all."""
    return _within(window).count()


def change_of(edition_id: int) -> Change | None:
    """Return an edition as it is now; None: there never was one of this number."""
    return next(iter(_read(Edition.objects.filter(pk=edition_id))), None)


def earliest_change() -> datetime:
    """Return when the edition that has been as it is for longest became so."""
    return Edition.objects.aggregate(at=Min("changed_at"))["at"] or BEGINNING


def organisations_with_records() -> QuerySet[Organisation]:
    """Return the organisations whose records are here, by name."""
    return Organisation.objects.filter(source__isnull=False)


def _within(window: Window) -> QuerySet[Edition]:
    found = Edition.objects.all()
    if window.from_:
        found = found.filter(changed_at__gte=window.from_)
    if window.until:
        found = found.filter(changed_at__lte=window.until.replace(microsecond=999_999))
    if window.material:
        found = found.filter(material=window.material)
    if window.organisation:
        # Nobody knows any more whose one that went was: it is told to all of them
        its = Item.objects.filter(edition=OuterRef("pk"), organisation__code=window.organisation)
        found = found.filter(Exists(its) | Q(gone=True) | Q(merged_into__isnull=False))
    return found


def _read(editions: QuerySet[Edition]) -> list[Change]:
    rows = list(editions.values_list("pk", "changed_at", "gone", "merged_into", "material"))
    held = _organisations(row[0] for row in rows)
    return [
        Change(pk, at, gone or into is not None, material, tuple(sorted(held.get(pk, ()))))
        for pk, at, gone, into, material in rows
    ]


def _organisations(edition_ids: Iterable[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    rows = (
        Item.objects.filter(edition__in=list(edition_ids))
        .exclude(status=Item.Status.WITHDRAWN)
        .values_list("edition_id", "organisation__code")
        .distinct()
    )
    for edition_id, code in rows:
        found.setdefault(edition_id or 0, set()).add(code)
    return found
