"""The right password for the wrong database."""

from collections.abc import Iterator, Mapping

from verification.check import check
from verification.config import Config
from verification.databases.reader import Reader
from verification.finding import Finding, NotApplicable, Severity

IDENTITY = """
SELECT current_setting('neon.branch_id', true),
       EXISTS (SELECT FROM pg_catalog.pg_settings
               WHERE name = 'neon.branch_id' AND context = 'postmaster')
"""


@check(Severity.ERROR)
def wrong_branch(
    config: Config, environment: Mapping[str, str], connection: Reader
) -> Iterator[Finding]:
    """The server that answers is not the Neon branch that was meant.

    A URL names an endpoint, and an endpoint can be moved to another branch. A Neon compute says
    which branch it serves in `neon.branch_id`, a setting that no session can forge: there it has
    context `postmaster`. A server without it is not Neon, and never the branch that was meant.
    (`VERIFY_NEON_STANDIN=1` believes a forgeable one, for a local stand-in.)

    ```toml bad pyproject.toml
    [tool.verification]
    neon-branch = "br-cool-darkness-a1b2c3d4"
    ```

    ```sql bad
    SELECT 1;
    ```

    ```toml bad pyproject.toml
    [tool.verification]
    neon-branch = "br-cool-darkness-a1b2c3d4"
    ```

    ```sql bad
    DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET neon.branch_id = %L',
    current_database(), 'br-cool-darkness-a1b2c3d4'); END $$;
    ```

    ```toml good pyproject.toml
    [tool.verification]
    neon-branch = "br-cool-darkness-a1b2c3d4"
    ```

    ```env good
    VERIFY_NEON_STANDIN=1
    ```

    ```sql good
    DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET neon.branch_id = %L',
    current_database(), 'br-cool-darkness-a1b2c3d4'); END $$;
    ```
    """
    if not config.neon_branch:
        raise NotApplicable("no Neon branch is expected: neon-branch in [tool.verification]")
    wanted = config.neon_branch
    ((branch, proven),) = connection.rows(IDENTITY)
    fix = f"use the URL of an endpoint of {wanted}"
    if not branch:
        yield Finding(wanted, "the server that answers is not Neon: it has no neon.branch_id", fix)
    elif branch != wanted:
        yield Finding(wanted, f"another branch answers: {branch}", fix)
    elif not proven and environment.get("VERIFY_NEON_STANDIN") != "1":
        yield Finding(wanted, "neon.branch_id is not the server's own: any session may set it", fix)
