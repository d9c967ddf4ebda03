from pathlib import Path

import pytest

from verification.check import Check
from verification.checks.configuration.malformed_url import malformed_url
from verification.checks.configuration.mismatched_urls import mismatched_urls
from verification.checks.configuration.rejected_parameter import rejected_parameter
from verification.checks.configuration.startup_options_on_pooler import startup_options_on_pooler
from verification.checks.configuration.unsafe_prepared_statements import unsafe_prepared_statements
from verification.config import Config
from verification.dsn import Dsn
from verification.engines.place import Place, on_neon, workers
from verification.engines.settings import EngineSettings, Observed
from verification.finding import NotApplicable
from verification.neon.drivers import refused
from verification.neon.startup import dropped, options

DIRECT = "ep-cool-rain-12345678.eu-central-1.aws.neon.tech"
POOLED = "ep-cool-rain-12345678-pooler.eu-central-1.aws.neon.tech"


def told(check: Check, **facts: object) -> list[str]:
    return [finding.message for finding in check(**facts)]


@pytest.mark.parametrize(
    ("app", "migrations", "count"),
    [
        (f"postgresql://a@{POOLED}/d", f"postgresql://b@{DIRECT}/d", 0),
        (f"postgresql://a@{POOLED}/d", f"postgresql://b@{DIRECT}/e", 1),
        (f"postgresql://a@{POOLED}/d", "postgresql://b@db.example/d", 1),
        ("postgresql://a@pgbouncer:6432/d", "postgresql://b@db:5432/d", 0),
        ("postgresql://a@localhost/d", "postgresql://b@127.0.0.1/e", 1),
        ("postgresql+asyncpg://d@h/", "postgresql://d@h/", 0),
    ],
)
def test_two_urls(app: str, migrations: str, count: int) -> None:
    place = Place(Dsn.parse(app), Dsn.parse(migrations), neon=False)
    assert len(told(mismatched_urls, config=Config(), place=place)) == count


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql+psycopg://u:p@h/d", ""),
        ("postgresql://u:p@h/d?sslmode=require&channel_binding=require", ""),
        ("mysql://u:p@h/d", "got mysql"),
        ('"postgresql://u:p@h/d"', "in quotes"),
        ("psql 'postgresql://u:p@h/d'", "leave out psql"),
        ("postgresql://u:p@ss@h/d", "percent-encode"),
        ("postgresql://u:p#ss@h/d", "bare #"),
        ("postgresql://u:p@s/s@h/d", "must be percent-encoded"),
        ("postgresql+mysqldb://u:p@h/d", "no driver"),
        ("postgresql://u:p@h/d?pgbouncer=true&connection_limit=1", "connection_limit"),
    ],
)
def test_urls_as_people_write_them(url: str, said: str) -> None:
    messages = told(malformed_url, config=Config(), environment={}, url=url, observed=Observed())
    assert bool(messages) is bool(said)
    assert not said or said in " ".join(messages)


def test_a_project_that_mends_its_url_is_left_in_peace() -> None:
    observed = Observed(engines=(EngineSettings("psycopg", "QueuePool"),))
    url = "postgres://u:p@h/d?pgbouncer=true"
    facts = {"config": Config(), "environment": {}, "url": url}
    assert len(told(malformed_url, observed=Observed(), **facts)) == 2
    assert told(malformed_url, observed=observed, **facts) == []


def test_the_words_of_each_driver() -> None:
    assert refused("asyncpg", ["sslmode", "channel_binding", "ssl"]) == [
        "sslmode",
        "channel_binding",
    ]
    assert refused("psycopg", ["sslmode", "prepare_threshold", "pgbouncer"]) == ["pgbouncer"]
    assert refused("psycopg2", ["keepalives_idle", "prepare_threshold"]) == ["prepare_threshold"]
    assert refused("pg8000", ["anything"]) == []


