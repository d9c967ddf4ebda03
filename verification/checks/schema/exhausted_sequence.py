"""Numbers that are running out."""

from collections.abc import Iterator

from verification.catalog import Catalog, Sequence, quote
from verification.check import check
from verification.checks.schema._sequences import LIMITS, Filling, extremes, fillings
from verification.databases.reader import Reader
from verification.finding import Finding, Severity

NEAR = 0.8  # of what there is


@check(Severity.ERROR)
def exhausted_sequence(deployed: Catalog, connection: Reader) -> Iterator[Finding]:
    """A sequence, or the column it fills, is near its last value.

    At the end every insert fails at once, in the busiest table first, and widening the key of a
    large table takes hours that nobody then has. Told from 80 % on.

    ```sql bad
    CREATE TABLE hero (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
    SELECT setval('hero_id_seq', 2000000000);
    ```

    ```sql bad
    CREATE SEQUENCE number;
    CREATE TABLE hero (id smallint DEFAULT nextval('number') PRIMARY KEY);
    SELECT setval('number', 30000);
    ```

    ```sql good
    CREATE TABLE hero (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
    SELECT setval('hero_id_seq', 2000000000);
    CREATE SEQUENCE ring MAXVALUE 100 CYCLE;
    SELECT setval('ring', 99);
    ```
    """
    filled = list(fillings(deployed))
    # What a role may not read of a sequence shows in the column, if it may read that.
    hidden = {part.part.rpartition(" ")[2] for part in deployed.unreadable}
    seen = extremes([each for each in filled if each.sequence.qualified in hidden], connection)
    columns: dict[str, Filling] = {each.sequence.qualified: each for each in filled}
    for sequence in deployed.sequences:
        filling = columns.get(sequence.qualified)
        last = sequence.last_value
        if last is None and filling:
            last = seen.get(filling.name)
        limit = _limit(sequence, filling)
        room = abs(limit - (sequence.min if sequence.increment > 0 else sequence.max))
        if sequence.cycle or last is None or not room:
            continue
        used = 1 - abs(limit - last) / room
        if used >= NEAR:
            yield Finding(
                filling.name if filling else sequence.qualified,
                f"{sequence.qualified} has used {used:.0%} of what there is: {last:,} of {limit:,}",
                _fix(filling, sequence),
            )


def _limit(sequence: Sequence, filling: Filling | None) -> int:
    if sequence.increment < 0:
        return sequence.min
    return min(sequence.max, LIMITS.get(filling.column.type, sequence.max) if filling else 2**63)


def _fix(filling: Filling | None, sequence: Sequence) -> str:
    wider = f"ALTER SEQUENCE {sequence.qualified} AS bigint NO MAXVALUE"
    if filling is None or filling.column.type == "bigint":
        return wider
    name = quote(filling.column.name)
    return f"ALTER TABLE {filling.table.qualified} ALTER COLUMN {name} TYPE bigint; {wider}"
