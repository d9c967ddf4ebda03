"""Where the project's database is, as far as its URLs and its settings tell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from verification.connect.protection import crosses_a_network
from verification.dsn import Dsn
from verification.engines.files import lines, shared
from verification.neon.dsn import is_neon, is_pooled

TEMPLATES = (".env", ".env.example", ".env.sample", ".env.template", ".env.dist")
NEON = re.compile(r"@[a-z0-9.-]+\.neon\.tech\b")
_SERVERS = re.compile(
    r"\b(?:uvicorn|gunicorn|hypercorn|granian|fastapi)\b.*?(?:--workers|-w)[\s=\",']+(?P<n>\d+)"
)
_SET = re.compile(r"workers\s*=\s*(\d+)\s*(?:#|$)")
_STARTS = re.compile(r"(^|/)(Procfile|Dockerfile|[^/]*\.Dockerfile|compose|docker-compose)|\.sh$")
PGBOUNCERS_PORT = 6432
_SETS_UP = re.compile(r"pgbouncer|\.ya?ml$|\.env|\.tf$")
_TRANSACTIONS = re.compile(r"^[^#;]*pool_?mode\W{1,6}transaction\b", re.IGNORECASE)
WORKERS = ("WEB_CONCURRENCY", "UVICORN_WORKERS", "GUNICORN_WORKERS")


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of it without asking it."""

    app: Dsn | None
    """The application's URL, where one is set and can be read."""
    migrations: Dsn | None
    """The migrations' own, where one is set and can be read."""
    neon: bool
    """Whether it is Neon: it suspends, wakes, and has a proxy in front."""

    shares_sessions: bool = False
    """Whether the project sets up a PgBouncer in transaction mode."""

    @property
    def pooled(self) -> bool:
        """Whether the application goes through a transaction pooler."""
        return self.app is not None and self.shared(self.app)

    def shared(self, dsn: Dsn) -> bool:
        """Whether a URL leads through a transaction pooler."""
        return is_pooled(dsn) or (self.shares_sessions and _is_pgbouncer(dsn))

    @property
    def remote(self) -> bool:
        """Whether a network lies between."""
        return self.neon or (self.app is not None and crosses_a_network(self.app))


def on_neon(root: Path, app: Dsn | None, migrations: Dsn | None, branch: str) -> bool:
    """Whether a URL, the branch that is expected, or the project's template of settings says so."""
    if branch or any(dsn is not None and is_neon(dsn) for dsn in (app, migrations)):
        return True
    texts = (text for name in TEMPLATES if app is None for _, text in lines(root / name))
    return any(NEON.search(text) for text in texts if not text.lstrip().startswith("#"))


def shares_sessions(root: Path, app: Dsn | None, migrations: Dsn | None) -> bool:
    """Whether a URL looks like PgBouncer's and a file of the project sets its mode."""
    if not any(dsn is not None and _is_pgbouncer(dsn) for dsn in (app, migrations)):
        return False
    files = (path for path in shared(root) if _SETS_UP.search(path.name.lower()))
    return any(_TRANSACTIONS.search(text) for path in files for _, text in lines(path))


def _is_pgbouncer(dsn: Dsn) -> bool:
    return dsn.port == PGBOUNCERS_PORT or "pgbouncer" in dsn.host.lower()


def workers(root: Path, environment: Mapping[str, str]) -> int:
    """How many processes serve the application, as its environment or its start command says."""
    for name in WORKERS:
        if environment.get(name, "").isdigit():
            return max(1, int(environment[name]))
    return max([1, *_written(root)])


def _written(root: Path) -> Iterator[int]:
    for path in shared(root):
        if _STARTS.search(path.name):
            for _, text in lines(path):
                yield from (int(found["n"]) for found in _SERVERS.finditer(text))
        elif path.name in {"gunicorn.conf.py", "gunicorn_conf.py"}:
            yield from (int(found[1]) for _, text in lines(path) if (found := _SET.match(text)))
