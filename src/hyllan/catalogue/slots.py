"""Places on the catalogue's pages that a higher room fills; settings name who does."""

from collections.abc import Collection

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString


def record_panel(request: HttpRequest, edition_id: int) -> SafeString:
    """Return what stands on the record page beside the title: lending's request form."""
    name = settings.HYLLAN_RECORD_PANEL
    return import_string(name)(request, edition_id) if name else SafeString("")


def hit_arrivals(request: HttpRequest, edition_ids: Collection[int]) -> dict[int, str]:
    """Return a sentence for each hit: where it is, and when it can be with the reader."""
    name = settings.HYLLAN_HIT_ARRIVALS
    return import_string(name)(request, edition_ids) if name and edition_ids else {}
