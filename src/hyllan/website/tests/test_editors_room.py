"""Wagtail's own pages: who may in, and under which policy."""

import pytest

from hyllan.region.engine.roles import Role
from hyllan.region.models import RoleAssignment
from hyllan.website import services
from hyllan.website.models import ContentPage
from hyllan.website.tests import make

pytestmark = pytest.mark.django_db


def test_a_web_editor_may_edit_until_the_role_is_taken_away() -> None:
    services.seed_pages()
    editor = make.person("disa", Role.WEB_EDITOR)
    browser = make.client(editor)
    page = ContentPage.objects.get(slug="om-oss")

    assert browser.get(f"/cms/pages/{page.pk}/edit/").status_code == 200
    RoleAssignment.objects.all().delete()
    assert browser.get("/cms/").headers["Location"].startswith("/account/login/")


def test_library_staff_may_not_in() -> None:
    browser = make.client(make.person("siv", Role.LIBRARY_STAFF))

    assert browser.get("/cms/").headers["Location"].startswith("/account/login/")


def test_wagtails_own_sign_in_is_shut() -> None:
    assert make.client().get("/cms/login/").headers["Location"] == "/account/login/"


def test_the_looser_policy_holds_in_the_editors_room_alone() -> None:
    browser = make.client(make.person("disa", Role.WEB_EDITOR))

    inside, outside = browser.get("/cms/"), browser.get("/libraries/")

    assert "script-src 'self' 'unsafe-inline'" in inside["Content-Security-Policy"]
    assert "unsafe-inline" not in outside["Content-Security-Policy"]
    assert (inside["X-Frame-Options"], outside["X-Frame-Options"]) == ("SAMEORIGIN", "DENY")
