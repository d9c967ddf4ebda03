"""A server of another version than the tests have seen."""

import re
from collections.abc import Iterator
from pathlib import Path

from verification.check import check
from verification.config import Config
from verification.connect.answer import Answer
from verification.finding import Finding, Location, Severity

# Below these, known vulnerabilities stand open: CVE-2025-1094 and those before it.
FLOORS = {14: 16, 15: 11, 16: 7, 17: 3}
OLDEST = 14
RELEASE = 10_000  # server_version_num is 170002 for 17.2
PLACES = (
    "compose*.y*ml",
    "docker-compose*.y*ml",
    "*/compose*.y*ml",
    "*/docker-compose*.y*ml",
    ".github/workflows/*.y*ml",
    ".gitlab-ci.yml",
    ".circleci/config.yml",
    "azure-pipelines.yml",
)
IMAGE = re.compile(
    r"^\s*-?\s*(?:image|name)\s*:\s*['\"]?(?:[\w.-]+/)*"
    r"(?:postgres|postgresql|postgis|pgvector|timescaledb(?:-ha)?)"
    r":(?:latest-)?(?:pg|v)?(?P<major>\d{1,2})(?=[.\-'\"@\s]|$)"
)


@check(Severity.WARNING)
def wrong_server_version(
    url: str,  # noqa: ARG001 - a rehearsal has no server of its own to judge
    answer: Answer,
    config: Config,
) -> Iterator[Finding]:
    """The server's major version is not the one that the project is tested on, or is too old.

    Plans, reserved words, functions and defaults change with every major version; what passed on
    another one has not been tested. Releases below a known floor have holes that are published.
    The version under test is read off the images in compose files and CI workflows.

    ```env bad
    DATABASE_URL=$SERVER
    ```

    ```yaml bad compose.yaml
    services:
      database:
        image: postgres:9.6-alpine
    ```

    ```env good
    DATABASE_URL=$SERVER
    ```

    ```yaml good compose.yaml
    services:
      cache:
        image: redis:7
    ```
    """
    number = answer.identity.version_num
    major, minor = divmod(number, RELEASE)
    tested = dict(_tested(config.root))
    if tested and major not in tested:
        nearest, location = min(tested.items(), key=lambda item: abs(item[0] - major))
        yield Finding(
            "server_version",
            f"the database is PostgreSQL {major}, but the project is tested on {nearest}",
            f"test on postgres:{major}",
            location,
        )
    if major < OLDEST or minor < FLOORS.get(major, 0):
        wanted = f"{major}.{FLOORS[major]}" if major in FLOORS else f"{OLDEST}"
        yield Finding(
            "server_version_num",
            f"PostgreSQL {answer.identity.version} has published vulnerabilities",
            f"upgrade to {wanted} or newer",
        )


def _tested(root: Path) -> Iterator[tuple[int, Location]]:
    for pattern in PLACES:
        for path in sorted(root.glob(pattern)):
            try:
                lines = path.read_text(encoding="utf-8").splitlines()
            except (OSError, UnicodeDecodeError):
                continue
            for line, text in enumerate(lines, 1):
                if found := IMAGE.match(text):
                    where = path.relative_to(root).as_posix()
                    yield int(found["major"]), Location(where, line)
