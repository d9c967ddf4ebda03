"""Small services in processes of their own."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from verification.databases import Server
from verification.dsn import Dsn
from verification.service import Service

Make = Callable[..., Service]


@pytest.fixture
def make(tmp_path: Path, disposable_server: Server) -> Make:
    """Makes a service of the text of its only module, on empty databases."""

    def make(
        text: str,
        app: str = "main:app",
        headers: Mapping[str, str] | None = None,
        login: str = "",
        **variables: str,
    ) -> Service:
        (tmp_path / "main.py").write_text(text, encoding="utf-8")

        @contextmanager
        def empty() -> Iterator[Dsn]:
            dsn = disposable_server.create()
            try:
                yield dsn
            finally:
                disposable_server.drop(dsn)

        return Service(
            tmp_path,
            app,
            ("DATABASE_URL",),
            variables,
            empty,
            headers=headers or {},
            login=login,
        )

    return make
