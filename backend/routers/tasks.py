"""Tasks."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from sqlmodel import col, select

from backend.database import ReadSessionDep, SessionDep
from backend.errors import documented
from backend.models import Page, Task, TaskCreate, TaskPublic, TaskUpdate
from backend.routers.common import PagingDep, find, page

router = APIRouter(prefix="/tasks", tags=["tasks"])


@router.post("", status_code=201, response_model=TaskPublic, responses=documented(409))
async def create_task(
    new: TaskCreate, session: SessionDep, request: Request, response: Response
) -> Task:
    """Create a task; 409 if there is no such user."""
    task = Task(**new.model_dump())
    session.add(task)
    await session.flush()
    response.headers["Location"] = request.url_for("read_task", task_id=task.id).path
    return task


@router.get("", response_model=Page[TaskPublic])
async def list_tasks(
    session: ReadSessionDep,
    paging: PagingDep,
    user_id: Annotated[UUID | None, Query()] = None,
    is_completed: Annotated[bool | None, Query()] = None,
) -> Page[Task]:
    """List tasks in the order of their creation, of one user or in one state if asked."""
    query = select(Task).order_by(col(Task.created_at), col(Task.id))
    if user_id is not None:
        query = query.where(Task.user_id == user_id)
    if is_completed is not None:
        query = query.where(Task.is_completed == is_completed)
    return await page(session, query, paging)


@router.get("/{task_id}", response_model=TaskPublic, responses=documented(404))
async def read_task(task_id: UUID, session: ReadSessionDep) -> Task:
    """Read a task."""
    return await find(session, Task, task_id)


@router.patch("/{task_id}", response_model=TaskPublic, responses=documented(404))
async def update_task(task_id: UUID, changes: TaskUpdate, session: SessionDep) -> Task:
    """Change the fields that were sent."""
    task = await find(session, Task, task_id, lock=True)
    task.sqlmodel_update(changes.model_dump(exclude_unset=True))
    await session.flush()
    return task


@router.delete("/{task_id}", status_code=204, responses=documented(404))
async def delete_task(task_id: UUID, session: SessionDep) -> None:
    """Delete a task."""
    await session.delete(await find(session, Task, task_id, lock=True))
    await session.flush()
