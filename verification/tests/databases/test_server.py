from contextlib import suppress

import psycopg2
import pytest

from verification.databases import Server
from verification.databases.server import quoted
from verification.databases.session import Session, connect
from verification.dsn import Dsn


def ask(dsn: Dsn, statement: str) -> object:
    session = Session(dsn)
    try:
        rows = session.run(statement)
    finally:
        session.close()
    return rows[0][0] if rows else None


def test_a_new_database_is_empty_utf8_and_in_no_local_language(server: Server) -> None:
    dsn = server.create()
    about = "SELECT pg_encoding_to_char(encoding) || ' ' || datcollate FROM pg_database"
    assert ask(dsn, f"{about} WHERE datname = current_database()") in {"UTF8 C", "UTF8 C.UTF-8"}
    assert ask(dsn, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
    assert dsn.database.startswith("verify_")
    assert dsn.database in server.databases()
    server.drop(dsn)
    assert dsn.database not in server.databases()


def test_clones_do_not_see_each_other_or_change_their_template(server: Server) -> None:
    before = server.databases()
    template = server.create()
    ask(template, "CREATE TABLE hero AS SELECT 1 AS id")
    server.seal(template)
    with server.clone(template) as one, server.clone(template) as other:
        ask(one, "INSERT INTO hero VALUES (2), (3)")
        assert ask(one, "SELECT count(*) FROM hero") == 3
        assert ask(other, "SELECT count(*) FROM hero") == 1
    with server.clone(template) as third:
        assert ask(third, "SELECT count(*) FROM hero") == 1
    assert {*server.databases()} == {*before, template.database}
    server.drop(template)
    assert server.databases() == before


def test_a_clone_is_dropped_when_its_user_fails_while_connected(server: Server) -> None:
    template = server.create()
    with suppress(ZeroDivisionError), server.clone(template) as copy:
        connection = connect(copy)
        raise ZeroDivisionError
    assert copy.database not in server.databases()
    with pytest.raises(psycopg2.OperationalError):
        connection.cursor().execute("SELECT 1")
    connection.close()
    server.drop(template)


def test_nobody_is_or_gets_into_a_sealed_database(server: Server) -> None:
    template = server.create()
    left_open = connect(template)
    server.seal(template)
    with pytest.raises(psycopg2.OperationalError, match="not currently accepting connections"):
        connect(template)
    with pytest.raises(psycopg2.OperationalError):
        left_open.cursor().execute("SELECT 1")
    left_open.close()
    server.drop(template)


def test_only_what_the_run_has_made_is_dropped_or_cloned(server: Server) -> None:
    with pytest.raises(ValueError, match="not made by this run"):
        server.drop(server.dsn)
    stranger = Dsn("db.example.com", 5432, "u", "canary-secret", "shop")
    with pytest.raises(ValueError, match="not on this server") as caught, server.clone(stranger):
        pass
    assert "canary-secret" not in str(caught.value)


def test_a_template_may_have_any_name(server: Server) -> None:
    odd = 'odd "name"; --'
    session = Session(server.dsn)
    session.run(f"CREATE DATABASE {quoted(odd)}")
    with server.clone(server.dsn.with_database(odd)) as copy:
        assert ask(copy, "SELECT 1") == 1
    session.run(f"DROP DATABASE {quoted(odd)}")
    session.close()


def test_a_session_connects_again_after_its_connection_was_ended(server: Server) -> None:
    session = Session(server.dsn)
    ((process,),) = session.run("SELECT pg_backend_pid()")
    ask(server.dsn, f"SELECT pg_terminate_backend({process}, 5000)")
    assert session.run("SELECT 1") == [(1,)]
    session.close()


def test_a_session_does_not_repeat_what_failed_on_a_fresh_connection(server: Server) -> None:
    session = Session(server.dsn)
    session.run("CREATE SEQUENCE tries")
    session.close()
    with pytest.raises(psycopg2.OperationalError):
        session.run("SELECT nextval('tries'), pg_terminate_backend(pg_backend_pid())")
    assert session.run("SELECT last_value FROM tries") == [(1,)]
    session.run("DROP SEQUENCE tries")
    session.close()


def test_the_certificate_verifies_where_there_is_tls(server: Server) -> None:
    if not server.tls:
        pytest.skip(server.tls_reason)
    verified = server.secured(server.dsn)
    assert ask(verified, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()") is True
    plain = server.dsn.with_parameters(sslmode="disable")
    assert ask(plain, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()") is False


def test_a_password_is_needed_and_never_shown(server: Server) -> None:
    assert server.dsn.password
    assert server.dsn.password not in repr(server)
    wrong = Dsn(server.dsn.host, server.dsn.port, "postgres", "wrong", "postgres")
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        connect(wrong)
