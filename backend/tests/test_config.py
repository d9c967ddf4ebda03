import asyncio
from pathlib import Path
from traceback import format_exception

import pytest
from pydantic import ValidationError

from backend import config
from backend.config import Development, Production, Settings, get_settings
from backend.main import create_app

URL = "postgresql://ada:s3cr3t@db.example.org/app"
VERIFIED = f"{URL}?sslmode=verify-full"
BOUND = f"{URL}?sslmode=require&channel_binding=require"


@pytest.fixture(autouse=True)
def empty(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No variable and no file that could answer for the test."""
    for name in ("APP_ENV", "DATABASE_URL", "MIGRATION_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "kind"),
    [("", Development), ("development", Development), ("testing", config.Testing)],
)
def test_app_env_chooses(monkeypatch: pytest.MonkeyPatch, name: str, kind: type) -> None:
    monkeypatch.setenv("APP_ENV", name)
    monkeypatch.setenv("DATABASE_URL", URL)
    assert type(get_settings()) is kind


def test_production_is_chosen_from_the_file(empty: Path) -> None:
    (empty / ".env").write_text(f"APP_ENV=production\nDATABASE_URL={BOUND}\nOTHER=1\n")
    settings = get_settings()
    assert type(settings) is Production


def test_an_unknown_app_env_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_ENV", "prod")
    with pytest.raises(ValidationError, match="'development', 'testing' or 'production'"):
        get_settings()


def test_development_starts_with_nothing() -> None:
    assert get_settings().app_url.host == "localhost"
    create_app()


@pytest.mark.parametrize("kind", [config.Testing, Production])
def test_the_others_need_a_url(kind: type[Settings]) -> None:
    with pytest.raises(ValidationError, match="database_url\n  Field required"):
        kind()


def test_tests_never_read_the_file(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (empty / ".env").write_text(f"DATABASE_URL={URL}\n")
    monkeypatch.setenv("APP_ENV", "testing")
    with pytest.raises(ValidationError):
        get_settings()


def test_the_environment_wins_and_empty_means_absent(
    empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (empty / ".env").write_text("DATABASE_URL=postgresql://file/app\nMIGRATION_DATABASE_URL=\n")
    assert get_settings().app_url.host == "file"
    monkeypatch.setenv("DATABASE_URL", URL)
    assert get_settings().app_url.host == "db.example.org"
    assert get_settings().migration_url.host == "db.example.org"


@pytest.mark.parametrize(
    "scheme", ["postgres", "postgresql", "postgresql+asyncpg", "postgresql+psycopg2"]
)
def test_each_url_gets_its_driver_and_keeps_the_rest(
    scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tail = "://ada:p%40ss%2F%3A%25@db/app?sslmode=require&channel_binding=require"
    monkeypatch.setenv("DATABASE_URL", scheme + tail)
    settings = get_settings()
    shown = settings.app_url.render_as_string(hide_password=False)
    assert settings.app_url.drivername == "postgresql+psycopg"
    assert settings.migration_url.drivername == "postgresql+psycopg2"
    assert settings.app_url.password == "p@ss/:%"
    assert settings.app_url.query == {"sslmode": "require", "channel_binding": "require"}
    assert "p%40ss" in shown


def test_the_direct_url_is_for_migrations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://db-pooler/app")
    monkeypatch.setenv("MIGRATION_DATABASE_URL", "postgresql://db/app")
    assert get_settings().app_url.host == "db-pooler"
    assert get_settings().migration_url.host == "db"


@pytest.mark.parametrize("url", [VERIFIED, BOUND])
def test_production_accepts_an_authenticated_server(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("MIGRATION_DATABASE_URL", url)
    assert Production().app_url.host == "db.example.org"


@pytest.mark.parametrize(
    "query", ["", "?sslmode=require", "?sslmode=prefer&channel_binding=require", "?sslmode=disable"]
)
@pytest.mark.parametrize("name", ["DATABASE_URL", "MIGRATION_DATABASE_URL"])
def test_production_refuses_any_other(
    name: str, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", VERIFIED)
    monkeypatch.setenv(name, URL + query)
    with pytest.raises(ValidationError, match="the server is not authenticated") as caught:
        Production()
    assert "s3cr3t" not in str(caught.value)


@pytest.mark.parametrize(
    "wrong", ["s3cr3t", "mysql://ada:s3cr3t@db/app", "postgresql://ada:s3cr3t@db:port/app", "://"]
)
def test_a_wrong_url_is_refused_without_showing_it(
    wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", wrong)
    with pytest.raises(ValidationError, match="expected postgresql://") as caught:
        get_settings()
    assert "s3cr3t" not in "".join(format_exception(caught.value))


def test_settings_never_print_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", URL)
    monkeypatch.setenv("MIGRATION_DATABASE_URL", URL)
    settings = get_settings()
    for shown in (str(settings), repr(settings), settings.model_dump_json(), str(settings.app_url)):
        assert "s3cr3t" not in shown


def test_production_serves_no_documentation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_ENV", "production")
    assert create_app().openapi_url is None


@pytest.mark.parametrize("name", ["testing", "production"])
def test_the_application_is_made_without_a_url_and_does_not_start(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("APP_ENV", name)
    app = create_app()

    async def start() -> None:
        async with app.router.lifespan_context(app):
            raise AssertionError

    with pytest.raises(ValidationError, match="database_url\n  Field required"):
        asyncio.run(start())
