"""People and their roles."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from hyllan.region.engine.roles import SYSTEM, Actor, Role
from hyllan.region.errors import Refused
from hyllan.region.models import Library, Organisation, Person, RoleAssignment
from hyllan.region.services.audit import record


def _only_administrators(by: Actor) -> None:
    if not (by.is_system or by.holds(Role.ADMINISTRATOR)):
        raise Refused(_("Only an administrator may change people and roles."))


def _where(organisation: Organisation | None, library: Library | None) -> dict[str, object]:
    return {
        "organisation": organisation.code if organisation else "",
        "library": library.code if library else "",
    }


@transaction.atomic
def make_person(
    *,
    username: str,
    name: str,
    password: str,
    role: Role,
    organisation: Organisation | None = None,
    library: Library | None = None,
    by: Actor,
    now: datetime,
) -> Person:
    """
    Make an account for somebody on the staff, with a first role.

    :raises Refused: the username is taken or looks like a card, or `by` is no administrator
    """
    _only_administrators(by)
    if "/" in username:  # residents' accounts are named so
        raise Refused(_("A username may not hold a slash."))
    if Person.objects.filter(username__iexact=username).exists():
        raise Refused(
            _("There is already an account called %(username)s.") % {"username": username}
        )
    person = Person(username=username, name=name)
    person.set_password(password)
    person.save()
    record(by=by, action="region.make_person", subject=f"person:{person.pk}", now=now)
    grant_role(person=person, role=role, organisation=organisation, library=library, by=by, now=now)
    return person


@transaction.atomic
def give_password(*, person_id: int, password: str, by: Actor, now: datetime) -> Person:
    """
    Give somebody on the staff a new password, and let a lost second factor be set up anew.

    :raises Refused: the account is a resident's, or `by` is no administrator
    """
    _only_administrators(by)
    person = Person.objects.select_for_update().get(pk=person_id)
    if person.card_number:
        raise Refused(_("A resident signs in with her library card, not with a password."))
    person.set_password(password)
    person.save(update_fields=["password"])
    Authenticator.objects.filter(user=person).delete()
    record(by=by, action="region.give_password", subject=f"person:{person.pk}", now=now)
    return person


@transaction.atomic
def close_account(*, person_id: int, by: Actor, now: datetime) -> None:
    """
    Close the account of somebody who has left: every role is taken, nobody can sign in with it.

    :raises Refused: it is one's own, the last administrator's, or `by` is no administrator
    """
    _only_administrators(by)
    person = Person.objects.select_for_update().get(pk=person_id)
    if person.pk == by.person_id:
        raise Refused(_("You cannot close your own account. Ask another administrator."))
    for held in person.roles.order_by("pk"):
        revoke_role(assignment_id=held.pk, by=by, now=now)
    person.is_active = False
    person.save(update_fields=["is_active"])
    record(by=by, action="region.close_account", subject=f"person:{person.pk}", now=now)


@transaction.atomic
def grant_role(
    *,
    person: Person,
    role: Role,
    organisation: Organisation | None = None,
    library: Library | None = None,
    by: Actor,
    now: datetime,
) -> RoleAssignment:
    """
    Give somebody a role at a library, in an organisation or (neither named) in the whole region.

    :raises Refused: the role is held already, it is an administrator's and holds at one place only,
        or `by` is no administrator
    """
    _only_administrators(by)
    if role == Role.ADMINISTRATOR and (organisation or library):
        # One who gives roles could give herself the others' places too.
        raise Refused(_("An administrator is one for the whole region."))
    held, is_new = RoleAssignment.objects.get_or_create(
        person=person, role=role.value, organisation=organisation, library=library
    )
    if not is_new:
        raise Refused(_("The person already has that role there."))
    record(
        by=by,
        action="region.grant_role",
        subject=f"person:{person.pk}",
        now=now,
        detail={"role": role.value, **_where(organisation, library)},
    )
    return held


@transaction.atomic
def revoke_role(*, assignment_id: int, by: Actor, now: datetime) -> None:
    """
    Take a role from somebody.

    :raises Refused: it is taken already, it is the last administrator's, or `by` is none
    """
    _only_administrators(by)
    # Every administrator's row is locked: two who revoke each other must not both succeed.
    administrators = RoleAssignment.objects.select_for_update().filter(
        role=Role.ADMINISTRATOR.value, person__is_active=True
    )
    others = [held.pk for held in administrators.order_by("pk") if held.pk != assignment_id]
    held = RoleAssignment.objects.filter(pk=assignment_id).first()
    if held is None:
        raise Refused(_("The role has already been taken away."))
    if held.role == Role.ADMINISTRATOR.value and not others:
        raise Refused(_("The last administrator must stay. Give somebody else the role first."))
    detail = {"role": held.role, **_where(held.organisation, held.library)}
    subject = f"person:{held.person_id}"
    held.delete()
    record(by=by, action="region.revoke_role", subject=subject, now=now, detail=detail)


@transaction.atomic
def get_or_make_resident(
    *, organisation: Organisation, card_number: str, name: str, email: str, now: datetime
) -> Person:
    """
    Return the account of the resident with this card, made at her first visit.

    Call it only when her organisation's library system has said who she is: name and address are
    taken over from there every time.
    """
    resident = Person.objects.filter(
        card_organisation=organisation, card_number=card_number
    ).first() or _make_resident(organisation, card_number, now)
    before = (resident.name, resident.email, resident.last_seen_on)
    resident.name, resident.email, resident.last_seen_on = name, email, localdate(now)
    if before != (resident.name, resident.email, resident.last_seen_on):
        resident.save(update_fields=["name", "email", "last_seen_on"])
    return resident


def _make_resident(organisation: Organisation, card_number: str, now: datetime) -> Person:
    resident = Person(
        # No member of staff can be called so: make_person refuses a slash.
        username=f"card/{organisation.code}/{card_number}",
        card_organisation=organisation,
        card_number=card_number,
    )
    resident.set_unusable_password()
    try:
        with transaction.atomic():
            resident.save()
    except IntegrityError:  # she signed in twice at the same moment
        return Person.objects.get(card_organisation=organisation, card_number=card_number)
    RoleAssignment.objects.create(
        person=resident, role=Role.RESIDENT.value, organisation=organisation
    )
    record(by=SYSTEM, action="region.make_resident", subject=f"person:{resident.pk}", now=now)
    return resident
