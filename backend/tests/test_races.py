from collections import Counter
from functools import partial

from backend.tests.api import TASKS, USERS, Api


def test_eight_equal_emails_make_one_user(api: Api) -> None:
    spellings = ["ada@example.org", "ADA@example.org", "Ada@Example.Org", "aDA@example.ORG"] * 2
    calls = [partial(api.send, "POST", USERS, {"email": email}) for email in spellings]
    answers = api.together(*calls)
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 7}
    assert api.get(USERS).json()["total"] == 1


def test_changes_of_one_task_at_the_same_time_all_happen(api: Api) -> None:
    path = f"{TASKS}/{api.task(api.user()['id'])['id']}"
    changes = [{"is_completed": True}, {"title": "new"}, {"description": "text"}]
    answers = api.together(*[partial(api.send, "PATCH", path, change) for change in changes])
    assert [answer.status_code for answer in answers] == [200] * 3
    task = api.get(path).json()
    assert (task["is_completed"], task["title"], task["description"]) == (True, "new", "text")


def test_only_one_deletes(api: Api) -> None:
    for path in (f"{USERS}/{{}}", f"{TASKS}/{{}}"):
        user = api.user()["id"]
        key = user if "users" in path else api.task(user)["id"]
        target = path.format(key)
        calls = [partial(api.send, "DELETE", target)] * 6
        assert Counter(a.status_code for a in api.together(*calls)) == {204: 1, 404: 5}
        api.delete(f"{USERS}/{user}")


def test_a_task_for_a_user_who_is_being_deleted(api: Api) -> None:
    for number in range(10):
        user = api.user(f"user{number}@example.org")["id"]
        task = api.task(user)["id"]
        answers = api.together(
            partial(api.send, "POST", TASKS, {"title": "late", "user_id": user}),
            partial(api.send, "DELETE", f"{USERS}/{user}"),
            partial(api.send, "PATCH", f"{TASKS}/{task}", {"title": "later"}),
        )
        created, deleted, changed = (answer.status_code for answer in answers)
        assert created in {201, 409}
        assert deleted == 204
        assert changed in {200, 404}
    assert api.get(TASKS).json()["total"] == 0
