"""Paging and looking up, the same for every resource."""

from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import Depends, Query
from pydantic import BaseModel
from sqlalchemy import func
from sqlmodel import SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from backend.errors import NotFound
from backend.models import Page

MAX_LIMIT = 100
MAX_OFFSET = 1_000_000

M = TypeVar("M", bound=SQLModel)


class Paging(BaseModel):
    """Which part of a list."""

    limit: int = 50
    offset: int = 0


def _paging(
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 50,
    offset: Annotated[int, Query(ge=0, le=MAX_OFFSET)] = 0,
) -> Paging:
    return Paging(limit=limit, offset=offset)


PagingDep = Annotated[Paging, Depends(_paging)]


async def page(session: AsyncSession, query: SelectOfScalar[Any], paging: Paging) -> Page[Any]:
    """One page of an ordered query, and how many rows it has in all: two statements."""
    total = await session.exec(select(func.count()).select_from(query.order_by(None).subquery()))
    items = await session.exec(query.limit(paging.limit).offset(paging.offset))
    return Page(items=list(items), total=total.one(), limit=paging.limit, offset=paging.offset)


async def find(session: AsyncSession, model: type[M], key: UUID, *, lock: bool = False) -> M:
    """The row with this id, locked if it is about to change; NotFound if there is none.

    Without the lock a change could meet a row that another request has just deleted.
    """
    row = await session.get(model, key, with_for_update=lock or None)
    if row is None:
        raise NotFound
    return row
