"""Load a region folder: the database becomes what the folder says, and says what it kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext as _

from hyllan.region.engine.folder import Folder, OpeningHoursRow, read_folder
from hyllan.region.engine.opening import ASSUMED, ASSUMED_SENTENCE
from hyllan.region.engine.roles import Actor, Role
from hyllan.region.engine.tables import FolderError
from hyllan.region.errors import Refused
from hyllan.region.models import (
    ClosedDay,
    Closure,
    Library,
    OpeningHours,
    Organisation,
    Region,
    SchoolTerm,
)
from hyllan.region.services.audit import record

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True, slots=True)
class LoadResult:
    libraries: int
    changes: int = 0  # rows made, changed or removed
    errors: tuple[FolderError, ...] = ()
    warnings: tuple[FolderError, ...] = ()


@dataclass(slots=True)
class _Changes:
    made: int = 0
    changed: int = 0
    removed: int = 0
    warnings: list[FolderError] = field(default_factory=list)

    def total(self) -> int:
        return self.made + self.changed + self.removed


def load_region(*, folder: Path, by: Actor, now: datetime) -> LoadResult:
    """
    Load the folder; with any error in it, change nothing and return the errors.

    :raises Refused: `by` is no administrator
    """
    found = read_folder(folder)
    if found.errors:
        return LoadResult(libraries=0, errors=found.errors, warnings=found.warnings)
    return store_region(folder=found, by=by, now=now)


@transaction.atomic
def store_region(*, folder: Folder, by: Actor, now: datetime) -> LoadResult:
    """
    Make the database what a folder without errors says. A second time it changes nothing.

    :raises Refused: `by` is no administrator
    """
    if folder.errors:
        raise ValueError("a folder with errors cannot be stored")
    if not (by.is_system or by.holds(Role.ADMINISTRATOR)):
        raise Refused(_("Only an administrator may load a region folder."))
    changes = _Changes(warnings=list(folder.warnings))
    region, _is_new = Region.objects.select_for_update().get_or_create(pk=1)
    _store(region, folder.region, changes)
    _organisations(folder, changes)
    _libraries(folder, changes)
    _remove_vanished(folder, changes)
    _days_and_hours(folder, changes)
    if changes.total():
        region.version += 1
        region.save(update_fields=["version"])
        record(
            by=by,
            action="region.load_region",
            subject="region:1",
            now=now,
            detail={
                "made": changes.made,
                "changed": changes.changed,
                "removed": changes.removed,
            },
        )
    return LoadResult(
        libraries=len(folder.libraries),
        changes=changes.total(),
        warnings=tuple(changes.warnings),
    )


def _store(row: models.Model, wanted: Mapping[str, Any], changes: _Changes) -> None:
    """Save the row if it is new or differs from what is wanted."""
    different = [name for name, value in wanted.items() if getattr(row, name) != value]
    for name in different:
        setattr(row, name, wanted[name])
    if row.pk is None:
        row.save()
        changes.made += 1
    elif different:
        row.save(update_fields=different)
        changes.changed += 1


def _organisations(folder: Folder, changes: _Changes) -> None:
    stored = {organisation.code: organisation for organisation in Organisation.objects.all()}
    for row in folder.organisations:
        wanted = {"name": row.name, "kind": row.kind, "population": row.population}
        _store(stored.get(row.code) or Organisation(code=row.code), wanted, changes)


def _libraries(folder: Folder, changes: _Changes) -> None:
    organisation_ids = dict(Organisation.objects.values_list("code", "pk"))
    stored = {library.code: library for library in Library.objects.all()}
    for row in folder.libraries:
        wanted = {
            "organisation_id": organisation_ids[row.organisation],
            "name": row.name,
            "kind": row.kind,
            "lat": row.lat,
            "lon": row.lon,
            "van_from": row.van_from,
            "van_weekdays": row.van_weekdays,
        }
        _store(stored.get(row.code) or Library(code=row.code), wanted, changes)


def _remove_vanished(folder: Folder, changes: _Changes) -> None:
    """Remove what the folder no longer names; what something still points to is kept and said."""
    libraries = Library.objects.exclude(code__in=[row.code for row in folder.libraries])
    organisations = Organisation.objects.exclude(
        code__in=[row.code for row in folder.organisations]
    )
    for file, gone in (("libraries.csv", libraries), ("organisations.csv", organisations)):
        for row in gone.order_by("code"):
            if _is_in_use(row):
                sentence = f"{row.code} is no longer in the file but still in use: it was kept."
                changes.warnings.append(FolderError(file, 0, sentence))
            else:
                row.delete()
                changes.removed += 1


def _is_in_use(row: Library | Organisation) -> bool:
    """Return whether anything but its own days and hours points to the row, in any room."""
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: row}).exists()
        for relation in row._meta.related_objects
        if relation.related_model not in {OpeningHours, ClosedDay, Closure}
    )


def _days_and_hours(folder: Folder, changes: _Changes) -> None:
    ids = dict(Library.objects.values_list("code", "pk"))
    loaded = [ids[row.code] for row in folder.libraries]
    _replace(
        ClosedDay.objects.filter(library_id__in=loaded),
        [
            ClosedDay(library_id=ids[row.library], day=row.day, reason=row.reason)
            for row in folder.closed_days
        ],
        changes,
    )
    _replace(
        OpeningHours.objects.filter(library_id__in=loaded),
        [
            OpeningHours(
                library_id=ids[row.library],
                weekday=row.weekday,
                opens=row.opens,
                closes=row.closes,
            )
            for row in _hours(folder, changes)
        ],
        changes,
    )

    _replace(
        SchoolTerm.objects.all(),
        [SchoolTerm(name=row.name, first=row.first, last=row.last) for row in folder.school_terms],
        changes,
    )


def _hours(folder: Folder, changes: _Changes) -> Iterable[OpeningHoursRow]:
    """Yield the folder's hours; for libraries without any, the assumed ones, and say so."""
    told = {row.library for row in folder.opening_hours}
    untold = [row for row in folder.libraries if row.code not in told and row.kind != "hub"]
    if untold:
        sentence = f"{len(untold)} libraries have no hours in the folder. {ASSUMED_SENTENCE}"
        changes.warnings.append(FolderError("opening_hours.csv", 0, sentence))
    yield from folder.opening_hours
    for library in untold:
        for weekday, hours in ASSUMED[library.kind].items():
            yield OpeningHoursRow(library.code, weekday, hours.opens, hours.closes)


def _values(row: models.Model) -> tuple[Any, ...]:
    return tuple(
        getattr(row, column.attname)
        for column in row._meta.concrete_fields
        if not column.primary_key
    )


def _replace(stored: models.QuerySet[Row], wanted: list[Row], changes: _Changes) -> None:
    """Remove the stored rows that are not wanted, make the wanted that are not stored."""
    there = {_values(row): row.pk for row in stored}
    to_be = {_values(row): row for row in wanted}
    gone = [pk for values, pk in there.items() if values not in to_be]
    new = [row for values, row in to_be.items() if values not in there]
    stored.filter(pk__in=gone).delete()
    stored.model._default_manager.bulk_create(new)
    changes.removed += len(gone)
    changes.made += len(new)
