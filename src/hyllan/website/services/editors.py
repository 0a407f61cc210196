"""Who may write pages: Wagtail asks its groups, hyllan its roles."""

from django.contrib.auth.models import Group
from django.db import transaction

from hyllan.region.engine.roles import Role
from hyllan.region.models import Person
from hyllan.region.queries import actor

EDITORS = "Moderators"  # Wagtail's own group: writes and publishes every page


@transaction.atomic
def let_editor_in(*, person: Person) -> None:
    """Make the person's place in Wagtail's group follow her roles."""
    may = actor(person).holds(Role.WEB_EDITOR)
    if may == person.groups.filter(name=EDITORS).exists():
        return
    group = Group.objects.get(name=EDITORS)
    if may:
        person.groups.add(group)
    else:
        person.groups.remove(group)
    for kept in ("_perm_cache", "_group_perm_cache"):  # what was asked before the change
        person.__dict__.pop(kept, None)
