"""Requests per second: the kit's fuzzing, database asked after each, beside Schemathesis alone.

Both in one process with the application, the same phases, the same number of examples, interleaved.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

from verification.config import Config
from verification.service.fuzzing import EXAMPLES, SEED, STEPS
from verification.target import Target

# As in `python benchmarks/service.py standard 3`.
DEPTH, ROUNDS = (*sys.argv[1:], *("standard", "3")[len(sys.argv) - 1 :])[:2]
# What the command does, past its printing: it has no option for an application in process.
COMMAND = f"""
import json, sys, time
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import from_schema
from backend.main import app as inner

seen = 0

async def app(scope, receive, send):
    global seen
    seen += scope["type"] == "http"
    await inner(scope, receive, send)

config = SchemathesisConfig.from_dict({{
    "seed": {SEED},
    "workers": 1,
    "generation": {{
        "max-examples": {EXAMPLES[DEPTH]},
        "deterministic": True,
        "database": "none",
        "no-shrink": True,
    }},
    "phases": {{"stateful": {{"max-steps": {STEPS[DEPTH]}}}}},
}})
schema = schemathesis.openapi.from_asgi("/openapi.json", app, config=config)
began = time.perf_counter()
for _ in from_schema(schema).execute():
    pass
print(json.dumps([seen, time.perf_counter() - began]))
"""


def ours(target: Target) -> float:
    """Requests per second of the kit."""
    with target["service"].fresh() as (running, _):
        document = running.describe()["openapi"]
        result = running.run(
            "verification.service.campaign:campaign", 600, document=document, depth=DEPTH, seed=0
        )
    print(f"  kit           {result['cases']:5} requests {result['seconds']:6.1f} s")
    return float(result["cases"] / result["seconds"])


def theirs(target: Target, root: Path) -> float:
    """Requests per second of schemathesis by itself."""
    with target["service"].clone() as dsn:
        ran = subprocess.run(  # noqa: S603 - this interpreter, with our own code
            [sys.executable, "-c", COMMAND],
            env={**os.environ, "DATABASE_URL": dsn.reveal(), "LOG_LEVEL": "CRITICAL"},
            cwd=root,
            capture_output=True,
            text=True,
            check=True,
        )
    requests, seconds = json.loads(ran.stdout.splitlines()[-1])
    print(f"  schemathesis  {requests:5} requests {seconds:6.1f} s")
    return float(requests / seconds)


def main() -> None:
    """Interleave both, and print the medians."""
    root = Path(__file__).parents[1]
    with Target(config=Config.load(root)) as target:
        pairs = [(ours(target), theirs(target, root)) for _ in range(int(ROUNDS))]
    kit, tool = (statistics.median(values) for values in zip(*pairs, strict=True))
    print(f"kit {kit:.0f}/s, schemathesis {tool:.0f}/s, ratio {kit / tool:.2f}")


if __name__ == "__main__":
    main()
