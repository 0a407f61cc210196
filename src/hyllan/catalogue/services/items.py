"""What is known of one item between two harvests."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from hyllan.catalogue.models import Edition, Item
from hyllan.region import services as region
from hyllan.region.engine.roles import SYSTEM


@transaction.atomic
def lock_item(*, item_id: int) -> Item:
    """Return the item, locked until the caller's transaction ends. Raises Item.DoesNotExist."""
    return Item.objects.select_for_update().get(pk=item_id)


@transaction.atomic
def item_status(*, item_id: int, status: str, now: datetime) -> Item:
    """Set what the item's own system has just said of it, so that readers see it at once."""
    item = Item.objects.select_for_update().get(pk=item_id)
    before, item.status = item.status, Item.Status(status).value
    item.status_at, item.due = now, None
    item.save(update_fields=["status", "status_at", "due"])
    if before != item.status:
        if item.edition_id is not None:  # it is searched by what is available
            Edition.objects.filter(pk=item.edition_id).update(changes=F("changes") + 1)
        region.record(
            by=SYSTEM,
            action="catalogue.item_status",
            subject=f"item:{item.pk}",
            now=now,
            detail={"from": before, "to": item.status},
        )
    return item
