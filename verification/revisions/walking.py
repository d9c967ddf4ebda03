"""One walk over the revisions, in one database, over one connection: up, down, and up again."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Collection, Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace
from threading import Event
from typing import Any

from verification.catalog import Catalog, Difference, difference
from verification.databases import Server
from verification.finding import Location, Unknown
from verification.revisions.chain import line_of
from verification.revisions.deadline import Expired, deadline
from verification.revisions.failing import failure, outside
from verification.revisions.ground import Follower, Ground, Limits, committing, ground
from verification.revisions.script import Migrations, Revision, current_schema
from verification.revisions.source import idle
from verification.revisions.step import (
    Direction,
    Failure,
    Irreversible,
    Step,
    Walk,
    only_adds_labels,
)
from verification.revisions.tracing import Tracer
from verification.telling import tell


@dataclass(frozen=True, slots=True)
class _Action:
    revision: Revision
    index: int
    direction: Direction


def walk(
    migrations: Migrations,
    server: Server,
    watched: Collection[str] = (),
    limits: Limits | None = None,
    since: Collection[str] | None = None,
) -> Walk:
    """Apply, undo and apply again each revision, and look at the schema after every step.

    All but those in `since`, if that is given, and the watched are only applied. What a `watched`
    revision locks, scans and rewrites is looked at as well. Never raises for what a revision does:
    that is what it is asked for. Raises Unknown where env.py runs none.
    """
    single = frozenset(r.id for r in migrations.revisions) if since is None else {*since, *watched}
    walker = _Walker(migrations, server, frozenset(watched), frozenset(single), limits or Limits())
    try:
        with (
            deadline(walker.limits.whole, walker.end_sessions) as walker.over,
            walker.tracer.listening(),
        ):
            walker.go()
    except Expired:
        walker.expired()
    finally:
        walker.close()
    return walker.seen()


@dataclass(slots=True)
class _Walker:
    migrations: Migrations
    server: Server
    watched: frozenset[str]
    single: frozenset[str]  # those to be undone and applied again
    limits: Limits
    tracer: Tracer = field(init=False)
    order: list[Revision] = field(init=False)
    plan: deque[_Action] = field(init=False)
    steps: list[Step] = field(default_factory=list)
    irreversible: list[Irreversible] = field(default_factory=list)
    suspects: list[tuple[int, Catalog]] = field(default_factory=list)  # after down, to be judged
    inexact: dict[str, tuple[Difference, ...]] = field(default_factory=dict)
    repeats: list[tuple[int, Catalog]] = field(default_factory=list)  # after up again, to be judged
    unrepeatable: dict[str, tuple[Difference, ...]] = field(default_factory=dict)
    catalogs: dict[str, tuple[Catalog, Catalog]] = field(default_factory=dict)
    stopped: str = ""
    versions: str = "public.alembic_version"
    ground: Ground | None = None
    follower: Follower | None = None
    over: Event = field(default_factory=Event)  # the deadline has passed
    holders: int = 0  # sessions with a transaction open when a step failed
    hollow: bool = False  # the downgrade did nothing, so only the version may be put back
    lasting: bool = False  # what the upgrade did cannot be undone, need not be, and may be repeated
    running: _Action | None = None
    raised: list[BaseException] = field(default_factory=list)
    started: float = 0.0
    before: tuple[Any, ...] = ()  # the digest before the revision,
    above: tuple[Any, ...] = ()  # and after its upgrade
    early: Catalog | None = None  # the schema before a watched revision
    memo: dict[str, Any] = field(default_factory=dict)  # what Alembic knew before the upgrade,
    made: dict[str, Any] = field(default_factory=dict)  # and after it

    def __post_init__(self) -> None:
        self.tracer = Tracer(self.migrations.root)
        known = {revision.id: revision for revision in self.migrations.revisions}
        upgrade = self.migrations.script._upgrade_revs("heads", ())  # noqa: SLF001 - Alembic's order
        order = [known[step.revision.revision] for step in upgrade]
        # What is applied already comes first; nothing of it follows what is not.
        self.order = sorted(order, key=lambda r: (r.id in self.single, r.id in self.watched))
        self.plan = deque(
            _Action(revision, index, direction)
            for index, revision in enumerate(self.order)
            for direction in (Direction if revision.id in self.single else (Direction.UP,))
        )

    def go(self) -> None:
        """Run env.py until every step is done; a failure ends one run of it, not the walk."""
        self.ground = ground(self.server, self.limits)
        while self.plan and not self.stopped:
            running, error = self._once()
            if running is not None:
                self._failed(running, error)
            elif self.plan and isinstance(error, Unknown):
                raise error
            elif self.plan and error is not None:
                text = failure(error, None, Location("env.py")).message
                raise Unknown(f"env.py does not run: {text}")
            elif self.plan and not self.stopped:
                raise Unknown("env.py ran none of the steps it was given; does it call Alembic?")
        self._judge()

    def _once(self) -> tuple[_Action | None, BaseException | None]:
        """Run env.py: the step that did not come to its end, and what was raised."""
        self.running = None
        self.raised.clear()
        try:
            self.migrations.run(self._ground.dsn, self._steps)
        except (Exception, SystemExit) as error:
            if self.over.is_set():
                raise Expired from error
            return self.running, next(iter(self.raised), error)
        return self.running, next(iter(self.raised), None)

    def _steps(self, _at: Any, context: Any) -> Iterator[Any]:
        if context.connection is None:
            raise Unknown("env.py runs offline, on no database")
        schema = context.version_table_schema or current_schema(context) or "public"
        self.versions = f"{schema}.{context.version_table}"
        commit = committing(context)
        commit()
        self.before = self._ground.observer.digest()
        while self.plan and not self.stopped:
            action = self.plan[0]
            self.running = action
            if action.direction is Direction.UP:
                tell(f"revision {action.index + 1} of {len(self.order)}")
            self._recall(action, context)
            step = self._step(action, context)
            self.started = time.perf_counter()
            yield step
            commit()
            if action.direction is Direction.UP:
                self.made = deepcopy(context.impl.memo)
            self._passed(action)
            self.running = None

    def _recall(self, action: _Action, context: Any) -> None:
        """Let Alembic know of the run what it would: a deploy is one, and undoing is another.

        It makes an enum once in a run, however many tables of it use the same.
        """
        ids = [each.id for each in self.order[max(action.index - 1, 0) : action.index + 1]]
        if action.direction is Direction.UP:
            deploys = ids[-1] in self.watched and ids[0] not in self.watched
            self.memo = {} if deploys else self.made
        context.impl.memo = {} if action.direction is Direction.DOWN else deepcopy(self.memo)

    def _step(self, action: _Action, context: Any) -> Any:
        from alembic.runtime.migration import MigrationStep  # noqa: PLC0415 - 800 ms

        script = self.migrations.script.get_revision(action.revision.id)
        up = action.direction is not Direction.DOWN
        make = MigrationStep.upgrade_from_script if up else MigrationStep.downgrade_from_script
        watching = action.direction is Direction.UP and action.revision.id in self.watched
        if watching:
            self.early = self._ground.observer.catalog()
        step = make(self.migrations.script.revision_map, script)
        run = step.migration_fn
        if self.hollow and action.direction is Direction.AGAIN:
            step.migration_fn = lambda **_: None
            return step

        def traced(**options: Any) -> None:
            with self.tracer.revision(
                action.revision.path,
                action.revision.location,
                context.connection if watching else None,
            ):
                try:
                    run(**options)
                except BaseException as error:
                    self.raised.append(error)  # an env.py may swallow it
                    self.holders = self._ground.observer.idle_in_transaction()
                    raise

        step.migration_fn = traced
        return step

    def _passed(self, action: _Action) -> None:
        self._note(action)
        self.plan.popleft()
        if all(each not in self.single for each in (action.revision.id, self._next)):
            return
        digest = self._ground.observer.digest()
        match action.direction:
            case Direction.UP if action.revision.id not in self.single:
                self.before = digest
            case Direction.UP:
                self.above = digest
                self._applied(action)
            case Direction.DOWN if self.lasting and digest == self.above:
                pass
            case Direction.DOWN if digest == self.above != self.before and not self._sent():
                self._irreversible(action, "sends no statement")
                self.hollow = True
            case Direction.DOWN if digest != self.before:
                self.suspects.append((action.index, self._ground.observer.catalog()))
            case Direction.AGAIN:
                if digest != self.above and not self.hollow:
                    self.repeats.append((action.index, self._ground.observer.catalog()))
                self.before, self.hollow = digest, False

    def _applied(self, action: _Action) -> None:
        self.lasting = only_adds_labels(self.tracer.statements)
        if self.early is not None:
            after = self._ground.observer.catalog()
            self.catalogs[action.revision.id] = (self.early, after)
            self.early = None
        if how := self._cannot_be_undone(action, changed=self.above != self.before):
            self._give_up_undoing(action, how)

    def _cannot_be_undone(self, action: _Action, *, changed: bool) -> str:
        how = idle(action.revision.path, "downgrade")
        if self.lasting:
            return ""
        # To leave rows as they are is a fair way to undo a change of rows; to refuse is not.
        return how if changed or (how not in {"", "is empty"} and self._sent()) else ""

    def _give_up_undoing(self, action: _Action, how: str) -> None:
        self._irreversible(action, how)
        self._skip(action)
        self.before = self.above

    def _irreversible(self, action: _Action, how: str) -> None:
        place = _function(action.revision, "downgrade")
        self.irreversible.append(Irreversible(action.revision.id, how, place))

    def _failed(self, action: _Action, error: BaseException | None) -> None:
        name = "downgrade" if action.direction is Direction.DOWN else "upgrade"
        said = failure(error, action.revision.path, _function(action.revision, name))
        if waiting := self._holders(said):
            said = replace(said, message=f"{said.message} ({waiting})")
        self._note(action, said)
        self._ground.observer.end_others()
        if reason := outside(error, first=action.direction is Direction.UP):
            self.stopped = f"{action.revision.id} cannot be run here: {reason}"
        elif action.direction is Direction.UP:
            self.stopped = f"{action.revision.id} does not upgrade"
        elif (
            action.direction is Direction.DOWN
            and not (self._sent() or said.sqlstate)
            and not _of_a_library(error)
        ):
            self.steps.pop()
            self._give_up_undoing(action, "refuses")
        else:
            self._skip(action)
            if action.direction is Direction.DOWN and self._ground.observer.digest() == self.above:
                self.before = self.above
            else:
                self._begin_again(action.index + 1)

    def _holders(self, said: Failure) -> str:
        if said.sqlstate not in {"55P03", "57014"} or not self.holders:
            return ""
        return "another session of the project's has left a transaction open"

    def _begin_again(self, index: int) -> None:
        """Go on in a database that has the first revisions and nothing left over from failures."""
        self._judge()
        copy = self._followed(index).ground.copy()
        self._ground.close()
        self.ground = copy

    def _judge(self) -> None:
        """Compare what downgrades have left with what was there before their upgrades."""
        for index, left in self.suspects:
            if found := self._against(index, left):
                self.inexact[self.order[index].id] = found
        self.suspects.clear()
        for index, again in self.repeats:
            name = self.order[index].id
            if name not in self.inexact and (found := self._against(index + 1, again)):
                self.unrepeatable[name] = found
        self.repeats.clear()

    def _against(self, index: int, seen: Catalog) -> tuple[Difference, ...]:
        """What is different from the first revisions' work, but for what is so each time."""
        wanted = self._followed(index).ground.observer.catalog()
        changing = {each.subject for found in self.unrepeatable.values() for each in found}
        found = difference(wanted, seen, ignore=[self.versions])
        return tuple(each for each in found if each.subject not in changing)

    def _followed(self, index: int) -> Follower:
        if self.follower is None or self.follower.index > index:
            if self.follower is not None:
                self.follower.ground.close()
            self.follower = Follower(self.migrations, ground(self.server, self.limits))
        self.follower.advance(self.order[:index])
        return self.follower

    def expired(self) -> None:
        """The deadline has passed, wherever it was."""
        if self.running is not None:
            name = f"the {self.running.direction} of {self.running.revision.id}"
        else:
            name = "the walk over the revisions"
        self.stopped = f"{name} did not end within {self.limits.whole:g} s"

    def seen(self) -> Walk:
        """What there is to tell."""
        by_id = {revision.id: revision for revision in self.order}
        return Walk(
            tuple(self.steps),
            self.inexact,
            self.unrepeatable,
            tuple(self.irreversible),
            self.catalogs,
            {each: _function(by_id[each], "downgrade") for each in self.inexact},
            self.watched,
            self.versions,
            self.stopped,
        )

    def end_sessions(self) -> None:
        """End every session on the databases, from another thread."""
        for each in (self.ground, self.follower.ground if self.follower else None):
            if each is not None:
                each.end_sessions()

    def close(self) -> None:
        """Drop what was made."""
        if self.ground is not None:
            self.ground.close()
        if self.follower is not None:
            self.follower.ground.close()

    @property
    def _ground(self) -> Ground:
        assert self.ground is not None  # noqa: S101 - there is one from the beginning to the end
        return self.ground

    def _note(self, action: _Action, said: Failure | None = None) -> None:
        seconds = time.perf_counter() - self.started
        statements = tuple(self.tracer.statements)
        self.steps.append(Step(action.revision.id, action.direction, seconds, statements, said))

    @property
    def _next(self) -> str:
        return self.plan[0].revision.id if self.plan else ""

    def _sent(self) -> bool:
        return bool(self.tracer.statements)

    def _skip(self, action: _Action) -> None:
        while self.plan and self.plan[0].index == action.index:
            self.plan.popleft()


def _function(revision: Revision, name: str) -> Location:
    """Where a revision's upgrade or downgrade is written."""
    line = line_of(revision.path, name) or revision.location.line
    return Location(revision.location.file, line)


def _of_a_library(error: BaseException | None) -> bool:
    """Whether SQLAlchemy or Alembic cannot do it, as in `drop_constraint(None, ...)`."""
    return type(error).__module__.partition(".")[0] in {"sqlalchemy", "alembic"}
