"""Lock what pyproject.toml asks for, with hashes and without any index address."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
UV = Path(sys.executable).with_name("uv")
COMPILE = [
    *(str(UV), "pip", "compile", "-q", "--upgrade", "--generate-hashes", "--universal"),
    *("--python-version", "3.11", "--no-header"),
    *("--no-emit-index-url", "--no-emit-find-links"),
]


def main() -> None:
    """Write requirements/run.txt, dev.txt and uv.txt anew."""
    wanted: list[tuple[list[str], str]] = [
        (["pyproject.toml", "--extra", "build"], "run.txt"),
        (["pyproject.toml", "--all-extras"], "dev.txt"),
        (["requirements/uv.in"], "uv.txt"),
    ]
    for sources, target in wanted:
        command = [*COMPILE, *sources, "-o", f"requirements/{target}"]
        subprocess.run(command, cwd=ROOT, check=True)  # noqa: S603 - our own words


if __name__ == "__main__":
    main()
