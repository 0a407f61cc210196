"""Builders: what a test of the public site needs, no more."""

from datetime import UTC, datetime, time, timedelta

from django.test import Client

from hyllan.region.engine.roles import Role
from hyllan.region.models import Library, OpeningHours, Organisation, Person, RoleAssignment
from hyllan.website.models import Remark

TUESDAY = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)


def library(code: str, name: str, *, opens: time | None = None) -> Library:
    """Make a main library of its own municipality, open on weekdays if it says when."""
    organisation = Organisation.objects.create(
        code=code, name=f"{name} kommun", kind=Organisation.Kind.MUNICIPALITY
    )
    made = Library.objects.create(
        code=code,
        organisation=organisation,
        name=f"Biblioteket i {name}",
        kind=Library.Kind.MAIN,
        lat=55.9,
        lon=13.5,
        van_from=time(7),
    )
    if opens:
        for weekday in range(1, 6):
            OpeningHours.objects.create(library=made, weekday=weekday, opens=opens, closes=time(18))
    return made


def person(username: str, *roles: Role) -> Person:
    """Make somebody with these roles in the whole region."""
    made = Person.objects.create(username=username, name=username.title())
    for role in roles:
        RoleAssignment.objects.create(person=made, role=role.value)
    return made


def remark(text: str = "", *, path: str = "/om-oss/", helped: bool = False, age: int = 0) -> Remark:
    """Make an answer that is this many minutes old."""
    return Remark.objects.create(
        path=path, language="sv", helped=helped, text=text, made_at=TUESDAY - timedelta(minutes=age)
    )


def client(signed_in: Person | None = None) -> Client:
    """Make a browser without JavaScript, signed in as somebody or not."""
    browser = Client()
    if signed_in:
        browser.force_login(
            signed_in, backend="allauth.account.auth_backends.AuthenticationBackend"
        )
    return browser
