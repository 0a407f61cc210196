"""One edition, its items, sources and their quarantine."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, QuerySet

from hyllan.catalogue.models import Edition, Item, Quarantined, Source

MOST_OTHERS = 50


@dataclass(frozen=True, slots=True)
class ItemView:
    item_id: int
    library_code: str
    library: str
    organisation_code: str
    barcode: str
    call_number: str
    status: str
    status_at: datetime  # when its system said so
    due: datetime | None  # when it is to be back, if it is on loan and its system said
    asked_at: datetime | None  # when its system was last asked
    silent_at: datetime | None  # when that system last gave no answer

    @property
    def is_unanswered(self) -> bool:
        """Tell whether its system gave no answer since it last said something of the item."""
        return self.silent_at is not None and self.silent_at > self.status_at


def edition(pk: int) -> Edition:
    """Return one edition with its work. Raises Edition.DoesNotExist."""
    return Edition.objects.select_related("work").get(pk=pk)


def heir(of: Edition) -> Edition:
    """Return the edition that this one has become; if it was gone after that, the last one."""
    found, seen = of, {of.pk}
    while found.merged_into_id is not None and found.merged_into_id not in seen:
        seen.add(found.merged_into_id)
        found = edition(found.merged_into_id)
    return found


def editions_of(of: Edition, *, material: str = "", language: str = "") -> QuerySet[Edition]:
    """Return the other editions of an edition's work, the newest first."""
    found = Edition.objects.filter(work=of.work_id, gone=False, merged_into=None).exclude(pk=of.pk)
    if material:
        found = found.filter(material=material)
    if language:
        found = found.filter(language=language)
    return found.order_by(F("year").desc(nulls_last=True), "pk")


def other_editions(of: Edition) -> list[Edition]:
    """Return the newest of them, as many as a list for programs has room for."""
    return list(editions_of(of).defer("details")[:MOST_OTHERS])


@dataclass(frozen=True, slots=True)
class Kinds:
    """How many of a work's other editions there are of each kind, the most first."""

    materials: Mapping[str, int]
    languages: Mapping[str, int]


def kinds_of_editions(of: Edition) -> Kinds | None:
    """Return what the work's other editions are; None: there is no other."""
    rows = editions_of(of).order_by().values_list("material", "language").annotate(n=Count("pk"))
    materials, languages = Counter[str](), Counter[str]()
    for material, language, number in rows:
        materials[material] += number
        languages[language] += number
    if not materials:
        return None
    del languages[""]
    return Kinds(dict(materials.most_common()), dict(languages.most_common()))


def holding_libraries(edition_ids: Collection[int]) -> dict[int, int]:
    """Return at how many libraries each edition stands; nowhere: left out."""
    items = Item.objects.filter(edition__in=edition_ids).exclude(status=Item.Status.WITHDRAWN)
    found = items.values_list("edition").annotate(n=Count("library", distinct=True))
    return {pk: number for pk, number in found if pk is not None}


def items_of(edition_id: int) -> list[ItemView]:
    """Return the edition's items by library, without those the libraries have withdrawn."""
    rows = (
        Item.objects.filter(edition=edition_id)
        .exclude(status=Item.Status.WITHDRAWN)
        .select_related("library", "organisation")
        .annotate(silent_at=F("record__source__silent_at"))
        .order_by("library__name", "call_number", "barcode")
    )
    return [
        ItemView(
            item_id=row.pk,
            library_code=row.library.code,
            library=row.library.name,
            organisation_code=row.organisation.code,
            barcode=row.barcode,
            call_number=row.call_number,
            status=row.status,
            status_at=row.status_at,
            due=row.due if row.status == Item.Status.ON_LOAN else None,
            asked_at=row.asked_at,
            silent_at=row.silent_at,
        )
        for row in rows
    ]


def available_items_of(edition_ids: Collection[int]) -> QuerySet[Item]:
    """Return the items of these editions that their systems call available."""
    return (
        Item.objects.filter(edition__in=edition_ids, status=Item.Status.AVAILABLE)
        .select_related("library", "organisation")
        .order_by("pk")
    )


def available_items(edition_id: int) -> QuerySet[Item]:
    """Return the edition's items that their systems call available; of one merged, where it is."""
    into = Edition.objects.filter(pk=edition_id).values_list("merged_into", flat=True).first()
    return available_items_of([into or edition_id])


def sources() -> QuerySet[Source]:
    """Return every source by its organisation's name, with what it gave and what stands aside."""
    return (
        Source.objects.select_related("organisation")
        .annotate(quarantined_number=Count("quarantine"))
        .order_by("organisation__name")
    )


def source_of(code: str) -> Source:
    """Return the source of an organisation. Raises Source.DoesNotExist."""
    return Source.objects.select_related("organisation").get(organisation__code=code)


def quarantine(source_id: int) -> QuerySet[Quarantined]:
    """Return what stands aside of a source, the latest first."""
    return Quarantined.objects.filter(source=source_id).order_by("-at", "-pk")


def quarantined() -> QuerySet[Quarantined]:
    """Return all that stands aside, of any source."""
    return Quarantined.objects.all()
