from contextlib import closing
from pathlib import Path

import pytest

from verification.checks.neon.leaked_session_state import leaked_session_state
from verification.databases import Server
from verification.databases.session import connect
from verification.tests.checks.neon.pooler import pooler


@pytest.mark.parametrize(
    ("statement", "subject"),
    [
        ("SET default_transaction_read_only = on", "setting default_transaction_read_only"),
        ("SET search_path = other", "setting search_path"),
        ("SELECT pg_advisory_lock(42)", "advisory lock"),
        ("CREATE TEMPORARY TABLE left_behind ()", "temporary table"),
        ("PREPARE left_behind AS SELECT 1", "prepared statement"),
        ("SET ROLE pg_monitor", "role"),
        ("BEGIN; SET LOCAL search_path = other; COMMIT", ""),
        ("SELECT pg_advisory_xact_lock(42)", ""),
    ],
)
def test_what_one_client_leaves_another_finds(
    disposable_server: Server, tmp_path: Path, statement: str, subject: str
) -> None:
    with disposable_server.clone(disposable_server.create()) as database:
        assert list(leaked_session_state(dsn=database)) == []
        with pooler(database, tmp_path) as shared:
            with closing(connect(shared)) as client, client.cursor() as cursor:
                cursor.execute(statement)
            found = [finding.subject for finding in leaked_session_state(dsn=shared)]
        assert found == ([subject] if subject else [])
