"""What roles are called in the interface."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hyllan.region.engine.roles import Role

ROLE_NAMES: dict[Role, Promise] = {
    Role.RESIDENT: _("Resident"),
    Role.LIBRARY_STAFF: _("Library staff"),
    Role.LIBRARY_MANAGER: _("Library manager"),
    Role.DRIVER: _("Driver"),
    Role.TRANSPORT_PLANNER: _("Transport planner"),
    Role.REGIONAL_DEVELOPER: _("Regional developer"),
    Role.ASSESSOR: _("Assessor"),
    Role.BOARD_MEMBER: _("Member of the decision board"),
    Role.HOSPITAL_LIBRARIAN: _("Hospital librarian"),
    Role.CLINICIAN: _("Clinician"),
    Role.WEB_EDITOR: _("Web editor"),
    Role.ADMINISTRATOR: _("Administrator"),
}
STAFF_ROLES = [(role.value, name) for role, name in ROLE_NAMES.items() if role != Role.RESIDENT]
