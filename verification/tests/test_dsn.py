import pickle
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg2.extensions import parse_dsn
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
        (f"host=h password={CANARY}", "expected postgresql://"),
        (f"postgresql://u:{CANARY}@h/d\n", "line break"),
        ("postgresql://u:K4n@rie@h/d", "two @"),
        ("postgresql://u:K4n/rie@h/d", "percent-encoded"),
        ("postgresql://u:K4n#rie@h/d", "percent-encode"),
        ("postgresql://u:K4narie@h:port/d", "port"),
        ("postgresql://u:K4narie@h:99999/d", "port"),
        ("postgresql://u:K4narie@[::1/d", "host or port"),
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
