"""Use cases: the only code that writes region's tables."""

from hyllan.region.services.audit import record
from hyllan.region.services.folder import LoadResult, load_region, store_region
from hyllan.region.services.people import get_or_make_resident, grant_role, make_person, revoke_role

__all__ = [
    "LoadResult",
    "get_or_make_resident",
    "grant_role",
    "load_region",
    "make_person",
    "record",
    "revoke_role",
    "store_region",
]
