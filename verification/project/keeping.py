"""What the models declare and the database was, kept between runs under what decides it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from verification.catalog import STATEMENT
from verification.databases import Server
from verification.databases import cache as kept
from verification.databases.explicit import VARIABLE
from verification.dsn import Dsn

SWITCH = "VERIFY_CACHE"
FILE = "document.json"
CONTENT = "content"
WORTH = 24_000  # characters; less than that comes with the first packets anyhow


def wanted(environment: Mapping[str, str]) -> bool:
    """Whether anything may be kept: not where VERIFY_CACHE is off."""
    return environment.get(SWITCH, "").strip().lower() not in {"off", "0", "no", "false"}


def key(server: Server, texts: Iterable[str]) -> str:
    """The name under which the document of a database is kept that these statements built."""
    # On a server that somebody chose, defaults may have been set that no version tells.
    place = (server.dsn.host, str(server.dsn.port)) if VARIABLE in server.source else ()
    parts = (
        _kit(), STATEMENT, str(server.version), server.source, server.dsn.user, *place, "", *texts
    )  # fmt: skip
    return called("declared", parts)


def place(dsn: Dsn) -> str:
    """The name under which the document of the database that somebody verifies is kept."""
    where = (dsn.host, str(dsn.port), dsn.parameters.get("hostaddr", ""), dsn.database, dsn.user)
    return called("seen", (_kit(), STATEMENT, *where))


def called(kind: str, parts: Iterable[str]) -> str:
    """The name of something that all these parts decide."""
    digest = sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(data) + data)
    return f"{kind}-{digest.hexdigest()}"


def find(name: str) -> str | None:
    """What was kept, if it is whole; what is damaged is thrown away."""
    return _whole(name, FILE)


def content_of(name: str) -> str:
    """The content of the document that is kept under a name; nothing where none is."""
    return _whole(name, CONTENT) or ""


def keep(name: str, text: str, known: str = "") -> None:
    """Keep a text, and of a document its content; doing without is never an error.

    It is readable by this user alone.
    """

    def fill(folder: Path) -> None:
        for file, written in ((FILE, text), (CONTENT, known)):
            (folder / file).touch(mode=0o600)
            (folder / file).write_text(f"{_seal(name, written)}\n{written}", "utf-8")

    kept.forget(name)
    kept.keep(name, fill)


def _whole(name: str, file: str) -> str | None:
    folder = kept.find(name)
    if folder is None:
        return None
    try:
        seal, _, text = (folder / file).read_text("utf-8").partition("\n")
    except (OSError, ValueError):
        seal, text = "", ""
    if seal == _seal(name, text):
        return text
    kept.forget(name)
    return None


def _seal(name: str, text: str) -> str:
    return sha256(f"{name}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()


@cache
def _kit() -> str:
    try:
        return version("verification-kit")
    except PackageNotFoundError:
        return ""
