"""What the models declare, kept between runs under a digest of everything that decides it."""

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

SWITCH = "VERIFY_CACHE"
FILE = "document.json"


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
    digest = sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(data) + data)
    return f"declared-{digest.hexdigest()}"


def find(name: str) -> str | None:
    """The document, if it was kept and is whole; a damaged one is thrown away."""
    folder = kept.find(name)
    if folder is None:
        return None
    try:
        seal, _, document = (folder / FILE).read_text("utf-8").partition("\n")
    except (OSError, ValueError):
        seal, document = "", ""
    if seal == _seal(name, document):
        return document
    kept.forget(name)
    return None


def keep(name: str, document: str) -> None:
    """Keep a document, readable by this user alone; doing without is never an error."""

    def fill(folder: Path) -> None:
        file = folder / FILE
        file.touch(mode=0o600)
        file.write_text(f"{_seal(name, document)}\n{document}", "utf-8")

    kept.keep(name, fill)


def _seal(name: str, document: str) -> str:
    return sha256(f"{name}\n{document}".encode("utf-8", "surrogatepass")).hexdigest()


@cache
def _kit() -> str:
    try:
        return version("verification-kit")
    except PackageNotFoundError:
        return ""
