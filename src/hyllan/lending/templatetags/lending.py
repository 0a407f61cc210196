"""A request's words in templates."""

from django.template import Library

from hyllan.lending import story, wording
from hyllan.lending.models import PatronRequest

register = Library()


@register.filter
def status_word(wish: PatronRequest) -> str:
    """Say where a request is."""
    return str(wording.STATUS_WORDS[wish.status])


@register.filter
def outcome_word(wish: PatronRequest) -> str:
    """Say whether the reader got it."""
    return str(wording.OUTCOME_WORDS[wish.outcome])


@register.filter
def shelf_number(wish: PatronRequest) -> str:
    """Say under which number it stands on the hold shelf."""
    return story.shelf_number(wish)


@register.filter
def is_homeward(wish: PatronRequest) -> bool:
    """Say whether the item is on its way to its owner's shelf."""
    return wish.status in story.HOMEWARD
