"""What the project's revisions are and do, one after the other."""

from verification.config import Config
from verification.finding import NotApplicable
from verification.revisions import Break, broken, find
from verification.target.fact import fact


@fact
def chain(config: Config, code: str) -> tuple[Break, ...]:
    """Where the revisions fail to be one history; nothing, where they are one."""
    file = find(config.root, config.alembic)
    if file is None:
        raise NotApplicable("the project has no Alembic configuration")
    return broken(config.root, file)
