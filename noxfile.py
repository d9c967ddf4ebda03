"""Everything that is ever run on this project: `nox -l` lists it, `nox` runs the daily part."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from pathlib import Path

import nox
from nox.command import CommandFailed

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_existing_virtualenvs = True
nox.options.sessions = ["lint", "types", "tests", "docs", "verify"]

PINS = "requirements/dev.txt"
NOX_PINS = "requirements/nox.txt"
COULD_NOT_TELL = 2
# Families that only read, so that they may look at a database which others are using; a test
# makes sure that every family is either here or known to act.
READ_ONLY = ("connectivity", "configuration", "schema", "design", "security", "data", "neon")
# Named, because looking for them in every installed distribution costs half a second a start.
TEST_TOOLS = (
    *("asyncpg", "hatchling", "httpx", "markdown-it-py", "nox", "pytest-cov", "pytest-xdist"),
    *("jsonschema", "junitparser", "playwright", "sarif-pydantic", "squawk-cli", "xmlschema"),
)
PLUGINS = (
    "pytest_cov.plugin",
    "_hypothesis_pytestplugin",
    "verification.pytest_plugin",
    "xdist.plugin",
    "xdist.looponfail",
)
# Each worker has its own tests and its own server; two for a core, as half of what the tests do is
# waiting: for services that do not answer, for servers that stop.
WORKERS = str(2 * (os.cpu_count() or 1))
EVERYTHING = ("-n", WORKERS, "--dist", "worksteal", "--cov", "--cov-report=term:skip-covered")


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, formatting and the layers; `-- --fix` mends what can be mended."""
    _install(session)
    fix = "--fix" in session.posargs
    session.run("ruff", "check", *(["--fix"] if fix else []))
    session.run("ruff", "format", *([] if fix else ["--check"]))
    session.run("lint-imports", "--no-logo")


@nox.session
def types(session: nox.Session) -> None:
    """Check every type, strictly."""
    _install(session)
    session.run("mypy", *session.posargs)
    session.run("mypy", "noxfile.py", "docs/catalogue.py")


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests on a real PostgreSQL of their own; `-- ARGS` go to pytest."""
    _install(session)
    _pytest(session, *(session.posargs or EVERYTHING))


@nox.session
def docs(session: nox.Session) -> None:
    """See that the pages made from the checks are fresh; `-- --write` makes them anew."""
    _install(session)
    session.run("python", "docs/catalogue.py", *session.posargs)


@nox.session
def verify(session: nox.Session) -> None:
    """Prove that the database is what the code believes it is; `-- ARGS` go to verify."""
    _install(session)
    _verify(session, *session.posargs)


@nox.session
def smoke(session: nox.Session) -> None:
    """Look at a live Neon branch, NEON_DATABASE_URL or else DATABASE_URL, without writing to it."""
    url = os.environ.get("NEON_DATABASE_URL") or os.environ.get("DATABASE_URL")
    if not url:
        print("NOT CONFIGURED: set NEON_DATABASE_URL to the URL of a Neon branch; nothing was run")
        sys.exit(COULD_NOT_TELL)
    _install(session)
    families = [name for name in READ_ONLY if [*Path("verification/checks", name).glob("[!_]*.py")]]
    only = [word for family in families for word in ("--only", family)]
    _verify(session, *only, *session.posargs, env={"DATABASE_URL": url})


@nox.session
def minimums(session: nox.Session) -> None:
    """Run the kit's own tests with the lowest versions that pyproject.toml claims to work with."""
    if session.venv_backend != "uv":
        session.error("only uv can choose the lowest versions; pip install 'nox[uv]'")
    kit = ".[backend,container,embedded,html,pytest]"
    pinned = Path(PINS).read_text(encoding="utf-8")
    tools = re.findall(rf"^((?:{'|'.join(TEST_TOOLS)})==\S+)", pinned, re.MULTILINE)
    session.install("--resolution", "lowest-direct", "-e", kit, *tools)
    _pytest(session, *(session.posargs or ["verification"]))


@nox.session(default=False)
def pins(session: nox.Session) -> None:
    """Choose the newest versions again and write them, hashed, to requirements/."""
    if session.venv_backend != "uv":
        session.error("only uv can compile for every platform; pip install 'nox[uv]'")
    words = [
        *("uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes", "--upgrade"),
        *("--no-emit-index-url", "--no-emit-find-links", "--no-annotate"),
        *("--python-version", "3.11", "--custom-compile-command", "nox -s pins"),
    ]
    session.run(*words, "--extra", "dev", "pyproject.toml", "-o", PINS, external=True)
    session.run(*words, "requirements/nox.in", "-c", PINS, "-o", NOX_PINS, external=True)


def _install(session: nox.Session) -> None:
    """The pinned versions and the project itself, unless this very set is installed already."""
    wanted = hashlib.sha256()
    for name in (PINS, "pyproject.toml"):
        wanted.update(Path(name).read_bytes())
    stamp = Path(session.virtualenv.location) / "installed"
    if stamp.exists() and stamp.read_text(encoding="ascii") == wanted.hexdigest():
        return
    session.install("--require-hashes", "-r", PINS)
    session.install("--no-deps", "-e", ".")
    stamp.write_text(wanted.hexdigest(), encoding="ascii")


def _pytest(session: nox.Session, *words: str) -> None:
    plugins = [word for plugin in PLUGINS for word in ("-p", plugin)]
    session.run("pytest", *plugins, *words, env={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"})


def _verify(session: nox.Session, *words: str, env: dict[str, str] | None = None) -> None:
    try:
        session.run("verify", *words, env=env)
    except CommandFailed as failure:
        # nox knows only 0 and 1; that nothing could be said is not the same as a refutation.
        if getattr(failure, "return_code", None) == COULD_NOT_TELL:
            sys.exit(COULD_NOT_TELL)
        raise
