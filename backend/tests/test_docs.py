import json
import re
import shutil
import subprocess

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
