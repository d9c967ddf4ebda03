"""The stand-in's objects in the words of Neon's API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from verification.neon.standin.world import DATABASE, REGION, STEPS, Compute, Job, Line, World

HOST = f"{REGION}.aws.neon.tech"


def branch(line: Line, world: World) -> dict[str, Any]:
    """A branch."""
    answer: dict[str, Any] = {
        "id": line.id,
        "project_id": world.project,
        "name": line.name,
        "current_state": line.state,
        "state_changed_at": moment(line.created_at),
        "creation_source": "console",
        "primary": line.default,
        "default": line.default,
        "protected": line.protected,
        "cpu_used_sec": 0,
        "compute_time_seconds": 0,
        "active_time_seconds": 0,
        "written_data_bytes": 0,
        "data_transfer_bytes": 0,
        "created_at": moment(line.created_at),
        "updated_at": moment(line.created_at),
        "init_source": "parent-data",
    }
    if line.parent_id:
        answer["parent_id"] = line.parent_id
    if line.state == "init":
        answer["pending_state"] = "ready"
    if line.expires_at:
        answer["expires_at"] = moment(line.expires_at)
    return answer


def endpoint(compute: Compute, world: World) -> dict[str, Any]:
    """A compute."""
    return {
        "host": f"{compute.id}.{HOST}",
        "id": compute.id,
        "project_id": world.project,
        "branch_id": compute.branch_id,
        "autoscaling_limit_min_cu": 0.25,
        "autoscaling_limit_max_cu": 0.25,
        "region_id": f"aws-{REGION}",
        "type": "read_write",
        "current_state": compute.state,
        "settings": {},
        "pooler_enabled": False,
        "pooler_mode": "transaction",
        "disabled": compute.disabled,
        "passwordless_access": True,
        "creation_source": "console",
        "created_at": moment(compute.created_at),
        "updated_at": moment(compute.created_at),
        "proxy_host": HOST,
        "suspend_timeout_seconds": 0,
        "provisioner": "k8s-neonvm",
    }


def operation(job: Job, world: World) -> dict[str, Any]:
    """Something under way."""
    return {
        "id": job.id,
        "project_id": world.project,
        "branch_id": job.branch_id,
        "action": job.action,
        "status": STEPS[job.step],
        "failures_count": 0,
        "created_at": moment(job.created_at),
        "updated_at": moment(job.created_at),
        "total_duration_ms": 0,
    }


def database(line: Line, world: World) -> dict[str, Any]:
    """The one database that every branch has."""
    return {
        "id": 1,
        "branch_id": line.id,
        "name": DATABASE,
        "owner_name": world.server.dsn.user,
        "created_at": moment(line.created_at),
        "updated_at": moment(line.created_at),
    }


def role(line: Line, world: World) -> dict[str, Any]:
    """The one role; lists never hold its password."""
    return {
        "branch_id": line.id,
        "name": world.server.dsn.user,
        "protected": False,
        "created_at": moment(line.created_at),
        "updated_at": moment(line.created_at),
    }


def moment(value: datetime) -> str:
    """As Neon writes a time."""
    return value.strftime("%Y-%m-%dT%H:%M:%SZ")
