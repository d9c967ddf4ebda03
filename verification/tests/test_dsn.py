import pickle
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg2.extensions import make_dsn, parse_dsn
from sqlalchemy import make_url

from verification.dsn import Dsn, MalformedDsn

CANARY = "K4n@rie/n?#%:"
ENCODED = "K4n%40rie%2Fn%3F%23%25%3A"
URL = f"postgresql+psycopg2://user:{ENCODED}@db.example:6543/app?sslmode=require&application_name=x"


def test_the_parts_of_a_url() -> None:
    dsn = Dsn.parse(URL)
    assert (dsn.scheme, dsn.driver) == ("postgresql", "psycopg2")
    assert (dsn.user, dsn.password) == ("user", CANARY)
    assert (dsn.host, dsn.port, dsn.database) == ("db.example", 6543, "app")
    assert dsn.parameters == {"sslmode": "require", "application_name": "x"}


def test_revealing_it_gives_the_same_url_back() -> None:
    assert Dsn.parse(URL).reveal() == URL
    assert Dsn.parse(URL).reveal("asyncpg").startswith("postgresql+asyncpg://")
    assert Dsn.parse(URL).reveal("").startswith("postgresql://")
    assert Dsn.parse("postgres://h/d").reveal() == "postgres://h/d"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql:///app",
        "postgresql://h",
        "postgresql://[::1]:5432/app",
        "postgresql:///app?host=/var/run/postgresql",
        "postgresql://u@h/with%20blank",
        "postgresql://u:p@h/d?options=-c%20search_path%3Da",
    ],
)
def test_libpq_and_sqlalchemy_read_it_alike(url: str) -> None:
    """What libpq makes of our keywords is what it makes of the URL itself."""
    dsn = Dsn.parse(url)
    wanted = {key: str(value) for key, value in parse_dsn(url).items()}
    assert {key: str(value) for key, value in dsn.libpq().items()} == wanted
    # Before 2.1 SQLAlchemy took the database's name as it is written, so that is not compared.
    assert (make_url(dsn.reveal()).username or "") == dsn.user


@pytest.mark.parametrize("show", [str, repr, "{}".format, "{!r}".format])
def test_no_way_of_showing_it_shows_the_password(show: object) -> None:
    assert callable(show)
    for url in (URL, f"postgresql://h/d?user=u&password={ENCODED}&sslpassword={ENCODED}"):
        shown = show(Dsn.parse(url))
        assert CANARY not in shown
        assert ENCODED not in shown
        assert "***" in shown


