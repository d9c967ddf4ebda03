"""Faults of tables and of what lives in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from verification.catalog import Constraint, Index, Policy, Table, Trigger, quote
from verification.proving.columns import of_column
from verification.proving.mutation import Mutation, literal


def of_table(table: Table) -> Iterator[Mutation]:
    """The table itself, then each of its columns, constraints, indexes, triggers and policies."""
    yield from _itself(table)
    for column in table.columns:
        yield from of_column(table, column)
    for constraint in table.constraints:
        if not constraint.inherited and not constraint.inherited_from:
            yield from _of_constraint(table, constraint)
    for index in table.indexes:
        if not index.constraint and not index.inherited_from:
            yield from _of_index(table, index)
    for trigger in table.triggers:
        if not trigger.inherited_from:
            yield from _of_trigger(table, trigger)
    for policy in table.policies:
        yield from _of_policy(table, policy)


def _itself(table: Table) -> Iterator[Mutation]:
    name, alter = table.qualified, f"ALTER TABLE {table.qualified}"

    def change(what: str, sql: str) -> Mutation:
        return Mutation(name, what, sql)

    yield change("drop table", f"DROP TABLE {name} CASCADE")
    yield change("rename table", f"{alter} RENAME TO {quote(table.name[:50] + '_x')}")
    yield change("add column", f"{alter} ADD COLUMN planted integer")
    yield change("comment on table", f"COMMENT ON TABLE {name} IS {literal('changed')}")
    switch = "DISABLE" if table.row_security else "ENABLE"
    yield change("switch row security", f"{alter} {switch} ROW LEVEL SECURITY")
    force = "NO FORCE" if table.force_row_security else "FORCE"
    yield change("switch forced row security", f"{alter} {force} ROW LEVEL SECURITY")
    yield change("grant on table", f"GRANT SELECT, TRUNCATE ON {name} TO PUBLIC")
    if table.kind == "ordinary":
        logged = "UNLOGGED" if table.persistence == "permanent" else "LOGGED"
        yield change("persistence of table", f"{alter} SET {logged}")
        yield change("storage options", f"{alter} SET (fillfactor = 55)")
    for privilege in table.privileges:
        grantee = privilege.grantee if privilege.grantee == "PUBLIC" else quote(privilege.grantee)
        yield change(f"revoke from {grantee}", f"REVOKE ALL ON {name} FROM {grantee}")


def _of_constraint(table: Table, constraint: Constraint) -> Iterator[Mutation]:
    name, alter = quote(constraint.name), f"ALTER TABLE {table.qualified}"

    def change(what: str, definition: str) -> Mutation:
        again = f", ADD CONSTRAINT {name} {definition}" if definition else ""
        sql = f"{alter} DROP CONSTRAINT {name} CASCADE{again}"
        return Mutation(table.subject(constraint), what, sql)

    yield change("drop constraint", "")
    yield Mutation(
        table.subject(constraint),
        "rename constraint",
        f"{alter} RENAME CONSTRAINT {name} TO {quote(constraint.name[:50] + '_x')}",
    )
    definition = constraint.definition
    if constraint.kind == "check" and constraint.validated:
        expression = constraint.expression
        yield change("weaken check", f"CHECK (({expression}) OR true)")
        yield change("invert check", f"CHECK (NOT ({expression}))")
        if constraint.enforced:
            yield change("unvalidated check", f"{definition} NOT VALID")
    if constraint.kind == "foreign key":
        if constraint.validated and constraint.enforced and table.kind == "ordinary":
            yield change("unvalidated foreign key", f"{definition} NOT VALID")
        yield from _of_foreign_key(change, constraint)
    if constraint.kind in {"unique", "primary key"} and not constraint.deferrable:
        yield change("deferrable key", f"{definition} DEFERRABLE")


def _of_foreign_key(change: Callable[[str, str], Mutation], key: Constraint) -> Iterator[Mutation]:
    base = key.definition.removesuffix(" NOT VALID")
    for action, current in (("DELETE", key.on_delete), ("UPDATE", key.on_update)):
        other = "RESTRICT" if current == "cascade" else "CASCADE"
        said = f" ON {action} {current.upper()}"
        without = base.replace(said, "", 1)
        head, separator, tail = without.partition(" DEFERRABLE")
        yield change(f"on {action.lower()}", f"{head} ON {action} {other}{separator}{tail}")
    if not key.deferrable:
        yield change("deferrable foreign key", f"{base} DEFERRABLE INITIALLY DEFERRED")


def _of_index(table: Table, index: Index) -> Iterator[Mutation]:
    subject, name = table.subject(index), table.subject(index)

    def again(what: str, definition: str) -> Mutation:
        return Mutation(subject, what, f"DROP INDEX {name}; {definition}")

    yield Mutation(subject, "drop index", f"DROP INDEX {name} CASCADE")
    yield Mutation(
        subject, "rename index", f"ALTER INDEX {name} RENAME TO {quote(index.name[:50] + '_x')}"
    )
    if table.kind != "ordinary":
        return
    if index.unique:
        yield again("not unique", index.definition.replace("CREATE UNIQUE", "CREATE", 1))
    elif index.method == "btree":
        yield again("unique", index.definition.replace("CREATE", "CREATE UNIQUE", 1))
    where = index.definition.rfind(" WHERE ")
    if index.predicate:
        yield again("no predicate", index.definition[:where])
        yield again("other predicate", f"{index.definition[:where]} WHERE NOT ({index.predicate})")
    else:
        yield again("predicate", f"{index.definition} WHERE (1 = 1)")
    if index.valid:
        yield Mutation(
            subject,
            "invalid index",
            "UPDATE pg_catalog.pg_index SET indisvalid = false"
            f" WHERE indexrelid = {literal(name)}::regclass",
        )


def _of_trigger(table: Table, trigger: Trigger) -> Iterator[Mutation]:
    subject, name = table.subject(trigger), quote(trigger.name)
    switch = "ENABLE" if trigger.enabled == "disabled" else "DISABLE"
    yield Mutation(subject, "drop trigger", f"DROP TRIGGER {name} ON {table.qualified}")
    yield Mutation(
        subject, "switch trigger", f"ALTER TABLE {table.qualified} {switch} TRIGGER {name}"
    )
    yield Mutation(
        subject,
        "rename trigger",
        f"ALTER TRIGGER {name} ON {table.qualified} RENAME TO {quote(trigger.name[:50] + '_x')}",
    )


def _of_policy(table: Table, policy: Policy) -> Iterator[Mutation]:
    subject, on = table.subject(policy), f"{quote(policy.name)} ON {table.qualified}"
    yield Mutation(subject, "drop policy", f"DROP POLICY {on}")
    if policy.using is not None and policy.using != "true":
        yield Mutation(subject, "open policy", f"ALTER POLICY {on} USING (true)")
    if policy.check is not None and policy.check != "true":
        yield Mutation(subject, "open policy check", f"ALTER POLICY {on} WITH CHECK (true)")
