"""The schema as it was before a revision, built only when somebody asks."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from verification.catalog import Catalog
from verification.databases import Server
from verification.finding import Location, Unknown
from verification.revisions.chain import line_of
from verification.revisions.deadline import Expired, deadline
from verification.revisions.failing import failure
from verification.revisions.ground import Follower, Ground, Limits, ground, steps
from verification.revisions.observing import Observer
from verification.revisions.script import Migrations, Revision
from verification.revisions.step import Direction, Failure
from verification.revisions.watching import ancestors
from verification.text import described


@dataclass(frozen=True, slots=True)
class Past:
    """A project's history, and a server on which any part of it can be built."""

    migrations: Migrations
    server: Server
    versions: str = "public.alembic_version"
    """The table in which Alembic keeps its versions."""

    def before(self, revision: str) -> Catalog:
        """The schema that this revision's ancestors build. Raises Unknown."""
        with self.ground(revision) as place:
            return place.observer.catalog()

    def at(self, revisions: Collection[str]) -> Catalog:
        """The schema that these revisions build, which rest on no other. Raises Unknown."""
        with self._ground(revisions, "of the release now running") as place:
            return place.observer.catalog()

    @contextmanager
    def ground(self, revision: str) -> Iterator[Ground]:
        """A database with this revision's ancestors, and without itself. Raises Unknown."""
        wanted = ancestors(self.migrations, [revision]) - {revision}
        with self._ground(wanted, f"before {revision}") as place:
            yield place

    @contextmanager
    def _ground(self, wanted: Collection[str], which: str) -> Iterator[Ground]:
        order = [each for each in self.migrations.revisions if each.id in wanted]
        place = ground(self.server, Limits())
        try:
            try:
                Follower(self.migrations, place).advance(order)
            except (Exception, SystemExit) as error:
                text = described(error)
                raise Unknown(f"the revisions {which} fail: {text}") from error
            yield place
        finally:
            place.close()

    def step(
        self, place: Ground, revision: Revision, direction: Direction
    ) -> tuple[Failure | None, BaseException | None]:
        """Run one revision in one direction: what went wrong, if anything did."""
        name = "downgrade" if direction is Direction.DOWN else "upgrade"
        line = line_of(revision.path, name) or revision.location.line
        here = Location(revision.location.file, line)
        try:
            with deadline(place.limits.whole, place.end_sessions):
                self.migrations.run(place.dsn, steps(self.migrations, [revision], direction))
        except (Exception, SystemExit, Expired) as error:  # noqa: BLE001 - it is the project's code
            with Observer(place.dsn).closing() as observer:
                observer.end_others()
            return failure(error, revision.path, here), error
        return None, None
