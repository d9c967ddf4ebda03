"""Neon's API, as far as a disposable branch needs it, over a World."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from verification.dsn import Dsn
from verification.neon.standin import answers
from verification.neon.standin.schema import schema
from verification.neon.standin.world import DATABASE, Compute, Line, Refused, World


def api(  # noqa: C901, PLR0915 - one handler after the other, each of a few lines
    world: World, address: Callable[[str], Dsn]
) -> FastAPI:
    """The application; `address` says how to reach a host through the front."""
    app = FastAPI(title="A stand-in for Neon's API", openapi_url=None)
    project = f"/projects/{world.project}"

    def changed(line: Line, actions: Sequence[str], **more: Any) -> dict[str, Any]:
        jobs = [answers.operation(world.job(line, action), world) for action in actions]
        return {"branch": answers.branch(line, world), "operations": jobs, **more}

    @app.middleware("http")
    async def guard(request: Request, proceed: Any) -> Response:
        if request.headers.get("authorization") != f"Bearer {world.key}":
            return _refusal(Refused(401, "authorization token is invalid or expired"))
        if world.refusals:
            return _refusal(world.refusals.pop(0))
        answer: Response = await proceed(request)
        return answer

    @app.exception_handler(Refused)
    def refused(_: Request, refusal: Refused) -> Response:
        return _refusal(refusal)

    @app.get("/projects")
    def list_projects() -> Any:
        if world.wide:
            return {"projects": [{"id": world.project}, {"id": "somebody-elses-12345678"}]}
        # A key of one project lists none, in an organisation or not.
        raise Refused(403, "project-scoped API keys cannot list projects")

    @app.get(f"{project}/branches")
    def list_branches(limit: int = 100, cursor: str = "") -> Any:
        with world.lock:
            world.expire()
            lines = list(world.branches.values())
        start = int(cursor or 0)
        page = lines[start : start + limit]
        # The last page names a next one too, as Neon's does.
        following = {"next": str(start + len(page)), "sort_by": "updated_at", "sort_order": "DESC"}
        found = [answers.branch(line, world) for line in page]
        return {"branches": found, "annotations": {}, "pagination": following}

    @app.post(f"{project}/branches", status_code=201)
    def create_branch(body: dict[str, Any]) -> Any:
        wanted = body.get("branch") or {}
        expires = wanted.get("expires_at")
        with world.lock:
            new = world.create(
                wanted.get("name") or f"br-{len(world.branches)}",
                wanted.get("parent_id") or "",
                datetime.fromisoformat(expires) if expires else None,
            )
            computes = [world.compute(new) for _ in body.get("endpoints") or []]
            return changed(
                new,
                ["create_branch", *["start_compute"] * len(computes)],
                endpoints=[answers.endpoint(each, world) for each in computes],
                roles=[answers.role(new, world)],
                databases=[answers.database(new, world)],
            )

    @app.get(f"{project}/branches/{{branch_id}}")
    def get_branch(branch_id: str) -> Any:
        with world.lock:
            line = world.branch(branch_id)
            empty = {"object": {"type": "console/branch", "id": line.id}, "value": {}}
            return {"branch": answers.branch(line, world), "annotation": empty}

    @app.delete(f"{project}/branches/{{branch_id}}")
    def delete_branch(branch_id: str) -> Any:
        with world.lock:
            world.expire()
            if branch_id not in world.branches:
                return Response(status_code=204)
            line = world.branch(branch_id)
            answer = changed(line, ["suspend_compute", "delete_timeline"])
            world.delete(branch_id)
            return answer

    @app.post(f"{project}/branches/{{branch_id}}/restore")
    def restore_branch(branch_id: str, body: dict[str, Any]) -> Any:
        with world.lock:
            line = world.restore(branch_id, body["source_branch_id"])
            return changed(line, ["create_timeline", "apply_config"])

    @app.get(f"{project}/branches/{{branch_id}}/endpoints")
    def list_endpoints(branch_id: str) -> Any:
        with world.lock:
            computes = world.of(world.branch(branch_id))
            return {"endpoints": [answers.endpoint(compute, world) for compute in computes]}

    @app.get(f"{project}/branches/{{branch_id}}/databases")
    def list_databases(branch_id: str) -> Any:
        with world.lock:
            return {"databases": [answers.database(world.branch(branch_id), world)]}

    @app.get(f"{project}/branches/{{branch_id}}/schema")
    def get_schema(branch_id: str, db_name: str) -> Any:
        with world.lock:
            return {"sql": schema(_of(world.branch(branch_id), db_name))}

    @app.get(f"{project}/branches/{{branch_id}}/compare_schema")
    def compare_schema(branch_id: str, base_branch_id: str, db_name: str) -> Any:
        with world.lock:
            old, new = (
                schema(_of(world.branch(name), db_name)).splitlines(keepends=True)
                for name in (base_branch_id, branch_id)
            )
        return {"diff": "".join(difflib.unified_diff(old, new, base_branch_id, branch_id))}

    @app.get(f"{project}/connection_uri")
    def connection_uri(
        database_name: str, role_name: str, branch_id: str = "", pooled: bool = False
    ) -> Any:
        with world.lock:
            line = world.branch(branch_id) if branch_id else world.root
            computes = world.of(line)
            if not computes:
                raise Refused(404, "the branch has no endpoint")
            _of(line, database_name)
            suffix = "-pooler" if pooled else ""
            there = address(f"{computes[0].id}{suffix}.{answers.HOST}")
            secret = world.server.dsn.password
        dsn = replace(there, user=role_name, password=secret, database=database_name)
        return {"uri": dsn.reveal()}

    @app.get(f"{project}/operations/{{operation_id}}")
    def get_operation(operation_id: str) -> Any:
        with world.lock:
            return {"operation": answers.operation(world.look(operation_id), world)}

    @app.post(f"{project}/endpoints/{{endpoint_id}}/{{action}}")
    def change_endpoint(endpoint_id: str, action: str) -> Any:
        with world.lock:
            compute = world.computes.get(endpoint_id)
            if compute is None or action not in {"suspend", "start", "restart"}:
                raise Refused(404, f"endpoint {endpoint_id} not found")
            _change(world, compute, action)
            line = world.branch(compute.branch_id)
            kind = "suspend_compute" if action == "suspend" else "start_compute"
            job = answers.operation(world.job(line, kind), world)
            return {"endpoint": answers.endpoint(compute, world), "operations": [job]}

    return app


def _change(world: World, compute: Compute, action: str) -> None:
    if action != "start":
        world.suspend(compute)
    if action != "suspend":
        compute.state = "active"


def _of(line: Line, database: str) -> Dsn:
    if database != DATABASE:
        raise Refused(404, f"database {database} not found")
    return line.database


def _refusal(refusal: Refused) -> Response:
    body = {"request_id": "standin", "code": refusal.code, "message": refusal.message}
    return JSONResponse(body, refusal.status, headers={"x-neon-ret-request-id": "standin"})
