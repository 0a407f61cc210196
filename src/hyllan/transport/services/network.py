"""The network as it is loaded from a region folder, and the register of crates."""

import re
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from hyllan.region import queries as region
from hyllan.region.engine.roles import Actor, Role
from hyllan.region.errors import Refused
from hyllan.region.models import Library
from hyllan.region.services import record
from hyllan.transport.engine.network import Network
from hyllan.transport.models import Crate, CrateScan, NetworkVersion
from hyllan.transport.services.ground import is_staff_at, note_scans
from hyllan.transport.services.versions import put_into_force

CRATES_AT_A_MAIN_LIBRARY = 12
CRATES_ELSEWHERE = 4
MOST_CRATES = 500
PREFIX_LENGTH = 3


@transaction.atomic
def load_network(
    *, network: Network, by: Actor, now: datetime, valid_from: date | None = None
) -> None:
    """
    Put the region folder's network into force, and at the very first load register crates.

    The libraries must be stored already. What the folder said last time changes nothing.

    :param valid_from: the day from which it holds; None: today, and always for the very first
    :raises Refused: a library is missing, a tour takes too long, or `by` is no planner
    """
    put_into_force(network=network, valid_from=valid_from, by=by, now=now)
    if not Crate.objects.exists():
        _first_crates(network, by=by, now=now)


def _first_crates(network: Network, *, by: Actor, now: datetime) -> None:
    for library in region.libraries().filter(code__in=network.libraries).order_by("code"):
        is_big = library.kind == Library.Kind.MAIN or library.code in network.hubs
        count = CRATES_AT_A_MAIN_LIBRARY if is_big else CRATES_ELSEWHERE
        make_crates(library=library, count=count, by=by, now=now)


@transaction.atomic
def make_crates(*, library: Library, count: int, by: Actor, now: datetime) -> list[Crate]:
    """
    Register new empty crates at a library; their labels are printed at transport:labels.

    A code like HEL-07 names where the crate was registered first, not where it belongs.

    :raises Refused: not between 1 and MOST_CRATES, or `by` may not
    """
    may = by.holds(Role.TRANSPORT_PLANNER) or by.holds(Role.ADMINISTRATOR)
    if not (may or is_staff_at(by, library)):
        raise Refused(_("Only a transport planner or the library's own staff may register crates."))
    if not 1 <= count <= MOST_CRATES:
        raise Refused(
            _("Register between 1 and %(most)s crates at a time.") % {"most": MOST_CRATES}
        )
    made = register(library, count, now=now)
    record(
        by=by,
        action="transport.make_crates",
        subject=f"library:{library.code}",
        now=now,
        detail={"first": made[0].code, "count": count},
    )
    return made


def register(library: Library, count: int, *, now: datetime) -> list[Crate]:
    """Make crates with the next free numbers, and note it in their log."""
    # Numbers are given out by one at a time: whoever comes second waits for this row.
    list(NetworkVersion.objects.select_for_update(no_key=True).order_by("-pk")[:1])
    prefix = _prefix(library.code)
    taken = Crate.objects.filter(code__startswith=f"{prefix}-").values_list("code", flat=True)
    numbers = [int(code.rpartition("-")[2]) for code in taken if code.rpartition("-")[2].isdigit()]
    first = max(numbers, default=0) + 1
    made = Crate.objects.bulk_create(
        Crate(code=f"{prefix}-{number:02d}", at_library=library)
        for number in range(first, first + count)
    )
    note_scans(made, CrateScan.Kind.REGISTERED, library=library, now=now)
    return made


def _prefix(library_code: str) -> str:
    """Return three letters that any scanner and any person can read."""
    return re.sub(r"[^A-Z0-9]", "", library_code.upper())[:PREFIX_LENGTH] or "BOX"
