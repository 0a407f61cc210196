"""Use cases: the only code that writes region's tables."""

from hyllan.region.services.audit import record
from hyllan.region.services.closing import may_close, report_closure, withdraw_closure
from hyllan.region.services.demo import DemoAccount, seed_demo_people, set_demo_clock
from hyllan.region.services.erasure import erase_residents
from hyllan.region.services.folder import LoadResult, load_region, store_region
from hyllan.region.services.people import (
    close_account,
    get_or_make_resident,
    give_password,
    grant_role,
    make_person,
    revoke_role,
)

__all__ = [
    "DemoAccount",
    "LoadResult",
    "close_account",
    "erase_residents",
    "get_or_make_resident",
    "give_password",
    "grant_role",
    "load_region",
    "make_person",
    "may_close",
    "record",
    "report_closure",
    "revoke_role",
    "seed_demo_people",
    "set_demo_clock",
    "store_region",
    "withdraw_closure",
]
