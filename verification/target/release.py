"""The release now running: what its models say, asked of its own code in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

from verification.catalog import Catalog
from verification.config import Config
from verification.databases import Server
from verification.databases.explicit import VARIABLE
from verification.finding import NotApplicable, Unknown
from verification.revisions import Migrations, Past, checkout, unknown_at
from verification.target.catalogs import catalog_of
from verification.target.fact import Facts, fact

PATIENCE = 300
CHILD = "from verification.target.release import main; main()"


@fact
def released(config: Config, server: Server, target: Facts) -> Catalog:
    """What the models of the release now running say, as PostgreSQL understands them."""
    if not config.previous:
        raise NotApplicable("no release is named that is now running: set previous to a git ref")
    dsn = server.create(furnished=True)
    try:
        with checkout(config.root, config.previous) as root:
            _build(root, {"root": str(root), "url": dsn.reveal(), "server": server.dsn.reveal()})
        return catalog_of(dsn)
    finally:
        server.drop(dsn)


@fact
def since_release(config: Config, migrations: Migrations) -> frozenset[str]:
    """The revisions that the release now running does not have."""
    if not config.previous:
        raise NotApplicable("no release is named that is now running: set previous to a git ref")
    return unknown_at(migrations, config.previous)


@fact
def since_previous(config: Config) -> bool:
    """Whether it is known which release is now running."""
    return bool(config.previous)


@fact
def before_release(past: Past, since_release: frozenset[str]) -> Catalog:
    """The schema that the release now running was made for."""
    known = {each.id for each in past.migrations.revisions} - since_release
    return past.at(known)


def _build(root: Path, job: dict[str, str]) -> None:
    """Let the old code make its tables. What it is told travels by stdin: it holds passwords."""
    kept = {name: value for name, value in os.environ.items() if not name.endswith("DATABASE_URL")}
    try:
        done = subprocess.run(  # noqa: S603 - this interpreter, with our own code
            [sys.executable, "-c", CHILD],
            input=json.dumps(job),
            capture_output=True,
            text=True,
            cwd=root,
            env={**kept, "PYTHONDONTWRITEBYTECODE": "1"},
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unknown(f"the previous models were not there within {PATIENCE} s") from None
    if done.returncode:
        said = done.stderr.strip().rpartition("\n")[2]
        raise Unknown(f"the models of the previous release cannot be read: {said}")


def main() -> None:
    """In the process of the old code: make the tables of its models."""
    from verification.adoption import complete  # noqa: PLC0415 - only the child needs these
    from verification.dsn import Dsn  # noqa: PLC0415
    from verification.project import create_all  # noqa: PLC0415
    from verification.target import Target  # noqa: PLC0415

    job = json.loads(sys.stdin.read())
    os.environ[VARIABLE] = job["server"]
    try:
        config = complete(Config.load(Path(job["root"])), os.environ)
        with Target(config=config) as target:
            create_all(Dsn.parse(job["url"]), target["metadata"])
    except (NotApplicable, Unknown) as reason:
        sys.exit(str(reason))
