"""The application: `uvicorn backend.main:app`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI

from backend import errors, health, logs
from backend.config import Environment, get_environment, get_settings
from backend.database import dispose
from backend.edge import MAX_BODY, Edge
from backend.routers import tasks, users

DESCRIPTION = """
Users and their tasks.

**This API is open: it has no authentication and no authorisation.** Anybody who reaches it can
read, change and delete everything. Do not expose it before you have added both.
"""


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    """Refuse to start with wrong settings, whatever the database does; close it at the end."""
    logs.configure(get_settings().log_level)
    yield
    await dispose()


def create_app() -> FastAPI:
    """Build the application; nothing connects before the first request needs the database."""
    app = FastAPI(
        title="Tasks",
        version="1.0.0",
        description=DESCRIPTION,
        lifespan=lifespan,
        openapi_url=None if get_environment() is Environment.PRODUCTION else "/openapi.json",
        redirect_slashes=False,
    )
    app.state.readiness = health.Readiness()
    app.add_middleware(Edge)
    errors.register(app)
    app.include_router(health.router)
    for router in (users.router, tasks.router):
        app.include_router(
            router,
            prefix="/api/v1",
            responses=errors.documented(413, 422, 500, 503, 504),
            max_body_size=MAX_BODY,  # the bound for a body that does not tell its length
        )
    _document_problems(app)
    return app


def _document_problems(app: FastAPI) -> None:
    """Put the schema that every documented problem refers to into the OpenAPI document."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        document = generate()
        document["components"]["schemas"] |= errors.schemas()
        return document

    app.openapi = openapi  # type: ignore[method-assign] # FastAPI's documented way to extend it


app = create_app()
