"""Where the databases are: the application's, the migrations', or none of the project's own."""

import os
from collections.abc import Iterator, Mapping

from verification.config import Config
from verification.databases import NoServer, Server, disposable_server
from verification.dsn import Dsn, MalformedDsn
from verification.finding import NotApplicable, Unknown
from verification.target.fact import Facts, fact


@fact
def environment(config: Config) -> Mapping[str, str]:
    """The process's environment, with what `[tool.verification.environment]` adds to it."""
    return {**config.environment, **os.environ}


@fact
def url(config: Config, environment: Mapping[str, str]) -> str:
    """The application's database URL as it is written, unread."""
    return _written(config.database_url_variable, environment)


@fact
def migration_url(config: Config, environment: Mapping[str, str]) -> str:
    """The URL that migrations use, as it is written: their own, else the application's."""
    own = environment.get(config.migration_url_variable, "").strip()
    return own or _written(config.database_url_variable, environment)


def _written(variable: str, environment: Mapping[str, str]) -> str:
    text = environment.get(variable, "").strip()
    if not text:
        raise NotApplicable(f"{variable} is not set")
    return text


@fact
def dsn(config: Config, target: Facts) -> Iterator[Dsn]:
    """The database to verify: the deployed one, or, without a URL, a rehearsal of it.

    The rehearsal is what a deploy of this code would make: migrated from zero on a disposable
    server, reached as safely as that server can be.
    """
    try:
        text = target["url"]
    except NotApplicable:
        server: Server = target["server"]
        with server.clone(target["template"].dsn) as copy:
            yield server.secured(copy) if server.ca_file else copy
    else:
        yield _parsed(config.database_url_variable, text)


@fact
def migration_dsn(config: Config, migration_url: str) -> Dsn:
    """The deployed database as migrations reach it."""
    return _parsed(config.migration_url_variable, migration_url)


def _parsed(variable: str, text: str) -> Dsn:
    try:
        return Dsn.parse(text)
    except MalformedDsn as error:
        raise Unknown(f"{variable}: {error}") from None


@fact
def server(environment: Mapping[str, str]) -> Iterator[Server]:
    """A PostgreSQL on which anything may be done, because nobody else's data is on it."""
    try:
        with disposable_server(environment) as running:
            yield running
    except NoServer as error:
        raise Unknown(str(error)) from None
