"""What a role may do, by itself, by its memberships and as one of everybody."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from verification.catalog import PUBLIC, Catalog, Privilege, Role, Sequence, Table, View

GRANT_OPTION = " WITH GRANT OPTION"
DATA = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})


def names(role: Role) -> frozenset[str]:
    """Every name under which the role acts."""
    return frozenset({role.name, *role.memberships})


def owns(role: Role, owner: str) -> bool:
    """Whether the role has an owner's powers over what this owner owns."""
    return role.superuser or owner in names(role)


def granted(privileges: Iterable[Privilege], grantees: Collection[str]) -> frozenset[str]:
    """What these have been granted, without the right to pass it on."""
    return frozenset(
        word.removesuffix(GRANT_OPTION)
        for privilege in privileges
        if privilege.grantee in grantees
        for word in privilege.granted
    )


def to_public(privileges: Iterable[Privilege]) -> tuple[str, ...]:
    """What everybody may do."""
    return tuple(sorted(granted(privileges, {PUBLIC})))


def holders(catalog: Catalog) -> Iterator[Table | View | Sequence]:
    """Everything that holds data."""
    yield from catalog.tables
    yield from catalog.views
    yield from catalog.sequences


def keyword(thing: Table | View | Sequence) -> str:
    """How GRANT and REVOKE call it."""
    return "SEQUENCE" if isinstance(thing, Sequence) else "TABLE"
