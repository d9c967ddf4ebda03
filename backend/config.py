"""Settings from the environment (and `.env`, except in tests), chosen by APP_ENV."""

from enum import StrEnum

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError


class Environment(StrEnum):
    """Where the service runs."""

    DEVELOPMENT = "development"
    TESTING = "testing"
    PRODUCTION = "production"


class Settings(BaseSettings):
    """What every environment can set; the connection strings never print themselves."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",  # .env may hold variables of other programs
        hide_input_in_errors=True,  # a bad URL must not print its password
        frozen=True,
    )

    database_url: SecretStr
    migration_database_url: SecretStr | None = None
    database_pool_size: int = Field(default=5, ge=1)
    database_max_overflow: int = Field(default=5, ge=0)
    database_pool_timeout: float = Field(default=5, gt=0)
    database_connect_timeout: int = Field(default=10, ge=2)  # libpq knows no less than 2
    database_deadline: float = Field(default=12, gt=0)
    slow_query_ms: float = Field(default=500, ge=0)
    log_level: str = "INFO"

    @field_validator("database_url", "migration_database_url")
    @classmethod
    def _is_postgresql(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            _parse(value)
        return value

    @property
    def app_url(self) -> URL:
        """The pooled connection of the service, for the asynchronous driver."""
        return _parse(self.database_url).set(drivername="postgresql+psycopg")

    @property
    def migration_url(self) -> URL:
        """The direct connection of Alembic and scripts, for the synchronous driver."""
        direct = self.migration_database_url or self.database_url
        return _parse(direct).set(drivername="postgresql+psycopg2")


class Development(Settings):
    """A developer's machine: a local server by default."""

    database_url: SecretStr = SecretStr("postgresql://postgres@localhost:5432/postgres")


class Testing(Settings):
    """Tests: reads no `.env`, so that they can never reach a developer's database."""

    model_config = SettingsConfigDict(env_file=None)


class Production(Settings):
    """Live: no default URL, real TLS only."""

    @field_validator("database_url", "migration_database_url")
    @classmethod
    def _authenticates_server(cls, value: SecretStr | None) -> SecretStr | None:
        query = {} if value is None else _parse(value).query
        mode = query.get("sslmode")
        bound = mode == "require" and query.get("channel_binding") == "require"
        if value is not None and mode != "verify-full" and not bound:
            raise ValueError(
                "the server is not authenticated; add sslmode=verify-full, "
                "or sslmode=require and channel_binding=require"
            )
        return value


class _Stage(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore")

    app_env: Environment = Environment.DEVELOPMENT


_CLASSES: dict[Environment, type[Settings]] = {
    Environment.DEVELOPMENT: Development,
    Environment.TESTING: Testing,
    Environment.PRODUCTION: Production,
}


def get_environment() -> Environment:
    """Where the service runs; an unknown APP_ENV is an error that lists the known ones."""
    return _Stage().app_env


def get_settings() -> Settings:
    """Read the settings of this environment now; a missing URL is an error that says so."""
    return _CLASSES[get_environment()]()


def _parse(secret: SecretStr) -> URL:
    text = secret.get_secret_value()
    if text.startswith("postgres://"):  # what some providers hand out; SQLAlchemy refuses it
        text = text.replace("postgres://", "postgresql://", 1)
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise ValueError("not a URL; expected postgresql://user:password@host/database") from None
    if url.get_backend_name() != "postgresql":
        raise ValueError("not a PostgreSQL URL; expected postgresql://user:password@host/database")
    return url
