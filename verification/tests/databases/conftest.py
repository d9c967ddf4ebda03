import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from verification.databases import Server, disposable_server


@pytest.fixture(scope="session")
def surroundings() -> dict[str, str]:
    """This process's environment, without a server that somebody chose."""
    chosen = ("VERIFY_SCRATCH_URL", "VERIFY_PG_BINDIR")
    return {key: value for key, value in os.environ.items() if key not in chosen}


@pytest.fixture(scope="session")
def server(surroundings: dict[str, str]) -> Iterator[Server]:
    """One server for the tests that do it no harm."""
    with disposable_server(surroundings) as found:
        yield found


@pytest.fixture
def elsewhere(surroundings: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """The same environment with a cache of its own, still empty."""
    cache = tmp_path / "cache"
    cache.mkdir()
    return {**surroundings, "XDG_CACHE_HOME": str(cache)}
