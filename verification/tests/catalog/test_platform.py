"""What a hosting platform adds to every database is no drift."""

from dataclasses import replace

from verification.catalog import (
    Catalog,
    DefaultPrivileges,
    EventTrigger,
    Extension,
    Privilege,
    Table,
    difference,
)

MINE = Catalog(tables=(Table("public", "a", owner="me"), Table("public", "b", owner="me")))
GRANT = Privilege("neon_superuser", ("SELECT WITH GRANT OPTION",))


def test_what_the_platforms_roles_made_is_not_told() -> None:
    theirs = replace(
        MINE,
        tables=(*MINE.tables, Table("public", "health_check", owner="cloud_admin")),
        extensions=(Extension("neon", "1.5", "neon"),),
        default_privileges=(DefaultPrivileges("cloud_admin", "public", "tables", (GRANT,)),),
        event_triggers=(
            EventTrigger("grant_access", "ddl_command_end", "f", owner="supabase_admin"),
        ),
    )
    assert difference(MINE, theirs) == ()


def test_what_the_platforms_roles_may_do_is_not_told() -> None:
    granted = replace(MINE.tables[0], privileges=(GRANT,))
    assert difference(MINE, replace(MINE, tables=(granted, MINE.tables[1]))) == ()


def test_what_somebody_else_made_is_told() -> None:
    extra = replace(MINE, tables=(*MINE.tables, Table("public", "c", owner="somebody")))
    assert [each.subject for each in difference(MINE, extra)] == ["public.c"]


def test_a_project_that_runs_as_a_platforms_role_keeps_its_tables() -> None:
    mine = replace(
        MINE, tables=tuple(replace(table, owner="neon_superuser") for table in MINE.tables)
    )
    extra = replace(mine, tables=(*mine.tables, Table("public", "c", owner="neon_superuser")))
    assert [each.subject for each in difference(mine, extra)] == ["public.c"]


def test_what_is_missing_is_told_whoever_owned_it() -> None:
    extra = replace(MINE, tables=(*MINE.tables, Table("public", "c", owner="cloud_admin")))
    assert [each.subject for each in difference(extra, MINE)] == ["public.c"]
