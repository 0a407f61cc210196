"""How hyllan bends allauth: staff accounts are made by an administrator, never by sign-up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language, override


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return that nobody may make an account."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Return the start page in the language of the page she signed in on."""
        return _in_this_language(super().get_login_redirect_url(request))

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Return the start page in the language of the page she signed out on."""
        return _in_this_language(super().get_logout_redirect_url(request))


def _in_this_language(url: str) -> str:
    language = get_language() or settings.LANGUAGE_CODE
    with override(settings.LANGUAGE_CODE):  # the language of addresses in settings
        return translate_url(url, language)
