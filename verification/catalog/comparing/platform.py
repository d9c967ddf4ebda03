"""What a hosting platform puts into every database, and no project can do anything about."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from verification.catalog.model import Extension, Thing

# The roles through which platforms administer: Neon, Amazon, Google, Azure, Supabase.
ROLES = frozenset(
    {
        "cloud_admin",
        "neon_superuser",
        "rdsadmin",
        "rds_superuser",
        "cloudsqladmin",
        "cloudsqlsuperuser",
        "azuresu",
        "azure_superuser",
        "azure_pg_admin",
        "supabase_admin",
    }
)
EXTENSIONS = frozenset({"neon"})


def platforms_own(thing: Thing, owners: AbstractSet[str] = frozenset()) -> bool:
    """Whether the platform has made this; what the project's own `owners` have made is theirs."""
    if isinstance(thing, Extension):
        return thing.name in EXTENSIONS
    makers = {getattr(thing, "owner", ""), getattr(thing, "role", "")}
    return bool(makers & ROLES - owners)
