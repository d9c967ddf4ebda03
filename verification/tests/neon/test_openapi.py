from typing import Any

import httpx

from verification.neon.standin.running import Standin
from verification.neon.standin.world import Refused
from verification.tests.neon.openapi import description


def test_every_answer_of_the_standin_is_one_that_neon_could_give(running: Standin) -> None:
    neon = description()
    world = running.world
    project = f"/projects/{world.project}"
    headers = {"Authorization": f"Bearer {world.key}"}
    seen: list[str] = []

    with httpx.Client(base_url=running.base, headers=headers, timeout=30) as client:

        def ask(method: str, path: str, status: int, **more: Any) -> Any:
            answer = client.request(method, path, **more)
            assert answer.status_code == status, answer.text
            body = answer.json() if answer.content else None
            assert neon.faults(method, path, status, body) == []
            seen.append(path)
            return body

        new = {"branch": {"name": "child"}, "endpoints": [{"type": "read_write"}]}
        made = ask("POST", f"{project}/branches", 201, json=new)
        child, (compute,) = made["branch"]["id"], made["endpoints"]
        for operation in made["operations"]:
            for _ in range(3):
                ask("GET", f"{project}/operations/{operation['id']}", 200)
        ask("GET", f"{project}/branches", 200)
        ask("GET", f"{project}/branches/{child}", 200)
        for part in ("endpoints", "databases"):
            ask("GET", f"{project}/branches/{child}/{part}", 200)
        about = {"db_name": "neondb"}
        ask("GET", f"{project}/branches/{child}/schema", 200, params=about)
        base = {**about, "base_branch_id": world.root.id}
        ask("GET", f"{project}/branches/{child}/compare_schema", 200, params=base)
        who = {"database_name": "neondb", "role_name": world.server.dsn.user}
        ask("GET", f"{project}/connection_uri", 200, params=who)
        for action in ("suspend", "start", "restart"):
            ask("POST", f"{project}/endpoints/{compute['id']}/{action}", 200)
        source = {"source_branch_id": world.root.id}
        ask("POST", f"{project}/branches/{child}/restore", 200, json=source)
        ask("POST", f"{project}/branches", 409, json=new)
        ask("DELETE", f"{project}/branches/{world.root.id}", 422)
        ask("DELETE", f"{project}/branches/{child}", 200)
        ask("DELETE", f"{project}/branches/{child}", 204)
        ask("GET", f"{project}/branches/{child}", 404)
        world.refusals.append(Refused(423, "project already has running operations"))
        ask("GET", f"{project}/branches", 423)
    assert len(seen) > 20


def test_the_comparison_is_strict() -> None:
    neon = description()
    path = "/projects/p/branches/b/schema"
    assert neon.faults("GET", path, 200, {"sql": ""}) == []
    assert neon.faults("GET", path, 200, {"sql": 1})
    assert neon.faults("GET", path, 200, {"sql": "", "mood": "good"})
    assert neon.faults("GET", "/projects/p/operations/o", 200, {})
