"""What squawk, a linter of SQL text, says of the statements that revisions sent, if it is there."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from verification.finding import Unknown

# Its rules about locks that are held for long, and tables that are written anew. Not those about
# style, about locks of a moment (dropping an index), or about what other checks look at themselves.
RULES = frozenset(
    {
        "adding-field-with-default",
        "adding-foreign-key-constraint",
        "adding-not-nullable-field",
        "adding-serial-primary-key-field",
        "changing-column-type",
        "constraint-missing-not-valid",
        "disallowed-unique-constraint",
        "require-concurrent-index-creation",
    }
)
UNREAD = "syntax-error"

Linted = Mapping[str, frozenset[str] | None]
"""The rules that each statement breaks, by its text; None for one that squawk cannot read."""

PATIENCE = 60


def find() -> str:
    """The program, on the PATH or beside this interpreter; empty where it is not installed."""
    beside = Path(sys.executable).with_name("squawk")
    return shutil.which("squawk") or (str(beside) if beside.is_file() else "")


def lint(program: str, texts: Collection[str], version: int) -> Linted:
    """Ask squawk about these statements, all at once. Raises Unknown."""
    numbered = list(dict.fromkeys(texts))
    with tempfile.TemporaryDirectory(prefix="verify-") as name:
        for number, text in enumerate(numbered):
            (Path(name) / f"{number}.sql").write_text(f"{text}\n", encoding="utf-8")
        found = _asked(program, Path(name), version) if numbered else []
    broken: dict[str, set[str]] = {text: set() for text in numbered}
    for each in found:
        broken[numbered[int(Path(each["file"]).stem)]].add(str(each["rule_name"]))
    return {
        text: None if UNREAD in rules else frozenset(rules & RULES)
        for text, rules in broken.items()
    }


def _asked(program: str, folder: Path, version: int) -> list[dict[str, Any]]:
    try:
        done = subprocess.run(  # noqa: S603 - a program that whoever runs this has installed
            [program, "--reporter", "json", "--pg-version", f"{version // 10000}.0", "*.sql"],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        found: list[dict[str, Any]] = json.loads(done.stdout or "[]")
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise Unknown(f"squawk gives no answer: {error}") from None
    return found
