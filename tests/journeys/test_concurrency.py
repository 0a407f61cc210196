"""Several at once want the same copy: one gets it, nobody meets a locked database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from hyllan.lending import services
from hyllan.lending.models import PatronRequest
from hyllan.lending.tests import make_views as make
from hyllan.region.errors import Refused

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
AT_ONCE = 4
ROUNDS = 10


@pytest.mark.usefixtures("tiny_region")
def test_readers_who_ask_at_once_share_the_copies_and_never_a_locked_database() -> None:
    titles = make.editions(ROUNDS)
    readers = [make.actor(make.resident(f"70{at:02}")) for at in range(AT_ONCE)]
    here = make.library("HOOR")
    start = Barrier(AT_ONCE)

    def ask(reader: int) -> None:
        try:
            for at, title in enumerate(titles):
                start.wait(timeout=60)
                services.place_request(
                    edition_id=title.pk,
                    pickup=here,
                    by=readers[reader],
                    now=make.NOW + timedelta(minutes=at),
                )
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(ask, range(AT_ONCE)))

    sourced = PatronRequest.objects.filter(status="sourced")
    assert PatronRequest.objects.count() == ROUNDS * AT_ONCE
    assert sourced.count() == ROUNDS
    assert sourced.values("item").distinct().count() == ROUNDS


@pytest.mark.usefixtures("tiny_region")
def test_two_who_pick_the_same_item_at_once_pick_it_once() -> None:
    wish = make.asked_for(make.edition("Aniara", ESLOV="E1"))
    staff = make.staff("ESLOV")
    start = Barrier(2)

    def pick(_who: int) -> bool:
        try:
            start.wait(timeout=60)
            services.pick(number=wish.number, by=staff, now=make.NOW)
        except Refused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(pick, range(2))) == [False, True]
    assert wish.timeline.filter(step="pick").count() == 1
