"""How library systems are reached: lending knows, a floor above (docs/decisions/0010)."""

from collections.abc import Collection
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from hyllan.catalogue.engine.availability import LibrarySystem


def library_systems(organisation_ids: Collection[int]) -> dict[int, LibrarySystem]:
    """Return by organisation how its system is asked about an item; some have none."""
    name = settings.HYLLAN_LIBRARY_SYSTEMS
    if not name or not organisation_ids:
        return {}
    return cast("dict[int, LibrarySystem]", import_string(name)(organisation_ids))
