"""State of a session, where sessions are shared."""

import ast
import re
from collections.abc import Iterator

from verification.check import check
from verification.config import Config
from verification.engines.files import lines, shared
from verification.engines.place import Place
from verification.finding import Finding, Location, NotApplicable, Severity

# What begins a statement, or is called in one; each works within one session only.
STATE = (
    (
        "SET",
        re.compile(
            r"^\s*SET\s+(SESSION\s+)?(search_path|role(?=\s+[^=\s])|statement_timeout|lock_timeout"
            r"|default_transaction_\w+|[a-z]\w*\.\w+)\b",
            re.IGNORECASE,
        ),
    ),
    ("set_config(..., false)", re.compile(r"\bset_config\s*\([^()]*,\s*false\s*\)", re.IGNORECASE)),
    ("LISTEN", re.compile(r"^\s*LISTEN\s+[\w\"]+\s*;?\s*$")),
    ("a session advisory lock", re.compile(r"\bpg_(try_)?advisory_lock(_shared)?\s*\(")),
    ("PREPARE", re.compile(r"^\s*PREPARE\s+\w+\s*(\([^)]*\)\s*)?AS\b", re.IGNORECASE)),
    (
        "a temporary table",
        re.compile(
            r"^\s*CREATE\s+(LOCAL\s+)?TEMP(ORARY)?\s+TABLE\b"
            r"(?!.*ON\s+COMMIT\s+DROP)",
            re.IGNORECASE | re.DOTALL,
        ),
    ),
)  # fmt: skip - a kind and its pattern side by side
ASIDE = re.compile(
    r"(^|/)(tests?|migrations|alembic|versions|scripts|docs)/|(^|/)(test_|conftest|env)"
)


@check(Severity.WARNING)
def session_state_on_pooler(config: Config, place: Place) -> Iterator[Finding]:
    """The code keeps state in its session, and a transaction pooler gives sessions away.

    What `SET` sets works on whoever gets that server session next, and is gone for the one who set
    it; session advisory locks exclude nobody; notifications reach somebody else; temporary tables
    and prepared statements are missing in the next transaction. `SET LOCAL`,
    `pg_advisory_xact_lock` and `ON COMMIT DROP` end with the transaction, and work.

    ```env bad
    DATABASE_URL=postgresql://a:b@ep-cool-rain-12345678-pooler.eu-central-1.aws.neon.tech/app
    ```

    ```python bad tenants.py
    from sqlalchemy import text

    def choose(connection, tenant):
        connection.execute(text("SET search_path TO shop"))
        connection.execute(text("SELECT pg_advisory_lock(42)"))
    ```

    ```env good
    DATABASE_URL=postgresql://a:b@ep-cool-rain-12345678-pooler.eu-central-1.aws.neon.tech/app
    ```

    ```python good tenants.py
    from sqlalchemy import text

    def choose(connection, tenant):
        connection.execute(text("SET LOCAL search_path TO shop"))
        connection.execute(text("SELECT pg_advisory_xact_lock(42)"))
    ```
    """
    if not place.pooled:
        raise NotApplicable("no transaction pooler is in between")
    for path in shared(config.root):
        inner = path.relative_to(config.root).as_posix()
        if path.suffix != ".py" or ASIDE.search(inner):
            continue
        told = set()
        for line, text in _texts("\n".join(each for _, each in lines(path))):
            for kind, pattern in STATE:
                if kind not in told and pattern.search(text):
                    told.add(kind)
                    yield Finding(
                        f"{inner} {kind}",
                        f"{kind} lives in a session, and the pooler shares sessions",
                        "SET LOCAL, pg_advisory_xact_lock, ON COMMIT DROP; or the direct host",
                        Location(inner, line),
                    )


def _texts(source: str) -> Iterator[tuple[int, str]]:
    """The texts of a module that are no docstrings, with their lines."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.lineno, node.value
        elif isinstance(node, ast.Attribute) and node.attr.startswith("pg_"):
            yield node.lineno, f"{node.attr}("  # as in func.pg_advisory_lock(42)