def test_secrets_hold_the_password_as_it_is_and_as_it_stands_in_a_url() -> None:
    assert Dsn.parse(URL).secrets == {CANARY, ENCODED}
    assert Dsn.parse("postgresql://h/d?password=x%40y").secrets == {"x@y", "x%40y"}
    assert Dsn.parse("postgresql://u@h/d").secrets == frozenset()


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("", "expected postgresql://"),
        (CANARY, "expected postgresql://"),
        (f"mysql://u:{CANARY}@h/d", "mysql"),
        ("mysql+pymysql://u:K4narie@h/d", "mysql"),
        ("sqlite:///K4narie.db", "sqlite"),
        ("http://u:K4narie@h/d", "http"),
        ("jdbc:postgresql://h/d?user=u&password=K4narie", "expected postgresql://"),
        ("postgresql:/u:K4narie@h/d", "expected postgresql://"),
        ("postgres;//u:K4narie@h/d", "expected postgresql://"),
        (" postgresql://u:K4narie@h/d", "expected postgresql://"),
        (f"host=h password={CANARY}", "expected postgresql://"),
        ("'postgresql://u:K4narie@h/d'", "quotes"),
        ('"postgresql://u:K4narie@h/d"', "quotes"),
        ("psql 'postgresql://u:K4narie@h/d'", "leave out psql"),
        (f"postgresql://u:{CANARY}@h/d\n", "line break"),
        ("postgresql://u:K4n\trie@h/d", "control character"),
        ("postgresql://u:K4n\x00rie@h/d", "control character"),
        ("postgresql://u:K4n%00rie@h/d", "%00"),
        ("postgresql://u:K4narie@h/d%00", "%00"),
        ("postgresql://u:K4n@rie@h/d", "two @"),
        ("postgresql://u:K4n@rie/x@h/d", "percent-encoded"),
        ("postgresql://u:K4n@rie/x@h:5432/d?sslmode=require", "percent-encoded"),
        ("postgresql://u:K4n/rie@h/d", "percent-encoded"),
        ("postgresql://u:K4n/r@ie@h/d", "percent-encoded"),
        ("postgresql://u:K4n?rie@h/d", "percent-encoded"),
        ("postgresql://u:1?K4narie@h/d", "percent-encoded"),
        ("postgresql://u:1/K4n?rie@h/d", "has no ="),
        ("postgresql://u:K4n#rie@h/d", "percent-encode"),
        ("postgresql://u:K4narie@h:port/d", "port"),
        ("postgresql://u:K4narie@h:99999/d", "port"),
        ("postgresql://u:K4narie@h:0/d", "port"),
        ("postgresql://u:K4narie@h:-1/d", "port"),
        ("postgresql://u:K4narie@h:5432:5433/d", "port"),
        ("postgresql://u:K4narie@[::1/d", "host or port"),
        ("postgresql://u:K4narie@[::1]5432/d", "host or port"),
        ("postgresql://u:K4narie@h/d?sslmode", "has no ="),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line_without_the_secret(url: str, word: str) -> None:
    with pytest.raises(MalformedDsn) as caught:
        Dsn.parse(url)
    told = str(caught.value)
    assert word in told
    assert "\n" not in told
    whole = "".join(traceback.format_exception(caught.value))
    for line in whole.splitlines():
        assert "Dsn.parse(" in line or "K4n" not in line


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("postgres://u:p@h/d", {}),
        ("postgresql+psycopg2://u:p@h/d", {}),
        ("postgresql+psycopg://u:p@h/d", {}),
        ("postgresql+psycopg_async://u:p@h/d", {}),
        ("postgresql+asyncpg://u:p@h/d?ssl=require", {"sslmode": "require"}),
        ("postgresql+asyncpg://u:p@h/d?ssl=verify-full", {"sslmode": "verify-full"}),
        (
            "postgresql+asyncpg://u:p@h/d?ssl=true&timeout=20",
            {"sslmode": "require", "connect_timeout": "20"},
        ),
        ("postgresql+asyncpg://u:p@h/d?sslmode=require", {"sslmode": "require"}),
        ("postgresql+asyncpg://u:p@h/d?prepared_statement_cache_size=0&command_timeout=5", {}),
        ("postgresql+pg8000://u:p@h/d", {}),
        ("postgresql://u:p@h/d?pgbouncer=true&connection_limit=1&schema=public", {}),
        ("postgresql://u:p@h/d?autocommit=true&prepare_threshold=0", {}),
        (
            "postgresql://u:p@h/d?sslmode=require&channel_binding=require",
            {"sslmode": "require", "channel_binding": "require"},
        ),
    ],
)
def test_libpq_can_use_what_is_written_for_another_driver(url: str, wanted: dict[str, str]) -> None:
    libpq = Dsn.parse(url).libpq()
    assert libpq == {"host": "h", "user": "u", "password": "p", "dbname": "d", **wanted}
    parse_dsn(make_dsn(**libpq))  # which refuses a word that libpq does not know


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("postgresql://a,b/d", "a,b", ""),
        ("postgresql://a:1,b:2/d", "a,b", "1,2"),
        ("postgresql://a,b:2/d", "a,b", ",2"),
        ("postgresql+psycopg2://u:p@/d?host=a:1&host=b:2", "a,b", "1,2"),
        ("postgresql://[::1]:1,[::2]:2/d", "::1,::2", "1,2"),
        ("postgresql:///d?host=/var/run/Postgres&port=6000", "/var/run/Postgres", "6000"),
        ("postgresql://u:p@:6000/d?host=/srv", "/srv", "6000"),
        ("postgresql://%2Fsrv%2FPg/d", "/srv/Pg", ""),
        ("postgresql://u:p@/d?host=/cloudsql/shop:europe:main", "/cloudsql/shop:europe:main", ""),
        ("postgresql://DB.Example/d", "db.example", ""),
        ("postgresql://h:/d", "h", ""),
        ("postgresql://h/d?port=6000", "h", "6000"),
        ("postgresql:///d?host=h&port=6000", "h", "6000"),
    ],
)
def test_hosts_and_sockets(url: str, host: str, port: str) -> None:
    dsn = Dsn.parse(url)
    libpq = dsn.libpq()
    assert (libpq["host"], str(libpq.get("port", ""))) == (host, port)
    assert Dsn.parse(dsn.reveal()).libpq() == libpq
    assert parse_dsn(dsn.reveal(""))["host"] == host


def test_changing_a_part_changes_only_that() -> None:
    dsn = Dsn.parse(URL)
    other = dsn.with_database("other").with_parameters(sslmode="verify-full")
    assert (other.database, other.password) == ("other", CANARY)
    assert other.parameters == {"sslmode": "verify-full", "application_name": "x"}
    assert dsn.database == "app"
    assert len({dsn, Dsn.parse(URL)}) == 1
    assert pickle.loads(pickle.dumps(dsn)) == dsn  # noqa: S301 - our own value


text = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=12)


@given(user=text, password=text, database=text)
def test_any_user_password_and_database_survive(user: str, password: str, database: str) -> None:
    dsn = Dsn(host="h", user=user, password=password, database=database)
    assert Dsn.parse(dsn.reveal()) == dsn
    if password and len(password) > 3:
        assert f":{password}@" not in str(dsn)
