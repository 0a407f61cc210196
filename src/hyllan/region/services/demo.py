"""What only the demo has: a clock that can be set, and one account for each role."""

from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from hyllan.region.engine.roles import SYSTEM, Role
from hyllan.region.errors import Refused
from hyllan.region.models import DemoClock, Library, Organisation, Person
from hyllan.region.services.people import make_person

PASSWORD = "hyllan-demo"  # noqa: S105 - printed by the demo, refused elsewhere


class DemoAccount(NamedTuple):
    role: Role
    username: str
    password: str
    where: str  # the organisation's or library's name; empty: the whole region


# role, username, organisation code
ACCOUNTS = (
    (Role.LIBRARY_STAFF, "library-staff", ""),
    (Role.LIBRARY_STAFF, "personal-lund", "LUND"),
    (Role.LIBRARY_STAFF, "personal-osby", "OSBY"),
    (Role.LIBRARY_STAFF, "personal-malmo", "MALMO"),
    (Role.LIBRARY_MANAGER, "library-manager", "LUND"),
    (Role.DRIVER, "driver", ""),
    (Role.TRANSPORT_PLANNER, "transport-planner", ""),
    (Role.REGIONAL_DEVELOPER, "regional-developer", ""),
    (Role.ASSESSOR, "assessor", ""),
    (Role.BOARD_MEMBER, "board-member", ""),
    (Role.HOSPITAL_LIBRARIAN, "hospital-librarian", "UNIVERSITETSSJUKVARD"),
    (Role.CLINICIAN, "clinician", "UNIVERSITETSSJUKVARD"),
    (Role.WEB_EDITOR, "web-editor", ""),
    (Role.ADMINISTRATOR, "administrator", ""),
)


def _only_in_the_demo() -> None:
    if not settings.HYLLAN_DEMO:
        raise Refused(_("This is possible in the demo only."))


@transaction.atomic
def set_demo_clock(*, offset_seconds: int) -> None:
    """
    Set how far the demo's clock stands from the real one.

    :raises Refused: this is no demo
    """
    _only_in_the_demo()
    DemoClock.objects.update_or_create(pk=1, defaults={"offset_seconds": offset_seconds})


@transaction.atomic
def seed_demo_people(*, now: datetime) -> list[DemoAccount]:
    """
    Make one account for each role but the resident's, and return them; those that exist stay.

    :raises Refused: this is no demo, or the example region has not been loaded
    """
    _only_in_the_demo()
    organisations = {organisation.code: organisation for organisation in Organisation.objects.all()}
    missing = {code for _role, _name, code in ACCOUNTS if code} - organisations.keys()
    if missing or not Library.objects.exists():
        raise Refused(_("Load the example region first: hyllan load-region regions/skane"))
    seeded = []
    for role, username, code in ACCOUNTS:
        organisation = organisations.get(code)
        if not Person.objects.filter(username=username).exists():
            make_person(
                username=username,
                name=username,
                password=PASSWORD,
                role=role,
                organisation=organisation,
                by=SYSTEM,
                now=now,
            )
        where = organisation.name if organisation else ""
        seeded.append(DemoAccount(role, username, PASSWORD, where))
    return seeded
