"""Guessing at passwords and PINs is bounded: the door-side of django-axes."""

from collections.abc import Mapping

from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest


def username_tried(request: HttpRequest | None, credentials: Mapping[str, str] | None) -> str:
    """Return whose account somebody tries to enter; axes calls this (AXES_USERNAME_CALLABLE)."""
    tried = (credentials or {}).get("username", "")
    if not tried and request is not None:
        tried = request.POST.get("login", "")  # the name of the field in allauth's form
    return tried.strip().lower()


def card_username(organisation: str, card_number: str) -> str:
    """Return the name under which tries with a library card are counted."""
    return f"card/{organisation}/{card_number}"


def may_try_card(request: HttpRequest, *, organisation: str, card_number: str) -> bool:
    """Return whether this card may be tried again from where the request comes."""
    credentials = {"username": card_username(organisation, card_number)}
    return bool(AxesProxyHandler.is_allowed(request, credentials))


def card_was_refused(request: HttpRequest, *, organisation: str, card_number: str) -> None:
    """Count a wrong PIN or card; after five the card is locked here for a quarter of an hour."""
    credentials = {"username": card_username(organisation, card_number)}
    user_login_failed.send(sender=__name__, credentials=credentials, request=request)
