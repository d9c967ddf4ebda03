"""What differs between two catalogs: one difference per object and aspect."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fnmatch import fnmatchcase

from verification.catalog.comparing.consequences import primary
from verification.catalog.comparing.differences import Difference
from verification.catalog.comparing.models import MODEL_ASPECTS, demanded, expressible
from verification.catalog.comparing.sameness import Sameness
from verification.catalog.comparing.walk import Walk
from verification.catalog.model import Catalog

__all__ = ["MODEL_ASPECTS", "Difference", "difference", "expressible"]


def difference(
    expected: Catalog,
    actual: Catalog,
    *,
    ignore: Collection[str] = (),
    aspects: Mapping[str, Collection[str]] | None = None,
    exact_owners: bool = False,
    models: bool = False,
) -> tuple[Difference, ...]:
    """What differs, sorted by the name of the object; what merely follows is left out.

    `ignore` names what nobody wants to hear of: a kind (`view`), an aspect (`comment`), an aspect
    of a kind (`table.column_order`), or an object and all in it (`public.alembic_version`); each
    may be a pattern with `*` and `?`. `aspects` is the opposite: kinds with their aspects,
    and nothing else is looked at.

    The role that owns most of each side counts as the same role, whatever its names, unless
    `exact_owners`: who runs the migrations need not be called the same everywhere.

    What the roles of a hosting platform own, or may do, is the platform's business.

    With `models`, `expected` is what models declare: only what models can express is looked at
    (`MODEL_ASPECTS`), a name that PostgreSQL chose may be another one, and neither Alembic's
    version table nor the order of columns counts.
    """
    if expected is actual:
        return ()
    if models:
        aspects = MODEL_ASPECTS if aspects is None else aspects
        expected, actual = expressible(expected), expressible(actual)
    same = Sameness.between(expected, actual, exact_owners=exact_owners, worded=models)

    def wanted(kind: str, aspect: str) -> bool:
        if aspects is not None and aspect not in aspects.get(kind, ()):
            return False
        return not any(
            fnmatchcase(name, pattern)
            for pattern in ignore
            for name in (kind, aspect, f"{kind}.{aspect}")
        )

    found = (
        each
        for each in Walk(same, wanted).catalogs(expected, actual)
        if not any(_covers(pattern, each.difference.subject) for pattern in ignore)
    )
    told = primary(found)
    return tuple(sorted(each.difference for each in (demanded(told, actual) if models else told)))


def _covers(pattern: str, subject: str) -> bool:
    # A pattern that is a plain name must match as a name, whatever characters it is made of.
    if subject == pattern or subject.startswith(f"{pattern}."):
        return True
    return fnmatchcase(subject, pattern) or fnmatchcase(subject, f"{pattern}.*")
