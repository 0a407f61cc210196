"""How library systems are reached."""

from django.db import transaction
from django.utils.translation import gettext as _

from hyllan.lending.models import Connection
from hyllan.region.engine.roles import Actor, Role
from hyllan.region.errors import Refused
from hyllan.region.models import Organisation


@transaction.atomic
def connect(
    *, organisation: Organisation, kind: str, url: str, institution_card: str, by: Actor
) -> Connection:
    """Set how an organisation's library system is reached."""
    if not (by.is_system or by.holds(Role.ADMINISTRATOR)):
        raise Refused(_("Only an administrator may connect a library system."))
    connection, _made = Connection.objects.update_or_create(
        organisation=organisation,
        defaults={"kind": kind, "url": url, "institution_card": institution_card},
    )
    return connection
