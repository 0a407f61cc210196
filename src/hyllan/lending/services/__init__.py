"""Use cases: the only code that writes lending's tables. One verb each, as in the state table."""

from hyllan.lending.services.answers import (
    accepted,
    checked_out,
    crate_departed,
    request_confirmed,
    request_refused,
    settle,
    supplier_unanswering,
    told_problem,
)
from hyllan.lending.services.connections import connect
from hyllan.lending.services.notices import NOTICE
from hyllan.lending.services.promises import refresh_expectations, timetable_changed
from hyllan.lending.services.requests import (
    cancel,
    expire_holds,
    place_request,
    source_waiting,
)
from hyllan.lending.services.shelf import (
    hand_in,
    lend,
    not_on_shelf,
    pack,
    pick,
    receive,
    shelve,
)
from hyllan.lending.services.steps import TELL
from hyllan.lending.services.systems import library_systems, system_of

__all__ = [
    "NOTICE",
    "TELL",
    "accepted",
    "cancel",
    "checked_out",
    "connect",
    "crate_departed",
    "expire_holds",
    "hand_in",
    "lend",
    "library_systems",
    "not_on_shelf",
    "pack",
    "pick",
    "place_request",
    "receive",
    "refresh_expectations",
    "request_confirmed",
    "request_refused",
    "settle",
    "shelve",
    "source_waiting",
    "supplier_unanswering",
    "system_of",
    "timetable_changed",
    "told_problem",
]
