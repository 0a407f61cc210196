"""Networks as they come into force: drawn as drafts, published from a day, or withdrawn."""

import hashlib
import json
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from hyllan.region import queries as region
from hyllan.region.engine.roles import Actor, Role
from hyllan.region.errors import Refused
from hyllan.region.services import record
from hyllan.transport import queries
from hyllan.transport.engine import editing
from hyllan.transport.engine.editing import Edit, Fault, NotPossible
from hyllan.transport.engine.network import Network, network_of
from hyllan.transport.engine.timetable import build
from hyllan.transport.models import NetworkVersion
from hyllan.transport.services.changes import settle_crates_on_vans, tell_network

Status = NetworkVersion.Status
Origin = NetworkVersion.Origin
ALWAYS = date(2000, 1, 1)  # from when the very first network holds
MOST_DRAFTS = 100
NAME_LENGTH = 100


def only_planners(by: Actor) -> None:
    """Refuse whoever may not change the vans' network."""
    if not (by.is_system or by.holds(Role.TRANSPORT_PLANNER) or by.holds(Role.ADMINISTRATOR)):
        raise Refused(_("Only a transport planner may change the vans' network."))


def fingerprint(content: dict[str, object]) -> str:
    """Return the same text for the same network."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def check(network: Network) -> None:
    """Refuse a network that no van can drive, or whose libraries are not known."""
    try:
        build(network, region.calendar(), queries.positions())
    except ValueError as error:
        raise Refused(str(error)) from error


@transaction.atomic
def put_into_force(
    *, network: Network, valid_from: date | None, by: Actor, now: datetime
) -> NetworkVersion | None:
    """
    Publish the region folder's network from a day, today if none is named.

    What the folder said last time makes no new version, whatever planners have published since:
    None is returned then. The very first network holds always.

    :raises Refused: a library is missing, a tour takes too long, or `by` is no planner
    """
    only_planners(by)
    check(network)
    content = network.as_content()
    newest = NetworkVersion.objects.filter(origin=Origin.FOLDER).order_by("-pk").first()
    if newest is not None and newest.content == content:
        return None
    is_first = not queries.published().exists()
    today = region.calendar().day_of(now)
    day = ALWAYS if is_first else valid_from or today
    if not is_first and day < today:
        raise Refused(_("A network cannot come into force on a day that has passed."))
    version = NetworkVersion.objects.create(
        name=now.date().isoformat(),
        status=Status.PUBLISHED,
        origin=Origin.FOLDER,
        made_at=now,
        valid_from=day,
        published_at=now,
        content=content,
        fingerprint=fingerprint(content),
    )
    _note(version, "load_network", by=by, now=now)
    if not is_first:
        tell_network(version, now=now)
        settle_crates_on_vans(by=by, now=now)
    return version


def _note(version: NetworkVersion, action: str, *, by: Actor, now: datetime) -> None:
    record(
        by=by,
        action=f"transport.{action}",
        subject=f"network:{version.pk}",
        now=now,
        detail={
            "name": version.name,
            "valid_from": version.valid_from.isoformat() if version.valid_from else "",
            "loops": len(version.content["loops"]),
            "exchanges": len(version.content["exchanges"]),
        },
    )


# --- drafts


@transaction.atomic
def draft_version(*, based_on: int, name: str, by: Actor, now: datetime) -> NetworkVersion:
    """
    Begin a draft that is at first the same as another version.

    :raises Refused: there is no such version, or `by` is no planner
    """
    only_planners(by)
    source = queries.versions().filter(pk=based_on).first()
    if source is None:
        raise Refused(_("This timetable is not there any more."))
    return _draft(queries.network(source), name, Origin.PAGE, by=by, now=now)


@transaction.atomic
def draft_from_plan(*, network: Network, name: str, by: Actor, now: datetime) -> NetworkVersion:
    """
    Keep a plan as a draft, for a planner to look at and publish.

    :raises Refused: it cannot be driven, names a library that is not there, or `by` is no planner
    """
    only_planners(by)
    check(network)
    return _draft(network, name, Origin.PLAN, by=by, now=now)


def _draft(
    network: Network, name: str, origin: NetworkVersion.Origin, *, by: Actor, now: datetime
) -> NetworkVersion:
    if not name.strip():
        raise Refused(_("Give the draft a name."))
    if NetworkVersion.objects.filter(status=Status.DRAFT).count() >= MOST_DRAFTS:
        raise Refused(_("There are many drafts already. Withdraw one first."))
    content = network.as_content()
    version = NetworkVersion.objects.create(
        name=name.strip()[:NAME_LENGTH],
        status=Status.DRAFT,
        origin=origin,
        made_at=now,
        content=content,
        fingerprint=fingerprint(content),
    )
    _note(version, "draft_version", by=by, now=now)
    return version


FAULTS = {
    Fault.NO_SUCH_TOUR: lambda: _("This round is not in the draft any more. Load the page again."),
    Fault.NO_SUCH_STOP: lambda: _("This stop is not there any more. Load the page again."),
    Fault.NAME_TAKEN: lambda: _("There is already a round with this name."),
    Fault.BAD_NAME: lambda: _("Use letters, digits and simple signs in the name, 60 at most."),
    Fault.STOP_TWICE: lambda: _("The van already comes to this library on the round."),
    Fault.LAST_STOP: lambda: _("A round needs its stops. Remove the whole round instead."),
    Fault.LAST_LOOP: lambda: _("There must be at least one loop."),
    Fault.SAME_TIME: lambda: _("The later departures repeat the first one."),
}


@transaction.atomic
def edit_draft(*, version_id: int, edit: Edit, by: Actor, now: datetime) -> NetworkVersion:
    """
    Change one thing in a draft.

    :raises Refused: it is no draft, the edit makes no network, or `by` is no planner
    """
    only_planners(by)
    version = _locked(version_id, Status.DRAFT)
    try:
        network = editing.apply(queries.network(version), edit)
    except NotPossible as no:
        raise Refused(FAULTS[no.fault]()) from no
    version.content = _checked(network)
    version.fingerprint = fingerprint(version.content)
    version.save(update_fields=["content", "fingerprint"])
    record(
        by=by,
        action="transport.edit_draft",
        subject=f"network:{version.pk}",
        now=now,
        detail={"edit": type(edit).__name__},
    )
    return version


def _checked(network: Network) -> dict[str, object]:
    """Return the content of a network whose libraries are all there and that can be driven."""
    content = network.as_content()
    try:
        network_of(content)
    except ValueError as error:
        raise Refused(str(error)) from error
    check(network)
    return content


def _locked(version_id: int, *statuses: NetworkVersion.Status) -> NetworkVersion:
    rows = NetworkVersion.objects.select_for_update().filter(pk=version_id, status__in=statuses)
    version = rows.first()
    if version is None:
        raise Refused(_("This timetable can no longer be changed. Load the page again."))
    return version


# --- into force


@transaction.atomic
def publish_version(
    *, version_id: int, valid_from: date, by: Actor, now: datetime
) -> NetworkVersion:
    """
    Let a draft come into force on a day to come; promises that change are told.

    :raises Refused: it is no draft, cannot be driven, the day is not ahead, or `by` is no planner
    """
    only_planners(by)
    version = _locked(version_id, Status.DRAFT)
    if valid_from <= region.calendar().day_of(now):
        raise Refused(_("Choose a day from tomorrow on: today's vans have their rounds."))
    if not region.calendar().known_from <= valid_from < region.calendar().known_until:
        raise Refused(_("That is too far ahead."))
    check(queries.network(version))
    version.status, version.valid_from, version.published_at = Status.PUBLISHED, valid_from, now
    version.save(update_fields=["status", "valid_from", "published_at"])
    _note(version, "publish_version", by=by, now=now)
    tell_network(version, now=now)
    return version


@transaction.atomic
def withdraw_version(*, version_id: int, by: Actor, now: datetime) -> NetworkVersion:
    """
    Take back a draft, or what is published but not yet in force; promises move back.

    :raises Refused: it is in force or was, or `by` is no planner
    """
    only_planners(by)
    version = _locked(version_id, Status.DRAFT, Status.PUBLISHED)
    was_published = version.status == Status.PUBLISHED
    if was_published and not _is_ahead(version, now):
        raise Refused(_("This timetable is in force. Publish another one instead."))
    version.status = Status.WITHDRAWN
    version.save(update_fields=["status"])
    _note(version, "withdraw_version", by=by, now=now)
    if was_published:
        tell_network(version, now=now)
    return version


def _is_ahead(version: NetworkVersion, now: datetime) -> bool:
    return version.valid_from is not None and version.valid_from > region.calendar().day_of(now)
