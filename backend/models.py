"""The tables and the shapes of requests and responses, each rule stated once in each world.

What Pydantic demands at the edge the database demands too, as a type or a named CHECK; what the
database fills in by itself (`id`, `created_at`, `updated_at`) has the same meaning in both.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID, uuid4

from pydantic import AfterValidator, BaseModel, BeforeValidator, EmailStr, StringConstraints
from pydantic import Field as Rule
from sqlalchemy import CheckConstraint, FetchedValue, Index, Text, false, func, true
from sqlmodel import Field, Relationship, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = SQLModel.metadata

# PostgreSQL cannot store U+0000; a pattern also makes Pydantic refuse lone surrogates.
STORABLE = r"^[^\x00]*$"
# What Pydantic strips (Unicode White_Space), spelt out so that no locale changes its meaning.
NOT_BLANK = r"[^\t\n\u000b\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
MAX_TITLE = 200
MAX_DESCRIPTION = 10_000
MAX_EMAIL = 320
MAX_PASSWORD_HASH = 255

# What to tell a client who ran into one of these.
CONFLICTS = {
    "uq_users_email": "A user with this email already exists.",
    "fk_tasks_user_id_users": "There is no user with this user_id.",
}


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _in_utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a time without a time zone")
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("a time outside the years 1 to 9999 in UTC") from None


# Lower-cased before it is validated, so that what was stored is accepted again, unchanged.
Email = Annotated[EmailStr, BeforeValidator(_lower), Rule(max_length=MAX_EMAIL)]
Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, pattern=STORABLE),
    Rule(min_length=1, max_length=MAX_TITLE),
]
Description = Annotated[str, StringConstraints(pattern=STORABLE), Rule(max_length=MAX_DESCRIPTION)]
PasswordHash = Annotated[str, StringConstraints(pattern=STORABLE)]
Instant = Annotated[datetime, AfterValidator(_in_utc)]

T = TypeVar("T")


class UserCreate(SQLModel):
    """A new user."""

    email: Email


class UserUpdate(SQLModel):
    """What may change; a field left out stays as it is, null is refused."""

    email: Email = Field(default_factory=lambda: None)


class UserPublic(SQLModel):
    """A user as others may see it; demands nothing, so that every stored row can be read."""

    id: UUID
    email: str
    created_at: datetime


class User(SQLModel, table=True):
    """A person who owns tasks; `hashed_password` and `is_active` await authentication."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_lowercase"),
        CheckConstraint("email ~ '^[^@]+@[^@]+$'", name="email_shape"),
        Index(None, "created_at", "id"),  # the order of the list
    )
    __mapper_args__ = {"eager_defaults": True}  # what the database filled in comes back at once

    id: UUID = Field(
        default_factory=uuid4,
        primary_key=True,
        sa_column_kwargs={"server_default": func.gen_random_uuid()},
    )
    email: Email = Field(unique=True)
    hashed_password: PasswordHash | None = Field(default=None, max_length=MAX_PASSWORD_HASH)
    is_active: bool = Field(default=True, sa_column_kwargs={"server_default": true()})
    created_at: Instant = Field(default=None, sa_column_kwargs={"server_default": func.now()})

    tasks: list["Task"] = Relationship(
        back_populates="user",
        cascade_delete=True,
        passive_deletes=True,  # the database deletes them
        sa_relationship_kwargs={"lazy": "raise_on_sql"},  # never a query nobody asked for
    )


class TaskCreate(SQLModel):
    """A new task of an existing user."""

    title: Title
    description: Description | None = None
    is_completed: bool = False
    user_id: UUID


class TaskUpdate(SQLModel):
    """What may change; a field left out stays as it is, null only empties the description."""

    title: Title = Field(default_factory=lambda: None)
    description: Description | None = None
    is_completed: bool = Field(default_factory=lambda: None)


class TaskPublic(SQLModel):
    """A task as others may see it; demands nothing, so that every stored row can be read."""

    id: UUID
    title: str
    description: str | None
    is_completed: bool
    user_id: UUID
    created_at: datetime
    updated_at: datetime


class Task(SQLModel, table=True):
    """Something a user wants done; a trigger keeps `updated_at`, whoever writes."""

    __tablename__ = "tasks"
    __table_args__ = (
        CheckConstraint(f"title ~ '{NOT_BLANK}'", name="title_not_blank"),
        CheckConstraint(
            f"char_length(description) <= {MAX_DESCRIPTION}", name="description_length"
        ),
        Index(None, "created_at", "id"),  # the order of the list
        Index(None, "user_id", "created_at", "id"),  # the same for one user, and the foreign key
    )
    __mapper_args__ = {"eager_defaults": True}  # what the database filled in comes back at once

    id: UUID = Field(
        default_factory=uuid4,
        primary_key=True,
        sa_column_kwargs={"server_default": func.gen_random_uuid()},
    )
    title: Title
    description: Description | None = Field(default=None, sa_type=Text)
    is_completed: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE")
    created_at: Instant = Field(default=None, sa_column_kwargs={"server_default": func.now()})
    updated_at: Instant = Field(
        default=None,
        sa_column_kwargs={"server_default": func.now(), "server_onupdate": FetchedValue()},
    )

    user: User = Relationship(
        back_populates="tasks", sa_relationship_kwargs={"lazy": "raise_on_sql"}
    )


class UserDetail(UserPublic):
    """A user with the oldest tasks, at most a hundred; `GET /tasks?user_id=` pages through all."""

    tasks: list[TaskPublic]


# A plain BaseModel: SQLModel does not bind T and would let every column through.
class Page(BaseModel, Generic[T]):
    """One page of a list, and how much there is in all."""

    items: list[T]
    total: int
    limit: int
    offset: int
