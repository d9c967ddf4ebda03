"""Start the project's code in a process of its own, with its database out of reach, and look."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from verification.config import Config
from verification.dsn import Dsn, MalformedDsn
from verification.engines.settings import EngineSettings, Leak, Observed, Unregistered
from verification.finding import Location

PATIENCE = 60  # seconds for imports, one start of the application and a few requests
CANARY = "Verify-Canary-7f3a9c21e5"
NOWHERE = Dsn("127.0.0.1", 9, "verify", CANARY, "verify")
# libpq connects to this address whatever host a URL names, so that nothing leaves the machine.
UNREACHABLE = {"PGHOSTADDR": "127.0.0.1", "PGPASSFILE": os.devnull, "PGCONNECT_TIMEOUT": "2"}


class NotObserved(Exception):
    """The project's code could not be started; the message is one line."""


def observe(
    config: Config,
    environment: Mapping[str, str],
    url: str,
    migration_url: str,
    alembic: str,
    registered: Collection[str] = (),
) -> Observed:
    """Import the project's modules, start its application, ask it a little. Raises NotObserved.

    Without `alembic`, `registered` are the tables that env.py gives, as they were learnt elsewhere.
    """
    variables = {
        config.database_url_variable: _with_canary(url),
        config.migration_url_variable: _with_canary(migration_url or url),
    }
    job = {
        "root": str(config.root),
        "app": config.app,
        "models": config.models,
        "metadata": config.metadata,
        "pythonpath": config.pythonpath,
        "alembic": alembic,
        "registered": sorted(registered),
        "canary": CANARY,
    }
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "answer.json"
        job["answer"] = str(written)
        _started(job, {**environment, **config.environment, **variables, **UNREACHABLE})
        try:
            document = json.loads(written.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise NotObserved("the project's code ended the process it was imported in") from None
    return _observed(document)


def _started(job: Mapping[str, Any], environment: Mapping[str, str]) -> None:
    home = str(Path(__file__).parents[2])
    paths = [home, *filter(None, [environment.get("PYTHONPATH")])]
    try:
        subprocess.run(
            [sys.executable, "-m", "verification.engines.inside"],
            input=json.dumps(job),
            text=True,
            cwd=job["root"],
            env={**environment, "PYTHONPATH": os.pathsep.join(paths)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NotObserved(f"the project's code did not start within {PATIENCE} s") from None


def _with_canary(text: str) -> str:
    """The same URL with a password that can be recognised, and that opens nothing."""
    if not text:
        # SQLAlchemy 2.1 reads a bare postgresql:// as psycopg, which need not be installed.
        bare = any(find_spec(name) for name in ("psycopg", "asyncpg"))
        return NOWHERE.reveal("" if bare else "psycopg2")
    try:
        dsn = Dsn.parse(text)
    except MalformedDsn:
        return text
    scheme = text.partition("://")[0]
    # The scheme stays as it is written: whether the project's code can load it is a question here.
    return f"{scheme}://{replace(dsn, password=CANARY).reveal('').partition('://')[2]}"


def _observed(document: Mapping[str, Any]) -> Observed:
    return Observed(
        tuple(
            EngineSettings(**{**entry, "location": _location(entry["location"])})
            for entry in document["engines"]
        ),
        tuple(Leak(place) for place in document["leaks"]),
        tuple(document["revealing"]),
        tuple(
            Unregistered(entry["name"], entry["table"], _location(entry["location"]))
            for entry in document["unregistered"]
        ),
        document["registered"],
        tuple(text.replace(CANARY, "***") for text in document["trouble"]),
        document["migration_host"],
    )


def _location(entry: list[Any] | None) -> Location | None:
    return Location(*entry) if entry else None
