"""
Staff's word on what matching made: records are one edition (or work), or they are not.

Who has a copy in hand knows best, so whoever works at a library whose organisation has a record of
what is spoken of may say it; a desk that holds neither book may not, since the word is heard in the
whole region. An administrator may say it of anything. It is signed, stands on the page of the
edition, and is taken back by one press.

A word is kept as pairs of records: numbers of editions come and go with matching, records stay.
What is said later stands: words of the same two sides that say the opposite are taken away.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import product

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from hyllan.catalogue.models import Edition, Fingerprint, MatchDecision, Record
from hyllan.jobs import services as jobs
from hyllan.region import services as region
from hyllan.region.engine.roles import Actor, Role
from hyllan.region.errors import Refused

MATCH = "catalogue.match"
WHO = (Role.LIBRARY_STAFF, Role.LIBRARY_MANAGER, Role.HOSPITAL_LIBRARIAN)
MOST_RECORDS, MOST_EDITIONS = 500, 200  # that one word may set apart from one
MOST_MERGES = 20  # of an edition into the next, followed
REPRESENTATIVES = 2  # records that speak for an edition: one may be withdrawn
Level = MatchDecision.Level


@dataclass(frozen=True, slots=True)
class _Said:
    """One word: how these records are to those, by whom and when."""

    level: str
    together: bool
    reason: str
    by: Actor
    now: datetime


@transaction.atomic
def say_together(
    *, record_id: int, other_id: int, level: str, reason: str, by: Actor, now: datetime
) -> None:
    """
    Say that two records are of one edition; or that the editions they are in are one work.

    :raises Refused: the actor may not, or one of the records is not there
    """
    said = _Said(level, True, reason, by, now)
    _say_of_two(record_id, other_id, said, action="catalogue.say_together")


@transaction.atomic
def say_apart(
    *, record_id: int, other_id: int, level: str, reason: str, by: Actor, now: datetime
) -> None:
    """
    Say that two records are not of one edition; or that their editions are not one work.

    :raises Refused: the actor may not, or one of the records is not there
    """
    said = _Said(level, False, reason, by, now)
    _say_of_two(record_id, other_id, said, action="catalogue.say_apart")


@transaction.atomic
def split_record(*, record_id: int, reason: str, by: Actor, now: datetime) -> None:
    """
    Say that a record is not of the edition it is in: of none of the other records there.

    :raises Refused: the actor may not, it is alone there, or its edition is too large
    """
    found = Record.objects.filter(pk=record_id, deleted=False).values_list("edition_id", flat=True)
    edition_id = found.first()
    if edition_id is None:
        raise Refused(_("The record is no longer in the catalogue."))
    _check(by, [edition_id])
    others = [pk for pk in _records(edition_id) if pk != record_id]
    if not others:
        raise Refused(_("The record is alone in its edition: there is nothing to split."))
    if len(others) > MOST_RECORDS:
        raise Refused(
            _("The edition has more than %(number)d records. Tell the administrator.")
            % {"number": MOST_RECORDS}
        )
    _say(_Said(Level.EDITION, False, reason, by, now), [record_id], others)
    region.record(
        by=by,
        action="catalogue.split_record",
        subject=f"edition:{edition_id}",
        now=now,
        detail={"record": record_id, "others": others},
    )


@transaction.atomic
def join_editions(*, edition_id: int, other_id: int, reason: str, by: Actor, now: datetime) -> None:
    """
    Say that two editions are one.

    :raises Refused: the actor may not, they are one already, or one of them is not there
    """
    one, other = _standing(edition_id), _standing(other_id)
    if one == other:
        raise Refused(_("They are one edition already."))
    _join(one, other, _Said(Level.EDITION, True, reason, by, now))
    region.record(
        by=by,
        action="catalogue.join_editions",
        subject=f"edition:{one.pk}",
        now=now,
        detail={"other": other.pk},
    )


@transaction.atomic
def join_works(*, edition_id: int, other_id: int, reason: str, by: Actor, now: datetime) -> None:
    """
    Say that two editions are of one work: their works become one.

    :raises Refused: the actor may not, they are one already, or one of them is not there
    """
    one, other = _standing(edition_id), _standing(other_id)
    if one.work_id == other.work_id:
        raise Refused(_("They are one work already."))
    _join(one, other, _Said(Level.WORK, True, reason, by, now))
    region.record(
        by=by,
        action="catalogue.join_works",
        subject=f"edition:{one.pk}",
        now=now,
        detail={"other": other.pk},
    )


@transaction.atomic
def split_edition(*, edition_id: int, reason: str, by: Actor, now: datetime) -> None:
    """
    Say that an edition is not of the work it is in: with none of the other editions there.

    :raises Refused: the actor may not, it is alone there, or its work is too large
    """
    edition = _standing(edition_id)
    in_work = Record.objects.filter(
        edition__work=edition.work_id, edition__gone=False, deleted=False
    )
    others = in_work.exclude(edition=edition)
    ids = list(others.values_list("edition_id", flat=True).distinct()[: MOST_EDITIONS + 1])
    _check(by, [edition.pk, *ids])
    if not ids:
        raise Refused(_("The edition is alone in its work: there is nothing to split."))
    if len(ids) > MOST_EDITIONS:
        raise Refused(
            _("The work has more than %(number)d editions. Tell the administrator.")
            % {"number": MOST_EDITIONS}
        )
    speakers: dict[int | None, list[int]] = {}
    for pk, its_edition in others.order_by("pk").values_list("pk", "edition_id"):
        if len(speaking := speakers.setdefault(its_edition, [])) < REPRESENTATIVES:
            speaking.append(pk)
    _say(
        _Said(Level.WORK, False, reason, by, now),
        _records(edition.pk)[:REPRESENTATIVES],
        [pk for each in speakers.values() for pk in each],
        whole=(in_work.filter(edition=edition), others),
    )
    region.record(
        by=by,
        action="catalogue.split_edition",
        subject=f"edition:{edition.pk}",
        now=now,
        detail={"others": ids},
    )


@transaction.atomic
def take_back(*, decision_id: int, by: Actor, now: datetime) -> None:
    """
    Take back what was said, with all pairs that were said at the same time: the model decides.

    :raises Refused: the actor may not, or it was taken back already
    """
    decision = MatchDecision.objects.filter(pk=decision_id).first()
    if decision is None:
        raise Refused(_("It has been taken back already."))
    same_word = MatchDecision.objects.filter(
        at=decision.at, by=decision.by_id, level=decision.level, together=decision.together
    ).select_for_update()
    pairs = list(same_word.order_by("pk").values_list("record_id", "other_id"))
    records = {record for pair in pairs for record in pair}
    editions = Record.objects.filter(pk__in=records).values_list("edition_id", flat=True)
    _check(by, [pk for pk in editions if pk], records)
    same_word.delete()
    _make_due(records, now=now)
    region.record(
        by=by,
        action="catalogue.take_back",
        subject=f"record:{decision.record_id}",
        now=now,
        detail={"level": decision.level, "together": decision.together, "pairs": pairs},
    )


def may_decide(
    *, by: Actor, edition_ids: Collection[int], record_ids: Collection[int] = ()
) -> bool:
    """Return whether the actor may say a word on these editions."""
    if by.is_system or by.holds(Role.ADMINISTRATOR):
        return True
    if not any(by.holds(role) for role in WHO):
        return False
    places = (
        Record.objects.filter(Q(edition__in=edition_ids) | Q(pk__in=record_ids), deleted=False)
        .values_list("source__organisation__code", "source__organisation__libraries__code")
        .distinct()
    )
    return any(
        by.may_act_at(role, organisation=organisation, library=library or "")
        for organisation, library in places
        for role in WHO
    )


def _check(by: Actor, edition_ids: Collection[int], record_ids: Collection[int] = ()) -> None:
    if not may_decide(by=by, edition_ids=edition_ids, record_ids=record_ids):
        raise Refused(
            _(
                "Only staff of a library that has one of these records, or an administrator, may"
                " say so."
            )
        )


def _standing(edition_id: int) -> Edition:
    """Return the edition, or the one that its records have gone to."""
    edition = Edition.objects.filter(pk=edition_id).first()
    for _step in range(MOST_MERGES):
        if edition is None or edition.merged_into is None:
            break
        edition = edition.merged_into
    if edition is None or edition.gone:
        raise Refused(_("There is no edition with the number %(number)d.") % {"number": edition_id})
    return edition


def _records(edition_id: int) -> list[int]:
    rows = Record.objects.filter(edition=edition_id, deleted=False).order_by("pk")
    return list(rows.values_list("pk", flat=True)[: MOST_RECORDS + 2])


def _join(one: Edition, other: Edition, said: _Said) -> None:
    _check(said.by, [one.pk, other.pk])
    ours, theirs = _records(one.pk), _records(other.pk)
    if not (ours and theirs):
        raise Refused(_("One of the editions has no record any more."))
    of_work = said.level == Level.WORK
    whole = tuple(
        Record.objects.filter(edition__work=each.work_id)
        if of_work
        else Record.objects.filter(edition=each)
        for each in (one, other)
    )
    _say(said, ours[:REPRESENTATIVES], theirs[:REPRESENTATIVES], whole=(whole[0], whole[1]))


def _say_of_two(record_id: int, other_id: int, said: _Said, *, action: str) -> None:
    if record_id == other_id:
        raise Refused(_("A record is not compared with itself."))
    rows = Record.objects.filter(pk__in=[record_id, other_id], deleted=False)
    editions = list(rows.values_list("edition_id", flat=True))
    if len(editions) != 2:
        raise Refused(_("One of the records is no longer in the catalogue."))
    _check(said.by, [pk for pk in editions if pk], [record_id, other_id])
    _say(said, [record_id], [other_id])
    low, high = sorted((record_id, other_id))
    region.record(
        by=said.by,
        action=action,
        subject=f"record:{low}",
        now=said.now,
        detail={"other": high, "level": said.level},
    )


def _say(
    said: _Said,
    ours: Collection[int],
    theirs: Collection[int],
    *,
    whole: tuple[QuerySet[Record], QuerySet[Record]] | None = None,
) -> None:
    """
    Keep the word for each pair of ours and theirs.

    :param whole: the two sides with all their records; words between them that say the opposite go
    """
    sides = whole or tuple(Record.objects.filter(pk__in=each) for each in (ours, theirs))
    touched = {*ours, *theirs}
    # One after the other: two who say the opposite at the same time are not both heard
    list(Record.objects.select_for_update().filter(pk__in=touched).order_by("pk").values("pk"))
    left, right = (side.values("pk") for side in sides)
    opposite = MatchDecision.objects.filter(
        Q(record__in=left, other__in=right) | Q(record__in=right, other__in=left),
        level=said.level,
        together=not said.together,
    )
    for pair in opposite.values_list("record_id", "other_id"):
        touched.update(pair)
    opposite.delete()
    MatchDecision.objects.bulk_create(
        [
            MatchDecision(
                record_id=min(pair),
                other_id=max(pair),
                level=said.level,
                together=said.together,
                by_id=said.by.person_id,
                at=said.now,
                reason=said.reason.strip()[:300],
            )
            for pair in product(ours, theirs)
        ],
        update_conflicts=True,
        unique_fields=["record", "other", "level"],
        update_fields=["together", "by", "at", "reason"],
    )
    _make_due(touched, now=said.now)


def _make_due(records: Iterable[int], *, now: datetime) -> None:
    """Let matching look at the records again, and soon."""
    due = sorted(records)
    Record.objects.filter(pk__in=due).update(changes=F("changes") + 1)
    Fingerprint.objects.filter(record__in=due).update(matched_mark=None)
    jobs.send(
        topic=MATCH,
        lane=MATCH,
        key=f"{MATCH}:{due[0]}:{now.isoformat()}",
        payload={},
        now=now,
    )
