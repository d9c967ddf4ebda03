"""What the project's own code does with its database URL, seen in a process of its own."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace

from verification.catalog import Catalog
from verification.config import Config
from verification.dsn import Dsn, MalformedDsn
from verification.engines.observing import NotObserved, observe
from verification.engines.place import Place, on_neon, shares_sessions
from verification.engines.place import workers as counted
from verification.engines.settings import EngineSettings, Observed
from verification.finding import NotApplicable, Unknown
from verification.revisions import find
from verification.target.fact import Facts, fact


@fact
def observed(config: Config, environment: Mapping[str, str], target: Facts) -> Observed:
    """The project's code, started once with its database out of reach and a password of ours."""
    file = find(config.root, config.alembic)
    if not (config.app or config.models or config.metadata or file):
        raise NotApplicable("there is no code to look at: set app in [tool.verification]")
    written = {name: _written(target, name) for name in ("url", "migration_url")}
    try:
        seen = observe(config, environment, alembic=str(file) if file else "", **written)
        if file and seen.registered < 0:
            # This env.py connects whatever it is asked, so it is asked on a server of ours.
            with suppress(NotApplicable, Unknown):  # then it stays unknown what it tells
                names = _registered(target)
                again = observe(config, environment, alembic="", registered=names, **written)
                seen = replace(again, migration_host=seen.migration_host)
    except NotObserved as error:
        raise Unknown(str(error)) from None
    return seen


def _registered(target: Facts) -> frozenset[str]:
    given = target["template"].ran.target_metadata
    collections = given if isinstance(given, (list, tuple)) else [given]
    return frozenset(key for item in collections if item is not None for key in item.tables)


def _written(target: Facts, name: str) -> str:
    try:
        return str(target[name])
    except NotApplicable:
        return ""


@fact
def engine_settings(observed: Observed) -> tuple[EngineSettings, ...]:
    """The engines that serve the project, with everything about them that is a setting."""
    if observed.engines:
        return observed.engines
    if observed.trouble:
        raise Unknown(f"no engine was seen: {observed.trouble[0]}")
    raise NotApplicable("the project's code makes no engine that could be seen")


@fact
def migration_host(target: Facts) -> str:
    """The host that env.py connects to, where it could be seen; else empty."""
    try:
        observed: Observed = target["observed"]
    except (NotApplicable, Unknown):
        return ""
    return observed.migration_host


@fact
def place(config: Config, target: Facts) -> Place:
    """Where the database is, as far as the URLs and the project's settings tell, offline."""
    app, migrations = _read(_written(target, "url")), _read(_written(target, "migration_url"))
    neon = on_neon(config.root, app, migrations, config.neon_branch)
    return Place(app, migrations, neon, shares_sessions(config.root, app, migrations))


@fact
def workers(config: Config, environment: Mapping[str, str]) -> int:
    """How many processes serve the application."""
    return counted(config.root, environment)


def _read(text: str) -> Dsn | None:
    try:
        return Dsn.parse(text) if text else None
    except MalformedDsn:
        return None  # which configuration/malformed-url tells


@fact
def capacity(target: Facts) -> Callable[[], Catalog]:
    """The deployed database's own settings, asked for only where they decide something."""
    return lambda: target["deployed"]
