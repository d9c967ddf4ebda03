"""Which failures of a field are kept in Hypothesis' example database, to be tried first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hypothesis.database import DirectoryBasedExampleDatabase


@dataclass(frozen=True, slots=True)
class Memory:
    """The keys of one field's examples: each way in which it failed has its own."""

    folder: Path | None
    field: str

    def key(self, state: tuple[str, str]) -> str:
        """Where the example of one SQLSTATE and constraint is kept."""
        return f"{self.field} {' '.join(state)}"

    def known(self) -> Sequence[str]:
        """What is there; nothing before the first failure, so that no folder is made."""
        if self.folder is None or not self.folder.exists():
            return []
        return sorted(each.decode() for each in _database(self.folder).fetch(self.field.encode()))

    def keep(self, key: str) -> None:
        """Ask for it next time."""
        if self.folder is not None:
            _database(self.folder).save(self.field.encode(), key.encode())

    def forget(self, key: str) -> None:
        """It does not fail any more."""
        if self.folder is not None:
            _database(self.folder).delete(self.field.encode(), key.encode())


def _database(folder: Path) -> DirectoryBasedExampleDatabase:
    from hypothesis.database import DirectoryBasedExampleDatabase  # noqa: PLC0415 - 250 ms

    return DirectoryBasedExampleDatabase(folder)
