"""What the project's own code says: its metadata, models, revisions and application."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from verification.adoption import nowhere
from verification.config import Config
from verification.databases import Server
from verification.dsn import Dsn
from verification.finding import NotApplicable, Unknown
from verification.project import Application, Models, attribute, collect, importing, module
from verification.project.importing import harmlessly
from verification.revisions import Migrations, find, load
from verification.target.fact import Facts, fact

NOWHERE = Dsn("127.0.0.1", 9, "nobody", "", "nothing")


@fact
def variables(config: Config, environment: Mapping[str, str]) -> Mapping[str, str]:
    """What the project's settings are told: its own, and a database URL where it has none.

    Which database that names does not matter: connections are redirected at the last step.
    """
    names = (config.database_url_variable, config.migration_url_variable)
    urls = {name: environment.get(name) or nowhere(config.root) for name in names}
    return {**config.environment, **urls}


@fact
def code(config: Config, variables: Mapping[str, str], target: Facts) -> Iterator[str]:
    """The project's modules can be imported; one that connects meanwhile gets an empty database."""

    @cache
    def made() -> Dsn:
        try:
            server: Server = target["server"]
        except Unknown:
            return NOWHERE
        return server.create()

    with importing(config.root, variables, config.pythonpath, lambda *_: made()):
        yield str(config.root)


@fact
def metadata(config: Config, code: str, target: Facts) -> tuple[Any, ...]:
    """The MetaData objects that hold the project's tables: the known ones, else Alembic's."""
    for name in config.models:
        module(name)
    if config.metadata:
        values = [attribute(name) for name in config.metadata]
    else:
        target["migrations"]  # without them the template would ask for the metadata in turn
        values = [target["template"].ran.target_metadata]
    flat = [each for value in values for each in (value if _is_list(value) else [value])]
    found = tuple({id(item): item for item in flat if item is not None}.values())
    if not found:
        raise NotApplicable("no metadata was found: set metadata in [tool.verification]")
    if not any(item.tables for item in found):
        raise Unknown("the metadata holds no table; are the models' modules in `models`?")
    return found


@fact
def models(config: Config, metadata: tuple[Any, ...]) -> Models:
    """The mapped classes with their tables and fields."""
    return collect(config.root, metadata)


@fact
def migrations(config: Config, code: str, variables: Mapping[str, str]) -> Migrations:
    """The Alembic revisions of the project."""
    file = find(config.root, config.alembic)
    if file is None:
        raise NotApplicable("the project has no Alembic configuration")
    return load(config.root, file, variables, config.migration_timeout)


@fact
def app(config: Config, code: str, variables: Mapping[str, str]) -> Application:
    """The ASGI application, or what its factory makes."""
    if not config.app:
        raise NotApplicable("no application was found: set app in [tool.verification]")
    value = attribute(config.app)
    is_asgi = hasattr(value, "router") or hasattr(value, "openapi")
    return Application(value if is_asgi else harmlessly(value), variables)


def _is_list(value: Any) -> bool:
    return isinstance(value, (list, tuple))
