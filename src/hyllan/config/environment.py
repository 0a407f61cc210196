"""Settings from the environment; a wrong one stops the start in plain words."""

from pathlib import Path
from secrets import token_urlsafe

from django.core.exceptions import ImproperlyConfigured
from environ import Env

env = Env()
VARIABLES = {
    "HYLLAN_HOME": "folder of database, index and files (default: var where the program is run)",
    "HYLLAN_DEMO": "true: the demo's clock, crew and accounts (default: false; never for real)",
    "HYLLAN_DEBUG": "true: Django's debug pages (default: false; never for real)",
    "HYLLAN_REGION": "the region folder (default: regions/skane of the installation)",
    "HYLLAN_SECRET_KEY": "signs sessions (default: made once, kept in HYLLAN_HOME/secret-key)",
    "HYLLAN_ALLOWED_HOSTS": "host names it answers to, by comma (default: 127.0.0.1,localhost)",
    "HYLLAN_HTTPS": "true: cookies only over https, HSTS (default: false)",
    "HYLLAN_SECOND_FACTOR": "true: staff must use a second factor (default: true; demo: false)",
    "HYLLAN_EMAIL_URL": "where mail goes, smtp://user:pass@host:25 (default: files in HYLLAN_HOME)",
    "HYLLAN_MAIL_FROM": "sender of mail (default: hyllan@localhost)",
    "HYLLAN_ADMIN_EMAIL": "whom those who harvest us may write to (default: HYLLAN_MAIL_FROM)",
    "ROUTER_URL": "OSRM, or with valhalla+ before it Valhalla, for planning (default: estimated)",
    "DATABASE_URL": "postgres://user:pass@host/name (default: SQLite in HYLLAN_HOME)",
}


def _refuse(name: str, problem: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name} {problem}. It means: {VARIABLES[name]}.")


def flag(name: str, *, default: bool) -> bool:
    """Return a yes-or-no setting; anything but true or false is refused."""
    given = env.str(name, default="")
    if given == "":
        return default
    if given.lower() not in {"true", "false", "1", "0"}:
        raise _refuse(name, f"is {given!r}: write true or false")
    return given.lower() in {"true", "1"}


def words(name: str, *, default: list[str]) -> list[str]:
    """Return a comma-separated setting."""
    return env.list(name, default=default) or default


def text(name: str, *, default: str) -> str:
    """Return a setting as it stands."""
    return env.str(name, default="") or default


def home() -> Path:
    """Return the one folder for database, index and files; make it where it is missing."""
    folder = Path(text("HYLLAN_HOME", default="var")).resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _refuse("HYLLAN_HOME", f"is {folder}, which cannot be made ({error})") from error
    return folder


def secret_key(folder: Path) -> str:
    """Return the configured key, or the one kept in the home folder, made at the first start."""
    if given := text("HYLLAN_SECRET_KEY", default=""):
        if len(given) < 32:
            raise _refuse("HYLLAN_SECRET_KEY", "is shorter than 32 characters")
        return given
    kept = folder / "secret-key"
    if not kept.exists():
        try:
            kept.touch(mode=0o600, exist_ok=False)
            kept.write_text(token_urlsafe(48))
        except FileExistsError:
            pass
    return kept.read_text()


def database(folder: Path) -> dict[str, object]:
    """Return Django's database settings: SQLite with immediate transactions, or what is named."""
    url = text("DATABASE_URL", default="")
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": folder / "hyllan.sqlite3",
            # Opening it takes 3 ms of CPU, more than most searches: each thread keeps its own
            "CONN_MAX_AGE": None,
            # Measured (docs/decisions/0005): deferred transactions fail with "database is locked"
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
                " PRAGMA cache_size=-65536;",  # KiB: the indexes of a region's records
            },
            # A file also in tests: in memory, threads share one cache and lock whole tables
            "TEST": {"NAME": folder / "test.sqlite3"},
        }
    settings = dict(Env.db_url_config(url))
    if "postgresql" not in str(settings.get("ENGINE")):
        raise _refuse("DATABASE_URL", "names no PostgreSQL database")
    return settings | {"CONN_MAX_AGE": 60}
