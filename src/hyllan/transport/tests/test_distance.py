import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyllan.transport.engine.distance import driving_minutes, great_circle_km, road_km

LUND, HELSINGBORG = (55.704, 13.191), (56.046, 12.694)
positions = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@pytest.mark.parametrize(("km", "minutes"), [(58, 48), (62, 51), (83, 64)])
def test_driving_minutes_are_those_of_three_known_roads(km: float, minutes: int) -> None:
    assert driving_minutes(km) == minutes


def test_road_from_lund_to_helsingborg_is_about_58_km() -> None:
    assert round(road_km(LUND, HELSINGBORG)) == 58


@given(positions, positions)
def test_distance_is_the_same_both_ways_and_at_most_half_the_earth(
    start: tuple[float, float], end: tuple[float, float]
) -> None:
    there, back = great_circle_km(start, end), great_circle_km(end, start)

    assert there == pytest.approx(back, abs=1e-6)
    assert 0 <= there <= 20_016


@given(st.floats(0, 1000), st.floats(0, 1000))
def test_a_longer_road_never_takes_less_time(km: float, more: float) -> None:
    assert driving_minutes(km) <= driving_minutes(km + more)
