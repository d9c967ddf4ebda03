"""What Flask-Migrate gives its env.py, and Alembic by itself does not: folder and application."""

from __future__ import annotations

import contextlib
import importlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from verification.finding import Unknown

_ASKS = re.compile(r"\bcurrent_app\b")
_MAKES = re.compile(r"\bFlask\(|\bcreate_app\(")
_NAMED = re.compile(r"^\s*(?:export\s+)?FLASK_APP\s*=\s*[\"']?([^\s\"'#]+)", re.MULTILINE)


def located(config: Any, file: Path) -> None:
    """Its alembic.ini lies beside env.py, and says nothing of where that is."""
    if not config.get_main_option("script_location") and (file.parent / "env.py").is_file():
        config.set_main_option("script_location", str(file.parent).replace("%", "%%"))


@contextlib.contextmanager
def application(root: Path, file: Path) -> Iterator[None]:
    """While open, the project's Flask application is the current one, if env.py asks for it."""
    env = file.parent / "env.py"
    if not env.is_file() or not _ASKS.search(env.read_text(encoding="utf-8", errors="replace")):
        yield
        return
    with contextlib.chdir(root):
        app = _loaded(root)
    with app.app_context():
        yield


def _loaded(root: Path) -> Any:
    try:
        cli = importlib.import_module("flask.cli")  # the project's, not ours
    except ImportError:
        raise Unknown("env.py asks for a Flask application, and flask is not installed") from None
    reason: Exception | None = None
    for name in dict.fromkeys(_candidates(root)):
        try:
            return cli.ScriptInfo(name).load_app()
        except Exception as error:  # noqa: BLE001 - project code, and click's own for "not found"
            reason = reason or error
    raise Unknown(
        "env.py asks for a Flask application, and none could be loaded: set FLASK_APP"
        + (f" ({' '.join(str(reason).split())})" if reason else "")
    )


def _candidates(root: Path) -> Iterator[str]:
    """What FLASK_APP may say, the surest first."""
    if said := os.environ.get("FLASK_APP"):
        yield said
    for name in (".flaskenv", ".env"):
        if (root / name).is_file():
            yield from _NAMED.findall((root / name).read_text(encoding="utf-8", errors="replace"))
    files = [root / "wsgi.py", root / "app.py", *sorted(root.glob("*.py"))]
    for path in (*files, *sorted(root.glob("*/__init__.py"))):
        if path.is_file() and _MAKES.search(path.read_text(encoding="utf-8", errors="replace")):
            yield path.parent.name if path.name == "__init__.py" else path.stem
