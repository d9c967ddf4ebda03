"""What must be true of the repository as a whole, and of what its README says."""

import ast
import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from verification.config import Config
from verification.engine import discover
from verification.report import Verdict

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CI = (ROOT / ".ci/run").read_text(encoding="utf-8")
WORKFLOW = (ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PINS = {
    name: (ROOT / "requirements" / name).read_text(encoding="utf-8")
    for name in ("dev.txt", "nox.txt")
}
SET_UP = "python3 -m venv .venv && .venv/bin/pip install 'nox[uv]' && .venv/bin/nox -s "
NOT_OURS = {"__pycache__", "build", "dist", "reports"}
# In parts, so that this file does not hold what it looks for.
ADDRESSES = ["py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "file:" + "//"]


def ours() -> Iterator[Path]:
    """Every file of the project, whether git is there or not."""
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [
            name
            for name in folders
            if name in {".ci", ".github"}
            or not (name in NOT_OURS or name.startswith(".") or name.endswith(".egg-info"))
        ]
        yield from (Path(folder) / name for name in files if not name.startswith(".coverage"))


def blocks(language: str) -> list[str]:
    """The fenced blocks of the README in this language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


COMMANDS = [line for block in blocks("sh") for line in block.splitlines() if line]
RUN_BY_CI = {
    f"{SET_UP}verify": "step nox -s verify",
    f"{SET_UP}tests": "step nox -s tests",
    "verify --report json=reports/verify.json --report junit=reports/verify.xml": (
        "step nox -s verify -- --report json=reports/verify.json --report junit=reports/verify.xml"
    ),
}


def test_the_folder_of_migrations_does_not_hide_the_library() -> None:
    assert not (ROOT / "alembic/__init__.py").exists()
    done = subprocess.run([sys.executable, "-c", "import alembic.command"], cwd=ROOT, check=False)
    assert done.returncode == 0


def test_no_file_names_where_packages_come_from() -> None:
    telling = [
        str(path.relative_to(ROOT))
        for path in ours()
        if any(address.encode() in path.read_bytes() for address in ADDRESSES)
    ]
    assert telling == []


def test_the_wheel_holds_the_kit_alone(tmp_path: Path) -> None:
    (made,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    with zipfile.ZipFile(made) as wheel:
        names = wheel.namelist()
    folders = {name.partition("/")[0] for name in names}
    assert {name for name in folders if not name.endswith(".dist-info")} == {"verification"}
    assert not [name for name in names if "/tests/" in name]
    assert "verification/py.typed" in names
    assert "verification/checks/design/missing_primary_key.py" in names


def test_the_layers_are_written_down_and_linted() -> None:
    contracts = PROJECT["tool"]["importlinter"]["contracts"]
    assert {contract["type"] for contract in contracts} == {"independence", "layers"}
    assert '"lint-imports"' in (ROOT / "noxfile.py").read_text(encoding="utf-8")
    assert "step nox -s lint" in CI


def test_every_family_either_only_reads_or_is_known_to_act() -> None:
    """A new family joins `nox -s smoke`, or is left out of it for a reason."""
    noxfile = (ROOT / "noxfile.py").read_text(encoding="utf-8")
    (text,) = re.findall(r"^READ_ONLY = (\(.*?\))$", noxfile, re.MULTILINE | re.DOTALL)
    reading = set(ast.literal_eval(text))
    acting = {"constraints", "migrations", "models", "service"}
    families = {check.family for check in discover()}
    assert families <= reading | acting
    assert reading & acting == set()


def test_smoke_without_a_url_says_so_and_cannot_tell() -> None:
    surroundings = {name: value for name, value in os.environ.items() if "DATABASE" not in name}
    done = subprocess.run(
        [sys.executable, "-m", "nox", "--no-venv", "--session", "smoke"],
        cwd=ROOT,
        env=surroundings,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert "NOT CONFIGURED: set NEON_DATABASE_URL" in done.stdout


def test_the_example_environment_names_every_setting_with_its_default() -> None:
    from backend.config import Settings, _Stage  # noqa: PLC0415 - only this test needs them

    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    written = dict(re.findall(r"^([A-Z_]+)=(.*)$", text, re.MULTILINE))
    known = {**Settings.model_fields, **_Stage.model_fields}
    assert set(written) == {name.upper() for name in known}
    for name, field in known.items():
        if not field.is_required():
            default = "" if field.default is None else str(field.default)
            assert written[name.upper()] == default.removesuffix(".0")


@pytest.mark.parametrize("name", PINS)
def test_every_pin_is_exact_and_hashed(name: str) -> None:
    pins = re.split(r"\n(?=[a-z])", PINS[name].partition("\n\n")[0])
    requirements = [pin for pin in pins if not pin.startswith("#")]
    assert len(requirements) > 5
    for pin in requirements:
        assert re.match(r"[a-z0-9-]+==\S+", pin), pin
        assert "--hash=sha256:" in pin, pin


def test_the_pins_are_of_what_the_project_asks_for() -> None:
    """Else `nox -s pins` was forgotten."""
    pinned = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", PINS["dev.txt"], re.MULTILINE))
    extras = PROJECT["project"]["optional-dependencies"]
    asked = PROJECT["project"]["dependencies"] + [line for some in extras.values() for line in some]
    for line in asked:
        wanted = Requirement(line)
        name = canonicalize_name(wanted.name)
        if name != PROJECT["project"]["name"]:
            assert wanted.specifier.contains(pinned[name]), line


def test_every_command_of_the_readme_is_run_somewhere() -> None:
    assert set(RUN_BY_CI) < set(COMMANDS)
    for command, step in RUN_BY_CI.items():
        assert re.search(rf"^{re.escape(step)}\b", CI, re.MULTILINE), command
    assert all(command in RUN_BY_CI or command.startswith("verify ") for command in COMMANDS)


@pytest.mark.parametrize("command", [line for line in COMMANDS if line not in RUN_BY_CI])
def test_a_cheap_command_of_the_readme_does_what_it_says(command: str) -> None:
    own = {"DATABASE_URL", "MIGRATION_DATABASE_URL"}
    surroundings = {name: value for name, value in os.environ.items() if name not in own}
    done = subprocess.run(  # noqa: S603 - the README's own words
        [sys.executable, "-m", "verification", *shlex.split(command)[1:]],
        cwd=ROOT,
        env=surroundings,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert done.stdout


def test_the_readme_tells_every_key_and_every_exit_code() -> None:
    keys = {item.name.replace("_", "-") for item in fields(Config)} - {"root"}
    rows = re.findall(r"^\| (`.*?) \|", README, re.MULTILINE)
    assert {key for row in rows for key in re.findall(r"`([^`]+)`", row)} == keys
    codes = dict(re.findall(r"^\| (\d) \| ([a-z ]+?)(?:\:| \|)", README, re.MULTILINE))
    assert codes == {str(int(verdict)): verdict.words for verdict in Verdict}


def test_the_configuration_in_the_readme_is_accepted() -> None:
    (text,) = blocks("toml")
    config = Config.of(ROOT, tomllib.loads(text)["tool"]["verification"])
    assert config.accept


def test_the_links_of_the_readme_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link.partition("#")[0]).exists()] == []


def test_the_workflow_asks_for_little_and_pins_what_it_uses() -> None:
    assert re.search(r"^permissions: \{\}$", WORKFLOW, re.MULTILINE)
    assert "write" not in re.findall(r"^\s+\w+: (read|write)$", WORKFLOW, re.MULTILINE)
    uses = re.findall(r"uses: (.*)", WORKFLOW)
    assert uses
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", use) for use in uses)


def test_the_workflow_runs_everything_on_every_version_and_says_so_once() -> None:
    (matrix,) = re.findall(r"python: (\[.*\])", WORKFLOW)
    assert json.loads(matrix) == ["3.11", "3.12", "3.13", "3.14"]
    assert "bash .ci/run" in WORKFLOW
    jobs = re.findall(r"^  ([a-z-]+):\n    (?:name|if)", WORKFLOW, re.MULTILINE)
    (needs,) = re.findall(r"needs: \[(.*)\]", WORKFLOW)
    assert {*needs.split(", "), "all-green"} == set(jobs)
