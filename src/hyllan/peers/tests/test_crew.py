"""The crew goes on with what people have begun."""

from datetime import timedelta

import pytest
from django.utils import timezone

from hyllan.lending.tests import make_views as make
from hyllan.peers.crew import Crew
from hyllan.transport.models import Crate

pytestmark = pytest.mark.django_db(transaction=True)


def test_crew_closes_the_crate_that_a_person_left_open_and_the_van_takes_it() -> None:
    make.tiny_region()
    wish = make.packed(make.asked_for(make.edition("Kallocain", ESLOV="E1")))
    crew = Crew(make.NOW, wall=timezone.now)
    before = Crate.objects.get(code=wish.crate_code).status

    crew.run(until=make.NOW + timedelta(days=2), stop=lambda: crew.van_scans > 0)

    assert before == Crate.Status.PACKING
    assert Crate.objects.get(code=wish.crate_code).status == Crate.Status.ON_VAN
