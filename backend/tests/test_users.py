from typing import Any
from uuid import uuid4

import pytest

from backend.tests.api import TASKS, USERS, Api


def test_create(api: Api) -> None:
    response = api.post(USERS, {"email": "Ada@Example.ORG"})
    assert response.status_code == 201
    user = response.json()
    assert user.keys() == {"id", "email", "created_at"}
    assert user["email"] == "ada@example.org"
    assert response.headers["location"] == f"{USERS}/{user['id']}"
    assert api.get(response.headers["location"]).json() == {**user, "tasks": []}


@pytest.mark.parametrize("again", ["ada@example.org", "ADA@example.org", "Ada <ada@EXAMPLE.org>"])
def test_an_email_is_taken_in_whatever_spelling(api: Api, again: str) -> None:
    api.user("ada@example.org")
    response = api.post(USERS, {"email": again})
    assert response.status_code == 409
    assert response.json()["detail"] == "A user with this email already exists."
    assert "ada" not in response.text


@pytest.mark.parametrize(
    "body",
    [{}, {"email": None}, {"email": "ada"}, {"email": 1}, {"email": "a@b"}, [], "x", None],
)
def test_create_refuses(api: Api, body: object) -> None:
    response = api.post(USERS, body)
    assert response.status_code == 422
    assert response.json()["errors"]


def test_what_the_client_may_not_set_is_ignored(api: Api) -> None:
    sent = {"email": "ada@example.org", "id": str(uuid4()), "is_active": False, "created_at": "x"}
    user = api.post(USERS, sent).json()
    assert user["id"] != sent["id"]


def test_list_in_pages(api: Api) -> None:
    users = [api.user(f"user{number}@example.org") for number in range(5)]
    page = api.get(USERS, params={"limit": 2, "offset": 1}).json()
    assert page == {"items": users[1:3], "total": 5, "limit": 2, "offset": 1}
    assert api.get(USERS, params={"offset": 9}).json()["items"] == []


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "offset=-1", "limit=9e9"])
def test_list_refuses(api: Api, query: str) -> None:
    assert api.get(f"{USERS}?{query}").status_code == 422


def test_read_with_the_first_tasks(api: Api) -> None:
    user = api.user()
    tasks = [api.task(user["id"], f"task {number}") for number in range(3)]
    assert api.get(f"{USERS}/{user['id']}").json() == {**user, "tasks": tasks}


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_nobody(api: Api, method: str) -> None:
    body: dict[str, Any] = {"json": {}} if method == "PATCH" else {}
    assert api(method, f"{USERS}/{uuid4()}", **body).status_code == 404
    assert api(method, f"{USERS}/nobody", **body).status_code == 422


def test_update(api: Api) -> None:
    user = api.user()
    response = api.patch(f"{USERS}/{user['id']}", {"email": "Grace@Example.org"})
    assert response.status_code == 200
    assert response.json() == {**user, "email": "grace@example.org"}
    assert api.patch(f"{USERS}/{user['id']}", {}).json() == response.json()


def test_update_to_the_email_of_another(api: Api) -> None:
    api.user("ada@example.org")
    user = api.user("grace@example.org")
    response = api.patch(f"{USERS}/{user['id']}", {"email": "ada@example.org"})
    assert response.status_code == 409
    assert api.get(f"{USERS}/{user['id']}").json()["email"] == "grace@example.org"


@pytest.mark.parametrize("body", [{"email": None}, {"email": "ada"}, []])
def test_update_refuses(api: Api, body: object) -> None:
    user = api.user()
    assert api.patch(f"{USERS}/{user['id']}", body).status_code == 422


def test_delete_takes_the_tasks_along(api: Api) -> None:
    user, other = api.user(), api.user("grace@example.org")
    task, kept = api.task(user["id"]), api.task(other["id"])
    response = api.delete(f"{USERS}/{user['id']}")
    assert response.status_code == 204
    assert not response.content
    assert api.get(f"{USERS}/{user['id']}").status_code == 404
    assert api.get(f"{TASKS}/{task['id']}").status_code == 404
    assert api.get(TASKS).json()["items"] == [kept]
