"""The same search each time; what it finds is found again first, and by hand."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from verification.databases import Server
from verification.databases.session import connect
from verification.dsn import Dsn
from verification.service import Service
from verification.service.fuzzed import Fuzzed, fuzzed
from verification.service.remembering import Memory, name_of

APP = """
import os, uuid
from typing import Annotated
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel, Field
from sqlalchemy import create_engine, text

app = FastAPI()
engine = create_engine(os.environ["DATABASE_URL"])
with engine.begin() as connection:
    connection.execute(text(
        "CREATE TABLE IF NOT EXISTS hero (id uuid PRIMARY KEY, name text UNIQUE, age int)"
    ))

class New(BaseModel):
    name: str = Field(pattern="^[a-z0-9]{1,30}$")
    note: str | None = None

class Birthday(BaseModel):
    age: int = Field(ge=0, le=10**12)

@app.middleware("http")
async def first(request, following):
    if not os.path.exists("first"):
        open("first", "w").write(f"{request.method} {request.url.path}")
    return await following(request)

@app.post("/heroes", status_code=201)
def create(new: New) -> dict[str, str]:
    made = {"id": str(uuid.uuid4()), "name": new.name}
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO hero VALUES (:id, :name, 1)"), made)
    return made

@app.put("/heroes/{hero_id}")
def grow(hero_id: uuid.UUID, given: Birthday) -> dict[str, int]:
    with engine.begin() as connection:
        write = text("UPDATE hero SET age = :age WHERE id = :id")
        if not connection.execute(write, {"age": given.age, "id": hero_id}).rowcount:
            raise HTTPException(404)
    return {"age": given.age}

@app.post("/heroes/{hero_id}/rest")
def rest(hero_id: uuid.UUID) -> dict[str, int]:
    with engine.connect() as connection:
        write = text("UPDATE hero SET age = 0 WHERE id = :id")
        if not connection.execute(write, {"id": hero_id}).rowcount:
            raise HTTPException(404)
    return {"age": 0}
"""
DEFECTS = {
    ("constraint", "POST /heroes hero_name_key"),
    ("error", "PUT /heroes/{hero_id}"),
    ("lost", "POST /heroes/{hero_id}/rest"),
}


@pytest.fixture(scope="module")
def runs(
    tmp_path_factory: pytest.TempPathFactory, disposable_server: Server
) -> tuple[Path, list[Fuzzed], list[str]]:
    """The same application three times: with no memory, and twice with that of the first."""
    root = tmp_path_factory.mktemp("service")
    (root / "main.py").write_text(APP, encoding="utf-8")

    @contextmanager
    def empty() -> Iterator[Dsn]:
        dsn = disposable_server.create()
        yield dsn
        disposable_server.drop(dsn)

    service = Service(root, "main:app", ("DATABASE_URL",), {}, empty)
    found, first = [], []
    for _ in range(3):
        found.append(fuzzed(service, disposable_server, "quick", 0, Memory(root / "memory")))
        first.append((root / "first").read_text(encoding="utf-8"))
        (root / "first").unlink()
    return root, found, first


def shown(found: Fuzzed) -> list[tuple[str, str, str]]:
    """What is reported of each fault, whose keys are random, apart from them."""
    return [(fault.kind, fault.subject, fault.says) for fault in found.faults]


def test_the_same_cases_and_the_same_findings(
    runs: tuple[Path, list[Fuzzed], list[str]],
) -> None:
    _, found, _ = runs
    assert len({each.cases for each in found}) == 1
    assert sorted(shown(found[0])) == sorted(shown(found[1])) == sorted(shown(found[2]))
    assert {fault.key for fault in found[0].faults} >= DEFECTS


def test_what_was_found_is_asked_first(runs: tuple[Path, list[Fuzzed], list[str]]) -> None:
    root, found, first = runs
    known = Memory(root / "memory").recall()
    assert {fault.key for fault in known} == {fault.key for fault in found[2].faults}
    fault = found[0].faults[0]
    earliest = fault.steps[0].request if fault.steps else fault.request
    assert first[1] == first[2] == f"{earliest.method} {earliest.path}"


@pytest.fixture(scope="module")
def serving(
    runs: tuple[Path, list[Fuzzed], list[str]], disposable_server: Server
) -> Iterator[tuple[str, Dsn]]:
    """The application as a person starts it, on an empty database."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    dsn = disposable_server.create()
    process = subprocess.Popen(  # noqa: S603 - this interpreter
        [sys.executable, "-m", "uvicorn", "main:app", "--port", str(port)],
        cwd=runs[0],
        env={**os.environ, "DATABASE_URL": dsn.reveal("psycopg2")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            time.sleep(0.1)
    yield f"http://127.0.0.1:{port}", dsn
    process.terminate()
    process.wait()
    disposable_server.drop(dsn)


@pytest.mark.parametrize("key", sorted(DEFECTS), ids=lambda key: key[0])
def test_the_script_and_the_command_show_it_again(
    key: tuple[str, str], runs: tuple[Path, list[Fuzzed], list[str]], serving: tuple[str, Dsn]
) -> None:
    root, found, _ = runs
    url, dsn = serving
    fault = next(fault for fault in found[0].faults if fault.key == key)
    script = [sys.executable, str(root / "memory" / name_of(fault)), url]
    line = fault.curl.replace("http://127.0.0.1:8000", url)
    before, _, last = line.rpartition("curl -X")
    shell = ["bash", "-c", f"{before} curl -s -o /dev/null -w ' -> %{{http_code}} ' -X {last}"]
    for command in (script, shell):
        with closing(connect(dsn)) as connection, connection.cursor() as cursor:
            cursor.execute("TRUNCATE hero")
        ran = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - what is tested
        assert f"-> {fault.status} " in ran.stdout.splitlines()[-1], (command, ran)