def test_without_an_engine_the_url_says_who_connects() -> None:
    facts = {"config": Config(), "observed": Observed()}
    dsn = Dsn.parse("postgresql+asyncpg://u:p@h/d?sslmode=require")
    assert len(told(rejected_parameter, place=Place(dsn, None, neon=False), **facts)) == 1
    plain = Place(Dsn.parse("postgresql://h/d?sslmode=require"), None, neon=False)
    with pytest.raises(NotApplicable):
        told(rejected_parameter, place=plain, **facts)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("-c statement_timeout=5s", ["statement_timeout"]),
        ("-csearch_path=a -c work_mem=4MB", ["search_path", "work_mem"]),
        ("--geqo=off", ["geqo"]),
        ("endpoint=ep-a-1", []),
        ("project=ep-a-1 -c geqo=off", ["geqo"]),
        ("neon_lsn:0/1234", []),
        ("", []),
    ],
)
def test_what_options_ask_for(text: str, names: list[str]) -> None:
    assert list(options(text)) == names


def test_what_neon_drops() -> None:
    names = ["application_name", "options", "statement_timeout", "search_path", "TimeZone"]
    assert dropped(names) == ["statement_timeout", "search_path"]


def test_options_in_the_code_are_seen_too() -> None:
    place = Place(Dsn(POOLED), None, neon=True)
    engine = EngineSettings("psycopg", "QueuePool", arguments={"options": "-c geqo=off"})
    observed = Observed(engines=(engine,))
    facts = {"config": Config(), "observed": observed}
    assert len(told(startup_options_on_pooler, place=place, **facts)) == 1
    with pytest.raises(NotApplicable):
        told(startup_options_on_pooler, place=Place(Dsn(DIRECT), None, neon=True), **facts)


@pytest.mark.parametrize(
    ("driver", "arguments", "neon", "found"),
    [
        ("psycopg2", {}, False, False),
        ("psycopg", {}, False, True),
        ("psycopg", {"prepare_threshold": "None"}, False, False),
        ("psycopg", {"prepare_threshold": "5"}, False, True),
        ("asyncpg", {}, False, True),
        ("asyncpg", {}, True, False),  # Neon's pooler follows prepared statements
        ("asyncpg", {"statement_cache_size": "0"}, False, False),
        ("asyncpg", {"prepared_statement_name_func": "<f>"}, False, False),
    ],
)
def test_who_prepares(driver: str, arguments: dict[str, str], neon: bool, found: bool) -> None:
    supabase = Dsn("x.pooler.supabase.com", 6543)
    place = Place(Dsn(POOLED) if neon else supabase, None, neon=neon)
    engines = (EngineSettings(driver, "QueuePool", arguments=arguments),)
    messages = told(unsafe_prepared_statements, engine_settings=engines, place=place)
    assert bool(messages) is found


@pytest.mark.parametrize(
    ("file", "text", "environment", "count"),
    [
        ("Dockerfile", 'CMD ["uvicorn", "main:app", "--workers", "4"]', {}, 4),
        ("Procfile", "web: gunicorn -w 3 -k uvicorn.workers.UvicornWorker main:app", {}, 3),
        ("start.sh", "exec uvicorn main:app --workers=8", {}, 8),
        ("compose.yaml", "command: fastapi run --workers 2", {}, 2),
        ("Dockerfile", "RUN make -w 9", {}, 1),
        ("main.py", "# uvicorn main:app --workers 9", {}, 1),
        ("Dockerfile", "CMD uvicorn --workers 4 main:app", {"WEB_CONCURRENCY": "2"}, 2),
    ],
)
def test_workers(
    file: str, text: str, environment: dict[str, str], count: int, tmp_path: Path
) -> None:
    (tmp_path / file).write_text(text)
    assert workers(tmp_path, environment) == count


def test_a_template_of_settings_may_say_that_it_is_neon(tmp_path: Path) -> None:
    assert not on_neon(tmp_path, None, None, "")
    template = tmp_path / ".env.example"
    template.write_text("# DATABASE_URL=postgresql://u:p@ep-a-1.us-east-2.aws.neon.tech/d\n")
    assert not on_neon(tmp_path, None, None, "")
    template.write_text("DATABASE_URL=postgresql://u:p@ep-a-1.us-east-2.aws.neon.tech/d\n")
    assert on_neon(tmp_path, None, None, "")
    assert not on_neon(tmp_path, Dsn("localhost"), None, "")
    assert on_neon(tmp_path, Dsn("localhost"), Dsn(DIRECT), "")
    assert on_neon(tmp_path, Dsn("localhost"), None, "br-a")
