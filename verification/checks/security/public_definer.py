"""Rights that everybody may borrow."""

from collections.abc import Iterator

from verification.catalog import Catalog
from verification.check import check
from verification.checks.security._roles import to_public
from verification.finding import Finding, Severity


@check(Severity.NOTE)
def public_definer(deployed: Catalog) -> Iterator[Finding]:
    """Every role may call a SECURITY DEFINER function.

    It runs with the rights of its owner, and EXECUTE is granted to PUBLIC unless somebody revokes
    it. Functions of triggers cannot be called by themselves, and are no finding.

    ```sql bad
    CREATE FUNCTION purge() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog AS 'BEGIN END';
    ```

    ```sql good
    CREATE FUNCTION purge() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog AS 'BEGIN END';
    REVOKE EXECUTE ON FUNCTION purge() FROM PUBLIC;
    CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog AS 'BEGIN RETURN NEW; END';
    ```
    """
    for function in deployed.functions:
        called = function.returns not in {"trigger", "event_trigger"}
        if function.security_definer and called and to_public(function.privileges):
            kind = "PROCEDURE" if function.kind == "procedure" else "FUNCTION"
            yield Finding(
                function.qualified,
                "every role may run the function with its owner's rights",
                f"REVOKE EXECUTE ON {kind} {function.qualified} FROM PUBLIC",
            )
