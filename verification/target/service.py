"""How the project's service is started, and on which databases."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from verification.config import Config
from verification.databases import Server
from verification.dsn import Dsn, MalformedDsn
from verification.finding import NotApplicable, Unknown
from verification.service import Service
from verification.target.catalogs import Template
from verification.target.fact import Facts, fact

WRITTEN = re.compile(r"\bpostgres(?:ql)?\+(psycopg2|psycopg|psycopg_async|asyncpg|pg8000)://")
EXAMPLES = (".env", ".env.example", ".env.sample", ".env.template", ".env.dist", ".env.test")


@fact
def service(
    config: Config, environment: Mapping[str, str], server: Server, target: Facts
) -> Service:
    """How the application is started, and scratch databases with the project's schema for it."""
    if not config.app:
        raise NotApplicable("no application: set app in [tool.verification]")

    @contextmanager
    def empty() -> Iterator[Dsn]:
        dsn = server.create()
        try:
            yield dsn
        finally:
            server.drop(dsn)

    def copy() -> AbstractContextManager[Dsn]:
        return empty()

    if template := _template(config, target):

        def copy() -> AbstractContextManager[Dsn]:
            return server.clone(template)

    names = (config.database_url_variable, config.migration_url_variable)
    return Service(
        config.root,
        config.app,
        names,
        config.environment,
        copy,
        drivers=_drivers(config, environment),
        folders=config.folders,
        headers=_headers(config, environment),
        login=config.login,
    )


def _headers(config: Config, environment: Mapping[str, str]) -> Mapping[str, str]:
    """What every request carries, `env:NAME` replaced by the value of that variable."""
    headers = {}
    for name, value in config.headers.items():
        kind, _, variable = value.partition(":")
        if kind == "env" and not (value := environment.get(variable, "")):
            raise Unknown(f"headers: {name} is to be that of {variable}, which is not set")
        headers[name] = value
    return headers


def _template(config: Config, target: Facts) -> Dsn | None:
    """A database with the project's schema; None where the application makes its own."""
    try:
        target["migrations"]
    except NotApplicable:
        if not config.metadata:
            return None
        try:
            return _dsn(target)
        except (
            Unknown
        ):  # models that cannot be imported here, though perhaps where they can connect
            return None
    return _dsn(target)


def _dsn(target: Facts) -> Dsn:
    template: Template = target["template"]
    return template.dsn


def _drivers(config: Config, environment: Mapping[str, str]) -> tuple[str, ...]:
    """The driver that the project's URLs name, best knowledge first."""
    found: list[str] = []
    for text in (environment.get(name, "") for name in (config.database_url_variable,)):
        try:
            found.append(Dsn.parse(text).driver)
        except MalformedDsn:
            continue
    if not any(found):
        hints = Counter(driver for path in _examples(config.root) for driver in _named(path))
        found[:0] = [driver for driver, _ in hints.most_common(1)]
    return tuple(dict.fromkeys((*found, "")))


def _examples(root: Path) -> Iterator[Path]:
    return (path for name in EXAMPLES if (path := root / name).is_file())


def _named(path: Path) -> list[str]:
    try:
        return WRITTEN.findall(path.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return []
