"""What a service has forgotten in the database does not hold up the kit."""

from contextlib import closing

import pytest

from verification.databases import Server
from verification.databases.session import connect
from verification.service.severing import severing


@pytest.mark.parametrize("how", ["locked", "unwritable"])
def test_a_transaction_that_was_left_open_keeps_nobody_waiting(
    how: str, disposable_server: Server
) -> None:
    dsn = disposable_server.create()
    with closing(connect(dsn)) as first, first.cursor() as cursor:
        cursor.execute("CREATE TABLE hero (id int)")
    actions = severing(disposable_server, dsn)
    with closing(connect(dsn)) as forgotten, forgotten.cursor() as cursor:
        forgotten.autocommit = False
        cursor.execute("INSERT INTO hero VALUES (1)")
        held = actions.locked() if how == "locked" else actions.unwritable(["hero"])
        with held:
            assert actions.idle_in_transaction(0) == 1  # the kit's own, that holds the lock
