"""Hypothesis strategies for the rows of a mapped class: valid, complete, storable."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from verification.generation.narrowing import Narrowed

INFINITY = Decimal("Infinity")

LARGEST = {"SmallInteger": 2**15 - 1, "BigInteger": 2**63 - 1}
INT4 = 2**31 - 1
LONGEST = 200  # for text without a limit
EARLIEST, LATEST = datetime(1900, 1, 1), datetime(2200, 1, 1)  # noqa: DTZ001 - bounds are naive by Hypothesis' own rule


def rows(model: Any, **given: SearchStrategy[Any]) -> SearchStrategy[dict[str, Any]]:
    """Rows of a mapped class or a Table, as keyword arguments of its columns.

    Every required column is there, within its type, its Pydantic field's rules and the checks that
    can be read; columns that the database fills in are left out. `given` replaces a column's
    values, and adds what cannot be made up, such as foreign keys:
    `rows(Hero, team_id=st.just(team.id))`.
    """
    from hypothesis import strategies as st  # noqa: PLC0415 - 250 ms

    from verification.generation.narrowing import narrowed  # noqa: PLC0415 - sqlglot, 100 ms

    table = getattr(model, "__table__", model)
    fields: Mapping[str, Any] = getattr(model, "model_fields", None) or {}
    required: dict[str, SearchStrategy[Any]] = {}
    optional: dict[str, SearchStrategy[Any]] = {}
    checks = [str(each.sqltext) for each in table.constraints if hasattr(each, "sqltext")]
    for column in table.columns:
        if column.name in given:
            required[column.name] = given[column.name]
            continue
        if column.computed is not None or column.identity is not None:
            continue
        values = _values(column, fields.get(column.name), narrowed(checks, column.name))
        if column.foreign_keys:
            if not column.nullable:
                raise ValueError(f"give a value for the foreign key {table.name}.{column.name}")
            continue
        filled = column.default is not None or column.server_default is not None
        if column.primary_key and (filled or column is table.autoincrement_column):
            continue
        wide = st.none() | values if column.nullable else values
        (optional if filled or column.nullable else required)[column.name] = wide
    return st.fixed_dictionaries(required, optional=optional)


def _values(column: Any, field: Any, known: Narrowed) -> SearchStrategy[Any]:
    from hypothesis import strategies as st  # noqa: PLC0415 - 250 ms

    if known.choices:
        return st.sampled_from(known.choices)
    kind = getattr(column.type, "impl", column.type)
    name = next((c.__name__ for c in type(kind).__mro__ if c.__name__ in _BY_TYPE), "")
    if name:
        return _BY_TYPE[name](kind, _bounds(field, known))
    if field is not None:
        return st.from_type(field.annotation)
    return st.from_type(kind.python_type)


def _bounds(field: Any, known: Narrowed) -> Narrowed:
    """The checks' bounds and the field's together."""
    from verification.generation.demands import demands  # noqa: PLC0415 - Pydantic's side
    from verification.generation.narrowing import Narrowed, both, narrowed  # noqa: PLC0415 - sqlglot

    if field is None:
        return known
    said = [demand.check for demand in demands(field, "value")]
    own = narrowed(said, "value")
    lengths = [size for size in (known.longest, own.longest) if size is not None]
    return Narrowed(
        both(known.interval, own.interval),
        max(known.shortest, own.shortest),
        min(lengths) if lengths else None,
        own.choices,
        (*known.patterns, *own.patterns),
    )


def _integers(kind: Any, known: Narrowed) -> SearchStrategy[Any]:
    from hypothesis import strategies as st  # noqa: PLC0415 - 250 ms

    most = next((n for name, n in LARGEST.items() if type(kind).__name__.startswith(name)), INT4)
    low, high = known.interval.low, known.interval.high
    least = -most - 1 if low == -INFINITY else int(low) + (not known.interval.low_included)
    most = most if high == INFINITY else int(high) - (not known.interval.high_included)
    return st.integers(least, most)


def _decimals(kind: Any, known: Narrowed) -> SearchStrategy[Any]:
    from hypothesis import strategies as st  # noqa: PLC0415 - 250 ms

    scale = kind.scale if kind.scale is not None else 6
    size = Decimal(10) ** ((kind.precision or 18) - scale) - Decimal(1).scaleb(-scale)
    step = Decimal(1).scaleb(-scale)
    bounds = known.interval
    low = max(bounds.low + (0 if bounds.low_included else step), -size)
    high = min(bounds.high - (0 if bounds.high_included else step), size)
    return st.decimals(low, high, places=scale)


def _floats(kind: Any, known: Narrowed) -> SearchStrategy[Any]:
    from hypothesis import strategies as st  # noqa: PLC0415 - 250 ms

    low, high = known.interval.low, known.interval.high
    return st.floats(
        None if low == -INFINITY else float(low),
        None if high == INFINITY else float(high),
        allow_nan=False,
        allow_infinity=False,
        width=32 if type(kind).__name__ == "REAL" else 64,
    )


def _texts(kind: Any, known: Narrowed) -> SearchStrategy[Any]:
    from hypothesis import strategies as st  # noqa: PLC0415 - 250 ms

    from verification.generation.pattern import in_python  # noqa: PLC0415 - with it

    sizes = [size for size in (kind.length, known.longest) if size is not None]
    longest = min(sizes, default=max(LONGEST, known.shortest))
    storable = st.characters(exclude_characters="\x00", exclude_categories=["Cs"])
    readable = [text for pattern in known.patterns if (text := in_python(pattern))]
    if readable:
        # What counts as a letter or digit beyond ASCII depends on the database's locale.
        plain = st.characters(codec="ascii", exclude_characters="\x00")
        found = st.from_regex(readable[0], alphabet=plain if "\\" in readable[0] else storable)
        return found.filter(lambda text: known.shortest <= len(text) <= longest)
    return st.text(storable, min_size=known.shortest, max_size=longest)


def _moments(kind: Any, _: Narrowed) -> SearchStrategy[Any]:
    from hypothesis import strategies as st  # noqa: PLC0415 - 250 ms

    zones = st.just(UTC) if kind.timezone else st.none()
    return st.datetimes(EARLIEST, LATEST, timezones=zones)


def _members(kind: Any, _: Narrowed) -> SearchStrategy[Any]:
    from hypothesis import strategies as st  # noqa: PLC0415 - 250 ms

    return st.sampled_from(list(kind.enum_class) if kind.enum_class else list(kind.enums))


def _documents(_: Any, __: Narrowed) -> SearchStrategy[Any]:
    from hypothesis import strategies as st  # noqa: PLC0415 - 250 ms

    texts = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=9)
    plain = st.none() | st.booleans() | st.integers(-INT4, INT4) | texts
    return st.dictionaries(texts, plain, max_size=4)


_BY_TYPE = {
    "Enum": _members,
    "JSON": _documents,
    "DateTime": _moments,
    "Integer": _integers,
    "Float": _floats,
    "Numeric": _decimals,
    "String": _texts,
}
