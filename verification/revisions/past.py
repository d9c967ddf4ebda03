"""The schema as it was before a revision, built only when somebody asks."""

from __future__ import annotations

from dataclasses import dataclass

from verification.catalog import Catalog
from verification.databases import Server
from verification.finding import Unknown
from verification.revisions.ground import Follower, Limits, ground
from verification.revisions.script import Migrations
from verification.revisions.watching import ancestors
from verification.text import described


@dataclass(frozen=True, slots=True)
class Past:
    """A project's history, and a server on which any part of it can be built."""

    migrations: Migrations
    server: Server

    def before(self, revision: str) -> Catalog:
        """The schema that this revision and its ancestors build, without the revision itself."""
        wanted = ancestors(self.migrations, [revision]) - {revision}
        order = [each for each in self.migrations.revisions if each.id in wanted]
        place = ground(self.server, Limits())
        try:
            Follower(self.migrations, place).advance(order)
            return place.observer.catalog()
        except (Exception, SystemExit) as error:
            raise Unknown(f"the revisions before {revision} fail: {described(error)}") from error
        finally:
            place.close()
