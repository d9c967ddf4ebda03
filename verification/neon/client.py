"""The part of Neon's API v2 that a disposable branch needs, typed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, Self

from verification.dsn import Dsn
from verification.neon.resources import GIVEN_UP, Branch, Created, Endpoint, Operation
from verification.neon.transport import BASE, NeonError, Transport

PAGE = 100
DEADLINE = 180.0  # seconds for operations; unarchiving takes longest
POLL = 1.0
FARTHEST = 1000  # pages, far beyond any project
CONFLICT = 409


class Neon:
    """One project of one account."""

    def __init__(
        self,
        key: str,
        project: str,
        base: str = BASE,
        pause: Callable[[float], object] = time.sleep,
    ) -> None:
        """Nothing is asked yet."""
        self.project = project
        self._pause = pause
        self._transport = Transport(key, base, pause)

    def __repr__(self) -> str:
        """The project, never the key."""
        return f"Neon({self.project!r})"

    def __enter__(self) -> Self:
        """Use it, then close it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection."""
        self._transport.__exit__()

    def branches(self) -> Iterator[Branch]:
        """Every branch, page by page. The last page names a next one too, which is then empty."""
        cursor = ""
        for _ in range(FARTHEST):
            page = self._get("branches", limit=PAGE, cursor=cursor)
            found = page.get("branches") or []
            yield from map(Branch.of, found)
            further = str((page.get("pagination") or {}).get("next") or "")
            if len(found) < PAGE or not further or further == cursor:
                return
            cursor = further

    def branch(self, name: str) -> Branch:
        """The branch with this id or exactly this name. Raises NeonError 404."""
        if name.startswith("br-"):
            return Branch.of(self._get(f"branches/{name}")["branch"])
        found = next((branch for branch in self.branches() if branch.name == name), None)
        if found is None:
            raise NeonError(404, "", f"the project has no branch named {name!r}")
        return found

    def create(self, name: str, *, parent: str = "", expires_at: datetime | None = None) -> Created:
        """A new branch with a compute, ready for connections. Raises NeonError, 409 if it exists.

        Whoever cannot see it become ready finds it deleted again.
        """
        branch: dict[str, Any] = {"name": name}
        if parent:
            branch["parent_id"] = parent
        if expires_at is not None:
            branch["expires_at"] = expires_at.isoformat()
        made = self._send("POST", "branches", {"branch": branch, "endpoints": [READ_WRITE]})
        new = Branch.of(made["branch"])
        try:
            self.settle(made)
            return Created(self.branch(new.id), tuple(self.endpoints(new.id)))
        except BaseException:
            self.delete(new.id, wait=False)
            raise

    def delete(self, branch: str, *, wait: bool = True) -> None:
        """Delete a branch; one that is gone already is fine."""
        try:
            answer = self._send("DELETE", f"branches/{branch}")
        except NeonError as error:
            if error.status == 404:  # noqa: PLR2004 - not found
                return
            raise
        if wait:
            self.settle(answer)

    def restore(self, branch: str, source: str, preserve_under: str = "") -> Branch:
        """Reset a branch to another one, usually its parent."""
        body = {"source_branch_id": source}
        if preserve_under:
            body["preserve_under_name"] = preserve_under
        self.settle(self._send("POST", f"branches/{branch}/restore", body))
        return self.branch(branch)

    def endpoints(self, branch: str) -> Sequence[Endpoint]:
        """The computes of a branch."""
        found = self._get(f"branches/{branch}/endpoints").get("endpoints") or []
        return [Endpoint.of(entry) for entry in found]

    def suspend(self, endpoint: str) -> None:
        """Suspend a compute; its connections are closed."""
        self.settle(self._send("POST", f"endpoints/{endpoint}/suspend"))

    def start(self, endpoint: str) -> None:
        """Start a compute before the first connection would."""
        self.settle(self._send("POST", f"endpoints/{endpoint}/start"))

    def databases(self, branch: str) -> Sequence[tuple[str, str]]:
        """The databases of a branch, each with its owner."""
        found = self._get(f"branches/{branch}/databases").get("databases") or []
        return [(entry["name"], entry["owner_name"]) for entry in found]

    def connection(self, branch: str, database: str, role: str, *, pooled: bool) -> Dsn:
        """How to connect to a branch; naming none would mean the default branch."""
        answer = self._get(
            "connection_uri",
            branch_id=branch,
            database_name=database,
            role_name=role,
            pooled=pooled,
        )
        return Dsn.parse(str(answer["uri"]))

    def schema(self, branch: str, database: str) -> str:
        """The schema of a database, as SQL."""
        return str(self._get(f"branches/{branch}/schema", db_name=database).get("sql") or "")

    def compare(self, branch: str, base: str, database: str) -> str:
        """The difference of two branches' schemas, empty where there is none."""
        path = f"branches/{branch}/compare_schema"
        return str(self._get(path, db_name=database, base_branch_id=base).get("diff") or "")

    def reaches(self, project: str) -> bool:
        """Whether the key may see another project."""
        try:
            self._transport.get(f"projects/{project}")
        except NeonError as error:
            if error.status in {401, 403, 404}:
                return False
            raise
        return True

    def projects(self) -> Sequence[str]:
        """The ids of all projects the key may list; none for a key of one project."""
        try:
            found = self._transport.get("projects", limit=PAGE).get("projects") or []
        except NeonError as error:
            if error.status in {400, 401, 403, 404}:
                return []
            raise
        return [str(entry["id"]) for entry in found]

    def settle(self, answer: dict[str, Any], deadline: float = DEADLINE) -> None:
        """Wait until every operation of an answer is done. Raises NeonError."""
        end = time.monotonic() + deadline
        waiting = [Operation.of(entry) for entry in answer.get("operations") or []]
        while waiting := [operation for operation in waiting if not operation.done]:
            lost = next((each for each in waiting if each.status == GIVEN_UP), None)
            if lost is not None:
                raise NeonError(0, "", f"the operation {lost.action} ended with an error")
            if time.monotonic() > end:
                first = waiting[0]
                raise NeonError(0, "", f"{first.action} is {first.status} after {deadline:g} s")
            self._pause(POLL)
            waiting = [
                Operation.of(self._get(f"operations/{each.id}")["operation"]) for each in waiting
            ]

    def _get(self, path: str, **parameters: object) -> dict[str, Any]:
        return self._transport.get(f"projects/{self.project}/{path}", **parameters)

    def _send(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        return self._transport.send(method, f"projects/{self.project}/{path}", body)


READ_WRITE = {"type": "read_write"}
