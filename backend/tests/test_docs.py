import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from backend.main import create_app
from backend.tests.api import Dsn
from backend.tests.conftest import ROOT
from backend.tests.test_process import Process

CURL, BASH = shutil.which("curl"), shutil.which("bash")
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\{\w+_id\}")


@pytest.mark.skipif(not (CURL and BASH), reason="the page is written for curl")
def test_the_walk_through_works_as_written_and_visits_everything(dsn: Dsn) -> None:
    page = (ROOT / "docs" / "backend.md").read_text(encoding="utf-8")
    script = "\n".join(re.findall(r"```sh walk\n(.*?)```", page, re.DOTALL))
    process = Process(dsn.reveal())
    try:
        script = script.replace("http://127.0.0.1:8000", process.url)
        ended = subprocess.run(  # noqa: S603 - the project's own page
            [str(BASH), "-euo", "pipefail", "-c", script],
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        process.stop()
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert '"email":"lovelace@example.org"' in ended.stdout
    assert ended.stdout.count('"status": 409') == 1
    assert ended.stdout.count('"status": 404') == 1
    logged = [json.loads(line) for line in process.lines if '"message": "request"' in line]
    visited = {(line["method"], ID.sub("ID", line["path"])) for line in logged}
    assert visited == {
        (method.upper(), ID.sub("ID", path))
        for path, operations in create_app().openapi()["paths"].items()
        for method in operations
    }


@pytest.mark.skipif(not BASH, reason="the page is written for a shell")
def test_the_command_that_starts_everything_works_as_written() -> None:
    page = (ROOT / "docs" / "backend.md").read_text(encoding="utf-8")
    found = re.search(r"^python -m verification\.databases \|.*$", page, re.MULTILINE)
    assert found
    chosen = {"DATABASE_URL", "MIGRATION_DATABASE_URL", "VERIFY_SCRATCH_URL"}
    surroundings = {name: value for name, value in os.environ.items() if name not in chosen}
    surroundings["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    with subprocess.Popen(  # noqa: S603 - the project's own page
        [str(BASH), "-c", found[0].replace("--no-access-log", "--no-access-log --port 0")],
        cwd=ROOT,
        env=surroundings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout
        for line in process.stdout:
            if serving := re.search(r"running on (http://\S+)", line):
                assert httpx.get(f"{serving[1]}/health/ready").status_code == 200
                # Ctrl-C: the terminal tells the whole pipeline.
                os.killpg(process.pid, signal.SIGINT)
        assert process.wait(timeout=20) in {0, 130}
