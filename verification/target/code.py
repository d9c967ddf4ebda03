"""What the project's own code says: its metadata, models, revisions and application."""

from collections.abc import Iterator, Mapping
from typing import Any

from verification.config import Config
from verification.finding import NotApplicable, Unknown
from verification.project import Application, Models, attribute, collect, importing, module
from verification.revisions import Migrations, find, load
from verification.target.fact import Facts, fact


@fact
def variables(config: Config, environment: Mapping[str, str]) -> Mapping[str, str]:
    """What the project's settings are told: its own, and a database URL where it has none.

    Which database that names does not matter: connections are redirected at the last step.
    """
    nowhere = "postgresql://nobody@127.0.0.1:9/nothing"
    names = (config.database_url_variable, config.migration_url_variable)
    given = {name: environment.get(name) or nowhere for name in names}
    return {**config.environment, **given}


@fact
def code(config: Config, variables: Mapping[str, str]) -> Iterator[str]:
    """The project's modules can be imported."""
    with importing(config.root, variables):
        yield str(config.root)


@fact
def metadata(config: Config, code: str, target: Facts) -> tuple[Any, ...]:
    """The MetaData objects that hold the project's tables: the configured, else Alembic's."""
    for name in config.models:
        module(name)
    if config.metadata:
        value = attribute(config.metadata)
    else:
        value = target["template"].ran.target_metadata
        if value is None:
            raise NotApplicable("no metadata: set metadata in [tool.verification]")
    found = tuple(value) if isinstance(value, (list, tuple)) else (value,)
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
    return load(config.root, file, variables)


@fact
def app(config: Config, code: str, variables: Mapping[str, str]) -> Application:
    """The ASGI application, or what its factory makes."""
    if not config.app:
        raise NotApplicable("no application: set app in [tool.verification]")
    value = attribute(config.app)
    is_asgi = hasattr(value, "router") or hasattr(value, "openapi")
    return Application(value if is_asgi else value(), variables)
