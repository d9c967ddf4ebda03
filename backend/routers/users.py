"""Users."""

from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlmodel import col, select

from backend.database import ReadSessionDep, SessionDep
from backend.errors import documented
from backend.models import Page, Task, User, UserCreate, UserDetail, UserPublic, UserUpdate
from backend.routers.common import MAX_LIMIT, PagingDep, find, page

router = APIRouter(prefix="/users", tags=["users"])


@router.post("", status_code=201, response_model=UserPublic, responses=documented(409))
async def create_user(
    new: UserCreate, session: SessionDep, request: Request, response: Response
) -> User:
    """Create a user; 409 if the email, in whatever case, is taken."""
    user = User(email=new.email)
    session.add(user)
    await session.flush()
    response.headers["Location"] = request.url_for("read_user", user_id=user.id).path
    return user


@router.get("", response_model=Page[UserPublic])
async def list_users(session: ReadSessionDep, paging: PagingDep) -> Page[User]:
    """List users in the order of their creation."""
    return await page(session, select(User).order_by(col(User.created_at), col(User.id)), paging)


@router.get("/{user_id}", responses=documented(404))
async def read_user(user_id: UUID, session: ReadSessionDep) -> UserDetail:
    """Read a user with the first hundred tasks; two statements, however many there are."""
    user = await find(session, User, user_id)
    tasks = await session.exec(
        select(Task)
        .where(Task.user_id == user.id)
        .order_by(col(Task.created_at), col(Task.id))
        .limit(MAX_LIMIT)
    )
    return UserDetail.model_validate(user, update={"tasks": list(tasks)})


@router.patch("/{user_id}", response_model=UserPublic, responses=documented(404, 409))
async def update_user(user_id: UUID, changes: UserUpdate, session: SessionDep) -> User:
    """Change the fields that were sent."""
    user = await find(session, User, user_id, lock=True)
    user.sqlmodel_update(changes.model_dump(exclude_unset=True))
    await session.flush()
    return user


@router.delete("/{user_id}", status_code=204, responses=documented(404))
async def delete_user(user_id: UUID, session: SessionDep) -> None:
    """Delete a user and all of the user's tasks."""
    await session.delete(await find(session, User, user_id, lock=True))
    await session.flush()
