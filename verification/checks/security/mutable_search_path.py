"""Functions that lend their owner's rights to whoever chooses the names."""

from collections.abc import Iterator

from verification.catalog import Catalog, Function
from verification.check import check
from verification.finding import Finding, Severity


@check(Severity.WARNING)
def mutable_search_path(deployed: Catalog) -> Iterator[Finding]:
    """A SECURITY DEFINER function does not fix its search_path.

    It runs with the rights of its owner and looks names up where its caller says: a caller with a
    temporary table or a schema of his own has the owner read and write there.

    ```sql bad
    CREATE FUNCTION grow() RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN END';
    ```

    ```sql good
    CREATE FUNCTION grow() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, public, pg_temp AS 'BEGIN END';
    CREATE FUNCTION shrink() RETURNS void LANGUAGE plpgsql AS 'BEGIN END';
    ```
    """
    for function in deployed.functions:
        fixed = any(setting.startswith("search_path=") for setting in function.settings)
        if function.security_definer and not fixed and not _bound_early(function):
            kind = "PROCEDURE" if function.kind == "procedure" else "FUNCTION"
            yield Finding(
                function.qualified,
                "the function runs with its owner's rights and its caller's search_path",
                f"ALTER {kind} {function.qualified} SET search_path = pg_catalog, pg_temp, and"
                " write every other name with its schema",
            )


def _bound_early(function: Function) -> bool:
    """The body in standard SQL was looked up when the function was made."""
    return function.language == "sql" and "\nAS $" not in function.definition
