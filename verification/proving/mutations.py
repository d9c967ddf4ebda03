"""Every single fault that can be planted in a schema, made from its catalog."""

from __future__ import annotations

from collections.abc import Iterator

from verification.catalog import PUBLIC, Catalog, Domain, Enum, Function, Sequence, View, quote
from verification.proving.mutation import Mutation, literal
from verification.proving.tables import of_table


def mutations(catalog: Catalog) -> Iterator[Mutation]:
    """In the order of the catalog; nothing is made twice."""
    for schema in catalog.schemas:
        yield Mutation(
            schema.qualified, "grant on schema", f"GRANT ALL ON SCHEMA {schema.qualified} TO PUBLIC"
        )
        yield Mutation(
            schema.qualified, "add table", f"CREATE TABLE {schema.qualified}.planted (id integer)"
        )
    for table in catalog.tables:
        yield from of_table(table)
    for view in catalog.views:
        yield from _of_view(view)
    for sequence in catalog.sequences:
        yield from _of_sequence(sequence)
    for enum in catalog.enums:
        yield from _of_enum(enum)
    for domain in catalog.domains:
        yield from _of_domain(domain)
    for function in catalog.functions:
        yield from _of_function(function)


def _of_view(view: View) -> Iterator[Mutation]:
    word = "MATERIALIZED VIEW" if view.kind == "materialised view" else "VIEW"
    yield Mutation(view.qualified, "drop view", f"DROP {word} {view.qualified} CASCADE")
    body = view.definition.rstrip().removesuffix(";")
    again = f"SELECT * FROM ({body}) AS planted LIMIT 1"
    if view.kind == "view":
        sql = f"CREATE OR REPLACE VIEW {view.qualified} AS {again}"
        yield Mutation(view.qualified, "redefine view", sql)
        invoker = "security_invoker=true" in view.options
        yield Mutation(
            view.qualified,
            "security of view",
            f"ALTER VIEW {view.qualified} SET (security_barrier = true)"
            if invoker
            else f"ALTER VIEW {view.qualified} SET (security_invoker = true)",
        )
    comment = literal((view.comment or "") + " changed")
    yield Mutation(
        view.qualified, "comment on view", f"COMMENT ON {word} {view.qualified} IS {comment}"
    )


def _of_sequence(sequence: Sequence) -> Iterator[Mutation]:
    name = sequence.qualified
    if not sequence.identity and not sequence.owned_by:
        yield Mutation(name, "drop sequence", f"DROP SEQUENCE {name} CASCADE")
    step = sequence.increment + (1 if sequence.increment > 0 else -1)
    yield Mutation(name, "increment", f"ALTER SEQUENCE {name} INCREMENT BY {step}")
    cycle = "NO CYCLE" if sequence.cycle else "CYCLE"
    yield Mutation(name, "cycle", f"ALTER SEQUENCE {name} {cycle}")
    yield Mutation(name, "cache", f"ALTER SEQUENCE {name} CACHE {sequence.cache + 9}")
    if sequence.increment > 0 and sequence.max > sequence.start:
        bound = max(sequence.start, sequence.max - 1)
        yield Mutation(name, "maximum", f"ALTER SEQUENCE {name} MAXVALUE {bound}")


def _of_enum(enum: Enum) -> Iterator[Mutation]:
    name = enum.qualified
    yield Mutation(name, "add label", f"ALTER TYPE {name} ADD VALUE 'planted'")
    for label in enum.labels:
        renamed = literal(label[:50] + "_x")
        yield Mutation(
            name,
            f"rename label {label}",
            f"ALTER TYPE {name} RENAME VALUE {literal(label)} TO {renamed}",
        )
    yield Mutation(
        name, "rename type", f"ALTER TYPE {name} RENAME TO {quote(enum.name[:50] + '_x')}"
    )


def _of_domain(domain: Domain) -> Iterator[Mutation]:
    name = domain.qualified
    null = "SET NOT NULL" if domain.nullable else "DROP NOT NULL"
    yield Mutation(name, "nullability of domain", f"ALTER DOMAIN {name} {null}")
    yield Mutation(
        name, "rename domain", f"ALTER DOMAIN {name} RENAME TO {quote(domain.name[:50] + '_x')}"
    )
    if domain.default is not None:
        yield Mutation(name, "default of domain", f"ALTER DOMAIN {name} DROP DEFAULT")
    for constraint in domain.constraints:
        yield Mutation(
            domain.subject(constraint),
            "drop domain constraint",
            f"ALTER DOMAIN {name} DROP CONSTRAINT {quote(constraint.name)}",
        )


def _of_function(function: Function) -> Iterator[Mutation]:
    if function.kind not in {"function", "procedure"}:
        return
    word, name = function.kind.upper(), function.qualified
    yield Mutation(name, f"drop {function.kind}", f"DROP {word} {name} CASCADE")
    invoker = "INVOKER" if function.security_definer else "DEFINER"
    yield Mutation(name, "security", f"ALTER {word} {name} SECURITY {invoker}")
    yield Mutation(name, "settings", f"ALTER {word} {name} SET search_path = 'planted'")
    usual = not function.privileges  # by default everybody may
    open_ = usual or any(item.grantee == PUBLIC for item in function.privileges)
    grant, to = ("REVOKE", "FROM") if open_ else ("GRANT", "TO")
    yield Mutation(name, "grant execute", f"{grant} EXECUTE ON {word} {name} {to} PUBLIC")
    if function.kind == "function":
        other = "VOLATILE" if function.volatility == "immutable" else "IMMUTABLE"
        yield Mutation(name, "volatility", f"ALTER FUNCTION {name} {other}")
