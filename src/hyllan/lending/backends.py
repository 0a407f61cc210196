"""Sign-in with a library card: the reader's own library system says whose card it is."""

from datetime import datetime
from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from hyllan.lending import queries, services
from hyllan.lending.models import Connection
from hyllan.region import services as region
from hyllan.region.errors import Refused
from hyllan.region.models import Person


class LibraryCardBackend(BaseBackend):
    """
    Asks over the wire, outside any transaction; the PIN is neither kept nor logged.

    The credential is called `secret` since Django strikes out credentials of that name when it
    tells others that a sign-in failed; `username` is what repeated failures are counted by.
    """

    @sensitive_variables("secret")
    def authenticate(
        self,
        request: HttpRequest | None,
        username: str = "",
        organisation: str = "",
        card: str = "",
        secret: str = "",
        now: datetime | None = None,
        **_others: Any,
    ) -> Person | None:
        """
        Return the reader whose card and PIN this is; None if her library's system says no.

        :raises Unanswering: her library's system does not answer
        :raises Refused: it knows her, and her card is blocked
        """
        if now is None or not (organisation and card and secret):
            return None
        try:
            connection = queries.connection_of(organisation)
        except Connection.DoesNotExist:
            return None
        reader = services.system_of(connection, now=now).sign_in(card=card, pin=secret)
        if not reader.card:
            return None
        if reader.blocked:
            raise Refused(_("Your library card is blocked. Ask your library."))
        return region.get_or_make_resident(
            organisation=connection.organisation,
            card_number=reader.card,
            name=reader.name,
            email=reader.email,
            now=now,
        )

    def get_user(self, user_id: int) -> Person | None:
        """Return the person of a session."""
        return Person.objects.filter(pk=user_id, is_active=True).first()
