"""The guides say what is so: commands are run, files are written, links lead somewhere."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped] # ships no types

from verification.config import Config
from verification.databases import Server
from verification.render import formats

ROOT = Path(__file__).parents[2]
GUIDES = (*sorted((ROOT / "docs").glob("*.md")), ROOT / "CONTRIBUTING.md")
AUTOLOAD = "PYTEST_DISABLE_PLUGIN_AUTOLOAD"  # this run's own haste, not the reader's
OWN = {"DATABASE_URL", "MIGRATION_DATABASE_URL", "VERIFY_SCRATCH_URL"}
EACH = pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language, the rest of its first line, its text."""

    language: str
    rest: str
    text: str


def blocks(guide: Path) -> Iterator[Block]:
    """The outermost fenced blocks of a page, in order."""
    found = re.finditer(
        r"^```(\w+) ?(.*)\n((?:.*\n)*?)^```$", guide.read_text(encoding="utf-8"), re.MULTILINE
    )
    return (Block(*match.groups()) for match in found)


def follow(guide: Path, folder: Path, variables: Mapping[str, str]) -> int:
    """Do what the guide says, in this folder; how many commands were run.

    The variables are there from the point where the guide has its reader start a database.
    """
    commands = Path(sys.executable).parent
    surroundings = {
        name: value for name, value in os.environ.items() if name not in {*OWN, AUTOLOAD}
    }
    surroundings["PATH"] = os.pathsep.join([str(commands), surroundings["PATH"]])
    said, followed = "", 0
    for block in blocks(guide):
        if "python -m verification.databases" in block.text:
            surroundings |= variables
        if block.language == "sh" and block.rest.startswith("run"):
            done = subprocess.run(  # noqa: S603 - the guide's own words
                ["bash", "-euo", "pipefail", "-c", block.text],  # noqa: S607 - as a reader would
                cwd=folder,
                env=surroundings,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
                timeout=240,
            )
            said, followed = done.stdout, followed + 1
            assert str(done.returncode) == (block.rest.partition(" ")[2] or "0"), said
        elif block.language == "text" and not block.rest and followed:
            for line in filter(None, map(str.strip, block.text.splitlines())):
                assert line.removesuffix("...").strip() in said, said
        elif "." in block.rest:
            path = folder / block.rest
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
    return followed


@pytest.mark.parametrize(
    ("name", "number"), [("adopting.md", 5), ("own-check.md", 2), ("own-tests.md", 2)]
)
def test_a_guide_for_a_project_of_ones_own(name: str, number: int, tmp_path: Path) -> None:
    assert follow(ROOT / "docs" / name, tmp_path, {}) == number


def test_the_tutorial(tmp_path: Path, disposable_server: Server) -> None:
    """In a copy, for it writes a report."""
    for name in ("backend", "alembic"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("tests"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    dsn = disposable_server.create()
    try:
        assert follow(ROOT / "docs/tutorial.md", tmp_path, {"DATABASE_URL": dsn.reveal("")}) == 7
    finally:
        disposable_server.drop(dsn)
    assert (tmp_path / "reports/verify.html").exists()


@EACH
def test_the_links_lead_somewhere(guide: Path) -> None:
    text = re.sub(
        r"^```.*?^```$", "", guide.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
    )
    for link in re.findall(r"\]\((?!https:)([^)]+)\)", text):
        path, _, anchor = link.partition("#")
        target = (guide.parent / path).resolve() if path else guide
        assert target.exists(), link
        if anchor:
            titles = re.findall(r"^#+ (.*)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", t).lower().replace(" ", "-") for t in titles}


@EACH
def test_what_is_shown_as_configuration_is_accepted(guide: Path) -> None:
    for block in blocks(guide):
        if block.language == "toml":
            Config.of(ROOT, tomllib.loads(block.text)["tool"]["verification"])
        if block.language == "yaml":
            yaml.safe_load(block.text)


@EACH
def test_the_reports_it_asks_for_exist(guide: Path) -> None:
    asked = re.findall(r"--report (\w+)", guide.read_text(encoding="utf-8"))
    assert set(asked) <= set(formats())


def test_the_actions_of_the_guide_are_those_that_ci_uses() -> None:
    ci = (ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8")
    uses = re.findall(r"uses: (.*)", (ROOT / "docs/github-actions.md").read_text(encoding="utf-8"))
    assert uses
    assert all(use in ci for use in uses)


def test_the_layers_shown_are_the_layers_kept() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
        "importlinter"
    ]["contracts"]
    (kept,) = (contract["layers"] for contract in contracts if contract["type"] == "layers")
    (text,) = (
        block.text for block in blocks(ROOT / "docs/architecture.md") if block.rest == "layers"
    )
    shown = text.splitlines()
    top, bottom = shown[: shown.index("...")], shown[shown.index("...") + 1 :]
    for told, true in zip([*top, *bottom], [*kept[: len(top)], *kept[-len(bottom) :]], strict=True):
        assert set(told.split(" | ")) <= set(true.split(" | "))
