"""Use cases: the only code that writes transport's tables.

Planning is entered by `services.planning` itself: its solvers take a second to load, which no web
process should pay.
"""

from hyllan.transport.services.changes import (
    CHANGED,
    change_of,
    report_closed,
    tell_reloaded_days,
    undo_closed,
)
from hyllan.transport.services.network import load_network, make_crates
from hyllan.transport.services.packing import (
    close_crate,
    close_crates,
    empty_crate,
    pack_item,
    take_out_item,
)
from hyllan.transport.services.vans import load_crate, scan_crate, unload_crate
from hyllan.transport.services.versions import (
    draft_from_plan,
    draft_version,
    edit_draft,
    publish_version,
    withdraw_version,
)

__all__ = [
    "CHANGED",
    "change_of",
    "close_crate",
    "close_crates",
    "draft_from_plan",
    "draft_version",
    "edit_draft",
    "empty_crate",
    "load_crate",
    "load_network",
    "make_crates",
    "pack_item",
    "publish_version",
    "report_closed",
    "scan_crate",
    "take_out_item",
    "tell_reloaded_days",
    "undo_closed",
    "unload_crate",
    "withdraw_version",
]
