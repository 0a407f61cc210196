"""What visitors say about the pages, and what editors do with it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from hyllan.region.engine.roles import Actor, Role
from hyllan.region.errors import Refused
from hyllan.region.services import record
from hyllan.website.engine.flood import LONGEST_PATH, LONGEST_TEXT, WINDOW, may_answer, recent
from hyllan.website.models import Remark


def _is_page_here(path: str) -> bool:
    return (
        path.startswith("/")
        and len(path) <= LONGEST_PATH
        and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    )


@transaction.atomic
def answer(
    *, path: str, language: str, helped: bool, earlier: Sequence[datetime], now: datetime
) -> Remark:
    """
    Keep whether a page helped.

    :param earlier: when this visitor answered before, as her session knows it
    :raises Refused: it is about no page here, or answers come too fast
    """
    if not _is_page_here(path):
        raise Refused(_("The answer is about no page here. Go back and answer on the page."))
    by_everybody = Remark.objects.filter(made_at__gt=now - WINDOW, made_at__lte=now).count()
    if not may_answer(by_visitor=len(recent(earlier, now=now)), by_everybody=by_everybody):
        raise Refused(_("Too many answers came at once. Try again in a minute."))
    return Remark.objects.create(path=path, language=language, helped=helped, made_at=now)


@transaction.atomic
def write_remark(*, remark_id: int, text: str) -> None:
    """
    Add words to an answer that has none yet.

    :raises Refused: the answer has its words, is gone, or there are too many of them
    """
    text = text.strip()
    if len(text) > LONGEST_TEXT:
        raise Refused(_("The text is too long. Write at most 2,000 characters."))
    written = Remark.objects.filter(pk=remark_id, text="").update(text=text)
    if not written:
        raise Refused(_("Your remark has already been received."))


@transaction.atomic
def mark_read(*, remark_id: int, by: Actor, now: datetime) -> None:
    """
    Take a remark off the unread ones.

    :raises Refused: the actor is no web editor
    """
    if not by.holds(Role.WEB_EDITOR):
        raise Refused(_("Only web editors may do this."))
    marked = Remark.objects.filter(pk=remark_id, read_at=None).update(
        read_at=now, read_by_id=by.person_id
    )
    if marked:
        record(by=by, action="website.mark_read", subject=f"remark:{remark_id}", now=now)
