"""One person, several accounts."""

from collections.abc import Iterator

from verification.catalog import Catalog, Column, Index, Table, qualify, quote
from verification.check import check
from verification.checks.design._columns import own_columns, plain_type, rules_on, words
from verification.finding import Finding, Severity

TEXTS = {"text", "character varying", "character"}


@check(Severity.WARNING)
def case_sensitive_email(deployed: Catalog) -> Iterator[Finding]:
    """An email address is unique, but `Ann@x.org` and `ann@x.org` count as two.

    The same person registers twice, or cannot log in with what the phone's keyboard made of the
    address, and a password reset reaches the other account.

    ```sql bad
    CREATE TABLE account (id bigint PRIMARY KEY, email text NOT NULL UNIQUE);
    ```

    ```sql good
    CREATE TABLE account (id bigint PRIMARY KEY, email text NOT NULL);
    CREATE UNIQUE INDEX ON account (lower(email));
    ```

    ```sql good
    CREATE TABLE account (
        id bigint PRIMARY KEY, email text NOT NULL UNIQUE CHECK (email = lower(email))
    );
    ```

    ```sql good
    CREATE EXTENSION citext;
    CREATE TABLE account (id bigint PRIMARY KEY, email citext NOT NULL UNIQUE);
    ```
    """
    for table, column in own_columns(deployed):
        if (
            _is_address(column.name)
            and plain_type(deployed, column.type) in TEXTS
            and any(_unique(index, column) for index in table.indexes)
            and not _folded(deployed, table, column)
        ):
            name = quote(column.name)
            yield Finding(
                f"{table.qualified}.{name}",
                "the email address is unique only with its upper and lower case",
                f"CREATE UNIQUE INDEX CONCURRENTLY ON {table.qualified} (lower({name})), or"
                f" ALTER TABLE {table.qualified} ADD CHECK ({name} = lower({name}))",
            )


def _is_address(name: str) -> bool:
    said = words(name)
    email = "email" in said or "mail" in said or "".join(said).startswith("emailaddress")
    # A reference, a digest or a flag about an address is none.
    return email and not {"id", "hash", "digest", "token", "key", "verified"} & set(said)


def _unique(index: Index, column: Column) -> bool:
    return index.unique and column.name in index.columns


def _folded(catalog: Catalog, table: Table, column: Column) -> bool:
    """Whether anything in the database makes upper and lower case the same."""
    if column.collation and not column.collation.startswith(("pg_catalog.", '"')):
        return True  # a collation of the project's own may well be case-insensitive
    texts = [*rules_on(catalog, table, column), column.generated]
    texts += [expression for index in table.indexes for expression in index.expressions]
    bodies = {qualify(each.schema, each.name): each.definition for each in catalog.functions}
    texts += [bodies.get(trigger.function, "") for trigger in table.triggers]
    return any(word in text.lower() for text in texts for word in ("lower(", "upper(", "casefold("))
