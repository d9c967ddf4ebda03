from typing import Any
from uuid import uuid4

import pytest

from backend.tests.api import TASKS, Api


def test_create(api: Api) -> None:
    user = api.user()
    response = api.post(TASKS, {"title": " Write ", "user_id": user["id"]})
    assert response.status_code == 201
    task = response.json()
    assert task["title"] == "Write"
    assert task["description"] is None
    assert task["is_completed"] is False
    assert task["created_at"] == task["updated_at"]
    assert response.headers["location"] == f"{TASKS}/{task['id']}"
    assert api.get(response.headers["location"]).json() == task


def test_create_for_nobody(api: Api) -> None:
    response = api.post(TASKS, {"title": "Write", "user_id": str(uuid4())})
    assert response.status_code == 409
    assert response.json()["detail"] == "There is no user with this user_id."


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": " \u3000\u0085"},
        {"title": "x" * 201},
        {"title": "a\0b"},
        {"title": "\ud800"},
        {"title": None},
        {"description": "x" * 10_001},
        {"description": "\0"},
        {"is_completed": None},
        {"is_completed": 2},
        {"user_id": "nobody"},
        {"user_id": None},
    ],
)
def test_create_refuses(api: Api, wrong: dict[str, object]) -> None:
    valid = {"title": "Write", "user_id": str(uuid4())}
    response = api.post(TASKS, {**valid, **wrong})
    assert response.status_code == 422
    (error,) = response.json()["errors"]  # by the models, before the database
    assert error["loc"] == ["body", *wrong]


@pytest.mark.parametrize(
    "edge",
    [
        {"title": "\U0001f600" * 200},
        {"title": "\u200b"},
        {"description": "\U0001f600" * 10_000},
        {"description": ""},
        {"is_completed": "yes"},
    ],
)
def test_create_accepts(api: Api, edge: dict[str, Any]) -> None:
    api.task(api.user()["id"], **edge)


def test_list_filters(api: Api) -> None:
    ada, grace = api.user()["id"], api.user("grace@example.org")["id"]
    done, todo = api.task(ada, is_completed=True), api.task(ada)
    other = api.task(grace)
    assert api.get(TASKS).json()["items"] == [done, todo, other]
    assert api.get(TASKS, params={"user_id": ada}).json()["items"] == [done, todo]
    assert api.get(TASKS, params={"is_completed": False}).json()["items"] == [todo, other]
    both = api.get(TASKS, params={"user_id": ada, "is_completed": True}).json()
    assert both == {"items": [done], "total": 1, "limit": 50, "offset": 0}
    assert api.get(TASKS, params={"user_id": str(uuid4())}).json()["total"] == 0


@pytest.mark.parametrize("query", ["user_id=x", "is_completed=2", "limit=0", "offset=9999999999"])
def test_list_refuses(api: Api, query: str) -> None:
    assert api.get(f"{TASKS}?{query}").status_code == 422


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_nothing(api: Api, method: str) -> None:
    body: dict[str, Any] = {"json": {}} if method == "PATCH" else {}
    assert api(method, f"{TASKS}/{uuid4()}", **body).status_code == 404
    assert api(method, f"{TASKS}/nothing", **body).status_code == 422


def test_update(api: Api) -> None:
    task = api.task(api.user()["id"], description="soon")
    path = f"{TASKS}/{task['id']}"
    done = api.patch(path, {"is_completed": True, "id": str(uuid4()), "other": 1}).json()
    assert done == {**task, "is_completed": True, "updated_at": done["updated_at"]}
    assert done["updated_at"] > task["updated_at"]
    assert api.patch(path, {}).json() == done
    assert api.patch(path, {"description": None}).json()["description"] is None


@pytest.mark.parametrize("body", [{"title": None}, {"title": " "}, {"is_completed": None}, 1])
def test_update_refuses(api: Api, body: object) -> None:
    task = api.task(api.user()["id"])
    assert api.patch(f"{TASKS}/{task['id']}", body).status_code == 422
    assert api.get(f"{TASKS}/{task['id']}").json() == task


def test_delete(api: Api) -> None:
    task = api.task(api.user()["id"])
    assert api.delete(f"{TASKS}/{task['id']}").status_code == 204
    assert api.delete(f"{TASKS}/{task['id']}").status_code == 404
