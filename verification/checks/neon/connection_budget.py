"""More connections than the compute has."""

from collections.abc import Iterator, Sequence

from verification.check import check
from verification.engines.place import Place
from verification.engines.settings import EngineSettings
from verification.finding import Finding, NotApplicable, Severity, Unknown
from verification.neon.client import Neon
from verification.neon.resources import Branch
from verification.neon.transport import NeonError

RESERVED = 7
SHARE_OF_POOLER = 0.9


@check(Severity.WARNING)
def connection_budget(
    neon: Neon,
    neon_branch: Branch,
    engine_settings: Sequence[EngineSettings],
    place: Place,
    workers: int,
) -> Iterator[Finding]:
    """The service's processes may ask for more connections than the compute's size allows.

    On Neon `max_connections` follows from the size of the compute: 104 at a quarter of a unit, of
    which 7 are reserved; the pooler gets nine tenths. A small compute for a preview, or one that
    was made smaller to save, then turns clients away under a load that production bears.

    ```env bad
    NEON_API_HOST=standin:asleep
    WEB_CONCURRENCY=8
    ```

    ```toml bad pyproject.toml
    [tool.verification]
    neon-branch = "work"
    models = ["database"]
    ```

    ```python bad database.py
    from sqlalchemy import create_engine

    engine = create_engine("postgresql+psycopg2://localhost/app", pool_size=10, max_overflow=10)
    ```

    ```env good
    NEON_API_HOST=standin:asleep
    WEB_CONCURRENCY=4
    ```

    ```toml good pyproject.toml
    [tool.verification]
    neon-branch = "work"
    models = ["database"]
    ```

    ```python good database.py
    from sqlalchemy import create_engine

    engine = create_engine("postgresql+psycopg2://localhost/app", pool_size=5, max_overflow=5)
    ```
    """
    try:
        computes = [each for each in neon.endpoints(neon_branch.id) if each.kind == "read_write"]
    except NeonError as error:
        raise Unknown(str(error)) from None
    if not computes:
        raise NotApplicable("the branch has no compute")
    most = computes[0].connections
    has = int(most * SHARE_OF_POOLER) if place.pooled else most - RESERVED
    for engine in engine_settings:
        wanted = workers * (engine.most or 0)
        if wanted > has:
            yield Finding(
                f"{neon_branch.name} {engine}",
                f"{workers} worker(s) x ({engine.size} + {engine.overflow}) = {wanted} connections;"
                f" the compute has {has}",
                "use smaller pools, the pooled host, or a larger compute",
                engine.location,
            )
