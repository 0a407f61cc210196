"""Who may do what where: pure rules on an actor's roles."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    RESIDENT = "resident"
    LIBRARY_STAFF = "library_staff"
    LIBRARY_MANAGER = "library_manager"
    DRIVER = "driver"
    TRANSPORT_PLANNER = "transport_planner"
    REGIONAL_DEVELOPER = "regional_developer"
    ASSESSOR = "assessor"
    BOARD_MEMBER = "board_member"
    HOSPITAL_LIBRARIAN = "hospital_librarian"
    CLINICIAN = "clinician"
    WEB_EDITOR = "web_editor"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Grant:
    """One role somebody holds; without library and organisation it holds in the whole region."""

    role: Role
    organisation: str = ""  # organisation code
    library: str = ""  # library code


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: a person with roles, or the system itself."""

    person_id: int | None
    name: str
    grants: frozenset[Grant] = frozenset()
    is_system: bool = False

    def may_act_at(self, role: Role, *, organisation: str, library: str) -> bool:
        """Return whether the actor holds this role here, in the organisation or everywhere."""
        return any(
            grant.role == role
            and grant.organisation in {"", organisation}
            and grant.library in {"", library}
            for grant in self.grants
        )

    def holds(self, role: Role) -> bool:
        """Return whether the actor holds this role anywhere."""
        return any(grant.role == role for grant in self.grants)


SYSTEM = Actor(person_id=None, name="hyllan", is_system=True)
