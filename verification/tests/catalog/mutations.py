"""Single changes of the fixture schema, each with what must tell of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

SOURCE = Path(__file__).with_name("mutations.sql")
SINCE = "-- since "
TOLD = "-- "
OLDEST = 14


class Mutation(NamedTuple):
    """One change, and each difference that must tell of it as `kind subject aspect`."""

    sql: str
    told: tuple[str, ...]
    since: int = OLDEST


def mutations(owner: str, source: Path = SOURCE) -> Iterator[Mutation]:
    """Every change that a file beside this one lists, of a schema that this role has made."""
    _, *blocks = source.read_text("utf-8").replace("{owner}", owner).split("\n\n")
    for block in blocks:
        told, sql, since = [], [], OLDEST
        for line in block.strip().splitlines():
            if line.startswith(SINCE):
                since = int(line.removeprefix(SINCE))
            elif line.startswith(TOLD):
                told.append(line.removeprefix(TOLD).replace("\\n", "\n"))
            else:
                sql.append(line)
        yield Mutation("\n".join(sql), tuple(told), since)


MUTATIONS = tuple(mutations("postgres"))
