"""Staff's word: who may say what, and what is kept of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hyllan.catalogue import services
from hyllan.catalogue.models import Edition, MatchDecision, Record
from hyllan.catalogue.tests.make import NOON
from hyllan.catalogue.tests.make_decided import EMIL, edition, records_of
from hyllan.catalogue.tests.make_editions import work
from hyllan.jobs.models import OutboxMessage
from hyllan.region.engine.roles import SYSTEM, Actor, Role
from hyllan.region.errors import Refused
from hyllan.region.models import AuditEntry
from hyllan.region.tests import make as region

pytestmark = pytest.mark.django_db
Said = set[tuple[int, int, str, bool]]


def said() -> Said:
    return set(MatchDecision.objects.values_list("record_id", "other_id", "level", "together"))


def due() -> set[int]:
    return set(Record.objects.filter(changes__gt=1).values_list("pk", flat=True))


def staff_of(code: str, role: Role = Role.LIBRARY_STAFF) -> Actor:
    return region.actor(role, library=region.library(code))


def test_a_record_split_out_is_apart_from_all_the_others() -> None:
    one = edition(*((code, EMIL) for code in ("LUND", "ESLOV", "OSBY")))
    first, second, third = records_of(one)
    by = staff_of("ESLOV")

    services.split_record(record_id=second, reason=" Bilderbok ", by=by, now=NOON)

    assert said() == {(first, second, "edition", False), (second, third, "edition", False)}
    assert set(MatchDecision.objects.values_list("by", "at", "reason")) == {
        (by.person_id, NOON, "Bilderbok")
    }
    assert due() == {first, second, third}
    assert OutboxMessage.objects.get().topic == services.MATCH
    entry = AuditEntry.objects.get(action="catalogue.split_record")
    assert (entry.subject, entry.detail) == (
        f"edition:{one.pk}",
        {"record": second, "others": [first, third]},
    )


def test_editions_joined_are_spoken_for_by_two_records_of_each() -> None:
    one = edition(("LUND", EMIL), ("ESLOV", EMIL), ("OSBY", EMIL))
    other = edition(("MALMO", EMIL))
    a, b, _c = records_of(one)
    (d,) = records_of(other)

    services.join_editions(
        edition_id=one.pk, other_id=other.pk, reason="", by=staff_of("MALMO"), now=NOON
    )

    assert said() == {(a, d, "edition", True), (b, d, "edition", True)}


def test_joining_takes_away_every_word_that_held_the_two_apart() -> None:
    one, other = edition(("LUND", EMIL), ("ESLOV", EMIL), ("OSBY", EMIL)), edition(("MALMO", EMIL))
    a, b, c = records_of(one)
    (d,) = records_of(other)
    for record in (a, b, c):
        services.say_apart(
            record_id=d, other_id=record, level="edition", reason="", by=SYSTEM, now=NOON
        )
    services.say_apart(record_id=a, other_id=d, level="work", reason="", by=SYSTEM, now=NOON)

    services.join_editions(
        edition_id=other.pk, other_id=one.pk, reason="", by=SYSTEM, now=NOON + timedelta(hours=1)
    )

    assert said() == {
        (a, d, "edition", True),
        (b, d, "edition", True),
        (a, d, "work", False),
    }
    assert due() == {a, b, c, d}


def test_the_lower_record_stands_first_and_the_later_word_holds() -> None:
    a, b = records_of(edition(("LUND", EMIL), ("ESLOV", EMIL)))
    services.say_apart(record_id=b, other_id=a, level="edition", reason="", by=SYSTEM, now=NOON)

    services.say_together(record_id=a, other_id=b, level="edition", reason="", by=SYSTEM, now=NOON)

    assert said() == {(a, b, "edition", True)}


def test_an_edition_split_out_of_its_work_is_apart_from_each_of_the_others() -> None:
    emil = work("Emil")
    film, book, other = (
        edition(("LUND", EMIL), of=emil),
        edition(*((code, EMIL) for code in ("ESLOV", "OSBY", "MALMO")), of=emil),
        edition(("OSBY", replace(EMIL, language="eng")), of=emil),
    )
    (a,) = records_of(film)
    b, c, _d = records_of(book)
    (e,) = records_of(other)

    services.split_edition(edition_id=film.pk, reason="", by=staff_of("LUND"), now=NOON)

    assert said() == {(a, each, "work", False) for each in (b, c, e)}


def test_works_joined_lose_the_words_between_all_their_editions() -> None:
    one, other = work(), work()
    film = edition(("LUND", EMIL), of=one)
    books = [edition(("OSBY", EMIL), of=other), edition(("ESLOV", EMIL), of=other)]
    (a,) = records_of(film)
    b, c = records_of(*books)
    for record in (b, c):
        services.say_apart(
            record_id=a, other_id=record, level="work", reason="", by=SYSTEM, now=NOON
        )

    services.join_works(edition_id=film.pk, other_id=books[0].pk, reason="", by=SYSTEM, now=NOON)

    assert said() == {(a, b, "work", True)}


def test_take_back_takes_all_pairs_of_one_word_and_no_other() -> None:
    one = edition(*((code, EMIL) for code in ("LUND", "ESLOV", "OSBY")))
    a, b, c = records_of(one)
    services.split_record(record_id=b, reason="", by=staff_of("ESLOV"), now=NOON)
    later = NOON + timedelta(hours=1)
    services.say_together(record_id=a, other_id=c, level="work", reason="", by=SYSTEM, now=later)
    Record.objects.update(changes=1)
    decision = MatchDecision.objects.filter(together=False).latest("pk")

    services.take_back(decision_id=decision.pk, by=staff_of("LUND"), now=later)

    assert said() == {(a, c, "work", True)}
    assert due() == {a, b, c}
    with pytest.raises(Refused, match="taken back already"):
        services.take_back(decision_id=decision.pk, by=SYSTEM, now=later)


@pytest.mark.parametrize(
    "role", [Role.LIBRARY_STAFF, Role.LIBRARY_MANAGER, Role.HOSPITAL_LIBRARIAN]
)
def test_staff_speak_of_editions_their_library_has_a_record_of(role: Role) -> None:
    one = edition(("LUND", EMIL), ("ESLOV", EMIL))
    region.library("LUND-DALBY", of="LUND")

    ours = [staff_of(code, role) for code in ("LUND", "LUND-DALBY", "OSBY")]
    whole = region.actor(role, organisation=region.organisation("ESLOV"))

    assert [services.may_decide(by=by, edition_ids=[one.pk]) for by in (*ours, whole)] == [
        True,
        True,
        False,
        True,
    ]


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.DRIVER, Role.WEB_EDITOR])
def test_others_say_nothing_and_administrators_may_anywhere(role: Role) -> None:
    one = edition(("LUND", EMIL), ("ESLOV", EMIL))
    (a, _b), administrator = records_of(one), region.actor(Role.ADMINISTRATOR)

    with pytest.raises(Refused, match="Only staff of a library"):
        services.split_record(record_id=a, reason="", by=region.actor(role), now=NOON)

    assert said() == set()
    assert services.may_decide(by=administrator, edition_ids=[one.pk])


def test_who_has_no_record_of_it_takes_nothing_back() -> None:
    a, _b = records_of(edition(("LUND", EMIL), ("ESLOV", EMIL)))
    services.split_record(record_id=a, reason="", by=SYSTEM, now=NOON)

    with pytest.raises(Refused, match="Only staff of a library"):
        services.take_back(
            decision_id=MatchDecision.objects.get().pk, by=staff_of("OSBY"), now=NOON
        )

    assert len(said()) == 1


def test_what_cannot_be_said_is_refused_and_leaves_nothing() -> None:
    alone = edition(("LUND", EMIL))
    (a,) = records_of(alone)
    by, now = SYSTEM, NOON

    with pytest.raises(Refused, match="alone in its edition"):
        services.split_record(record_id=a, reason="", by=by, now=now)
    with pytest.raises(Refused, match="alone in its work"):
        services.split_edition(edition_id=alone.pk, reason="", by=by, now=now)
    with pytest.raises(Refused, match="one edition already"):
        services.join_editions(edition_id=alone.pk, other_id=alone.pk, reason="", by=by, now=now)
    with pytest.raises(Refused, match="one work already"):
        services.join_works(edition_id=alone.pk, other_id=alone.pk, reason="", by=by, now=now)
    with pytest.raises(Refused, match="no edition with the number 12345"):
        services.join_editions(edition_id=alone.pk, other_id=12345, reason="", by=by, now=now)
    with pytest.raises(Refused, match="not compared with itself"):
        services.say_apart(record_id=a, other_id=a, level="edition", reason="", by=by, now=now)
    with pytest.raises(Refused, match="no longer in the catalogue"):
        services.say_together(record_id=a, other_id=12345, level="work", reason="", by=by, now=now)
    with pytest.raises(Refused, match="no longer in the catalogue"):
        services.split_record(record_id=12345, reason="", by=by, now=now)

    assert (said(), due(), OutboxMessage.objects.count()) == (set(), set(), 0)


def test_an_edition_that_went_into_another_is_followed() -> None:
    one, other, third = (edition(("LUND", EMIL)) for _ in range(3))
    Record.objects.filter(edition=other).update(edition=third)
    Edition.objects.filter(pk=other.pk).update(merged_into=third)
    (a,), (b, c) = records_of(one), records_of(third)

    services.join_editions(edition_id=one.pk, other_id=other.pk, reason="", by=SYSTEM, now=NOON)

    assert said() == {(a, b, "edition", True), (a, c, "edition", True)}
