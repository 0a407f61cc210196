"""What all tests share: no network but loopback, no mail, PostgreSQL's share, nothing left out."""

import os
import socket
from pathlib import Path
from typing import Any

import hypothesis
import pytest

# A slow machine is no fault of a property; CI draws the same examples every time.
hypothesis.settings.register_profile("laptop", deadline=None, max_examples=25)
hypothesis.settings.register_profile("ci", deadline=None, max_examples=25, derandomize=True)
hypothesis.settings.register_profile("nightly", deadline=None, max_examples=1000)
hypothesis.settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "laptop")
)

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
SHARED = Path(os.environ.get("HYLLAN_SHARED", Path(__file__).parent.parent / "shared"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--only-database",
        action="store_true",
        help="run only what touches the database (for the run on PostgreSQL)",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    # The long ones first: two cores share the work best when it ends with small pieces. Only those
    # with processes of their own: the order of the others keeps what migrations wrote in place.
    items.sort(key=lambda item: not _has_its_own_processes(item))
    if not config.getoption("--only-database"):
        return
    ours = [item for item in items if _touches_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in ours])
    items[:] = ours


def _has_its_own_processes(item: pytest.Item) -> bool:
    return item.get_closest_marker("journey") is not None and not _touches_database(item)


def _touches_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(
        item.get_closest_marker("django_db") or fixtures & {"db", "transactional_db", "live_server"}
    )


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a test left out is a failure, the ones that need shared/ aside."""
    if not os.environ.get("HYLLAN_LEAVE_NOTHING_OUT"):
        return
    reporter: Any = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    left_out = [report for report in skipped if "HYLLAN_SHARED" not in str(report.longrepr)]
    if left_out and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        for report in left_out:
            reporter.write_line(f"left out: {report.nodeid}: {report.longrepr}", red=True)


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that leaves this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> Any:
        if isinstance(address, tuple) and address[0] not in LOOPBACK:
            raise AssertionError(f"a test wanted to reach {address}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def _own_home(settings: Any, tmp_path: Path) -> None:
    """Keep index and files of each test for itself."""
    settings.HYLLAN_HOME = tmp_path
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture(autouse=True)
def _quick_sign_in(settings: Any) -> None:
    """Staff needs no second factor where a test is about something else; hashing costs no time."""
    settings.HYLLAN_SECOND_FACTOR = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of real data, or skip the test and say so."""
    if not SHARED.is_dir():
        pytest.skip(f"HYLLAN_SHARED: no folder {SHARED}")
    return SHARED
