import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from hyllan.jobs import registry, services
from hyllan.jobs.engine.backoff import LONGEST, wait_before
from hyllan.jobs.models import OutboxMessage, Timer

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def delivered() -> list[str]:
    """Deliver the topic "letters" by writing its keys down."""
    keys: list[str] = []

    def handler(message: OutboxMessage, now: datetime) -> None:
        keys.append(message.key)
        services.complete(message.pk, now=now)

    registry.subscribe("letters", handler)
    return keys


def write(
    key: str, *, lane: str = "lane", topic: str = "letters", destination: str = ""
) -> OutboxMessage:
    return services.send(
        topic=topic, lane=lane, key=key, payload={}, now=NOON, destination=destination
    )


def test_message_is_delivered_once_in_the_order_of_its_lane(delivered: list[str]) -> None:
    for key in ("a", "b", "a", "c"):
        write(key)

    services.deliver_due(now=NOON)
    services.deliver_due(now=NOON + MINUTE)

    assert delivered == ["a", "b", "c"]


def test_message_that_must_wait_holds_its_lane_but_no_other(delivered: list[str]) -> None:
    def refuse(message: OutboxMessage, now: datetime) -> None:
        raise registry.Later("no answer")

    registry.subscribe("down", refuse)
    write("first", topic="down")
    write("second")
    write("elsewhere", lane="other lane")

    services.deliver_due(now=NOON)

    assert delivered == ["elsewhere"]
    first = OutboxMessage.objects.get(key="first")
    assert (first.status, first.attempts, first.last_error) == ("waiting", 1, "no answer")
    assert first.due_at == NOON + wait_before(2)


def test_system_that_is_down_is_asked_once_for_all_that_waits_for_it() -> None:
    asked: list[str] = []

    def refuse(message: OutboxMessage, now: datetime) -> None:
        asked.append(message.key)
        raise registry.Later("no answer")

    registry.subscribe("down", refuse)
    for key in ("a", "b", "c"):
        write(key, lane=key, topic="down", destination="LUND")

    services.deliver_due(now=NOON)
    assert asked == ["a"]

    services.deliver_due(now=NOON + wait_before(2))
    assert asked == ["a", "a"]


def test_worker_that_died_leaves_a_claim_that_runs_out(delivered: list[str]) -> None:
    write("a")
    assert services.claim(now=NOON, wall=NOON) is not None

    services.deliver_due(now=NOON, wall=lambda: NOON + services.CLAIM / 2)
    assert delivered == []
    services.deliver_due(now=NOON, wall=lambda: NOON + services.CLAIM + MINUTE)

    assert delivered == ["a"]
    assert OutboxMessage.objects.get(key="a").attempts == 2


def test_claim_of_a_dead_process_is_freed_and_one_of_the_living_is_not(
    delivered: list[str],
) -> None:
    write("mine", lane="1")
    write("of the dead", lane="2")
    for _ in range(2):
        services.claim(now=NOON, wall=NOON)
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    dead = services.this_process().rpartition(":")[0] + f":{child.pid}"
    OutboxMessage.objects.filter(key="of the dead").update(claimed_by=dead)

    assert services.release_claims_of_the_dead() == 1
    services.deliver_due(now=NOON)

    assert delivered == ["of the dead"]


def test_handler_that_says_never_parks_the_message(delivered: list[str]) -> None:
    write("unheard of", topic="nobody")
    write("next", lane="lane")

    services.deliver_due(now=NOON)

    stuck = OutboxMessage.objects.get(key="unheard of")
    assert (stuck.status, stuck.last_error) == ("stuck", "no room delivers nobody")
    assert delivered == ["next"]


def test_handler_with_a_fault_keeps_the_message_for_later() -> None:
    def fault(message: OutboxMessage, now: datetime) -> None:
        raise ZeroDivisionError("a bug")

    registry.subscribe("faulty", fault)
    write("a", topic="faulty")

    services.deliver_due(now=NOON)

    kept = OutboxMessage.objects.get(key="a")
    assert (kept.status, kept.last_error) == ("waiting", "ZeroDivisionError: a bug")


def test_event_is_told_to_each_subscriber_once() -> None:
    heard: list[tuple[str, str]] = []

    def listener(name: str) -> registry.Handler:
        def handler(message: OutboxMessage, now: datetime) -> None:
            heard.append((name, message.payload["crate"]))
            services.complete(message.pk, now=now)

        return handler

    registry.on_event("test.crate_seen", "one", listener("one"))
    registry.on_event("test.crate_seen", "two", listener("two"))
    for _ in range(2):
        services.publish(event="test.crate_seen", key="scan-1", payload={"crate": "H-1"}, now=NOON)

    services.deliver_due(now=NOON)

    assert sorted(heard) == [("one", "H-1"), ("two", "H-1")]


def test_untried_messages_can_be_withdrawn(delivered: list[str]) -> None:
    write("a")

    assert services.drop_untried(lane="lane", now=NOON) == 1
    services.deliver_due(now=NOON)

    assert delivered == []


def test_backoff_doubles_up_to_its_longest() -> None:
    waits = [wait_before(attempt) for attempt in range(2, 20)]

    assert waits[:3] == [timedelta(seconds=5), timedelta(seconds=10), timedelta(seconds=20)]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST


def test_timer_runs_once_in_a_period_and_survives_a_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ran: list[datetime] = []

    def run(now: datetime) -> None:
        ran.append(now)
        raise ZeroDivisionError

    monkeypatch.setattr(registry, "_periodic", {})
    registry.every("test", timedelta(hours=1), run)

    for minutes in (0, 30, 59, 60, 61):
        services.run_timers(now=NOON + minutes * MINUTE)

    assert ran == [NOON, NOON + 60 * MINUTE]
    assert Timer.objects.get(name="test").last_run_at == NOON + 60 * MINUTE
