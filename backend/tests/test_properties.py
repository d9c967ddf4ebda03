from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from backend.models import Description, Email, TaskCreate, Title
from backend.tests import strategies
from backend.tests.api import TASKS, USERS, Api, Connection, encode
from backend.tests.strategies import HOSTILE

repeatable = settings(
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
WANTED = 2_000
REVIVE = """
INSERT INTO users (id, email) VALUES (%(user)s, 'revived@example.org') ON CONFLICT DO NOTHING;
INSERT INTO tasks (id, title, user_id) VALUES (%(task)s, 'x', %(user)s) ON CONFLICT DO NOTHING
"""


def test_no_request_makes_a_server_error(api: Api, direct: Connection) -> None:
    user = api.user()["id"]
    task = api.task(user)["id"]
    answers: Counter[int] = Counter()

    def count(response: httpx.Response) -> None:
        assert response.status_code < 500, response.text
        answers[response.status_code] += 1
        if response.status_code == 204:  # both may be gone; the next requests shall find them
            with direct.cursor() as cursor:
                cursor.execute(REVIVE, {"user": user, "task": task})

    @settings(repeatable, max_examples=WANTED, phases=[Phase.generate])
    @given(
        st.sampled_from(["GET", "POST", "PATCH", "DELETE", "PUT", "HEAD", "OPTIONS"])
        | st.sampled_from(["POST", "PATCH"]),
        strategies.paths([user, task]),
        strategies.queries(),
        strategies.bodies([user]).map(encode) | st.binary(max_size=50),
    )
    def send(method: str, path: str, query: str, body: bytes) -> None:
        headers = {"content-type": "application/json"}
        count(api(method, f"{path}?{query}", content=body, headers=headers))

    send()
    for value in HOSTILE:
        for path in (USERS, f"{USERS}/{user}"):
            count(api("PATCH" if user in path else "POST", path, json={"email": value}))
        for field in ("title", "description", "is_completed", "user_id"):
            sent = {"title": "Write", "user_id": user, field: value}
            count(api.post(TASKS, sent))
            count(api.patch(f"{TASKS}/{task}", sent))
    assert answers.total() >= WANTED
    assert {200, 201, 204, 400, 404, 405, 409, 422} <= answers.keys(), answers


def test_what_is_created_is_read_back(api: Api) -> None:
    user = api.user()["id"]

    @repeatable
    @given(
        strategies.titles, st.none() | strategies.titles, st.booleans() | st.sampled_from("yf01")
    )
    def create(title: str, description: str | None, done: Any) -> None:
        sent = {"title": title, "description": description, "is_completed": done, "user_id": user}
        response = api.post(TASKS, sent)
        try:
            valid = TaskCreate.model_validate(sent)
        except ValidationError:
            assert response.status_code == 422
            return
        assert response.status_code == 201
        read = api.get(response.headers["location"]).json()
        assert read == response.json()
        assert read["title"] == valid.title
        assert read["description"] == description
        assert read["is_completed"] is valid.is_completed

    create()


def test_a_change_changes_what_was_sent_and_nothing_else(api: Api) -> None:
    task = api.task(api.user()["id"], description="text")
    path = f"{TASKS}/{task['id']}"
    fields = {
        "title": strategies.titles.map(str.strip).filter(accepted(Title)),
        "description": st.none() | strategies.titles,
        "is_completed": st.booleans(),
    }

    @repeatable
    @given(st.fixed_dictionaries({}, optional=fields))
    def change(sent: dict[str, Any]) -> None:
        before = api.get(path).json()
        after = api.patch(path, sent).json()
        assert after == {**before, **sent, "updated_at": after["updated_at"]}
        assert after["updated_at"] >= before["updated_at"]
        differs = any(before[name] != value for name, value in sent.items())
        assert (after["updated_at"] > before["updated_at"]) == differs
        assert api.get(path).json() == after

    change()


def accepted(kind: Any) -> Callable[[object], bool]:
    """Whether the models take a value, unchanged."""
    adapter = TypeAdapter(kind)

    def check(value: object) -> bool:
        try:
            return bool(adapter.validate_python(value) == value)
        except ValidationError:
            return False

    return check


def test_pages_partition_the_list(api: Api) -> None:
    user = api.user()["id"]
    everything = [api.task(user, f"task {number}")["id"] for number in range(23)]

    @settings(repeatable, max_examples=25)
    @given(st.integers(1, 30))
    def walk(limit: int) -> None:
        seen = []
        for offset in range(0, 23 + limit, limit):
            page = api.get(TASKS, params={"limit": limit, "offset": offset}).json()
            assert page["total"] == 23
            assert len(page["items"]) <= limit
            seen += [task["id"] for task in page["items"]]
        assert seen == everything

    walk()


def test_an_email_that_was_normalised_stays_as_it_is(api: Api) -> None:
    letters = st.text(st.characters(categories=["L", "M", "N"]), min_size=1, max_size=40)
    known: set[str] = set()

    @settings(repeatable, max_examples=120)
    @given(strategies.emails | letters.map(lambda local: f"{local}@example.org"))
    def normalise(email: str) -> None:
        response = api.post(USERS, {"email": email})
        if response.status_code == 422:
            return
        if response.status_code == 409:
            assert TypeAdapter(Email).validate_python(email) in known
            return
        assert response.status_code == 201
        stored = response.json()["email"]
        assert stored not in known
        known.add(stored)
        assert stored == stored.lower()
        assert TypeAdapter(Email).validate_python(stored) == stored
        for spelling in (stored, email):
            assert api.post(USERS, {"email": spelling}).status_code == 409

    normalise()
    assert len(known) > 50


@settings(repeatable, max_examples=500)
@given(strategies.text | strategies.titles)
@example("\0")
@example("\ud800")
def test_whatever_the_models_take_can_be_encoded(value: str) -> None:
    for kind in (Title, Description):
        if accepted(kind)(value):
            assert "\0" not in value
            value.encode("utf-8")
