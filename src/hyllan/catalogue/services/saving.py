"""
Searches that people save.

What somebody searches for is her own business: the audit log does not have it.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from hyllan.catalogue.engine.choices import kept, query_string, read_string
from hyllan.catalogue.models import SavedSearch
from hyllan.catalogue.queries.saved import MOST_SAVED
from hyllan.region.engine.roles import Actor
from hyllan.region.errors import Refused

LONGEST_NAME, LONGEST_SEARCH = 100, 1000


@transaction.atomic
def save_search(*, address: str, name: str, by: Actor, now: datetime) -> SavedSearch:
    """
    Save a search of the person who asks; saved again, it gets the new name.

    :param address: what stands behind the question mark of the search page
    :raises Refused: nobody is signed in, nothing is searched for, or it is too much
    """
    person_id = _person(by)
    choices = kept(read_string(address))
    string = query_string(choices)
    if not choices.asks:
        raise Refused(_("There is nothing to save: search for something first."))
    if len(string) > LONGEST_SEARCH:
        raise Refused(_("The search is too long to be saved."))
    called = _name(name)
    mine = SavedSearch.objects.select_for_update().filter(person=person_id)
    if (known := mine.filter(query_string=string).first()) is not None:
        known.name = called
        known.save(update_fields=["name"])
        return known
    if mine.count() >= MOST_SAVED:
        raise Refused(
            _("You have %(number)d saved searches, and more are not kept. Remove one first.")
            % {"number": MOST_SAVED}
        )
    return SavedSearch.objects.create(
        person_id=person_id, name=called, query_string=string, saved_at=now, seen_at=now
    )


@transaction.atomic
def rename_search(*, search_id: int, name: str, by: Actor) -> SavedSearch:
    """Give a saved search another name. Raises Refused, SavedSearch.DoesNotExist."""
    mine = _mine(search_id, by)
    mine.name = _name(name)
    mine.save(update_fields=["name"])
    return mine


@transaction.atomic
def forget_search(*, search_id: int, by: Actor) -> None:
    """Remove a saved search. Raises Refused, SavedSearch.DoesNotExist."""
    _mine(search_id, by).delete()


@transaction.atomic
def mark_seen(*, search_id: int, by: Actor, now: datetime) -> SavedSearch:
    """
    Note that a person has seen what is new, and return the search as it was before.

    :raises Refused: nobody is signed in
    :raises SavedSearch.DoesNotExist: she has no such search
    """
    mine = _mine(search_id, by)
    SavedSearch.objects.filter(pk=mine.pk).update(seen_at=now)
    return mine


def _mine(search_id: int, by: Actor) -> SavedSearch:
    return SavedSearch.objects.select_for_update().get(pk=search_id, person=_person(by))


def _person(by: Actor) -> int:
    if by.person_id is None:
        raise Refused(_("Sign in to save searches."))
    return by.person_id


def _name(name: str) -> str:
    found = " ".join(name.split())[:LONGEST_NAME].strip()
    if not found:
        raise Refused(_("Give the search a name."))
    return found
