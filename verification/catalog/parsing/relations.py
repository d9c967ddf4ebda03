"""Tables, views, sequences and composite types, put together from their parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from verification.catalog.model import Column, Sequence, Table, View, qualify
from verification.catalog.parsing import parts
from verification.catalog.parsing.acl import privileges
from verification.catalog.parsing.rows import Sections, grouped, rows
from verification.catalog.statement import LASTING

TABLES = {"r": "ordinary", "p": "partitioned", "f": "foreign"}
VIEWS = {"v": "view", "m": "materialised view"}
ESTIMATED = "rpm"  # the kinds that hold rows


class Relations(NamedTuple):
    """What became of the relations, and the sequences whose last value may not be read."""

    tables: tuple[Table, ...]
    views: tuple[View, ...]
    sequences: tuple[Sequence, ...]
    composites: Mapping[tuple[str, str], tuple[Column, ...]]
    hidden: tuple[str, ...]


def relations(lasting: Sections, passing: Sections) -> Relations:
    """Put every relation together."""
    listed = list(rows(lasting["relations"]))
    names = [(row[0], row[1]) for row in listed]
    columns = grouped(parts.columns(lasting["columns"]))
    numbers = {n: {each.number: each.name for each in some} for n, some in columns.items()}
    numbers |= {n: {} for n in range(len(names)) if n not in numbers}
    opclasses = dict(rows(lasting["opclasses"]))
    constraints = grouped(parts.constraints(lasting["constraints"], names, numbers))
    indexes = grouped(parts.indexes(lasting["indexes"], names, numbers, opclasses))
    triggers = grouped(parts.triggers(lasting["triggers"], names))
    policies = grouped(parts.policies(lasting["policies"]))
    rules = grouped(parts.rules(lasting["rules"]))
    statistics = grouped(parts.statistics(lasting["statistics"]))
    estimates = (row[0] for row in rows(passing["estimates"]))
    reached = (row[0] for row in rows(passing["counters"]))
    counters = {row[0]: row[1:] for row in rows(lasting["sequences"])}

    tables, views, sequences, composites, hidden = [], [], [], {}, []
    for n, (schema, name, kind, owner, acl, comment, parents, definition, more) in enumerate(
        listed
    ):
        rest: dict[str, Any] = more or {}
        if "options" in rest:
            rest["options"] = tuple(sorted(rest["options"]))
        if kind in TABLES:
            if "server_options" in rest:
                options = rest.get("options", ()) + tuple(rest.pop("server_options"))
                rest["options"] = tuple(sorted(options))
            tables.append(
                Table(
                    schema,
                    name,
                    TABLES[kind],
                    owner,
                    columns=tuple(columns.get(n, ())),
                    constraints=tuple(constraints.get(n, ())),
                    indexes=tuple(indexes.get(n, ())),
                    triggers=tuple(triggers.get(n, ())),
                    policies=tuple(policies.get(n, ())),
                    rules=tuple(rules.get(n, ())),
                    statistics=tuple(statistics.get(n, ())),
                    privileges=privileges(acl, "table", owner),
                    inherits=tuple(qualify(*names[parent]) for parent in parents or ()),
                    comment=comment,
                    estimated_rows=next(estimates) if kind in ESTIMATED else -1,
                    **rest,
                )
            )
        elif kind in VIEWS:
            views.append(
                View(
                    schema,
                    name,
                    VIEWS[kind],
                    definition,
                    owner,
                    tuple(columns.get(n, ())),
                    tuple(indexes.get(n, ())),
                    tuple(triggers.get(n, ())),
                    tuple(rules.get(n, ())),
                    tuple(statistics.get(n, ())),
                    privileges=privileges(acl, "table", owner),
                    comment=comment,
                    estimated_rows=next(estimates) if kind in ESTIMATED else -1,
                    **rest,
                )
            )
        elif kind == "S":
            own = dict(zip(LASTING["sequences"][1:], counters[n], strict=True))
            table, number = own.pop("owner_table"), own.pop("owner_column")
            last_value = next(reached)
            if last_value is False:
                hidden.append(qualify(schema, name))
            sequences.append(
                Sequence(
                    schema,
                    name,
                    owner=owner,
                    persistence=rest.get("persistence", "permanent"),
                    owned_by=qualify(*names[table], numbers[table][number])
                    if table is not None
                    else "",
                    privileges=privileges(acl, "sequence", owner),
                    comment=comment,
                    last_value=None if last_value is False else last_value,
                    **own | {"identity": bool(own["identity"])},
                )
            )
        else:
            composites[schema, name] = tuple(columns.get(n, ()))
    return Relations(tuple(tables), tuple(views), tuple(sequences), composites, tuple(hidden))
