"""Text that comes back longer than it went in."""

from collections.abc import Iterator

from verification.catalog import Catalog, Column, Table, quote
from verification.check import check
from verification.checks.design._columns import length, own_columns, plain_type, rules_on, words
from verification.finding import Finding, Severity

# Codes that always have their full length, so there is nothing to pad.
CODES = frozenset(
    """
    bic checksum code country currency digest flag fingerprint gender hash iban iso key lang
    language locale md5 sha sha1 sha256 sha512 state token uuid zip
    """.split()  # noqa: SIM905 - so many words read better as prose
)


@check(Severity.WARNING)
def char_padding(deployed: Catalog) -> Iterator[Finding]:
    """A column is `char(n)`: shorter values are filled up with spaces.

    What is read differs from what was written, `'a '` equals `'a'` but is not LIKE it, and nothing
    is saved by it. Codes of a fixed length are no finding.

    ```sql bad
    CREATE TABLE hero (id bigint PRIMARY KEY, name char(50) NOT NULL);
    ```

    ```sql good
    CREATE TABLE hero (
        id bigint PRIMARY KEY,
        name varchar(50) NOT NULL,
        initial char(1),
        country_code char(2),
        badge char(6) CHECK (badge ~ '^[A-Z]{6}$')
    );
    ```
    """
    for table, column in own_columns(deployed):
        room = length(deployed, column.type) or 1
        if (
            plain_type(deployed, column.type).removesuffix("[]") == "character"
            and room > 1
            and not _is_code(deployed, table, column)
        ):
            name = quote(column.name)
            yield Finding(
                f"{table.qualified}.{name}",
                f"{column.type} fills shorter values up with spaces",
                f"ALTER TABLE {table.qualified} ALTER COLUMN {name} TYPE varchar({room})"
                f" USING rtrim({name}) (in the models: String({room}))",
            )


def _is_code(catalog: Catalog, table: Table, column: Column) -> bool:
    if CODES & set(words(column.name)):
        return True
    if any(key.kind == "foreign key" and column.name in key.columns for key in table.constraints):
        return True  # the column it refers to is the one to change
    return any(sign in rule for rule in rules_on(catalog, table, column) for sign in ("~", "leng"))
