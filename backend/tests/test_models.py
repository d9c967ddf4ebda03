from datetime import UTC, datetime, timedelta, timezone

import psycopg2
import pytest
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import event
from sqlalchemy.exc import InvalidRequestError, MissingGreenlet
from sqlmodel import select

from backend.database import database
from backend.models import Email, Instant, Task, Title, User, metadata
from backend.tests.api import TASKS, Api, Connection, Dsn

# What Pydantic strips, and what looks like it but is not White_Space.
BLANKS = [
    *"\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000",
    *map(chr, range(0x2000, 0x200B)),
]
FIRST, LAST = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
VISIBLE = ["\x1c", "\u180e", "\u200b", "\ufeff", "x", "-", "]", "\\", "^"]


def insert_user(direct: Connection, email: str = "ada@example.org") -> str:
    with direct.cursor() as cursor:
        cursor.execute("INSERT INTO users (email) VALUES (%s) RETURNING id", [email])
        return str(cursor.fetchone()[0])  # type: ignore[index] # there is one


def insert_task(direct: Connection, user: str, title: str = "Write", text: str = "") -> str:
    sql = "INSERT INTO tasks (user_id, title, description) VALUES (%s, %s, %s) RETURNING id"
    with direct.cursor() as cursor:
        cursor.execute(sql, [user, title, text])
        return str(cursor.fetchone()[0])  # type: ignore[index] # there is one


@pytest.mark.parametrize("blank", [*BLANKS, "", "".join(BLANKS)], ids=ascii)
def test_both_worlds_refuse_a_blank_title(direct: Connection, blank: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Title).validate_python(blank)
    user = insert_user(direct)
    with pytest.raises(psycopg2.errors.CheckViolation) as caught:
        insert_task(direct, user, blank)
    assert caught.value.diag.constraint_name == "ck_tasks_title_not_blank"


@pytest.mark.parametrize("visible", VISIBLE, ids=ascii)
def test_both_worlds_accept_a_visible_title(direct: Connection, visible: str) -> None:
    assert TypeAdapter(Title).validate_python(visible) == visible
    insert_task(direct, insert_user(direct), visible)


@pytest.mark.parametrize(
    ("title", "text", "error"),
    [
        ("x" * 201, "", psycopg2.errors.StringDataRightTruncation),
        ("x", "x" * 10_001, psycopg2.errors.CheckViolation),
    ],
)
def test_the_database_bounds_lengths(
    direct: Connection, title: str, text: str, error: type[Exception]
) -> None:
    user = insert_user(direct)
    with pytest.raises(error):
        insert_task(direct, user, title, text)


@pytest.mark.parametrize("email", ["Ada@example.org", "ada@Example.org", "ada", "a@b@c", "", "@b"])
def test_the_database_refuses_an_email_the_models_would_not_write(
    direct: Connection, email: str
) -> None:
    with pytest.raises(psycopg2.errors.CheckViolation):
        insert_user(direct, email)


def test_the_database_knows_the_same_defaults(direct: Connection, api: Api) -> None:
    insert_task(direct, insert_user(direct))
    before = datetime.now(UTC) - timedelta(minutes=1)
    with direct.cursor() as cursor:
        cursor.execute("SELECT is_active, hashed_password, created_at FROM users")
        assert cursor.fetchone()[:2] == (True, None)  # type: ignore[index] # there is one
    task = api.get(TASKS).json()["items"][0]
    assert task["is_completed"] is False
    assert datetime.fromisoformat(task["created_at"]) > before
    assert task["created_at"] == task["updated_at"]


