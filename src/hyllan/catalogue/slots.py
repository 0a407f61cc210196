"""
Places on the catalogue's pages that a higher room fills (docs/decisions/0009).

`HYLLAN_CATALOGUE_SLOTS` names a class of that room; one is made for each page that is asked for. It
knows who looks at the page, where she fetches what she requests, and when things can be there.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol, cast

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString

from hyllan.region.models import Library

PICKUP = "pickup"  # query argument of search and record pages: where she fetches


class Slots(Protocol):
    """What the pages ask; `Nothing` stands here where no room fills them."""

    @property
    def pickup(self) -> Library | None:
        """Return where she fetches: as the page's address says, else as is known of her."""

    def pickups(self) -> Sequence[tuple[str, Sequence[Library]]]:
        """Return the libraries she can choose among, by the names of their organisations."""

    def panel(self, edition_id: int) -> SafeString:
        """Return what stands on the record page beside the title: the request form."""

    def standing(self, edition_id: int) -> SafeString:
        """Return what the panel says of now, which changes when the libraries have answered."""

    def arrivals(self, edition_ids: Collection[int]) -> Mapping[int, str]:
        """Return a sentence for each hit that is in: where, and when it can be with her."""

    def tiers(self) -> Sequence[Collection[str]]:
        """Return library codes by the day their copies can be at `pickup`, the soonest first."""

    def days(self) -> Mapping[str, str]:
        """Return by library code the day, in words, on which its copies can be at `pickup`."""


class Nothing:
    """Nobody is known, and nothing is shown."""

    pickup: Library | None = None

    def __init__(self, request: HttpRequest) -> None:
        """Take what the others take."""

    def pickups(self) -> Sequence[tuple[str, Sequence[Library]]]:
        """Return none."""
        return ()

    def panel(self, edition_id: int) -> SafeString:
        """Return nothing."""
        return SafeString("")

    def standing(self, edition_id: int) -> SafeString:
        """Return nothing."""
        return SafeString("")

    def arrivals(self, edition_ids: Collection[int]) -> Mapping[int, str]:
        """Return none."""
        return {}

    def tiers(self) -> Sequence[Collection[str]]:
        """Return none."""
        return ()

    def days(self) -> Mapping[str, str]:
        """Return none."""
        return {}


def slots(request: HttpRequest) -> Slots:
    """Return what fills the slots of the page that is asked for."""
    name = settings.HYLLAN_CATALOGUE_SLOTS
    return cast("Slots", import_string(name)(request)) if name else Nothing(request)
