from collections.abc import Iterator

import pytest

from verification.databases import Server
from verification.neon.client import Neon
from verification.neon.standin.running import Standin, standin


def no_pause(_: float) -> None:
    """Tests wait for nothing but what really takes time."""


@pytest.fixture
def running(disposable_server: Server) -> Iterator[Standin]:
    with standin(disposable_server) as made:
        yield made


@pytest.fixture
def neon(running: Standin) -> Iterator[Neon]:
    with Neon(running.world.key, running.world.project, running.base, no_pause) as client:
        yield client
