"""Use cases: the only code that writes region's tables."""

from hyllan.region.services.audit import record
from hyllan.region.services.people import get_or_make_resident, grant_role, make_person, revoke_role

__all__ = ["get_or_make_resident", "grant_role", "make_person", "record", "revoke_role"]