@pytest.mark.parametrize("change", ["title = 'x'", "updated_at = 'epoch'", "is_completed = true"])
def test_updated_at_is_kept_whoever_writes(direct: Connection, change: str) -> None:
    task = insert_task(direct, insert_user(direct))
    with direct.cursor() as cursor:
        cursor.execute("SELECT updated_at FROM tasks")
        (before,) = cursor.fetchone()  # type: ignore[misc] # there is one
        cursor.execute(f"UPDATE tasks SET {change} WHERE id = %s RETURNING updated_at", [task])
        (after,) = cursor.fetchone()  # type: ignore[misc] # there is one
        assert after > before
        cursor.execute("UPDATE tasks SET title = title RETURNING updated_at")
        assert cursor.fetchone() == (after,)


def test_updated_at_does_not_go_back_with_a_late_committer(direct: Connection, dsn: Dsn) -> None:
    insert_task(direct, insert_user(direct))
    late = psycopg2.connect(**dsn.libpq())
    with late, late.cursor() as slow, direct.cursor() as quick:
        slow.execute("SELECT now()")
        quick.execute("UPDATE tasks SET title = 'quick' RETURNING updated_at")
        (first,) = quick.fetchone()  # type: ignore[misc] # there is one
        slow.execute("UPDATE tasks SET title = 'slow' RETURNING updated_at")
        (second,) = slow.fetchone()
    late.close()
    assert second > first


def test_relationships_never_query_by_themselves(api: Api) -> None:
    user = api.user()
    api.task(user["id"])

    async def walk() -> None:
        async with database().sessions() as session:
            task = (await session.exec(select(Task))).one()
            with pytest.raises(InvalidRequestError, match="raise_on_sql"):
                _ = task.user
            owner = await session.get_one(User, task.user_id)
            assert task.user is owner  # it is there already, so nothing is asked
            with pytest.raises((InvalidRequestError, MissingGreenlet)):
                _ = owner.tasks
            await session.refresh(owner, ["tasks"])
            assert owner.tasks == [task]
            assert owner.tasks[0].user is owner

    api.run(walk())


def test_deleting_in_python_leaves_the_tasks_to_the_database(api: Api, direct: Connection) -> None:
    user = api.user()
    api.task(user["id"])
    statements: list[str] = []

    async def delete() -> None:
        async with database().sessions() as session, session.begin():
            found = (await session.exec(select(User))).one()
            engine = database().engine.sync_engine
            event.listen(engine, "before_cursor_execute", lambda *a: statements.append(str(a[2])))
            await session.delete(found)

    api.run(delete())
    assert [statement.split()[:3] for statement in statements] == [["DELETE", "FROM", "users"]]
    with direct.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tasks")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 1, 1),  # noqa: DTZ001 - naive on purpose
        LAST.replace(tzinfo=timezone(timedelta(hours=-14))),
        FIRST.replace(tzinfo=timezone(timedelta(hours=14))),
    ],
)
def test_an_instant_that_cannot_be_stored_is_refused(moment: datetime) -> None:
    with pytest.raises(ValidationError):
        User.model_validate({"email": "ada@example.org", "created_at": moment})


@pytest.mark.parametrize("moment", [LAST, FIRST])
def test_every_other_instant_can_be_stored(direct: Connection, moment: datetime) -> None:
    moment = TypeAdapter(Instant).validate_python(moment.replace(tzinfo=UTC))
    with direct.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [moment])
        assert cursor.fetchone() == (moment,)


@pytest.mark.parametrize("length", [1, 100, 130, 150, 240])
def test_an_email_that_grows_in_lower_case_is_bounded_as_it_is_stored(length: int) -> None:
    kind = TypeAdapter(Email)
    try:
        email = kind.validate_python("\u0130" * length + "@example.org")
    except ValidationError:
        return
    assert kind.validate_python(email) == email


def test_every_constraint_and_index_has_a_name_of_the_convention() -> None:
    for table in metadata.tables.values():
        names = [str(item.name) for item in table.constraints]
        names += [str(item.name) for item in table.indexes]
        assert all(name.startswith(("pk_", "uq_", "fk_", "ck_", "ix_")) for name in names), names
        assert all(table.name in name for name in names)
