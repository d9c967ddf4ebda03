"""Views that go past the policies."""

import re
from collections.abc import Iterator

from verification.catalog import Catalog, Table, View
from verification.check import check
from verification.finding import Finding, Severity

INVOKER_SINCE = 15


@check(Severity.WARNING)
def definer_view(deployed: Catalog) -> Iterator[Finding]:
    """A view reads a table with row security as its owner, not as whoever asks.

    The owner of a table is exempt from its policies, so a view of the same owner shows every row
    to everybody who may read the view. `security_invoker` asks as the caller.

    ```sql bad
    CREATE TABLE note (id bigint PRIMARY KEY, owner text);
    ALTER TABLE note ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON note USING (owner = current_user);
    CREATE VIEW notes AS SELECT id FROM note;
    ```

    ```sql good
    CREATE TABLE note (id bigint PRIMARY KEY, owner text);
    ALTER TABLE note ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON note USING (owner = current_user);
    CREATE VIEW notes WITH (security_invoker) AS SELECT id FROM note;
    ```
    """
    guarded = [table for table in deployed.tables if table.row_security]
    for view in deployed.views:
        if view.kind != "view" or _as_caller(view):
            continue
        for table in guarded:
            if _exempt(view, table) and _reads(view, table):
                fix = f"ALTER VIEW {view.qualified} SET (security_invoker = true)"
                if deployed.facts().major < INVOKER_SINCE:
                    fix = f"ALTER TABLE {table.qualified} FORCE ROW LEVEL SECURITY"
                yield Finding(
                    view.qualified, f"the view shows {table.qualified} past its policies", fix
                )
                break


def _as_caller(view: View) -> bool:
    values = dict(option.partition("=")[::2] for option in view.options)
    return values.get("security_invoker", "false") in {"true", "on", "1", "yes"}


def _exempt(view: View, table: Table) -> bool:
    return view.owner == table.owner and not table.force_row_security


def _reads(view: View, table: Table) -> bool:
    # PostgreSQL printed the definition, with every table under its full name.
    name = re.escape(table.qualified)
    return re.search(rf'(?<![\w".]){name}(?![\w"])', view.definition) is not None
