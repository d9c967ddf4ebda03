"""Money that does not add up."""

from collections.abc import Iterator

from verification.catalog import Catalog, quote
from verification.check import check
from verification.checks.design._columns import own_columns, plain_type, words
from verification.finding import Finding, Severity

FLOATS = {"real", "double precision"}
MONEY = frozenset(
    """
    amount balance budget cash cost costs debit deposit expense expenses fee fees income invoice
    money payment payments payout price prices refund revenue salary spend subtotal tax turnover
    vat wage wages
    """.split()  # noqa: SIM905 - so many words read better as prose
)
# What turns such a word into a measurement or a proportion, for which a float is right.
MEASURES = frozenset(
    """
    average avg change coefficient count delta drift elasticity factor fraction g grams index kg
    km l level liters litres load mean mg ml mm multiplier pct percent percentage probability
    quantile rank ratio rate rates score scores seconds share std stddev trend variance volatility
    volume weight
    """.split()  # noqa: SIM905 - as above
)


@check(Severity.WARNING)
def inexact_money(deployed: Catalog) -> Iterator[Finding]:
    """A column that is called like money is a binary fraction, or the type `money`.

    A float cannot hold 0.10: sums drift, equal amounts compare unequal. `money` is read and printed
    in the currency of whatever locale the session has.

    ```sql bad
    CREATE TABLE purchase (id bigint PRIMARY KEY, price double precision NOT NULL);
    ```

    ```sql bad
    CREATE TABLE purchase (id bigint PRIMARY KEY, paid money NOT NULL);
    ```

    ```sql good
    CREATE TABLE purchase (
        id bigint PRIMARY KEY,
        price numeric(12, 2) NOT NULL,
        amount_cents bigint NOT NULL,
        tax_rate double precision NOT NULL,
        latitude real NOT NULL
    );
    ```
    """
    for table, column in own_columns(deployed):
        kind = plain_type(deployed, column.type).removesuffix("[]")
        said = set(words(column.name))
        if kind == "money":
            why = "the meaning of money depends on the session's lc_monetary"
        elif kind in FLOATS and said & MONEY and not said & MEASURES:
            why = f"{column.type} cannot hold amounts such as 0.10 exactly"
        else:
            continue
        name = quote(column.name)
        yield Finding(
            f"{table.qualified}.{name}",
            why,
            f"ALTER TABLE {table.qualified} ALTER COLUMN {name} TYPE numeric(12, 2)"
            " (in the models: Numeric(12, 2) and Decimal)",
        )
