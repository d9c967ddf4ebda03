"""What the workflow that publishes may do, and that what it runs is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
RELEASE = (ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8")
CI = (ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8")
JOBS = dict(
    re.findall(
        r"^  ([a-z]+):\n(.*?)(?=^  [a-z]+:\n|\Z)",
        RELEASE.partition("\njobs:\n")[2],
        re.MULTILINE | re.DOTALL,
    )
)


def test_only_the_job_that_publishes_may_prove_who_it_is() -> None:
    assert re.search(r"^permissions: \{\}$", RELEASE, re.MULTILINE)
    assert [name for name, job in JOBS.items() if "id-token: write" in job] == ["publish"]
    assert "secrets." not in RELEASE
    assert "contents: write" not in RELEASE


def test_the_job_that_publishes_runs_nothing_of_the_repository() -> None:
    assert "checkout" not in JOBS["publish"]
    assert "run:" not in JOBS["publish"]


def test_what_is_published_was_built_once_and_tried_as_installed() -> None:
    assert list(JOBS) == ["build", "installed", "publish"]
    assert "needs: [build]" in JOBS["installed"]
    assert "needs: [installed]" in JOBS["publish"]
    assert RELEASE.count("hatchling build") == 1
    assert "bash .ci/run" in JOBS["build"]
    assert (ROOT / ".ci/installed").is_file()


def test_it_is_tried_on_the_versions_that_ci_knows() -> None:
    assert re.findall(r"python: (\[.*\])", RELEASE) == re.findall(r"python: (\[.*\])", CI)


def test_every_action_is_pinned() -> None:
    uses = re.findall(r"uses: (.*)", RELEASE)
    assert uses
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", use) for use in uses)
