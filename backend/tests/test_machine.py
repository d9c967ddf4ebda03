from typing import Any, ClassVar
from uuid import uuid4

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from backend.tests.api import TASKS, USERS, Api, Connection

# Few emails, so that the same ones meet again; few titles, as they do not matter here.
emails = st.sampled_from(["ada@example.org", "ADA@example.org", "bob@example.org", "eve@b.org"])
titles = st.sampled_from(["Write", " Read ", "x" * 200, "", " "])
flags = st.booleans()
missing = st.uuids().map(str)


class Machine(RuleBasedStateMachine):
    """The API beside two dictionaries in the order of creation."""

    api: ClassVar[Api]
    direct: ClassVar[Connection]

    users = Bundle("users")
    tasks = Bundle("tasks")

    @initialize()
    def start(self) -> None:
        self.direct.cursor().execute("TRUNCATE users CASCADE")
        self.known: dict[str, str] = {}  # id -> email
        self.work: dict[str, dict[str, Any]] = {}  # id -> task

    @rule(target=users, email=emails)
    def create_user(self, email: str) -> Any:
        response = self.api.post(USERS, {"email": email})
        if email.lower() in self.known.values():
            assert response.status_code == 409
            return multiple()
        assert response.status_code == 201
        key = response.json()["id"]
        self.known[key] = email.lower()
        return key

    @rule(user=users, email=emails)
    def change_email(self, user: str, email: str) -> None:
        response = self.api.patch(f"{USERS}/{user}", {"email": email})
        others = {known for key, known in self.known.items() if key != user}
        if user not in self.known:
            assert response.status_code == 404
        elif email.lower() in others:
            assert response.status_code == 409
        else:
            assert response.status_code == 200
            self.known[user] = email.lower()

    @rule(user=users | missing)
    def delete_user(self, user: str) -> None:
        response = self.api.delete(f"{USERS}/{user}")
        assert response.status_code == (204 if user in self.known else 404)
        self.known.pop(user, None)
        self.work = {key: t for key, t in self.work.items() if t["user_id"] != user}

    @rule(target=tasks, user=users | missing, title=titles, done=flags)
    def create_task(self, user: str, title: str, done: bool) -> Any:
        sent = {"title": title, "user_id": user, "is_completed": done}
        response = self.api.post(TASKS, sent)
        if not title.strip():
            assert response.status_code == 422
        elif user not in self.known:
            assert response.status_code == 409
        else:
            assert response.status_code == 201
            task = response.json()
            assert {**task, **sent, "title": title.strip()} == task
            self.work[task["id"]] = task
            return task["id"]
        return multiple()

    @rule(
        task=tasks,
        changes=st.fixed_dictionaries({}, optional={"title": titles, "is_completed": flags}),
    )
    def change_task(self, task: str, changes: dict[str, Any]) -> None:
        response = self.api.patch(f"{TASKS}/{task}", changes)
        if not changes.get("title", "x").strip():
            assert response.status_code == 422
        elif task not in self.work:
            assert response.status_code == 404
        else:
            before, after = self.work[task], response.json()
            assert after["updated_at"] >= before["updated_at"]
            changes = {name: v.strip() if name == "title" else v for name, v in changes.items()}
            assert after == {**before, **changes, "updated_at": after["updated_at"]}
            self.work[task] = after

    @rule(task=consumes(tasks))
    def delete_task(self, task: str) -> None:
        response = self.api.delete(f"{TASKS}/{task}")
        assert response.status_code == (204 if self.work.pop(task, None) else 404)
        assert self.api.get(f"{TASKS}/{task}").status_code == 404

    @rule(user=users, done=st.none() | flags, limit=st.integers(1, 4), offset=st.integers(0, 4))
    def list_tasks(self, user: str, done: bool | None, limit: int, offset: int) -> None:
        query: dict[str, Any] = {"user_id": user, "limit": limit, "offset": offset}
        query |= {} if done is None else {"is_completed": done}
        page = self.api.get(TASKS, params=query).json()
        wanted = [
            task
            for task in self.work.values()
            if task["user_id"] == user and done in {None, task["is_completed"]}
        ]
        assert page["total"] == len(wanted)
        assert page["items"] == wanted[offset : offset + limit]

    @rule(user=users)
    def read_user(self, user: str) -> None:
        response = self.api.get(f"{USERS}/{user}")
        if user not in self.known:
            assert response.status_code == 404
            return
        assert response.json()["email"] == self.known[user]
        tasks = [task for task in self.work.values() if task["user_id"] == user]
        assert response.json()["tasks"] == tasks

    @invariant()
    def nothing_else_is_there(self) -> None:
        users = self.api.get(USERS).json()["items"]
        assert {user["id"]: user["email"] for user in users} == self.known
        assert self.api.get(TASKS).json()["items"] == list(self.work.values())


def test_the_service_agrees_with_a_plain_model(api: Api, direct: Connection) -> None:
    Machine.api, Machine.direct = api, direct
    run_state_machine_as_test(
        Machine,
        settings=settings(
            derandomize=True, deadline=None, database=None, max_examples=20, stateful_step_count=25
        ),
    )
    assert api.requests > 500
    assert api.get(f"{USERS}/{uuid4()}").status_code == 404
