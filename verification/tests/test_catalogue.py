import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from verification.tests.samples import finds

SCRIPT = Path(__file__).parents[2] / "docs/catalogue.py"


@pytest.fixture(scope="module")
def catalogue() -> ModuleType:
    spec = importlib.util.spec_from_file_location("catalogue", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


CHECKS = (finds(name="design/a-b"), finds(name="design/c"), finds(name="schema/d"))


def test_one_page_a_family_and_an_index(catalogue: ModuleType) -> None:
    pages = catalogue.pages(CHECKS)
    assert sorted(pages) == ["README.md", "design.md", "schema.md"]
    assert "## a-b\n\n`design/a-b` · warning" in pages["design.md"]
    assert "A table is lost.\n\nFor good.\n" in pages["design.md"]
    assert "schema/d" not in pages["design.md"]
    row = "| [`design/a-b`](design.md#a-b) | warning | A table is lost. |"
    assert row in pages["README.md"]
    assert "3 checks in 2 families." in pages["README.md"]


@pytest.mark.parametrize(
    ("fence", "plain"),
    [
        ("```sql bad\nX\n```", "Found fault with:\n\n```sql\nX\n```"),
        ("```sql good declared\nX\n```", "Left in peace (`declared`):\n\n```sql\nX\n```"),
        ("```python bad models.py\n", "Found fault with (`models.py`):\n\n```python\n"),
        ("```sql\nX\n```", "```sql\nX\n```"),
    ],
)
def test_fences_become_plain_under_a_label(catalogue: ModuleType, fence: str, plain: str) -> None:
    assert catalogue.plain_fences(fence) == plain


def test_writing_makes_it_fresh_and_removes_what_is_gone(
    catalogue: ModuleType, tmp_path: Path
) -> None:
    folder = tmp_path / "checks"
    folder.mkdir()
    (folder / "gone.md").write_text("old")
    wanted = catalogue.pages(CHECKS)
    assert catalogue.stale(wanted, folder) == ["README.md", "design.md", "gone.md", "schema.md"]
    catalogue.write(wanted, folder)
    assert catalogue.stale(wanted, folder) == []
    (folder / "design.md").write_text("changed by hand")
    assert catalogue.stale(wanted, folder) == ["design.md"]


def test_a_word_that_means_nothing_is_told(catalogue: ModuleType) -> None:
    assert "try --write" in catalogue.main(["--wirte"])
