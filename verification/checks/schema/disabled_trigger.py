"""Triggers that are there and do nothing."""

from collections.abc import Iterator

from verification.catalog import Catalog, Rule, Table, Trigger, View, quote
from verification.check import check
from verification.finding import Finding, Severity


@check(Severity.WARNING)
def disabled_trigger(deployed: Catalog) -> Iterator[Finding]:
    """A trigger or a rule is disabled.

    Somebody switched it off to load data and never switched it on again: since then no audit entry
    is written, no `updated_at` set, no total kept.

    ```sql bad
    CREATE TABLE hero (id bigint PRIMARY KEY);
    CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TRIGGER noted BEFORE UPDATE ON hero FOR EACH ROW EXECUTE FUNCTION note();
    ALTER TABLE hero DISABLE TRIGGER noted;
    ```

    ```sql good
    CREATE TABLE hero (id bigint PRIMARY KEY);
    CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TRIGGER noted BEFORE UPDATE ON hero FOR EACH ROW EXECUTE FUNCTION note();
    ```
    """
    relations: tuple[Table | View, ...] = (*deployed.tables, *deployed.views)
    for whole in relations:
        parts: tuple[Trigger | Rule, ...] = (*whole.triggers, *whole.rules)
        for part in parts:
            if part.enabled == "disabled":
                yield Finding(
                    whole.subject(part),
                    f"the {part.KIND} is disabled",
                    f"ALTER TABLE {whole.qualified} ENABLE {part.KIND.upper()} {quote(part.name)}",
                )
    for trigger in deployed.event_triggers:
        if trigger.enabled == "disabled":
            yield Finding(
                trigger.qualified,
                "the event trigger is disabled",
                f"ALTER EVENT TRIGGER {trigger.qualified} ENABLE",
            )
